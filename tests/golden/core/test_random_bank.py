"""Random numbers of the lanes against a plain implementation."""

import numpy as np
import pytest

from backspike.golden.core.random_bank import draw, random_fraction, xorshift
from backspike.golden.core.state import CoreState
from backspike.hdl.params import CoreParams


def plain(x):
    """Marsaglia's xorshift32 with shifts 13, 17, 5."""
    x ^= x << 13 & 0xFFFFFFFF
    x ^= x >> 17
    return x ^ (x << 5 & 0xFFFFFFFF)


def test_xorshift32():
    """The first numbers after 1, and those after the greatest state."""
    states = np.array([1, 0xFFFFFFFF], np.uint32)
    first = []
    for _ in range(3):
        expected = [plain(x) for x in states.tolist()]
        assert xorshift(states[1]) == expected[1]
        draw(states)
        assert states.tolist() == expected
        first.append(expected[0])
    assert first == [270369, 67634689, 2647435461]


@pytest.mark.parametrize(("dither", "expected"), [(0, 0x2345), (1, 0), (2, 0xFFFF), (3, 0xFFFF)])
def test_fractions_are_upper_halves_or_what_dither_says(dither, expected):
    core = CoreState.zero(CoreParams())
    core.random[1] = 0x2345_6789
    core.registers["dither"] = dither
    assert random_fraction(core, 1, 16) == expected
    assert random_fraction(core, 1, 7) == expected & 0x7F


def test_a_core_without_generators_rounds_down():
    core = CoreState.zero(CoreParams(stochastic=False, traces=False))
    core.registers["dither"] = 2
    assert random_fraction(core, 0, 16) == 0
