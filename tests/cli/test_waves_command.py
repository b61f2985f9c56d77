"""The ``backspike waves`` command."""

import pytest

from backspike.golden.compiler.compiler import compile_network
from backspike.golden.network.network import Network


@pytest.fixture(scope="module")
def program(tmp_path_factory):
    network = Network()
    source, target = network.input("in", 2), network.population("out", 2, threshold=50, decay_v=9)
    network.connect("all", source, target, 90, pattern="all-to-all")
    path = tmp_path_factory.mktemp("programs") / "net.npz"
    compile_network(network, lanes=1).save(path)
    return path


def test_a_program_becomes_a_waveform_with_save_files(backspike, program, tmp_path):
    out = tmp_path / "a.vcd"
    chosen = ("--simulator", "amaranth", "--neuron", "out:1", "--weight", "all:1:0", "--rate", 0.5)
    done = backspike("waves", program, "--to", 2, *chosen, "--out", out)
    assert done.returncode == 0, done.stderr
    assert "a.vcd: steps 0 to 2, " in done.stdout
    assert {path.name for path in tmp_path.iterdir()} == {"a.vcd", "a.gtkw", "a.sucl"}
    for name in ("a.gtkw", "a.sucl"):
        text = (tmp_path / name).read_text()
        for signal in ("phase", "inputs.in.spikes", "populations.out.v_1", "weights.all.w_1_0"):
            assert f"backspike.network.{signal}" in text
    assert "sLEARN" not in out.read_text()
    assert "sDELIVER" in out.read_text()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--neuron", "out:2"), "neuron of 'out' must be between 0 and 1, not 2"),
        (("--neuron", "out"), "--neuron must be POPULATION:N, such as hidden:0, not 'out'"),
        (("--weight", "all:0:2"), "weight of 'all' must be one of 2 x 2, not (0, 2)"),
        (("--weight", "any:0:0"), "connection must be one of all, not 'any'"),
        (("--from", 5, "--to", 4), "--from must be at most --to, 4, not 5"),
        (("--from", -1), "-1 is not in the range x>=0"),
        (("--sample", "first mistake"), "--sample is not for a program"),
        (("--rate", 2), "2.0 is not in the range"),
        (("--simulator", "icarus"), "'icarus' is not one of 'amaranth', 'verilator'"),
        (("--out", "a.fst"), "--out a.fst must end with .vcd"),
        (("--out", "/nowhere/a.vcd"), "--out /nowhere/a.vcd cannot be written"),
    ],
)
def test_bad_options_are_one_line_and_nothing_is_written(
    backspike, program, tmp_path, monkeypatch, options, message
):
    monkeypatch.chdir(tmp_path)
    done = backspike("waves", program, *options)
    assert done.returncode == 2
    assert message in done.stderr
    assert done.stderr.count("\n") == 1
    assert not list(tmp_path.iterdir())
