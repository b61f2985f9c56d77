"""Data in time that packages ship."""

import os
import sys
from importlib.util import find_spec
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from backspike.experiments.data.source import DataError
from backspike.experiments.series.bundled import BUNDLED, load_bundled

DATA = Path(os.environ.get("BACKSPIKE_DATA", "BACKSPIKE_DATA is not set"))


def test_a_missing_package_is_named(monkeypatch):
    for package, module, name in (
        ("aeon", "aeon.datasets", "gunpoint"), ("mnist1d", "mnist1d.data", "mnist1d")
    ):  # fmt: skip
        monkeypatch.setitem(sys.modules, module, None)
        with pytest.raises(DataError, match=rf"^{package} is not installed: pip install"):
            load_bundled(name, None)


def test_samples_of_aeon_are_turned(monkeypatch):
    """They are (channels, steps), of any lengths, and their labels are texts."""
    samples = [np.arange(6.0).reshape(2, 3), np.arange(4.0).reshape(2, 2)]
    module = SimpleNamespace(load_gunpoint=lambda split: (samples, np.array(["b", "a"])))
    monkeypatch.setitem(sys.modules, "aeon.datasets", module)
    train, test = load_bundled("gunpoint", None)
    assert train.x.shape == test.x.shape == (2, 3, 2)
    assert train.x[0].tolist() == [[0, 3], [1, 4], [2, 5]]
    assert train.lengths.tolist() == [3, 2]
    assert train.y.tolist() == ["b", "a"]


def test_digits_of_mnist1d_have_one_channel(monkeypatch):
    made = {
        "x": np.ones((3, 40)),
        "y": np.arange(3),
        "x_test": np.ones((2, 40)),
        "y_test": np.arange(2),
    }
    module = SimpleNamespace(get_dataset_args=lambda: "args", make_dataset=lambda args: made)
    monkeypatch.setitem(sys.modules, "mnist1d.data", module)
    assert [split.x.shape for split in load_bundled("mnist1d", None)] == [(3, 40, 1), (2, 40, 1)]


@pytest.mark.skipif(not (DATA / "mnist").is_dir(), reason=f"MNIST is not in {DATA}")
def test_images_come_row_by_row():
    train, test = load_bundled("mnist-rows", DATA)
    assert (train.x.shape, test.x.shape) == ((60_000, 28, 28), (10_000, 28, 28))
    assert train.x.max() == 1
    # Of the steps, the first and the last are the dark edges of nearly all digits.
    assert train.x[:, [0, 27]].mean() < 0.001
    assert train.x[:, 13:15].mean() > 0.1


@pytest.mark.skipif(find_spec("aeon") is None, reason="aeon is not installed: pip install aeon")
def test_sizes_are_those_that_are_known():
    sizes = {
        "japanese-vowels": (270, 370, 12, 29, 9), "basic-motions": (40, 40, 6, 100, 4),
        "gunpoint": (50, 150, 1, 150, 2), "italy-power-demand": (67, 1029, 1, 24, 2),
    }  # fmt: skip
    for name, size in sizes.items():
        train, test = load_bundled(name, None)
        longest = max(train.lengths.max(), test.lengths.max())
        found = len(train.y), len(test.y), train.x.shape[2], longest, len(np.unique(train.y))
        assert found == size, name


def test_every_name_has_a_loader():
    assert all(callable(loader) for loader in BUNDLED.values())
