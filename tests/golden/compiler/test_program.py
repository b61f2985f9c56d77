"""Programs: files, checks, and matrices read back from the words of memories."""

import errno
import json

import numpy as np
import pytest

from backspike.golden import array_file
from backspike.golden.compiler import program as program_module
from backspike.golden.compiler.compiler import compile_network
from backspike.golden.compiler.program import Program
from backspike.golden.core.golden_core import GoldenCore
from backspike.golden.engine import Stimulus
from backspike.golden.errors import UserError
from backspike.golden.network.network import Network
from backspike.hdl.host_map import MAP_VERSION
from backspike.hdl.params import CoreParams
from backspike.hdl.presets import CORE_PRESETS

TINY = CORE_PRESETS["tiny"]


def compiled(params=None, **options):
    network = Network(seed=3)
    a, b = network.input("a", 6), network.population("b", 9, threshold=10)
    weights = 2 * np.arange(54).reshape(6, 9) - 40
    network.connect("ab", a, b, weights, pattern="all-to-all", **options)
    return compile_network(network, params), weights


def test_a_program_survives_its_file(tmp_path):
    program, _ = compiled(CoreParams(lists=512), rule="x1*y0")
    program.save(tmp_path / "program.npz")
    loaded = Program.load(tmp_path / "program.npz")
    for name in ("params", "registers", "populations", "inputs", "costs"):
        assert getattr(loaded, name) == getattr(program, name)
    assert list(loaded.memories) == list(program.memories)
    for name, words in program.memories.items():
        np.testing.assert_array_equal(loaded.memories[name], words)
    for name, place in program.placements.items():
        np.testing.assert_array_equal(loaded.placements[name].words, place.words)
        assert loaded.placements[name].targets == place.targets
        assert loaded.placements[name].rotated == place.rotated


def test_equal_networks_are_equal_files(tmp_path):
    for name in ("one", "two"):
        compiled(rule="x0*y0")[0].save(tmp_path / f"{name}.npz")
    assert (tmp_path / "one.npz").read_bytes() == (tmp_path / "two.npz").read_bytes()


def test_files_name_newer_features_only_where_cores_have_them(tmp_path):
    path = tmp_path / "program.npz"
    for features in ({}, {"subtract": True}, {"watch": True}):
        program, _ = compiled(TINY.with_(dense_words=96, **features))
        program.save(path)
        saved = json.loads(str(np.load(path)["meta"]))["params"]
        assert {"subtract", "watch"} & set(saved) == set(features)
        assert Program.load(path).params == program.params


def test_other_files_are_refused(tmp_path):
    path = tmp_path / "file.npz"
    np.savez(path, W1=np.zeros(3))
    with pytest.raises(ValueError, match=r"file\.npz is not a program: it has no 'meta'$"):
        Program.load(path)
    for version in (0, 3, MAP_VERSION + 1):
        np.savez(path, meta=np.array(json.dumps({"map_version": version})))
        message = rf"file\.npz is for host map {version}, this version has {MAP_VERSION}$"
        with pytest.raises(ValueError, match=message):
            Program.load(path)


def test_texts_and_paths_are_taken_alike(tmp_path):
    program, _ = compiled()
    assert program.save(str(tmp_path / "p.npz")) == tmp_path / "p.npz"
    assert Program.load(str(tmp_path / "p.npz")).params == program.params
    with pytest.raises(UserError, match=r"^file of a program must end in \.npz, not 'p'$"):
        program.save(tmp_path / "p")
    with pytest.raises(TypeError, match=r"^path of a program must be a str or Path, not 5$"):
        Program.load(5)


def test_a_damaged_program_is_named(tmp_path):
    path = tmp_path / "p.npz"
    program, _ = compiled()
    program.save(path)
    arrays = dict(np.load(path))
    meta = json.loads(str(arrays["meta"]))
    meta["params"]["lanes"] = 3
    np.savez(path, **arrays | {"meta": np.array(json.dumps(meta))})
    with pytest.raises(UserError, match=rf"^{path} is not a program of this version: .*lanes"):
        Program.load(path)


def test_programs_of_the_map_before_are_read(tmp_path, monkeypatch):
    program, _ = compiled(rule="x0*y0")
    monkeypatch.setattr(program_module, "MAP_VERSION", 4)
    program.save(tmp_path / "old.npz")
    monkeypatch.undo()
    assert Program.load(tmp_path / "old.npz").registers == program.registers


@pytest.mark.parametrize(
    ("memories", "registers", "message"),
    [
        ({"nothing": 1}, {}, "a program cannot set memory 'nothing'"),
        ({"registers": 1}, {}, "a program cannot set memory 'registers'"),
        ({"state": 1}, {}, "a program cannot set memory 'state'"),
        ({"lists": 65}, {}, "memory 'lists' must have at most 64 words, not 65"),
        ({}, {"nothing": 1}, "a program cannot set register 'nothing'"),
        ({}, {"fingerprint": 1}, "a program cannot set register 'fingerprint'"),
    ],
)
def test_what_a_program_cannot_set(memories, registers, message):
    words = {name: np.zeros(n, np.uint64) for name, n in memories.items()}
    with pytest.raises(ValueError, match=f"^{message}$"):
        Program(TINY, words, registers)


def test_matrices_are_read_back_from_an_engine():
    tags, delays = np.arange(54).reshape(6, 9) - 20, np.arange(54).reshape(6, 9) % 5
    program, weights = compiled(rule="dw = t*x0; dd = x0*y0", tags=tags, delays=delays)
    core = GoldenCore(program.params)
    core.load(program)
    expected = {"dense": weights, "tags": tags, "delays": delays}
    for memory, values in expected.items():
        got = program.matrix(core, "ab", memory)
        assert got.dtype == np.int16
        np.testing.assert_array_equal(got, values)
        words = program.memories[memory]
        np.testing.assert_array_equal(program.matrices(words, ["ab"], memory)["ab"], values)
    np.testing.assert_array_equal(program.matrix(core, "ab"), weights)


SHAPES = {"pairs": (3,), "one": (1, 9), "kernel": (2, 2, 2, 1), "shared": (2, 2, 2, 4)}


def every_format(rule=None):
    """A network with a connection in each format that is no matrix, and the program of it."""
    network = Network()
    a, b = network.input("a", 6), network.population("b", 9, threshold=10)
    image = network.input("image", 18)
    maps = network.population("maps", 4, threshold=10)
    shared = network.population("maps of 4", 16, threshold=10)
    network.connect("pairs", a, b, [2, 0, -4], pattern=[(0, 1), (5, 2), (2, 5)], rule=rule)
    network.connect("one", a[2], b, np.arange(1, 10), pattern="one-to-all")
    size = {"image": (3, 3, 2)}
    network.convolve("kernel", image, maps, np.arange(8).reshape(2, 2, 2, 1), **size)
    network.convolve("shared", image, shared, np.arange(32).reshape(2, 2, 2, 4), **size)
    return network, compile_network(network, lanes=4)


@pytest.mark.parametrize("rule", [None, "x0*y0"])
def test_synapses_of_every_format_are_read_back(rule, tmp_path):
    network, program = every_format(rule)
    program.save(tmp_path / "program.npz")
    for read in (program, Program.load(tmp_path / "program.npz")):
        core = GoldenCore(read.params)
        core.load(read)
        weights = {**network.connections, **network.convolutions}
        for name, shape in SHAPES.items():
            got = read.matrix(core, name)
            assert got.shape == read.placements[name].shape == shape
            np.testing.assert_array_equal(got, weights[name].weights)


def test_what_a_sparse_synapse_learned_is_read_back():
    network = Network()
    a, b = network.input("a", 2), network.population("b", 2, threshold=1)
    network.connect("ab", a, b, [8, 2], pattern=[(0, 1), (1, 0)], rule="dw = 2*x0; dt = x0", tags=3)
    program = compile_network(network)
    core = GoldenCore(program.params)
    core.load(program)
    core.run(3, Stimulus(np.array([0, 1, 1]), np.array([0, 0, 1])))
    assert program.matrix(core, "ab").tolist() == [12, 4]
    assert program.matrix(core, "ab", "tags").tolist() == [5, 4]


def test_names_that_are_not_there_are_answered_with_those_that_are():
    _, program = every_format()
    with pytest.raises(KeyError, match=r"^population must be one of b, maps, maps of 4, not 'c'$"):
        program.populations["c"]
    with pytest.raises(KeyError, match=r"^input must be one of a, image, not 'b'$"):
        program.inputs["b"]
    core = GoldenCore(program.params)
    with pytest.raises(UserError, match=r"^connection must be one of one, .*, not 'ab'$"):
        program.matrix(core, "ab")
    with pytest.raises(UserError, match=r"^'pairs' must be read by `matrix`: it is in memory 'spa"):
        program.matrices(core.read("dense"), ["pairs"])
    with pytest.raises(UserError, match=r"^tags must not be read: synapses of this core have none"):
        program.matrix(core, "pairs", "tags")


def test_a_program_is_shown_in_a_line():
    _, program = every_format()
    assert repr(program).startswith(
        "Program(populations b (9), maps (4), maps of 4 (16), inputs a (6), image (18); "
        "4 connections; CoreParams("
    )
    assert len(repr(program)) < 500
    assert repr(Program(TINY, {}, {})).startswith("Program(no names; CoreParams(")


def test_the_number_of_weights():
    assert compiled()[0].weights == 54


def test_a_file_with_too_many_words_is_refused_before_they_are_unpacked(tmp_path, monkeypatch):
    program, _ = compiled()
    path = program.save(tmp_path / "p.npz")
    arrays = dict(np.load(path))
    whole, unpacked = array_file._array, []

    def noted(archive, member):
        unpacked.append(member.filename)
        return whole(archive, member)

    monkeypatch.setattr(array_file, "_array", noted)
    for name, content, message in (
        ("memory/axons", np.zeros(1 << 20, np.uint64), r"'axons' must have at most \d+ words, not"),
        ("memory/state", np.zeros(1, np.uint64), "cannot set memory 'state'"),
        ("other/x", np.zeros(1), "it holds 'other/x', which no program has"),
        ("x", np.zeros(1), "it holds 'x', which no program has"),
    ):
        np.savez_compressed(path, **arrays | {name: content})
        with pytest.raises(UserError, match=message):
            Program.load(path)
    assert set(unpacked) == {"meta.npy"}


def test_a_save_that_fails_leaves_what_was_there(tmp_path, monkeypatch):
    program, _ = compiled()
    path = program.save(tmp_path / "p.npz")
    before = path.read_bytes()

    def full(*_, **__):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(np, "savez_compressed", full)
    with pytest.raises(OSError, match=r"No space left on device: '.*p\.npz'$"):
        program.save(path)
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["p.npz"]
