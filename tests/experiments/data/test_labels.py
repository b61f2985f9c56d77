"""Labels to classes."""

import re

import numpy as np
import pytest

from backspike.experiments.data.labels import number_classes
from backspike.experiments.data.source import DataError, Source, Split


def source(train, test=None, **more):
    splits = [
        None if y is None else Split(np.zeros((len(y), 2)), np.array(y)) for y in (train, test)
    ]
    return Source(*splits, **more)


@pytest.mark.parametrize(
    ("train", "labels", "names", "numbers"),
    [
        ([0, 1, 2, 1], None, "012", [0, 1, 2, 1]),
        ([3, 1, 2, 1], "distinct", "123", [2, 0, 1, 0]),
        ([-1, 1, 1], "distinct", ["-1", "1"], [0, 1, 1]),
        (["b", "a", "b"], None, "ab", [1, 0, 1]),
        (["b", "a", "b"], "b,a", "ba", [0, 1, 0]),
        ([4, 9, 4], "cat, dog", ["cat", "dog"], [0, 1, 0]),
    ],
)
def test_every_label_has_a_class(train, labels, names, numbers):
    made, found = number_classes("data", source(train, train[:2]), labels)
    assert found == tuple(names)
    assert made.train.y.tolist() == numbers
    assert made.test.y.tolist() == numbers[:2]
    assert made.train.y.dtype == np.int64


def test_names_of_the_file_count():
    assert number_classes("data", source([0, 1], class_names=("x", "y")), None)[1] == ("x", "y")
    made, _ = number_classes("data", source(["y", "x"], class_names=("y", "x")), None)
    assert made.train.y.tolist() == [0, 1]


@pytest.mark.parametrize(
    ("train", "test", "labels", "message"),
    [
        (
            [1, 2, 3],
            None,
            None,
            "class 0 has no sample in y_train, whose labels are 1, 2, 3; --labels",
        ),
        ([0, 2, 2], None, None, "class 1 has no sample in y_train"),
        ([0, 0], None, None, "y_train must have two or more classes, not only 0"),
        (["a", "b"], ["c"], None, "y_test must be one of a, b, not c"),
        ([1, 2], [3], "distinct", "y_test must be one of 1, 2, not 3"),
        ([1, 2], ["a"], None, "y_test must be integers as y_train is, not <U1"),
        (["a", "b"], None, "numbers", "--labels numbers: the labels are texts such as 'a'"),
        ([1, 2, 3], None, "cat,dog", "--labels names 2 classes, y_train has 3 (1, 2, 3)"),
        (["a", "b"], None, "a,c", "y_train must be one of a, c, not b"),
        (["a", "a"], None, "a,b", "class b has no sample in y_train"),
        ([0, 1], None, "cat", "--labels must be numbers, distinct, or two or more names"),
        ([0, 1], None, "cat,cat", "--labels must be numbers, distinct, or two or more names"),
        (list(range(1, 1100)), None, "distinct", "y_train must have up to 1024 classes, not 1099"),
    ],
)
def test_labels_of_no_use_are_explained(train, test, labels, message):
    with pytest.raises(DataError, match="^data: " + re.escape(message)):
        number_classes("data", source(train, test), labels)
