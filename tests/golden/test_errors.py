"""Checks of what users give, and the errors that they raise."""

from pathlib import Path

import numpy as np
import pytest

from backspike.golden.compiler.compiler import compile_network
from backspike.golden.errors import (
    CapacityError,
    NoEffectWarning,
    UnknownNameError,
    UserError,
    check_bool,
    check_capacity,
    check_finite,
    check_int,
    check_number,
    check_numbers,
    check_path,
    check_text,
    check_type,
)
from backspike.golden.network.network import Network
from backspike.sim.simulation.simulation import Simulation


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


@pytest.mark.parametrize("value", [2, 2.5, np.int8(2), np.float32(2.5)])
def test_numbers_of_any_kind_pass(value):
    assert check_number("tau", value) == value
    assert type(check_number("tau", value)) in (int, float)
    np.testing.assert_array_equal(check_numbers("weights", [value, 1]), [value, 1])


def test_what_is_no_number_is_named():
    for value in ("3", True, None, [1]):
        with pytest.raises(TypeError, match=r"^tau must be a number, not "):
            check_number("tau", value)
    for value in ("3", True, None, 1j, [None]):
        with pytest.raises(TypeError, match=r"^weights must be numbers, not "):
            check_numbers("weights", value)
    with pytest.raises(ValueError, match=r"^weights must be a regular array, not rows of diff"):
        check_numbers("weights", [[1], [1, 2]])
    assert check_numbers("weights", [True, False]).tolist() == [True, False]


def test_what_is_neither_true_nor_false_is_named():
    assert check_bool("negate", np.bool_(True)) is True
    for value in (1, "no", None):
        with pytest.raises(TypeError, match=r"^negate must be True or False, not "):
            check_bool("negate", value)


def test_what_is_of_another_class_is_named():
    check_type("size", 3, int)
    with pytest.raises(TypeError, match=r"^size must be a int, not '3' \(str\)$"):
        check_type("size", "3", int)


def test_an_unknown_name_is_a_key_error_that_can_be_read():
    error = UnknownNameError("memory must be one of 'a', not 'b'")
    assert isinstance(error, KeyError)
    assert str(error) == "memory must be one of 'a', not 'b'"


def test_a_capacity_is_exceeded_by_one_more():
    check_capacity("lists", 5, 5)
    with pytest.raises(CapacityError, match=r"^lists: the network needs 6, the limit is 5$"):
        check_capacity("lists", 6, 5)
    with pytest.raises(CapacityError, match=r"^lists: .* the limit is 5; use fewer$"):
        check_capacity("lists", 6, 5, "use fewer")


def test_errors_that_a_user_can_cause_have_one_base():
    assert issubclass(CapacityError, UserError)
    assert issubclass(UserError, ValueError)


def test_paths_are_texts_or_paths():
    assert (
        check_path("it", "a/b.npz", ".npz") == check_path("it", Path("a/b.npz")) == Path("a/b.npz")
    )
    for value in (5, None, b"x", ["x"], Path):
        with pytest.raises(TypeError, match=r"^path of it must be a str or Path, not "):
            check_path("it", value)
    for value in ("", "a\0b", "/"):
        with pytest.raises(UserError, match=r"^path of it must name a file, not "):
            check_path("it", value)
    with pytest.raises(UserError, match=r"^file of it must end in \.npz, not 'b\.txt'$"):
        check_path("it", "a/b.txt", ".npz")


def test_what_is_no_text_is_named():
    assert check_text("rule", "x0") == "x0"
    for value in (None, 5, b"x"):
        with pytest.raises(TypeError, match=r"^rule must be a str, not "):
            check_text("rule", value)


def test_a_number_that_is_not_finite_is_named_with_its_place():
    check_finite("weights", np.ones((2, 3)))
    with pytest.raises(ValueError, match=r"^weights must be finite, not nan at \[1, 2\]$"):
        check_finite("weights", np.array([[1, 2, 3], [4, 5, np.nan]]))
    with pytest.raises(ValueError, match=r"^bias must be finite, not -inf$"):
        check_finite("bias", np.array(-np.inf))


def test_a_warning_is_at_the_line_of_the_user():
    network = Network()
    network.input("unheard", 1)
    network.population("p", 1, threshold=1, bias=2)
    for user in (compile_network, Simulation):
        with pytest.warns(NoEffectWarning, match="'unheard' has no effect") as told:
            user(network)
        assert [warning.filename for warning in told] == [__file__]
