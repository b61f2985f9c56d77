"""The network that torch trains: its graph, its data, and that they are torch's."""

import sys

import numpy as np
import pytest

from backspike.bench import nir_mnist
from backspike.bench.nir_mnist import DT, LAYERS, STEPS, graph_of, spikes_of, train
from backspike.experiments.data.source import Source, Split
from backspike.experiments.nir_data import load_spikes
from backspike.golden.errors import UserError
from backspike.golden.nir.comparison import compare_nir
from backspike.golden.nir.reference import run_float
from backspike.golden.nir.samples import spike_samples
from backspike.golden.nir.to_network import read_nir


def images(count):
    rng = np.random.default_rng(1)
    return (rng.random((count, 28, 28)) * 255).astype(np.uint8), rng.integers(0, 10, count)


def test_the_graph_is_convolutions_that_a_core_runs():
    rng = np.random.default_rng(1)
    weights = {name: rng.normal(0.02, 0.2, shape) for name, shape in LAYERS.items()}
    weights |= {f"{name}.bias": rng.normal(0, 0.1, shape[0]) for name, shape in LAYERS.items()}
    imported = read_nir(graph_of(weights), dt=DT, reset="subtract")
    sizes = {name: population.size for name, population in imported.network.populations.items()}
    assert sizes == {"lif1": 4608, "lif2": 1024, "lif3": 10, "start": 1}
    assert list(imported.network.convolutions) == ["input to lif1", "lif1 to lif2"]
    samples = spike_samples(imported, spikes_of(images(2)[0], rng))
    found = compare_nir(imported, samples)
    assert found.same_spikes > 0.9
    assert all(group.spikes_core > 100 for group in found.groups[:2])


def test_a_pixel_spikes_with_its_brightness():
    shades = np.zeros((3000, 2, 2), np.uint8)
    shades[:, 0, 1], shades[:, 1, 0], shades[:, 1, 1] = 51, 204, 255
    spikes = spikes_of(shades, np.random.default_rng(1))
    assert spikes.shape == (3000, STEPS, 1, 2, 2)
    rates = spikes.mean(axis=(0, 1, 2))
    assert rates == pytest.approx(np.array([[0, 0.2], [0.8, 1.0]]), abs=0.01)


def test_without_torch_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(UserError, match=r'pip install "backspike\[torch\]"'):
        train(*images(64), 1)


def test_the_graph_is_the_network_of_torch():
    pytest.importorskip("torch", reason="torch is not installed")
    x, y = images(256)
    for image, label in zip(x, y, strict=True):
        image[2 * label : 2 * label + 6] = 255
    told = []
    weights, counts = train(x, y, 4, told.append)
    assert told == list(range(1, 17))
    imported = read_nir(graph_of(weights), dt=DT, reset="subtract")
    spikes = spikes_of(x[:40], np.random.default_rng(2))
    ours = run_float(imported, {"input": spikes}).spikes["lif3"].sum(axis=1)
    assert ours.sum() > 20
    assert np.abs(ours - counts(spikes)).sum() <= 0.02 * ours.sum()


def test_files_are_those_that_the_report_takes(monkeypatch, tmp_path, capsys):
    """With random weights in torch's place, on a few images."""
    rng = np.random.default_rng(1)
    weights = {name: rng.normal(0.02, 0.2, shape) for name, shape in LAYERS.items()}
    weights |= {f"{name}.bias": np.zeros(shape[0]) for name, shape in LAYERS.items()}
    x, y = images(40)
    split = Split(x[..., None], y.astype(np.uint8))
    monkeypatch.setattr(nir_mnist, "load_mnist_family", lambda *_, **__: Source(split, split))
    monkeypatch.setattr(nir_mnist, "_PARTS", 3)
    trained = []

    def train(images, labels, epochs, progress):
        trained.append((images.shape, labels.dtype, epochs))
        return weights, lambda spikes: np.eye(10)[np.zeros(len(spikes), int)]

    monkeypatch.setattr(nir_mnist, "train", train)
    nir_mnist.main(["--out", str(tmp_path / "out"), "--epochs", "3"], standalone_mode=False)
    assert trained == [((40, 28, 28), np.int64, 3)]
    imported = read_nir(tmp_path / "out" / "cnn.nir", dt=DT, reset="subtract")
    samples = load_spikes(imported, tmp_path / "out" / "test.npz")
    assert samples.inputs["input"].shape == (40, STEPS, 1, 28, 28)
    assert samples.labels.tolist() == y.tolist()
    assert len(load_spikes(imported, tmp_path / "out" / "calibration.npz")) == 40
    assert f"torch: {np.mean(y == 0):.4f} of 40 test samples" in capsys.readouterr().out
