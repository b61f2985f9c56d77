"""Claims about streams: what goes in comes out, once, in order, and unchanged."""

from typing import Any

from amaranth import Signal, Value
from amaranth.hdl import ValueLike

from backspike.proof.bench import Bench

__all__ = ["claim_order"]


def claim_order(
    bench: Bench,
    i: Any,
    o: Any,
    capacity: int,
    *,
    expected: ValueLike | None = None,
    got: ValueLike | None = None,
) -> None:
    """Claim that words leave a component as they came: no loss, no duplicate, in their order.

    One word, any one, is marked as it comes in; so many words as are then on their way leave before
    it, and then it leaves. As it may be any word, this holds for all.

    Parameters
    ----------
    bench : Bench
    i, o : stream interfaces of the component
    capacity : int
        Most words on their way.
    expected : ValueLike
        What the word in ``i`` becomes; that of ``i`` itself by default.
    got : ValueLike
        The word in ``o``; its payload by default.
    """
    m = bench.m
    expected = Value.cast(i.p if expected is None else expected)
    got = Value.cast(o.p if got is None else got)
    come, left = i.valid & i.ready, o.valid & o.ready
    count, ahead = Signal(range(capacity + 2)), Signal(range(capacity + 2))
    marked, waits, kept = Signal(), Signal(), Signal(len(expected))
    mark = bench.free(1, "mark") & come & ~marked
    m.d.sync += count.eq(count + come - left)
    with m.If(mark):
        m.d.sync += [marked.eq(1), waits.eq(1), kept.eq(expected), ahead.eq(count - left)]
    with m.Elif(left & waits):
        m.d.sync += [ahead.eq(ahead - 1), waits.eq(ahead != 0)]
    its = waits & (ahead == 0)
    bench.claim(f"at most {capacity} words are on their way", count <= capacity)
    bench.claim("no word leaves that did not come", ~left | (count != 0) | come)
    bench.claim("the words leave in their order, unchanged", ~(its & o.valid) | (got == kept))
    bench.reach("a marked word leaves", its & left)
