"""Patterns, and weights as synapse memory stores them."""

import random

import numpy as np
import pytest

from backspike.golden.network.weights import (
    Pattern,
    check_signs,
    encode_weights,
    expand_pairs,
    lsb_of,
    shaped_ints,
    shaped_weights,
    weight_range,
)
from backspike.hdl.layouts import SignMode


def test_a_weight_is_what_a_spike_adds():
    rng = random.Random(1)
    for _ in range(300):
        exponent = rng.randint(-8, 7)
        weights = np.array([rng.randint(-256, 255) for _ in range(5)]) * 2.0**exponent
        stored, exponents = encode_weights("c", weights, exponent)
        assert (stored.dtype, exponents.shape) == (np.int16, ())
        np.testing.assert_array_equal(stored * 2.0**exponents, weights)


def test_without_an_exponent_the_smallest_common_one_is_taken():
    for exponent in range(8):
        weights = np.array([129.0, -255.0, 0.0]) * 2**exponent
        stored, exponents = encode_weights("c", weights, None)
        assert (int(exponents), stored.tolist()) == (exponent, [129, -255, 0])


def test_fixed_weights_have_exponents_of_their_own_where_none_is_common():
    weights = np.array([[3.0, 512.0], [-32768.0, 0.0]])
    stored, exponents = encode_weights("c", weights, None)
    assert exponents.shape == weights.shape
    assert exponents.tolist() == [[0, 2], [7, 0]]
    np.testing.assert_array_equal(stored * 2.0**exponents, weights)
    with pytest.raises(ValueError, match=r"^weight of c must be a multiple of 1 from -256 to 255"):
        encode_weights("c", weights, None, learned=(SignMode.MIXED, 0))


@pytest.mark.parametrize(
    ("weights", "exponent", "learned", "message"),
    [
        (
            [1.0, 257.0],
            None,
            None,
            "1 from -256 to 255, times one power of 2 .* 128, not 257",
        ),
        ([2.0, 1.0], 1, None, r"1 from -256 to 255, times 2\*\*1, not 1"),
        ([2.0, 1.0], None, (SignMode.MIXED, 1), "2 from -256 to 254, times one .* 128, not 1"),
        ([-1.0], 0, (SignMode.EXCITATORY, 0), r"1 from 0 to 255, times 2\*\*0, not -1"),
        ([1.0], 0, (SignMode.INHIBITORY, 3), r"8 from -248 to 0, times 2\*\*0, not 1"),
    ],
)
def test_weights_that_cannot_be_stored_are_explained(weights, exponent, learned, message):
    with pytest.raises(ValueError, match=f"^weight of c must be a multiple of {message}$"):
        encode_weights("c", np.array(weights), exponent, learned=learned)


def test_bad_exponents_are_explained():
    with pytest.raises(ValueError, match=r"^exponent of c must be between -8 and 7, not 8$"):
        encode_weights("c", np.zeros(1), 8)
    with pytest.raises(TypeError, match=r"^exponent of c must be an int, not 1\.0$"):
        encode_weights("c", np.zeros(1), 1.0)


@pytest.mark.parametrize(
    ("sign", "lsb", "low", "high"),
    [
        (SignMode.MIXED, 0, -256, 255),
        (SignMode.MIXED, 3, -256, 248),
        (SignMode.EXCITATORY, 1, 0, 254),
        (SignMode.INHIBITORY, 2, -252, 0),
    ],
)
def test_range_of_learned_weights(sign, lsb, low, high):
    assert weight_range(sign, lsb) == (low, high)
    assert low % (1 << lsb) == high % (1 << lsb) == 0


def test_bits_say_the_unit():
    assert [lsb_of("c", bits, SignMode.MIXED) for bits in (9, 8, 1)] == [0, 1, 8]
    assert lsb_of("c", 8, SignMode.EXCITATORY) == 0
    with pytest.raises(ValueError, match=r"^bits of c must be between 1 and 8, not 9$"):
        lsb_of("c", 9, SignMode.INHIBITORY)


def test_pairs_are_in_the_order_of_the_weights():
    none = np.zeros((0, 2), np.int64)
    for pattern, pairs, sizes, expected in (
        (Pattern.ONE_TO_ONE, none, (3, 3), ([0, 1, 2], [0, 1, 2])),
        (Pattern.ONE_TO_ALL, none, (1, 3), ([0, 0, 0], [0, 1, 2])),
        (Pattern.ALL_TO_ALL, none, (2, 3), ([0, 0, 0, 1, 1, 1], [0, 1, 2, 0, 1, 2])),
        (Pattern.EXPLICIT, np.array([[1, 0], [0, 2]]), (2, 3), ([1, 0], [0, 2])),
    ):
        sources, targets = expand_pairs(pattern, pairs, *sizes)
        assert (sources.tolist(), targets.tolist()) == expected


def test_patterns_by_name_or_pairs():
    assert Pattern.of("c", "all-to-all", 2, 3)[0] is Pattern.ALL_TO_ALL
    kind, pairs = Pattern.of("c", [(1, 2)], 2, 3)
    assert kind is Pattern.EXPLICIT
    assert (pairs.tolist(), pairs.dtype) == ([[1, 2]], np.int64)
    with pytest.raises(ValueError, match=r"^pattern of c must be one of .*, not 'explicit'"):
        Pattern.of("c", "explicit", 2, 3)


@pytest.mark.parametrize(
    ("pattern", "sizes", "weights", "shape"),
    [
        (Pattern.ALL_TO_ALL, (2, 3), 1, (2, 3)),
        (Pattern.ALL_TO_ALL, (2, 3), np.ones((2, 3)), (2, 3)),
        (Pattern.ONE_TO_ONE, (3, 3), 1, (3,)),
        (Pattern.ONE_TO_ALL, (1, 3), [1, 1, 1], (1, 3)),
        (Pattern.EXPLICIT, (4, 4), 1, (2,)),
    ],
)
def test_weights_have_the_shape_of_their_pattern(pattern, sizes, weights, shape):
    made = shaped_weights("c", weights, pattern, np.zeros((2, 2), np.int64), *sizes)
    assert (made.shape, made.dtype) == (shape, np.float64)
    assert made.flags.c_contiguous


def test_values_beside_the_weights():
    assert shaped_ints("tag", None, (3,), -2, 2) is None
    assert shaped_ints("tag", 1, (3,), -2, 2).tolist() == [1, 1, 1]
    assert shaped_ints("tag", [1, 2], (1, 2), -2, 2, one_source=True).tolist() == [[1, 2]]
    assert shaped_ints("tag", [-2.0, 0, 2], (3,), -2, 2).tolist() == [-2, 0, 2]
    for values, message in (
        ([1, 2], r"tag must be one number or have shape \(3,\), not \(2,\)"),
        ([0, 3, 0], "tag must be whole and between -2 and 2, not 3"),
        (0.5, r"tag must be whole and between -2 and 2, not 0\.5"),
    ):
        with pytest.raises(ValueError, match=f"^{message}$"):
            shaped_ints("tag", values, (3,), -2, 2)


@pytest.mark.parametrize(
    ("sign", "refused"),
    [(SignMode.MIXED, ()), (SignMode.EXCITATORY, (-1,)), (SignMode.INHIBITORY, (1,))],
)
def test_fixed_weights_may_be_0_or_of_the_sign_of_their_connection(sign, refused):
    for weight in (-1, 0, 1):
        if weight in refused:
            with pytest.raises(ValueError, match=rf"^weight of c must be 0 or .*, not {weight}$"):
                check_signs("c", np.array([0, weight]), sign)
        else:
            check_signs("c", np.array([0, weight]), sign)


@pytest.mark.parametrize(
    ("pair", "message"),
    [
        ((2, 0), "source neuron in the pairs of c must be between 0 and 1, not 2"),
        ((-1, 0), "source neuron in the pairs of c must be between 0 and 1, not -1"),
        ((0, 3), "target neuron in the pairs of c must be between 0 and 2, not 3"),
        ((0, -1), "target neuron in the pairs of c must be between 0 and 2, not -1"),
    ],
)
def test_pairs_name_neurons_that_are_there(pair, message):
    with pytest.raises(ValueError, match=f"^{message}$"):
        Pattern.of("c", [(0, 0), pair], 2, 3)
