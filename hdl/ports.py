"""Groups of wires between the parts of a core that are no streams."""

from amaranth.hdl import ShapeLike
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out

__all__ = ["ClearPort", "RowReader"]


class RowReader(wiring.Signature):
    """A read port, seen by the reader.

    Members
    -------
    en : Out(1)
        Read; without, ``data`` stays.
    row : Out(range(rows))
        What to read.
    data : In(shape)
        What was asked for in the cycle before.
    """

    def __init__(self, rows: int, shape: ShapeLike):
        self.rows, self.shape = rows, shape
        super().__init__({"en": Out(1), "row": Out(range(rows)), "data": In(shape)})


class ClearPort(wiring.Signature):
    """A sweep over a memory of dynamic state, seen by what sweeps.

    Members
    -------
    en : Out(1)
        Zero a word; it is zero in the next cycle.
    address : Out(range(depth))
        Which.
    """

    def __init__(self, depth: int):
        self.depth = depth
        super().__init__({"en": Out(1), "address": Out(range(depth))})
