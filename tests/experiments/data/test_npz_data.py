"""A user's own data in an ``.npz``."""

import numpy as np
import pytest

from backspike.experiments.data.npz_data import load_npz
from backspike.experiments.data.source import DataError

BITS = {
    "x_train": np.eye(4, dtype=int),
    "y_train": np.arange(4),
    "x_test": np.eye(4, dtype=int)[:2],
    "y_test": np.arange(2),
}


def saved(folder, **changes):
    np.savez(folder / "data.npz", **BITS | changes)
    return folder / "data.npz"


def test_inputs_of_0_and_1_are_taken_as_they_are(tmp_path):
    source = load_npz(saved(tmp_path))
    assert np.array_equal(source.x_train, BITS["x_train"])
    assert source.y_test.tolist() == [0, 1]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"x_train": np.full((4, 4), np.nan)}, "x_train holds NaN, first in sample 0"),
        ({"x_train": np.full((4, 4), "a")}, "x_train must hold numbers"),
        ({"y_train": np.arange(3)}, "3 labels in y_train for 4 samples in x_train"),
        ({"y_test": np.zeros(2)}, "y_test must be integers"),
    ],
)
def test_what_cannot_be_used_is_explained(changes, message, tmp_path):
    with pytest.raises(DataError, match=message):
        load_npz(saved(tmp_path, **changes))


def test_what_is_no_archive_is_told(tmp_path):
    with pytest.raises(DataError, match=r"no such file$"):
        load_npz(tmp_path / "none.npz")
    np.save(tmp_path / "one.npy", np.zeros(3))
    with pytest.raises(DataError, match=r"not an \.npz file but a single array$"):
        load_npz(tmp_path / "one.npy")
    (tmp_path / "text.npz").write_text("text")
    with pytest.raises(DataError, match=r"not a readable \.npz file"):
        load_npz(tmp_path / "text.npz")
    np.savez(tmp_path / "few.npz", x_train=np.eye(2))
    with pytest.raises(DataError, match=r"in it, only x_train$"):
        load_npz(tmp_path / "few.npz")
