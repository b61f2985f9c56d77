"""Programs: files, checks, and matrices read back from the words of memories."""

import json

import numpy as np
import pytest

from backspike.golden.compiler.compiler import compile_network
from backspike.golden.compiler.program import Placement, Program
from backspike.golden.core.golden_core import GoldenCore
from backspike.golden.network.network import Network
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


def test_other_files_are_refused(tmp_path):
    path = tmp_path / "file.npz"
    np.savez(path, W1=np.zeros(3))
    with pytest.raises(ValueError, match=r"file\.npz is not a program: it has no 'meta'$"):
        Program.load(path)
    np.savez(path, meta=np.array(json.dumps({"map_version": 0})))
    with pytest.raises(ValueError, match=r"file\.npz is for host map 0, this version has \d+$"):
        Program.load(path)


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


@pytest.mark.parametrize("rotated", [False, True])
def test_gather_undoes_scatter_and_nothing_else_is_touched(rotated):
    rng = np.random.default_rng(1)
    dense = rng.integers(-99, 99, (40, 4)).astype(np.int16)
    before = dense.copy()
    place = Placement(np.array([4, 10, 31]), 10, rotated)
    weights = rng.integers(-99, 99, (3, 10))
    place.scatter(dense, weights)
    np.testing.assert_array_equal(place.gather(dense), weights)
    kept = np.setdiff1d(np.arange(40), (place.words[:, None] + np.arange(3)).reshape(-1))
    np.testing.assert_array_equal(dense[kept], before[kept])
    lane = 1 if rotated else 0  # of target 0 of source 1
    assert dense[10, lane] == weights[1, 0]


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


def test_the_number_of_weights():
    assert compiled()[0].weights == 54
