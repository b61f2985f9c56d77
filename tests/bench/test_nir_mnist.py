"""The network that torch trains: its graph, its data, and that they are torch's."""

import sys

import numpy as np
import pytest

from backspike.bench.nir_mnist import DT, LAYERS, STEPS, graph_of, spikes_of, train
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
