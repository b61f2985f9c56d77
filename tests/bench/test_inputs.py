"""Samples for the benchmarks."""

import numpy as np
import pytest

from backspike.bench import inputs


@pytest.fixture
def nowhere(monkeypatch, tmp_path):
    monkeypatch.delenv("BACKSPIKE_DATA", raising=False)
    monkeypatch.setattr(inputs, "download_folder", lambda name: tmp_path / name)
    return tmp_path


def test_without_mnist_it_is_noise_like_it(nowhere):
    name, x, y = inputs.mnist_or_noise()
    assert name == "random inputs"
    assert x.shape == (10_000, 400)
    assert set(np.unique(x)) == {0, 1}
    assert 0.24 < x.mean() < 0.26
    assert set(np.unique(y)) == set(range(10))
    assert np.array_equal(x, inputs.mnist_or_noise()[1])


def test_mnist_is_taken_where_it_is(nowhere, monkeypatch):
    (nowhere / "mnist").mkdir()
    calls = []

    def load(name, data_dir):
        calls.append((name, data_dir))
        return type("Data", (), {"x_train": 1, "y_train": 2})

    monkeypatch.setattr(inputs, "load_dataset", load)
    assert inputs.mnist_or_noise() == ("MNIST", 1, 2)
    assert inputs.mnist_or_noise(nowhere) == ("MNIST", 1, 2)
    assert calls == [("mnist", None), ("mnist", nowhere)]
