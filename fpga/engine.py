"""The engine on a board."""

from backspike.fpga.boards import Board
from backspike.golden.errors import UserError
from backspike.sim.engines.link_engine import LinkEngine
from backspike.sim.engines.packets import ProtocolError

__all__ = ["FpgaEngine"]


class FpgaEngine(LinkEngine):
    """A core on a board, over its serial port; see :class:`backspike.golden.engine.Engine`.

    Parameters
    ----------
    board : Board
        The board that the port is expected to lead to.
    port : str
        Serial port.

    Raises
    ------
    LinkError
        If the port is unusable, or no board answers.
    UserError
        If another core answers, or pyserial is not installed.
    """

    def __init__(self, board: Board, port: str) -> None:
        try:
            from backspike.fpga.serial_link import SerialTransport
        except ModuleNotFoundError as error:
            raise UserError(f"{error.name} is missing: pip install pyserial") from None
        self.link = SerialTransport(port, board.baud)
        try:
            super().__init__(board.params, self.link, "fpga")
        except ProtocolError as error:
            self.link.close()
            raise UserError(
                f"{port} is no {board.name}, or has another bitstream: {error}"
            ) from None
        except BaseException:
            self.link.close()
            raise
