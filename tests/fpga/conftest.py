"""A small core on a board, for all tests that emulate one."""

from dataclasses import replace

import pytest

from backspike.fpga.boards import BOARDS
from backspike.hdl.params import CoreParams


@pytest.fixture(scope="session")
def small_board():
    """A board with a small core, so that its device is built fast."""
    params = CoreParams(
        compartments=32,
        input_axons=16,
        lists=32,
        dense_words=32,
        sparse_words=64,
        lanes=4,
        dendrite_lanes=2,
        rules=2,
        microcode_words=32,
    )
    return replace(BOARDS["ulx3s-85f"], params=params, clock_hz=24_000_000, baud=3_000_000)
