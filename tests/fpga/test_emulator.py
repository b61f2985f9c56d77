"""The emulated board: its port, its faults, and its end."""

import pytest

from backspike.fpga.emulator import Emulator, Faults
from backspike.fpga.serial_link import LinkError, SerialTransport


@pytest.mark.parametrize("name", ["flip", "drop", "repeat", "delay"])
def test_a_fault_is_a_probability(name):
    with pytest.raises(ValueError, match=f"^{name} must be at least 0 and below 1, not 1$"):
        Faults(**{name: 1})


def test_a_deaf_board_does_not_answer(small_board):
    with (
        Emulator(small_board, Faults(drop=0.999999)) as emulator,
        pytest.raises(LinkError, match=r"^/dev/\S+: no board answers: is the bitstream"),
    ):
        SerialTransport(emulator.port, small_board.baud, patience=0.5)


def test_a_board_answers_and_then_stops(small_board):
    emulator = Emulator(small_board)
    link = SerialTransport(emulator.port, small_board.baud)
    assert emulator.cycles > 0
    link.close()
    emulator.close()
    emulator.close()  # nothing is left to stop
    with pytest.raises(LinkError, match="there is no such port"):
        SerialTransport(emulator.port, small_board.baud)
