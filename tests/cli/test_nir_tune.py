"""The ``backspike nir tune`` command."""

import nir
import numpy as np
import pytest

from backspike.cli import nir_tune
from backspike.experiments.nir_data import load_spikes, without_share
from backspike.golden.core.golden_core import GoldenCore
from backspike.golden.network.network_file import load_network
from backspike.golden.nir.samples import spike_samples
from backspike.golden.nir.teaching import TuningOptions
from backspike.golden.nir.to_network import read_nir
from backspike.golden.nir.tuning import core_accuracy, float_accuracy, tune_nir
from backspike.sim.verify.shifted_samples import ShiftedSamples

LAST = "lif to lif_1"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A graph, and samples to learn from and to test on, in the current folder."""
    monkeypatch.chdir(tmp_path)
    case = ShiftedSamples(0)
    nir.write("a.nir", case.graph)
    for name, count, seed in (("train", 40, 1), ("test", 60, 2)):
        x, y = case.draw(count, seed)
        np.savez(f"{name}.npz", x=x, y=y)
    return tmp_path


def test_it_learns_and_tells_before_and_after(backspike, folder):
    done = backspike(
        "nir", "tune", "a.nir", "--dt", "1", "--data", "train.npz", "--test", "test.npz",
        "--epochs", "2", "--rate", "6", "--period", "5", "--impulse", "20", "--tau", "3",
        "--seed", "4", "-o", "b.npz",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    imported = read_nir("a.nir", dt=1.0)
    train, test = (load_spikes(imported, folder / f"{name}.npz") for name in ("train", "test"))
    options = TuningOptions(rate=6, period=5, impulse=20, tau=3.0)
    tuned = tune_nir(imported, train, epochs=2, options=options, seed=4)
    lines = done.stdout.splitlines()
    for name, samples in (("learned", train), ("test", test)):
        expected = (
            float_accuracy(imported, samples),
            core_accuracy(imported, samples),
            core_accuracy(tuned.imported, samples),
        )
        line = next(line for line in lines if f"│ {name} " in line)
        assert [word for word in line.split() if "." in word] == [f"{a:.4f}" for a in expected]
        assert expected[1] < 0.7
        assert expected[2] > 0.9
    for epoch, accuracy in enumerate(tuned.accuracies):
        line = next(line for line in lines if line.startswith(f"│ {epoch} "))
        assert f"{accuracy:.4f}" in line
        assert ("kept" in line) == (epoch == 2)
    written = load_network("b.npz")
    made = tuned.imported.network.connections[LAST]
    np.testing.assert_array_equal(written.connections[LAST].weights, made.weights)


def test_a_graph_that_can_be_read_again(backspike, folder):
    done = backspike(
        "nir", "tune", "a.nir", "--dt", "1", "--data", "train.npz", "--validation", "0.5",
        "--epochs", "3",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "│ validation │      20 │" in done.stdout
    imported, again = (read_nir(name, dt=1.0) for name in ("a.nir", "a_tuned.nir"))
    learned, aside = without_share(load_spikes(imported, folder / "train.npz"), 0.5)
    tuned = tune_nir(imported, learned, validation=aside, epochs=3)
    spikes = np.load("test.npz")["x"]
    one, two = (
        core_accuracy(made, spike_samples(made, spikes, np.load("test.npz")["y"]))
        for made in (again, tuned.imported)
    )
    assert one == two > 0.8
    np.testing.assert_array_equal(
        again.network.connections[LAST].weights, tuned.imported.network.connections[LAST].weights
    )


class _Forgetful(GoldenCore):
    """A core that is not the golden one: it does not learn."""

    def write(self, memory, words, first=0):
        if memory == "registers" and np.size(words) == 1:
            return
        super().write(memory, words, first)


@pytest.mark.parametrize(("core", "status"), [(GoldenCore, 0), (_Forgetful, 1)])
def test_weights_of_another_engine_are_compared(backspike, folder, monkeypatch, core, status):
    monkeypatch.setattr(
        nir_tune, "maker", lambda _, name: core if name == "verilator" else GoldenCore
    )
    done = backspike(
        "nir", "tune", "a.nir", "--dt", "1", "--data", "train.npz", "--epochs", "1",
        "--engine", "verilator",
    )  # fmt: skip
    assert done.returncode == status, done.stderr
    found = [line for line in done.stdout.splitlines() if "golden core and verilator" in line]
    assert len(found) == 1
    assert found[0].endswith(" of 128 weights differ")
    assert (": 0 of" in found[0]) == (not status)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--data", "no.npz"], "no.npz: no such file"),
        (["--data", "x.npy"], "x.npy: no labels y in it"),
        (["--data", "train.npz", "--test", "x.npy"], "x.npy: no labels y in it"),
        (
            ["--data", "train.npz", "--test", "./train.npz"],
            "--test train.npz must not be the --data, which the network is made by",
        ),
        (
            ["--data", "train.npz", "--test", "test.npz", "--calibrate", "test.npz"],
            "--test test.npz must not be the --calibrate, which the network is made by",
        ),
        (["--data", "train.npz", "-o", "b.txt"], "--out b.txt must end in .nir or .npz"),
        (["--data", "train.npz", "-o", "a.nir"], "--out a.nir must not be the graph that is read"),
        (["--data", "train.npz", "-o", "no/b.nir"], "--out no/b.nir cannot be written"),
        (
            ["--data", "train.npz", "--period", "31"],
            "period must be at most the steps of a sample, 30, not 31",
        ),
        (["--data", "train.npz", "--synapses", "2"], "is the sum of 2 synapses, and must be one"),
        (["--data", "train.npz", "--rate", "0"], "'--rate'"),
        (["--data", "train.npz", "--validation", "0.6"], "'--validation'"),
        ([], "'--data'"),
    ],
)
def test_refused_before_anything_is_written(backspike, folder, options, message):
    np.save("x.npy", np.load("train.npz")["x"])
    before = sorted(folder.iterdir())
    done = backspike("nir", "tune", "a.nir", "--dt", "1", *options)
    assert done.returncode == 2
    assert message in done.stderr
    assert done.stdout == ""
    assert sorted(folder.iterdir()) == before
