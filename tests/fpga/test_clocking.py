"""PLLs: the dividers that are found give the clock, within the limits of the chips."""

import pytest

from backspike.fpga.boards import BOARDS
from backspike.fpga.clocking import ecp5_pll, ice40_pll
from backspike.golden.errors import UserError

SOURCES = {"ulx3s-85f": 25e6, "orangecrab-85f": 48e6, "icebreaker": 12e6}
SOURCES |= {
    f"{name}-{core}": SOURCES[name]
    for name in ("ulx3s-85f", "orangecrab-85f")
    for core in ("wide", "convolution")
}


@pytest.mark.parametrize(
    ("source", "clock"),
    [(25e6, 60e6), (25e6, 100e6), (48e6, 60e6), (48e6, 24e6), (12e6, 48e6), (12e6, 60e6)],
)
def test_an_ecp5_makes_the_clock(source, clock):
    pll = ecp5_pll(source, clock)
    assert source / pll.reference * pll.feedback == clock
    assert 3.125e6 <= source / pll.reference <= 400e6
    assert 400e6 <= clock * pll.output <= 800e6
    assert 1 <= pll.reference <= 128
    assert 1 <= pll.feedback <= 80
    assert 1 <= pll.output <= 128


@pytest.mark.parametrize("source", [12e6, 16e6])
@pytest.mark.parametrize("clock", [21e6, 24e6, 30e6, 48e6])
def test_an_ice40_makes_the_clock(source, clock):
    pll = ice40_pll(source, clock)
    oscillator = source / pll.reference * pll.feedback
    assert oscillator / 2**pll.shift == clock
    assert 533e6 <= oscillator <= 1066e6
    assert 10e6 <= source / pll.reference <= 133e6


@pytest.mark.parametrize("name", BOARDS)
def test_every_board_has_its_clock(name):
    board = BOARDS[name]
    solve = {"ecp5": ecp5_pll, "ice40": ice40_pll}[board.family]
    assert board.platform().default_clk_frequency == SOURCES[name]
    solve(SOURCES[name], board.clock_hz)


def test_a_clock_that_cannot_be_made_is_refused():
    with pytest.raises(UserError, match=r"^no ECP5 PLL makes 61\.7 MHz of 25 MHz$"):
        ecp5_pll(25e6, 61.7e6)
    with pytest.raises(UserError, match=r"^no iCE40 PLL makes 21\.1 MHz of 12 MHz$"):
        ice40_pll(12e6, 21.1e6)
