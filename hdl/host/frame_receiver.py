"""Bytes to the words of frames, with their check."""

from amaranth import Cat, Module, Signal
from amaranth.lib import wiring
from amaranth.lib.crc.catalog import CRC32_ISO_HDLC
from amaranth.lib.wiring import In, Out

from backspike.hdl.host.frames import ESCAPE, FLAG, TOGGLE
from backspike.hdl.lib.contract import Contract

__all__ = ["BYTE_CYCLES", "FrameReceiver"]

#: Cycles that the check of a byte takes, fewer than a line needs for the byte.
BYTE_CYCLES = 10


class FrameReceiver(wiring.Component):
    """Undoes the framing of :mod:`backspike.hdl.host.frames`.

    Timing
    ------
    Bytes may come every :data:`BYTE_CYCLES`: each takes a cycle per bit for its check. ``word_en``
    is high in the cycle after the last bit of a word, ``ends`` in the cycle after a flag that ends
    a frame.

    Members
    -------
    valid, byte, broken : In
        See :class:`backspike.hdl.host.uart.UartReceiver`.
    word_en, word : Out
        A word of the frame, its CRC included.
    ends : Out(1)
        The frame is over.
    good : Out(1)
        With ``ends``: it has whole words, and its CRC is right.
    """

    def __init__(self):
        super().__init__({
            "valid": In(1),
            "byte": In(8),
            "broken": In(1),
            "word_en": Out(1),
            "word": Out(32),
            "ends": Out(1),
            "good": Out(1),
        })

    def elaborate(self, platform):
        m = Module()
        m.submodules.crc = crc = CRC32_ISO_HDLC(data_width=1).create()
        escaped, spoilt, empty = Signal(), Signal(), Signal(init=1)
        # A byte is checked, and becomes part of its word, bit by bit.
        byte, checks, bit, number = Signal(8), Signal(), Signal(3), Signal(2)
        is_data = self.valid & (self.byte != FLAG) & (self.byte != ESCAPE)
        is_flag = self.valid & (self.byte == FLAG)
        m.d.comb += [
            crc.data.eq(byte[0]),
            crc.valid.eq(checks),
            crc.start.eq(is_flag),
        ]
        m.d.sync += [
            self.word_en.eq(checks & bit.all() & number.all()),
            self.ends.eq(is_flag & ~empty),
            self.good.eq(crc.match_detected & (number == 0) & ~escaped & ~spoilt),
        ]
        with m.If(checks):
            m.d.sync += [
                byte.eq(byte >> 1),
                self.word.eq(Cat(self.word[1:], byte[0])),
                bit.eq(bit + 1),
                checks.eq(~bit.all()),
                number.eq(number + bit.all()),
            ]
        with m.If(is_data):
            m.d.sync += [
                byte.eq(self.byte ^ (escaped << TOGGLE.bit_length() - 1)),
                checks.eq(1),
                escaped.eq(0),
                empty.eq(0),
            ]
        with m.Elif(is_flag):
            m.d.sync += [number.eq(0), escaped.eq(0), spoilt.eq(0), empty.eq(1)]
        with m.Elif(self.valid):
            m.d.sync += [escaped.eq(1), spoilt.eq(spoilt | escaped), empty.eq(0)]
        with m.If(self.broken):
            m.d.sync += [spoilt.eq(1), empty.eq(0)]
        contract = Contract(m, self, platform)
        contract.needs("a byte comes when the last is checked", ~checks, where=self.valid)
        contract.needs("what is broken is no byte", ~(self.valid & self.broken))
        return m
