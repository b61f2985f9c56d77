"""The ``backspike nir export`` command."""

import nir
import numpy as np
import pytest

from backspike.experiments.runs import RunFolder
from backspike.golden.network.network import Network
from backspike.golden.network.network_file import load_network, save_network
from backspike.golden.nir.to_network import read_nir


def layered():
    """Two layers with a recurrence."""
    network = Network()
    source, cells = network.input("in", 3), network.population("cells", 2, threshold=20, tau_v=9)
    network.connect("W", source, cells, [[4, 5], [6, -7], [8, 9]], pattern="all-to-all")
    network.connect("back", cells, cells, -3, pattern="one-to-one", delay=1)
    return network


def test_an_export_is_read_back_as_the_same_program(backspike, tmp_path):
    net, out = tmp_path / "net.npz", tmp_path / "back.nir"
    save_network(layered(), net)
    done = backspike("nir", "export", net, "--dt", "1", "-o", out)
    assert done.returncode == 0, done.stderr
    assert "an import makes the same program, word for word" in done.stdout
    again = read_nir(out, dt=1.0).network
    assert repr(again) == repr(load_network(net))


def test_an_export_tells_what_it_leaves_out(backspike, tmp_path):
    network = Network()
    network.traces(x1=(40, 8.0))
    source, cells = network.input("in", 3), network.population("cells", 2, threshold=20, bias=1)
    network.connect("W", source, cells, 4, pattern="all-to-all", rule="dw = 2^-2*x1*y0")
    save_network(network, tmp_path / "net.npz")
    out = tmp_path / "a.nir"
    done = backspike("nir", "export", tmp_path / "net.npz", "-o", out, "--late-biases")
    assert done.returncode == 0, done.stderr
    assert "left out: W: its rule; its weights stay as they are" in done.stdout
    assert "left out: biases, until the first spike can come" in done.stdout
    assert "an import makes a program that differs in " in done.stdout
    assert f"{out}: 4 nodes, 3 edges, steps of 0.0001 s" in done.stdout.replace("\n", "")


def test_a_run_is_exported_with_what_it_has_learned(backspike, tmp_path):
    run, out = tmp_path / "run", tmp_path / "run.nir"
    size = ("--hidden", "8", "--samples", "50", "--epochs", "1")
    assert backspike("train", *size, "--out", run).returncode == 0
    done = backspike("nir", "export", run, "-o", out)
    assert done.returncode == 0, done.stderr
    weights = RunFolder(run).load_result().weights
    nodes = nir.read(out).nodes
    for name, matrix in zip(("W1", "W2"), weights, strict=True):
        assert np.array_equal(nodes[name].weight, matrix.T)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["no.npz"], "no.npz: No such file or directory"),
        (["net.npz", "--dt", "nan"], "dt must be between 1e-09 and 1000 seconds, not nan"),
        (["net.npz", "-o", "a.npz"], "--out a.npz must end in .nir"),
        (["net.npz", "-o", "no/a.nir"], "no"),
        (["odd.npz"], "cells (population): NIR has no window, and it has 16"),
        (["."], "RUN ."),
    ],
)
def test_bad_input_of_an_export_is_one_line(backspike, arguments, message, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name, window in (("net", 0), ("odd", 16)):
        network = Network()
        network.input("in", 3)
        network.population("cells", 2, threshold=20, window=window)
        save_network(network, tmp_path / f"{name}.npz")
    before = sorted(tmp_path.rglob("*"))
    done = backspike("nir", "export", *arguments)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert message in done.stderr
    assert sorted(tmp_path.rglob("*")) == before
