"""Claims about the frames of the host link: they arrive whole and once, unless a byte is broken."""

from collections.abc import Sequence
from functools import partial
from typing import Any, cast

from amaranth import Array, ResetInserter, Signal, Value

from backspike.hdl.host.frame_receiver import FrameReceiver
from backspike.hdl.host.frame_transmitter import FrameTransmitter
from backspike.hdl.host.frames import FLAG
from backspike.proof.bench import Bench
from backspike.proof.checker import Pipeline
from backspike.proof.proof import Proof

__all__ = ["PROOFS"]

#: Cycles of a frame of one word, if every byte is escaped.
_LONGEST = 90


def _line(words: Sequence[Value], bench: Bench) -> tuple[Any, Any]:
    """A transmitter that sends a frame of words from reset on, and a receiver."""
    m, reset = bench.m, ResetInserter(bench.cycle(0))
    tx, rx = cast(Any, FrameTransmitter()), cast(Any, FrameReceiver())
    m.submodules.tx, m.submodules.rx = reset(tx), reset(rx)
    at, count = Signal(range(len(words) + 1)), len(words)
    m.d.comb += [
        tx.start.eq(bench.cycle(1)),
        tx.o.ready.eq(1),
        tx.i.valid.eq(at != count),
        tx.i.p.eq(Array(words)[at]),
        tx.last.eq(at == count),
    ]
    with m.If(bench.cycle(0)):
        m.d.sync += at.eq(0)
    with m.Elif(tx.start | (tx.i.valid & tx.i.ready)):
        m.d.sync += at.eq(at + 1)
    return tx, rx


def _arrives(cycles: int) -> Bench:
    """A word, any one, goes over a line in a frame."""
    bench = Bench()
    m, word = bench.m, bench.constant(32, "word")
    tx, rx = _line([word], bench)
    m.d.comb += [rx.valid.eq(tx.o.valid), rx.byte.eq(tx.o.p)]
    got, ended, good, same = Signal(2), Signal(2), Signal(), Signal()
    with m.If(bench.cycle(0)):
        m.d.sync += [got.eq(0), ended.eq(0)]
    with m.Else():
        with m.If(rx.word_en):
            m.d.sync += got.eq(got + (got != 3))
            with m.If(got == 0):
                m.d.sync += same.eq(rx.word == word)
        with m.If(rx.ends):
            m.d.sync += [ended.eq(ended + (ended != 3)), good.eq(rx.good)]
    done = bench.cycle(cycles)
    bench.claim("it ends once", ended == 1, where=done)
    bench.claim("its word and its check have come", got == 2, where=done)
    bench.claim("its word is the same", same, where=done)
    bench.claim("it is good", good, where=done)
    bench.reach("a word whose bytes are escaped comes", rx.word_en & (rx.word == 0x7D7E7D7E))
    return bench


def _broken(cycles: int) -> Bench:
    """A byte of a frame, any one, is broken on the line."""
    bench = Bench()
    m, word = bench.m, bench.constant(32, "word")
    tx, rx = _line([word], bench)
    which, number = bench.constant(range(18), "which"), Signal(range(18))
    with m.If(bench.cycle(0)):
        m.d.sync += number.eq(0)
    with m.Elif(tx.o.valid):
        m.d.sync += number.eq(number + 1)
    breaks, broken = tx.o.valid & (number == which) & (tx.o.p != FLAG), Signal()
    m.d.comb += [rx.valid.eq(tx.o.valid & ~breaks), rx.byte.eq(tx.o.p), rx.broken.eq(breaks)]
    m.d.sync += broken.eq(~bench.cycle(0) & (broken | breaks))
    ends = broken & rx.ends & ~bench.cycle(0)
    bench.claim("it is not good", ~(ends & rx.good))
    bench.reach("a word comes behind what is broken", broken & rx.word_en)
    return bench


PROOFS = [
    Proof(
        "frame",
        "hdl/host/frame_transmitter.py",
        "a frame of a word, any one, arrives whole, once, unchanged, and is found good",
        partial(_arrives, _LONGEST),
        Pipeline(_LONGEST + 1),
    ),
    Proof(
        "frame-broken",
        "hdl/host/frame_receiver.py",
        "a frame of a word, any one, of which a byte, any one, is broken is not found good",
        partial(_broken, _LONGEST),
        Pipeline(_LONGEST + 1),
    ),
]
