"""Groups of wires between the parts of a core that are no streams."""

from amaranth import signed, unsigned
from amaranth.hdl import ShapeLike
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out

from backspike.hdl.layouts import TAG_BITS
from backspike.hdl.params import CoreParams
from backspike.hdl.payloads import word_layout

__all__ = ["ClearPort", "RowReader", "WriteBack"]


class RowReader(wiring.Signature):
    """A read port, seen by the reader.

    Members
    -------
    en : Out(1)
        Read; without, ``data`` stays.
    row : Out(range(rows))
        Row to read.
    data : In(shape)
        Content of the row of the last cycle with ``en``.
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
        Word to zero.
    """

    def __init__(self, depth: int):
        self.depth = depth
        super().__init__({"en": Out(1), "address": Out(range(depth))})


class WriteBack(wiring.Signature):
    """Learned synapses of a word, seen by what learns.

    Members
    -------
    en : Out(1)
        Write the lanes of ``word.mask``.
    word : Out(word_layout(params))
        The word, as it was read.
    weights : Out(signed(9)).array(lanes)
        By lane of the targets.
    tags, delays : Out(signed(9)).array(lanes), Out(slot_bits).array(lanes)
        Likewise, in cores that have them.
    """

    def __init__(self, params: CoreParams):
        self.params = p = params
        shapes = {"weights": signed(9)}
        if p.has_tags:
            shapes["tags"] = signed(TAG_BITS)
        if p.delays:
            shapes["delays"] = unsigned(p.slot_bits)
        lanes = {name: Out(shape).array(p.lanes) for name, shape in shapes.items()}
        super().__init__({"en": Out(1), "word": Out(word_layout(p)), **lanes})
