"""Narrowing and rounding against exact fractions."""

from fractions import Fraction

import pytest

from backspike.golden.core.arith import leak, saturate, shift_to_zero, wrap


@pytest.mark.parametrize("bits", [2, 8, 24, 36])
def test_words_of_any_width(bits):
    half = 1 << (bits - 1)
    for value in (0, 1, -1, half - 1, half, -half, -half - 1, 3 * half + 5, -5 * half - 7):
        assert saturate(value, bits) == sorted([-half, value, half - 1])[1]
        wrapped = wrap(value, bits)
        assert -half <= wrapped < half
        assert (wrapped - value) % (2 * half) == 0


@pytest.mark.parametrize("value", [0, 1, -1, 127, -128, 12345, -12345, 1 << 40, -(1 << 40)])
def test_rounding_is_towards_zero(value):
    for bits in (0, 1, 7, 16):
        assert shift_to_zero(value, bits) == int(Fraction(value, 1 << bits))
    for decay in (0, 1, 2048, 4095, 4096):
        assert leak(value, decay) == int(Fraction(value * (4096 - decay), 4096))
