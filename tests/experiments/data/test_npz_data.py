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
    assert np.array_equal(source.train.x, BITS["x_train"])
    assert source.test.y.tolist() == [0, 1]


def test_names_and_other_splits_come_along(tmp_path):
    names = {"class_names": ["a", "b", "c", "d"], "feature_names": list("wxyz")}
    source = load_npz(saved(tmp_path, x_val=np.eye(4), y_val=np.arange(4), **names))
    assert source.class_names == ("a", "b", "c", "d")
    assert source.columns == ("w", "x", "y", "z")
    assert source.validation.y.tolist() == [0, 1, 2, 3]


def test_one_split_is_enough(tmp_path):
    np.savez(tmp_path / "data.npz", x=np.eye(2), y=np.array([b"a", b"b"]))
    source = load_npz(tmp_path / "data.npz")
    assert source.train.y.tolist() == ["a", "b"]
    assert source.test is None


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"y_train": np.arange(3)}, "3 labels in y_train for 4 samples in x_train"),
        ({"class_names": np.arange(4)}, r"class_names must be texts \(n,\), not int64 \(4,\)"),
        ({"y_test": np.zeros(2)}, "y_test must be integers or texts"),
    ],
)
def test_what_cannot_be_used_is_explained(changes, message, tmp_path):
    with pytest.raises(DataError, match=message):
        load_npz(saved(tmp_path, **changes))


def test_what_is_no_archive_is_told(tmp_path):
    with pytest.raises(DataError, match=r"no such file$"):
        load_npz(tmp_path / "none.npz")
    np.save(tmp_path / "one.npy", np.zeros(3))
    with pytest.raises(DataError, match=r"not a readable \.npz file \(a single array"):
        load_npz(tmp_path / "one.npy")
    (tmp_path / "text.npz").write_text("text")
    with pytest.raises(DataError, match=r"not a readable \.npz file"):
        load_npz(tmp_path / "text.npz")
    np.savez(tmp_path / "few.npz", x_train=np.eye(2))
    with pytest.raises(DataError, match=r"no y_train in it, only x_train$"):
        load_npz(tmp_path / "few.npz")
