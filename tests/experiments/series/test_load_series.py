"""Sets of data in time."""

import numpy as np
import pytest

from backspike.experiments.data.source import DataError
from backspike.experiments.series import load_series as unit
from backspike.experiments.series.load_series import load_series
from backspike.experiments.series.series import series_of

RNG = np.random.default_rng(1)
X, Y = RNG.normal(size=(30, 8, 2)), np.repeat([3, 7, 9], 10)


def write(path, **arrays):
    np.savez(path, **arrays)
    return path


def test_a_file_has_the_splits_that_it_says(tmp_path):
    lengths = np.full(30, 8)
    lengths[4] = 5
    file = write(
        tmp_path / "a.npz", x_train=X, y_train=Y, lengths_train=lengths, x_test=X[:5], y_test=Y[:5],
        x_val=X[20:], y_val=Y[20:], class_names=np.array(["ignored"]),
    )  # fmt: skip
    data = load_series(file)
    assert np.array_equal(data.train.y, np.repeat([0, 1, 2], 10))
    assert data.class_names == ("3", "7", "9")
    assert (data.n_classes, data.channels) == (3, 2)
    assert data.train.lengths[4] == 5
    assert not data.train.x[4, 5:].any()
    assert [len(split.y) for split in (data.train, data.test, data.validation)] == [30, 5, 10]
    assert repr(data) == (
        f"SeriesData({file}: 30 and 5 samples of 2 channels, 5 to 8 steps, 3 classes)"
    )


def test_without_a_test_split_a_fifth_is_set_aside_and_so_is_validation(tmp_path):
    data = load_series(write(tmp_path / "a.npz", x=X, y=Y), validation=0.25)
    counts = [np.bincount(split.y).tolist() for split in (data.train, data.test, data.validation)]
    assert counts == [[6] * 3, [2] * 3, [2] * 3]
    rows = np.concatenate([split.x for split in (data.train, data.test, data.validation)])
    assert sorted(map(tuple, rows[:, 0].tolist())) == sorted(map(tuple, X[:, 0].tolist()))


def test_labels_are_named(tmp_path):
    file = write(tmp_path / "a.npz", x=X, y=np.repeat(["sit", "run", "lie"], 10))
    assert load_series(file).class_names == ("lie", "run", "sit")
    assert load_series(file, labels="run,sit,lie").class_names == ("run", "sit", "lie")


def test_a_file_may_have_events(tmp_path):
    events = np.stack([np.arange(30) % 10, np.arange(30) % 4, np.arange(30) % 5], axis=1)
    file = write(tmp_path / "a.npz", events=events, y=np.arange(10) % 2, steps=4, channels=5)
    data = load_series(file)
    assert data.train.x.shape[1:] == (4, 5)
    assert data.train.x.sum() + data.test.x.sum() == 30


def test_a_bundled_set_is_loaded_by_name(monkeypatch):
    monkeypatch.setitem(unit.BUNDLED, "gunpoint", lambda data_dir: (series_of(X, Y),) * 2)
    assert len(load_series("gunpoint", validation=0.2).train.y) == 24


@pytest.mark.parametrize(
    ("arrays", "message"),
    [
        ({"x": X}, "no y_train in it, only x, x_train"),
        ({"y": Y}, "no x_train in it, and no events_train, only y, y_train"),
        ({"x_train": X, "y_train": Y, "x_test": X}, "no y_test in it, only x_train, y_train"),
        ({"x": X, "y": Y[:3]}, "labels of .*: x_train must be 30 integers or texts"),
        ({"events": np.zeros((1, 3), int), "y": Y}, "no x_train in it, and no steps, only"),
        ({"events": np.zeros((1, 3), int), "y": Y, "steps": [1, 2], "channels": 3},
         "steps and channels must be one number each"),
        ({"x_train": X, "y_train": Y, "x_test": X[..., :1], "y_test": Y},
         "the test split has 1 channels, the training split 2"),
    ],
)  # fmt: skip
def test_what_a_file_lacks_is_said(tmp_path, arrays, message):
    file = write(tmp_path / "a.npz", **arrays)
    with pytest.raises(DataError, match=message) as caught:
        load_series(file)
    assert str(file) in str(caught.value)


def test_bad_arguments_are_refused(tmp_path):
    file = write(tmp_path / "a.npz", x_train=X, y_train=Y, x_val=X, y_val=Y)
    for arguments, error, message in (
        ({"name": "vowels"}, DataError, "there is no data in time 'vowels'; known are japanese-"),
        ({"name": tmp_path / "no.npz"}, DataError, ".*no.npz: no such file"),
        ({"name": 5}, TypeError, "path of the data must be a str or Path, not 5"),
        (
            {"name": file, "validation": 1.0},
            DataError,
            "validation must be a share",
        ),
        ({"name": file, "validation": "x"}, TypeError, "validation must be a number"),
        ({"name": file, "validation": 0.2}, DataError, ".*: it has a validation split"),
        ({"name": file, "label": "x"}, TypeError, "keyword of load_series"),
    ):
        with pytest.raises(error, match=f"^{message}"):
            load_series(**arguments)
