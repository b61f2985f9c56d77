"""Checks of what users give, and the errors that they raise."""

import numpy as np
import pytest

from backspike.golden.errors import CapacityError, UserError, check_capacity, check_int


@pytest.mark.parametrize("value", [2, 5, np.int8(3), np.uint64(4)])
def test_integers_in_range_pass(value):
    check_int("size", value, 2, 5)


@pytest.mark.parametrize(
    ("value", "error", "message"),
    [
        (1, ValueError, "size must be between 2 and 5, not 1"),
        (np.int64(6), ValueError, "size must be between 2 and 5, not 6"),
        (True, TypeError, "size must be an int, not True"),
        (3.0, TypeError, r"size must be an int, not 3\.0"),
        ("3", TypeError, "size must be an int, not '3'"),
        (None, TypeError, "size must be an int, not None"),
    ],
)
def test_other_values_are_named(value, error, message):
    with pytest.raises(error, match=f"^{message}$"):
        check_int("size", value, 2, 5)


def test_a_capacity_is_exceeded_by_one_more():
    check_capacity("lists", 5, 5)
    with pytest.raises(CapacityError, match=r"^lists: the network needs 6, the limit is 5$"):
        check_capacity("lists", 6, 5)
    with pytest.raises(CapacityError, match=r"^lists: .* the limit is 5; use fewer$"):
        check_capacity("lists", 6, 5, "use fewer")


def test_errors_that_a_user_can_cause_have_one_base():
    assert issubclass(CapacityError, UserError)
    assert issubclass(UserError, ValueError)
