"""Arithmetic of the RTL against that of the golden core, all values of small shapes."""

import pytest
from amaranth import signed, unsigned

from backspike.golden.core import arith as golden
from backspike.hdl.lib import arith

EVERY_S8 = [(x,) for x in range(-128, 128)]


def test_saturate_clamps_signed(compute):
    got = compute(lambda x: arith.saturate(x, signed(5)), [signed(8)], EVERY_S8)
    assert got == [golden.saturate(x, 5) for (x,) in EVERY_S8]


def test_saturate_clamps_unsigned(compute):
    got = compute(lambda x: arith.saturate(x, unsigned(5)), [signed(8)], EVERY_S8)
    assert got == [min(max(x, 0), 31) for (x,) in EVERY_S8]


def test_saturate_clamps_what_is_never_negative(compute):
    every = [(x,) for x in range(256)]
    for shape, most in ((unsigned(5), 31), (signed(5), 15)):
        got = compute(lambda x, shape=shape: arith.saturate(x, shape), [unsigned(8)], every)
        assert got == [min(x, most) for (x,) in every]


def test_saturate_to_a_wider_shape_keeps_the_value(compute):
    got = compute(lambda x: arith.saturate(x, signed(12)), [signed(8)], EVERY_S8)
    assert got == [x for (x,) in EVERY_S8]


def test_wrap_is_twos_complement(compute):
    got = compute(lambda x: arith.wrap(x, signed(5)), [signed(8)], EVERY_S8)
    assert got == [golden.wrap(x, 5) for (x,) in EVERY_S8]


def test_wrap_unsigned_is_modulo(compute):
    got = compute(lambda x: arith.wrap(x, unsigned(5)), [signed(8)], EVERY_S8)
    assert got == [x % 32 for (x,) in EVERY_S8]


@pytest.mark.parametrize("amount", [0, 1, 3, 7])
def test_shift_to_zero(amount, compute):
    got = compute(lambda x: arith.shift_to_zero(x, amount), [signed(8)], EVERY_S8)
    assert got == [golden.shift_to_zero(x, amount) for (x,) in EVERY_S8]
    assert got == [int(x / 2**amount) for (x,) in EVERY_S8]


def test_scale_every_exponent(compute):
    weights = [-256, -255, -129, -128, -3, -1, 0, 1, 2, 127, 128, 255]
    samples = [(weight, exponent) for weight in weights for exponent in range(-8, 8)]
    got = compute(arith.scale, [signed(9), signed(4)], samples)
    assert got == [(weight << exponent + 8) >> 8 for weight, exponent in samples]


@pytest.mark.parametrize("bits", [1, 2, 5])
def test_at_most_one(bits, compute):
    samples = [(x,) for x in range(1 << bits)]
    got = compute(arith.at_most_one, [unsigned(bits)], samples)
    assert got == [x.bit_count() <= 1 for (x,) in samples]


@pytest.mark.parametrize("bits", [1, 2, 3, 5, 8])
def test_popcount(bits, compute):
    samples = [(x,) for x in range(1 << bits)]
    got = compute(arith.popcount, [unsigned(bits)], samples)
    assert got == [x.bit_count() for (x,) in samples]
