"""The top of every board: it elaborates, with a PLL, a line and all its lights."""

import re

import pytest

from backspike.fpga.board_top import BoardTop
from backspike.fpga.boards import BOARDS

# Those of amaranth-boards, and of a domain that a submodule makes.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")

PLLS = {"ecp5": "EHXPLLL", "ice40": "SB_PLL40_PAD"}


@pytest.mark.parametrize("name", ["ulx3s-85f", "icebreaker", "orangecrab-85f"])
def test_a_board_elaborates(name, small_board):
    board = BOARDS[name]
    learns = name == small_board.name  # once: what learns knows nothing of boards
    params = small_board.params.with_(learning=learns)
    device = {"params": params, "clock_hz": board.clock_hz, "baud": board.baud}
    plan = board.platform().prepare(BoardTop(type(board)(**vars(board) | device)), "top")
    text = plan.files["top.il"]
    text = text.decode() if isinstance(text, bytes) else text
    assert len(re.findall(rf"cell \\{PLLS[board.family]} ", text)) == 1
    lights = re.findall(r"cell \\top\.light(\d+) ", text)
    assert {int(number) for number in lights} == set(range(board.leds))
