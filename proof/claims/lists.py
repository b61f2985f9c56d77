"""Claims about synapse lists: they are fetched, and walked word by word."""

from functools import partial
from typing import Any

from amaranth import Module, Mux, Signal, Value

from backspike.hdl.delivery.list_fetch import ListFetch
from backspike.hdl.delivery.list_walker import ListWalker
from backspike.hdl.layouts import axon_layout
from backspike.hdl.params import CoreParams
from backspike.proof.bench import Bench
from backspike.proof.claims.accesses import assume_two_cycles
from backspike.proof.claims.cores import learns, small
from backspike.proof.proof import Proof

__all__ = ["PROOFS"]


def _fetch(p: CoreParams) -> Bench:
    """An axon, any one, has each of its lists fetched once, in order."""
    bench = Bench()
    m, dut = bench.m, bench.add("dut", ListFetch(p), learn=0)
    ports = [getattr(dut.memories, name) for name in dut.memories.signature.members]
    rests = ~dut.busy & ~dut.i.valid
    for port in ports:
        bench.assume(~port.en | rests)
        bench.assume(port.address < p.lists)
        if p.halves_tables:
            assume_two_cycles(bench, port)
    # What the host has written to one axon, and which of its lists are to come.
    axon = bench.constant(range(p.axons), "axon")
    host, layout = dut.memories.axons, axon_layout(p)
    entry: Any = Signal(layout)
    known = Signal()
    with m.If(host.en & host.write & (host.address == axon)):
        m.d.sync += [entry.eq(host.w_data), known.eq(1)]
    bench.assume((entry.lists <= 3) | ~known)  # counts are compared: few of them are proved soon
    bench.assume((dut.i.p.axon < p.axons) | ~dut.i.valid)
    come = dut.i.valid & dut.i.ready
    mark = bench.free(1, "mark") & come & (dut.i.p.axon == axon) & known
    # Nothing is on its way but the marked axon: the lists that come are its own.
    alone, left, first = Signal(), Signal(6), Signal(range(p.lists))
    waits = bench.past(dut.i.valid & ~come, "waits")
    bench.assume(~dut.i.valid | ~dut.busy | waits)
    with m.If(mark):
        m.d.sync += [
            alone.eq(1),
            left.eq(entry.lists),
            first.eq(entry.list + entry.silent),
        ]
    out = dut.o.valid & dut.o.ready
    with m.Elif(out):
        m.d.sync += [left.eq(left - 1), first.eq(first + 1)]
    with m.Elif(~dut.busy):
        m.d.sync += alone.eq(0)
    # The list that comes is what the host has written to the next address.
    which = bench.constant(range(p.lists), "which")
    bit = bench.constant(range(len(Value.cast(dut.o.p.list))), "bit")
    word, written = Signal(), Signal()  # a bit of it, any one
    lists = dut.memories.lists
    with m.If(lists.en & lists.write & (lists.address == which)):
        m.d.sync += [word.eq(lists.w_data.bit_select(bit, 1)), written.eq(1)]
    its = alone & dut.o.valid
    bench.claim("no list comes that is not the axon's", left != 0, where=its)
    bench.claim(
        "the lists come in order",
        Value.cast(dut.o.p.list).bit_select(bit, 1) == word,
        where=its & written & (first == which),
    )
    ends = alone & ~dut.busy & ~out
    bench.claim("all its lists come", left == 0, where=ends)
    bench.reach("an axon with two lists is done", ends & (left == 0) & (entry.lists == 2))
    return bench


def _of_list(m: Module, dut: Any, value: Value) -> Signal:
    """A field of the plan that was taken last."""
    held = Signal.like(value, name="held")
    with m.If(dut.i.valid & dut.i.ready):
        m.d.sync += held.eq(value)
    return held


def _walk(p: CoreParams) -> Bench:
    """A list, any one, is walked word by word: each once, and none besides."""
    bench = Bench()
    m, dut = bench.m, bench.add("dut", ListWalker(p))
    plan = dut.i.p
    bench.assume(~plan.seeks)
    bench.assume((plan.first <= plan.last) | ~dut.i.valid)
    taken = dut.i.valid & dut.i.ready
    last, base, mask = (_of_list(m, dut, plan[name]) for name in ("last", "base", "mask"))
    mine, at = Signal(), Signal.like(plan.first)
    with m.If(taken):
        m.d.sync += [mine.eq(~plan.skips), at.eq(plan.first)]
    sent = dut.o.valid & dut.o.ready
    with m.Elif(sent):
        m.d.sync += [at.eq(at + 1), mine.eq(at != last)]
    word = dut.o.p
    bench.claim("words come of lists that have some", mine == dut.o.valid)
    address = (base + at)[: len(word.address)]
    bench.claim("each word is the next one", word.address == address, where=dut.o.valid)
    bench.claim("its row is the next one", word.row == at[: len(word.row)], where=dut.o.valid)
    whole = Mux(at == last, mask, (1 << p.lanes) - 1)
    bench.claim("only the last word is partial", word.mask == whole, where=dut.o.valid)
    bench.claim("a list ends with its last word", ~taken | ~mine | (sent & (at == last)))
    bench.reach("a list of three words ends", sent & (at == last) & (at == 2))
    return bench


def _seek(p: CoreParams) -> Bench:
    """Of a list, any one, each word whose row has spikes comes once, and none besides."""
    bench = Bench()
    m, dut = bench.m, bench.add("dut", ListWalker(p), walk=None)
    plan, walk = dut.i.p, dut.walk
    bench.assume((plan.seeks & (plan.first <= plan.last)) | ~dut.i.valid)
    bench.assume((plan.first < p.compartment_rows) | ~dut.i.valid)
    bench.assume((plan.last < p.compartment_rows) | (plan.last >= p.rows) | ~dut.i.valid)
    # The chain leads to the first row with spikes, as it is proved.
    spiking = bench.constant(p.rows, "spiking")
    found: Any = Signal.like(walk.data)
    for n in reversed(range(p.rows)):
        with m.If((walk.row <= n) & spiking[n]):
            m.d.comb += [found.any.eq(1), found.row.eq(n), found.bits.eq(1)]
    for n in reversed(range(0 if p.compact else p.rows)):
        with m.If((found.row < n) & spiking[n]):
            m.d.comb += [found.more.eq(1), found.after.eq(n)]
    with m.If(walk.en):
        m.d.sync += walk.data.eq(found)
    taken, sent = dut.i.valid & dut.i.ready, dut.o.valid & dut.o.ready
    last, base, mask = (_of_list(m, dut, plan[name]) for name in ("last", "base", "mask"))
    mine, at = Signal(), Signal(range(p.rows + 1))
    row, some = Signal(range(p.rows)), Signal()  # the next word that there is
    others = Signal()  # and those after it
    for n in reversed(range(p.rows)):
        with m.If((at <= n) & (n <= last) & spiking[n]):
            m.d.comb += [row.eq(n), some.eq(1)]
    for n in range(p.rows):
        with m.If((row < n) & (n <= last) & spiking[n]):
            m.d.comb += others.eq(1)
    with m.If(taken):
        m.d.sync += [mine.eq(~plan.skips), at.eq(plan.first)]
    with m.Elif(sent):
        m.d.sync += at.eq(row + 1)
    word = dut.o.p
    bench.claim("no word comes that is not the list's", mine & some, where=dut.o.valid)
    bench.claim("each is the next one", word.row == row[: len(word.row)], where=dut.o.valid)
    address = (base + row)[: len(word.address)]
    bench.claim("it is at its address", word.address == address, where=dut.o.valid)
    whole = Mux(row == Mux(last < p.rows, last, p.rows - 1), mask, (1 << p.lanes) - 1)
    bench.claim("only the last one is partial", word.mask == whole, where=dut.o.valid)
    come = ~some | (sent & ~others)
    bench.claim("a list ends when all of them have come", ~mine | come, where=taken)
    still = Signal(range(4))
    m.d.sync += still.eq(Mux(taken | sent | ~dut.busy | ~dut.o.ready, 0, still + 1))
    bench.claim("it does not wait for ever", still < 2)
    bench.reach("two words of a list have come", sent & (at == 1) & (row == 1) & spiking[0])
    return bench


_SEEKING = learns(lanes=2, traces=False, stochastic=False, epochs=False)

PROOFS = [
    Proof(
        "list-fetch",
        "hdl/delivery/list_fetch.py",
        "each list of an axon is fetched once, in order, as it was written last; of up to 3 lists",
        partial(_fetch, small(lists=2, dense_words=2, sparse_words=2)),
    ),
    Proof(
        "list-fetch-halves",
        "hdl/delivery/list_fetch.py",
        "the same in a compact core whose axons and lists are read in halves",
        partial(
            _fetch,
            small(lists=2, dense_words=2, sparse_words=2, compact=True, single_port=True),
        ),
    ),
    Proof(
        "list-walker",
        "hdl/delivery/list_walker.py",
        "each word of a list comes once, in order, with its row, address and mask",
        partial(_walk, small(2)),
    ),
    Proof(
        "list-walker-seek",
        "hdl/delivery/list_walker.py",
        "to learn, each word of a list whose row has spikes comes once, and no other",
        partial(_seek, _SEEKING),
    ),
    Proof(
        "list-walker-seek-compact",
        "hdl/delivery/list_walker.py",
        "the same in a compact core, which does not know how many rows are to come",
        partial(_seek, _SEEKING.with_(compact=True)),
    ),
]
