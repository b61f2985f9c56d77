"""Engines by name."""

import pytest

from backspike.cli import engines
from backspike.cli.console import console
from backspike.cli.engines import BOARD_ENGINES, ENGINES, make_board_engine, make_engine, maker
from backspike.fpga.boards import BOARDS
from backspike.golden.core.golden_core import GoldenCore
from backspike.hdl.presets import CORE_PRESETS

TINY = CORE_PRESETS["tiny"]


@pytest.fixture
def made(monkeypatch):
    """Stands in the place of all engines that cost something, and keeps what they are made of."""
    calls = []
    for name in ("VerilatorEngine", "FpgaEngine", "NetlistEngine"):
        monkeypatch.setattr(
            engines, name, lambda *a, name=name, **more: calls.append((name, a, more))
        )
    return calls


def test_every_name_makes_its_engine(made):
    core = make_engine("golden", TINY)
    assert isinstance(core, GoldenCore)
    assert core.params == TINY
    make_engine("verilator", TINY, print, len)
    board = BOARDS["icebreaker"]
    make_board_engine("fpga", board, "/dev/tty", print)
    make_board_engine("netlist", board, None, print)
    assert made == [
        ("VerilatorEngine", (TINY, print), {"rehearsal": len, "contracts": False}),
        ("FpgaEngine", (board, "/dev/tty"), {}),
        ("NetlistEngine", (board.params, "ice40", print), {}),
    ]
    assert isinstance(maker(console, "golden")(TINY), GoldenCore)


def test_another_name_is_refused():
    with pytest.raises(ValueError, match=r"^engine must be one of golden, verilator, not 'fpga'$"):
        make_engine(BOARD_ENGINES[0], TINY)
    with pytest.raises(ValueError, match=r"^engine must be one of fpga, netlist, not 'golden'$"):
        make_board_engine(ENGINES[0], BOARDS["icebreaker"], None)
