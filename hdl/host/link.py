"""Board's end of the host link: between the bytes of a line and the words of a core."""

from amaranth import Module, Mux, Signal
from amaranth.lib import memory, stream, wiring
from amaranth.lib.wiring import In, Out

from backspike.hdl.host.frame_receiver import FrameReceiver
from backspike.hdl.host.frame_transmitter import FrameTransmitter
from backspike.hdl.host.frames import (
    HEAD_WORDS,
    RING_WORDS,
    FrameKind,
    answer_layout,
    question_layout,
)
from backspike.hdl.lib.contract import Contract

__all__ = ["HostLink"]


def _between(first, last):
    """Words from number ``first`` to before ``last``, at most ``RING_WORDS``."""
    return (last - first)[: RING_WORDS.bit_length()]


class HostLink(wiring.Component):
    """Takes the host's frames, and answers them: see :mod:`backspike.hdl.host.frames`.

    A word reaches the core only after the whole frame that it came in was found undamaged, and
    only once. Words of the core stay until the host says that it has them; meanwhile the core
    waits.

    Timing
    ------
    A word for the core may be taken 3 cycles after the flag that ends its frame; one from the core
    is in the next frame that begins. Before an answer to RESET begins, ``reset`` was high for a
    cycle.

    Members
    -------
    valid, byte, broken : In
        See :class:`backspike.hdl.host.uart.UartReceiver`.
    line : Out(stream.Signature(8))
        Bytes to the line.
    o, i : Out, In(stream.Signature(32))
        To and from the core.
    core_busy : In(1)
        The core has something to do; see :class:`backspike.hdl.core.Core`.
    reset : Out(1)
        Reset the core.
    arrived, damaged : Out(1)
        A frame was good, or not, in this cycle.
    """

    def __init__(self):
        super().__init__({
            "valid": In(1),
            "byte": In(8),
            "broken": In(1),
            "line": Out(stream.Signature(8)),
            "o": Out(stream.Signature(32)),
            "i": In(stream.Signature(32)),
            "core_busy": In(1),
            "reset": Out(1),
            "arrived": Out(1),
            "damaged": Out(1),
        })

    def elaborate(self, platform):
        m = Module()
        m.submodules.receiver = receiver = FrameReceiver()
        index = Signal(9)  # of the next word in its frame
        whole = (index > HEAD_WORDS) & ~index.all()
        m.d.comb += [
            receiver.valid.eq(self.valid),
            receiver.byte.eq(self.byte),
            receiver.broken.eq(self.broken),
            self.arrived.eq(receiver.ends & receiver.good & whole),
            self.damaged.eq(receiver.ends & ~self.arrived),
        ]
        question = Signal(question_layout())
        received, taken = Signal(16), Signal(16)  # words from the host, words given to the core
        offered, kept = Signal(16), Signal(16)  # words of the core, those that the host has
        ring = self._receive(m, receiver, index, question, received, taken)
        self._give(m, ring, received, taken)
        to_host = self._take(m, offered, kept)
        self._answer(m, to_host, question, received, taken, offered, kept)
        is_data, is_reset = (question.kind == kind.value for kind in FrameKind)
        m.d.sync += self.reset.eq(self.arrived & is_reset)
        # A question has arrived long before its frame ends.
        makes_sense = Signal()
        m.d.sync += makes_sense.eq((question.awaited - kept)[:16] <= _between(kept, offered))
        with m.If(self.arrived & is_data & makes_sense):
            m.d.sync += kept.eq(question.awaited)
        with m.If(self.reset):
            m.d.sync += [signal.eq(0) for signal in (received, taken, offered, kept)]
        contract = Contract(m, self, platform)
        for side, waiting in (("core", received - taken), ("host", offered - kept)):
            contract.holds(f"words for the {side} have a place", waiting[:16] <= RING_WORDS)
        return m

    def _receive(self, m: Module, receiver, index, question, received, taken) -> memory.Memory:
        """Collect a frame's head, and append its payload to the ring of words received."""
        m.submodules.from_host = ring = memory.Memory(shape=32, depth=RING_WORDS, init=[])
        write = ring.write_port()
        # The last word is the CRC, and no payload: it is written, but never given to the core.
        position, full, lost = Signal(16), Signal(), Signal()
        fits = (position - taken)[:10] < RING_WORDS  # of at most as many, and those of a frame
        is_next = (question.kind == FrameKind.DATA) & (question.position == received)
        m.d.comb += [
            position.eq(received + index - HEAD_WORDS),
            write.addr.eq(position),
            write.data.eq(receiver.word),
        ]
        with m.If(receiver.word_en):
            with m.If(index < HEAD_WORDS):
                m.d.sync += question.as_value().word_select(index[0], 32).eq(receiver.word)
            with m.Else():
                m.d.comb += write.en.eq(is_next & fits)
                m.d.sync += [full.eq(~fits), lost.eq(lost | full)]
            m.d.sync += index.eq(index + ~index.all())
        with m.If(receiver.ends):
            m.d.sync += [index.eq(0), full.eq(0), lost.eq(0)]
            with m.If(self.arrived & is_next & ~lost):
                m.d.sync += received.eq(position - 1)
        return ring

    def _give(self, m: Module, ring: memory.Memory, received, taken) -> None:
        """Offer the words of good frames to the core."""
        read = ring.read_port()
        m.d.comb += [
            read.en.eq(1),
            read.addr.eq(taken + (self.o.valid & self.o.ready)),
            self.o.p.eq(read.data),
        ]
        left = _between(taken, received)
        with m.If(self.o.valid & self.o.ready):
            m.d.sync += [taken.eq(taken + 1), self.o.valid.eq(left > 1)]
        with m.Else():
            m.d.sync += self.o.valid.eq(left != 0)
        with m.If(self.reset):
            m.d.sync += self.o.valid.eq(0)

    def _take(self, m: Module, offered, kept) -> memory.Memory:
        """Hold the words of the core until the host has them."""
        m.submodules.to_host = ring = memory.Memory(shape=32, depth=RING_WORDS, init=[])
        write = ring.write_port()
        m.d.comb += [
            self.i.ready.eq(_between(kept, offered) < RING_WORDS),
            write.en.eq(self.i.valid & self.i.ready),
            write.addr.eq(offered),
            write.data.eq(self.i.p),
        ]
        with m.If(write.en):
            m.d.sync += offered.eq(offered + 1)
        return ring

    def _answer(self, m: Module, held, question, received, taken, offered, kept) -> None:
        """Answer the last frame that arrived, with words that the host has not acknowledged."""
        m.submodules.transmitter = transmitter = FrameTransmitter()
        wiring.connect(m, transmitter.o, wiring.flipped(self.line))
        pending, answered = Signal(), Signal(question_layout())  # the last good question
        with m.If(self.arrived):
            m.d.sync += [pending.eq(1), answered.eq(question)]
        damaged = Signal(8)
        m.d.sync += damaged.eq(damaged + self.damaged)

        # The answer is fixed when its frame begins: the second word of its head, and what follows.
        answer, awaited, at, end = Signal(answer_layout()), Signal(16), Signal(16), Signal(8)
        in_head = Signal()
        fetched, ends = Signal(), Signal()  # of `at`; a word takes longer to send
        waiting = _between(kept, offered)
        count = Mux(waiting > answered.limit, answered.limit, waiting)
        m.d.comb += [
            answer.kind.eq(answered.kind),
            answer.tag.eq(answered.tag),
            answer.idle.eq(
                ~self.core_busy & ~self.i.valid & (received == taken) & (count == waiting)
            ),
            answer.damaged.eq(damaged),
            answer.position.eq(at),
            answer.awaited.eq(awaited),
        ]
        with m.If(pending & ~transmitter.busy & ~self.arrived & ~self.reset):
            m.d.comb += transmitter.start.eq(1)
            m.d.sync += [
                pending.eq(0),
                awaited.eq(received),
                at.eq(kept),
                end.eq(kept + count),
                in_head.eq(1),
            ]
        read = held.read_port()
        first, second = answer.as_value()[:32], answer.as_value()[32:]
        m.d.comb += [
            read.en.eq(1),
            read.addr.eq(at),
            transmitter.last.eq(~in_head & ends),
            transmitter.i.valid.eq(in_head | (~ends & fetched)),
            transmitter.i.p.eq(Mux(transmitter.start, first, Mux(in_head, second, read.data))),
        ]
        sent = transmitter.i.valid & transmitter.i.ready
        m.d.sync += [fetched.eq(~sent), ends.eq(at[: len(end)] == end)]
        with m.If(sent):
            m.d.sync += [in_head.eq(0), at.eq(at + ~in_head)]
