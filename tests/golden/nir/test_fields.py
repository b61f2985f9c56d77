"""Fields as files have them, in one form."""

import h5py
import numpy as np
import pytest

from backspike.golden.nir.fields import Field, numbers, padding, parse_fields, sizes, whole


def test_values_of_any_form_become_one():
    assert numbers(np.float32(0.5)).dtype == np.float64
    assert whole(np.int64(3)) == whole(3.0) == (3,)
    assert whole(np.array([2, 1])) == (2, 1)
    assert sizes(h5py.Empty("f")) is sizes(None) is sizes(np.zeros(0)) is None
    assert sizes(np.array([1, 28])) == (1, 28)
    assert padding(b"same") == padding("same") == "same"
    assert padding(np.array([1, 0])) == (1, 0)


@pytest.mark.parametrize(
    ("read", "value", "message"),
    [
        (numbers, "text", "must be numbers, not 'text'"),
        (numbers, [[1], [1, 2]], "must be numbers, not "),
        (numbers, np.ones(2, complex), "must be numbers, not "),
        (numbers, np.ones((9, 9), complex), r"must be numbers, not array\(\[\[1.\+0.j, [^\n]*$"),
        (numbers, np.zeros(0), "must have a number, and is empty"),
        (numbers, [1.0, np.nan, np.nan], r"must be finite, and has NaN \(2 of 3 numbers\)"),
        (numbers, np.inf, r"must be finite, and has an infinite number \(1 of 1 numbers\)"),
        (whole, 0.5, "must be whole, not 0.5"),
        (whole, 1e9, "must be whole, not 1000000000.0"),
        (sizes, [0, 3], r"must be sizes of 1 or more, not \(0, 3\)"),
        (sizes, "x", "must be sizes, not 'x'"),
        (padding, b"full", "must be 'same', 'valid' or whole numbers, not 'full'"),
    ],
)
def test_what_is_none_is_refused(read, value, message):
    with pytest.raises(ValueError, match=f"^{message}"):
        read(value)


def test_every_reason_is_told_and_defaults_stand_in():
    table = {"a": Field(numbers), "b": Field(numbers), "c": Field(whole, 1)}
    found, reasons = parse_fields({"a": np.nan, "c": h5py.Empty("i")}, table)
    assert found == {"c": (1,)}
    assert reasons == ["a must be finite, and has NaN (1 of 1 numbers)", "b is missing"]
