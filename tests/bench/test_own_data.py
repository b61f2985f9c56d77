"""Small data sets with defaults only."""

import sys

import numpy as np
import pytest

from backspike.bench.own_data import PROMISED, compare, load, regression
from backspike.golden.errors import UserError


def test_a_quarter_of_each_class_is_for_test():
    one, other = load("wine", 1), load("wine", 2)
    assert np.bincount(one["y_test"]).tolist() == [15, 18, 12]
    assert not np.array_equal(one["x_test"], other["x_test"])
    assert regression(one) > 0.9


@pytest.mark.parametrize("name", PROMISED)
def test_defaults_keep_the_promise(name):
    rows = compare([name], [1])[name]
    assert rows["membrane"][0] >= PROMISED[name]
    assert len(rows["logistic regression"]) == 1


def test_a_missing_package_is_one_line(monkeypatch):
    monkeypatch.setitem(sys.modules, "sklearn", None)
    with pytest.raises(UserError, match=r"^scikit-learn is not installed: pip install scikit-lea"):
        load("wine", 1)
