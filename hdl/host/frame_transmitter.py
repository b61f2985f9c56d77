"""Words to the bytes of a frame."""

from amaranth import Module, Mux, Signal
from amaranth.lib import stream, wiring
from amaranth.lib.crc.catalog import CRC32_ISO_HDLC
from amaranth.lib.wiring import In, Out

from backspike.hdl.host.frames import ESCAPE, FLAG, TOGGLE
from backspike.hdl.lib.contract import Contract

__all__ = ["FrameTransmitter"]


class FrameTransmitter(wiring.Component):
    """Frames words as :mod:`backspike.hdl.host.frames` says: flags, escapes and the CRC.

    Timing: offers a byte 9 cycles after the last one was taken, as its check takes one per bit.

    Members
    -------
    start : In(1)
        Begin a frame with the word in ``i``; counts only while ``busy`` is low.
    busy : Out(1)
        A frame is being sent.
    i : In(stream.Signature(32))
        The rest of the frame, without the CRC. ``i.valid`` or ``last`` must be high until ``busy``
        falls.
    last : In(1)
        There are no more words.
    o : Out(stream.Signature(8))
        Bytes.
    """

    def __init__(self):
        super().__init__({
            "start": In(1),
            "busy": Out(1),
            "i": In(stream.Signature(32)),
            "last": In(1),
            "o": Out(stream.Signature(8)),
        })

    def elaborate(self, platform):
        m = Module()
        m.submodules.crc = crc = CRC32_ISO_HDLC(data_width=1).create()
        bit, number, escaped, in_crc = Signal(3), Signal(2), Signal(), Signal()
        word, byte, special = Signal(32), Signal(8), Signal()
        m.d.comb += [
            byte.eq(word[:8]),
            special.eq((byte == FLAG) | (byte == ESCAPE)),
            crc.data.eq(word[0]),
        ]
        with m.FSM(name="transmit") as fsm:
            m.d.comb += self.busy.eq(~fsm.ongoing("IDLE"))
            with m.State("IDLE"):
                m.d.comb += crc.start.eq(1)
                m.d.sync += [bit.eq(0), number.eq(0), in_crc.eq(0), escaped.eq(0)]
                with m.If(self.start):
                    m.d.sync += word.eq(self.i.p)
                    m.next = "BEGIN"
            with m.State("BEGIN"):
                m.d.comb += [self.o.valid.eq(1), self.o.p.eq(FLAG)]
                with m.If(self.o.ready):
                    m.next = "BYTE"
            with m.State("WORD"):
                m.d.comb += self.i.ready.eq(1)
                with m.If(self.i.valid):
                    m.d.sync += word.eq(self.i.p)
                    m.next = "BYTE"
                with m.Elif(self.last):
                    m.d.sync += [in_crc.eq(1), word.eq(crc.crc)]
                    m.next = "BYTE"
            with m.State("BYTE"):
                m.d.comb += [
                    self.o.valid.eq(1),
                    self.o.p.eq(Mux(special & ~escaped, ESCAPE, byte ^ (escaped * TOGGLE))),
                ]
                with m.If(self.o.ready & special & ~escaped):
                    m.d.sync += escaped.eq(1)
                with m.Elif(self.o.ready):
                    m.d.sync += escaped.eq(0)
                    m.next = "CHECK"
            with m.State("CHECK"):
                m.d.comb += crc.valid.eq(~in_crc)
                m.d.sync += [word.eq(word >> 1), bit.eq(bit + 1)]
                with m.If(bit.all()):
                    m.d.sync += number.eq(number + 1)
                    m.next = "BYTE"
                    with m.If(number.all()):
                        m.next = "WORD"
                        with m.If(in_crc):
                            m.next = "END"
            with m.State("END"):
                m.d.comb += [self.o.valid.eq(1), self.o.p.eq(FLAG)]
                with m.If(self.o.ready):
                    m.next = "IDLE"
        contract = Contract(m, self, platform)
        contract.stays("o", self.o)
        contract.needs("the next word is there", self.i.valid | self.last, where=self.i.ready)
        data = self.o.valid & fsm.ongoing("BYTE")
        contract.holds("no byte of data is a flag", self.o.p != FLAG, where=data)
        return m
