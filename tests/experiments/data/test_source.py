"""Content of data files as every loader hands it on."""

import numpy as np
import pytest

from backspike.experiments.data.npz_data import load_npz
from backspike.experiments.data.source import DataError, Source


def test_a_loader_fills_every_field(tmp_path):
    x, y = np.arange(12).reshape(4, 3) / 11, np.array([0, 1, 0, 1])
    np.savez(tmp_path / "data.npz", x_train=x, y_train=y, x_test=x[:2], y_test=y[:2])
    source = load_npz(tmp_path / "data.npz")
    assert isinstance(source, Source)
    assert source.train.x.shape == (4, 3)
    assert source.test.x.shape == (2, 3)
    assert source.train.y.tolist() == y.tolist()
    assert list(source.splits()) == ["train", "test"]
    halved = source.with_splits({"train": source.test})
    assert (halved.train.x.shape, halved.test) == ((2, 3), None)


def test_data_that_cannot_be_used_ends_a_command_in_a_line(backspike, tmp_path):
    (tmp_path / "data.npz").write_bytes(b"")
    with pytest.raises(DataError) as error:
        load_npz(tmp_path / "data.npz")
    assert "\n" not in str(error.value)
    done = backspike("train", "--dataset", tmp_path / "data.npz")
    assert done.returncode == 2
    assert str(error.value) in done.stderr
