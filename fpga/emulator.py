"""A board without a board: its device in Verilator, behind a pseudo-terminal."""

import ctypes
import os
import select
import threading
import tty
from dataclasses import dataclass
from importlib.resources import files

from backspike.fpga.boards import Board
from backspike.hdl.device import Device
from backspike.hdl.verilog import simulation_verilog
from backspike.sim.engines.core_text import kept_text
from backspike.sim.engines.verilator_build import BuildProgress, build_core

__all__ = ["Emulator", "Faults"]

_TOP = "backspike_device"
#: Cycles between two looks at the pseudo-terminal.
_SLICE = 2_000
#: Cycles without a byte after which the emulator rests until the next one comes.
_RESTS_AFTER = 5_000_000
_ROOM = 4096


@dataclass(frozen=True, kw_only=True)
class Faults:
    """Probabilities that a byte on the line comes to harm, in either direction."""

    flip: float = 0.0
    drop: float = 0.0
    repeat: float = 0.0
    delay: float = 0.0
    seed: int = 1

    def __post_init__(self) -> None:
        for name in ("flip", "drop", "repeat", "delay"):
            if not 0 <= getattr(self, name) < 1:
                raise ValueError(
                    f"{name} must be at least 0 and below 1, not {getattr(self, name)}"
                )


class Emulator:
    """Runs a board in a thread until it is closed; ``port`` is the name of its serial port.

    Parameters
    ----------
    board : Board
        Whose device to run.
    faults : Faults
        Of the serial line.
    progress : callable, optional
        Told of the build, unless it is in the cache.

    Raises
    ------
    BuildError
        If a tool is missing or fails.
    """

    def __init__(
        self, board: Board, faults: Faults | None = None, progress: BuildProgress | None = None
    ) -> None:
        line = {"divisor": board.divisor, "leds": board.leds}
        text = kept_text(
            "device",
            board.params,
            (_TOP, line),
            lambda: simulation_verilog(Device(board.params, **line), _TOP),
        )
        harness = files("backspike.fpga").joinpath("emulator.cpp")
        library = build_core(text, _TOP, progress, harness)
        self._library = _declare(ctypes.CDLL(str(library)))
        self._board = self._library.board_create(board.divisor)
        faults = faults or Faults()
        chances = (faults.flip, faults.drop, faults.repeat, faults.delay)
        self._library.board_faults(
            self._board, faults.seed, *(int(chance * 2**32) for chance in chances)
        )
        self._master, self._slave = os.openpty()  # both stay open, so that hosts may come and go
        tty.setraw(self._slave)
        os.set_blocking(self._master, False)
        self.port = os.ttyname(self._slave)
        self._stop, self._stopped = os.pipe()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    @property
    def cycles(self) -> int:
        """Clock cycles so far."""
        return self._library.board_cycles(self._board)

    def close(self) -> None:
        """Stop the board."""
        if self._thread.is_alive():
            os.write(self._stopped, b"x")
            self._thread.join()
            for number in (self._master, self._slave, self._stop, self._stopped):
                os.close(number)
            self._library.board_destroy(self._board)

    def __enter__(self) -> "Emulator":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _run(self) -> None:
        """Carry bytes and clock the board; rest when nothing goes on."""
        quiet = 0
        pending = b""
        buffer = ctypes.create_string_buffer(_ROOM)
        while True:
            patience = 0.0 if quiet < _RESTS_AFTER else None
            ready, _, _ = select.select([self._master, self._stop], [], [], patience)
            if self._stop in ready:
                return
            quiet += _SLICE
            if self._master in ready:
                received = os.read(self._master, _ROOM)
                self._library.board_send(self._board, received, len(received))
                quiet = 0
            self._library.board_run(self._board, _SLICE)
            count = self._library.board_take(self._board, buffer, _ROOM)
            pending += buffer.raw[:count]
            if pending:
                quiet = 0
                try:
                    pending = pending[os.write(self._master, pending) :]
                except BlockingIOError:
                    # Nobody reads: as on a real line, bytes are lost.
                    pending = b""


def _declare(library: ctypes.CDLL) -> ctypes.CDLL:
    """Types of the functions of ``emulator.cpp``."""
    board, chance = ctypes.c_void_p, ctypes.c_uint32
    for name, result, arguments in (
        ("create", board, [ctypes.c_uint32]),
        ("destroy", None, [board]),
        ("faults", None, [board, ctypes.c_uint64, chance, chance, chance, chance]),
        ("send", None, [board, ctypes.c_char_p, ctypes.c_size_t]),
        ("take", ctypes.c_size_t, [board, ctypes.c_char_p, ctypes.c_size_t]),
        ("run", None, [board, ctypes.c_uint64]),
        ("leds", ctypes.c_uint32, [board]),
        ("cycles", ctypes.c_uint64, [board]),
    ):
        function = getattr(library, f"board_{name}")
        function.restype, function.argtypes = result, arguments
    return library
