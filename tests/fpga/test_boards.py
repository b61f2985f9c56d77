"""The boards: each is whole, and one that is not is refused."""

from dataclasses import replace

import pytest

from backspike.fpga.boards import BOARDS, DEFAULT_BOARD, find_board
from backspike.golden.errors import UserError


@pytest.mark.parametrize("name", BOARDS)
def test_a_board_is_found_by_its_name(name):
    board = find_board(name)
    assert board.name == name
    assert board.divisor * board.baud == board.clock_hz
    assert board.leds == len(board.lights) >= 2


def test_the_default_is_a_board():
    assert DEFAULT_BOARD in BOARDS


def test_an_unknown_board_is_refused():
    with pytest.raises(UserError, match=r"^--board must be one of ulx3s-85f, .*, not arty$"):
        find_board("arty")


def test_a_speed_that_does_not_divide_the_clock_is_refused():
    with pytest.raises(ValueError, match=r"^baud must divide clock_hz \(60000000\), not 7: board"):
        replace(BOARDS["ulx3s-85f"], baud=7)
