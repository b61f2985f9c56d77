"""Claims about spikes: those of a step, of an epoch, and of the host."""

from functools import partial
from typing import Any

from amaranth import Mux, Signal

from backspike.hdl.dendrite.activity import Activity
from backspike.hdl.dendrite.epoch_activity import EpochActivity
from backspike.hdl.dendrite.inputs import InputSpikes
from backspike.hdl.params import CoreParams
from backspike.proof.bench import Bench
from backspike.proof.claims.cores import small
from backspike.proof.proof import Proof

__all__ = ["PROOFS"]


def _rows(bench: Bench, dut: Any, count: int) -> list[Signal]:
    """Spikes of each row, as they were told, after a sweep that cleared all."""
    m, rows = bench.m, [Signal(len(dut.fired.spikes.bits), name=f"row{n}") for n in range(count)]
    for n, row in enumerate(rows):
        with m.If(dut.fired.valid & (dut.fired.spikes.row == n)):
            m.d.sync += row.eq(dut.fired.spikes.bits)
    return rows


def _activity(p: CoreParams) -> Bench:
    """The chain leads from any row to the first one with spikes, tells these, and the next one."""
    bench = Bench()
    m, dut = bench.m, bench.add("dut", Activity(p), clear=None)
    rows, fired = _rows(bench, dut, p.rows), dut.fired
    # One step after the other: all rows, from the highest down; whoever reads waits for the last.
    left, whole = Signal(range(p.rows + 1)), Signal()
    bench.assume(fired.first == (left == 0))
    bench.assume(~fired.valid | (fired.spikes.row == Mux(left == 0, p.rows, left) - 1))
    with m.If(fired.valid):
        m.d.sync += [left.eq(fired.spikes.row), whole.eq(fired.spikes.row == 0)]
    start = dut.scan.row
    first, found, after = Signal(p.lanes), Signal(range(p.rows)), Signal(range(p.rows))
    some, more = Signal(), Signal()
    for n in reversed(range(p.rows)):
        with m.If((start <= n) & rows[n].any()):
            m.d.comb += [first.eq(rows[n]), found.eq(n), some.eq(1)]
    for n in reversed(range(p.rows)):
        with m.If((found < n) & rows[n].any()):
            m.d.comb += [after.eq(n), more.eq(1)]
    asks = whole & dut.scan.en & (start < p.rows) & ~fired.valid
    asked = bench.past(asks, "asked")
    answer = dut.scan.data
    behind = answer.row >= bench.past(start, "start")
    known = Signal()  # all rows have been written, in this step or in an earlier one
    with m.If(whole):
        m.d.sync += known.eq(1)
    looks = bench.past(known & dut.scan.en & (start < p.rows) & ~fired.valid, "looks")
    bench.claim("no row knows of one before it", behind, where=looks & answer.any)
    bench.claim("it tells if there is one", answer.any == bench.past(some, "some"), where=asked)
    there = asked & bench.past(some, "some")
    bench.claim("it is the first one", answer.row == bench.past(found, "found"), where=there)
    bench.claim("these are its spikes", answer.bits == bench.past(first, "first"), where=there)
    others = there & bench.past(more, "more")
    bench.claim(
        "it tells if there is another", answer.more == bench.past(more, "more"), where=there
    )
    bench.claim("that is the next one", answer.after == bench.past(after, "after"), where=others)
    bench.reach("a chain passes over a silent row", there & (answer.row > bench.past(start, "at")))
    return bench


def _epoch(p: CoreParams) -> Bench:
    """The spikes of an epoch are those of its steps so far, and those before a step stay for it."""
    bench = Bench()
    m, dut = bench.m, bench.add("dut", EpochActivity(p), clear=None)
    fired, row = dut.fired, bench.constant(range(p.rows), "row")
    # One step after the other, and in each all rows, from the highest down, of which one is seen.
    left = Signal(range(p.rows + 1), init=p.rows)
    bench.assume(fired.first == (left == p.rows))
    bench.assume(~fired.valid | ((left != 0) & (fired.spikes.row == left - 1)))
    bench.assume(~dut.next_step | ((left == 0) & ~dut.busy))
    held = bench.past(dut.next_step, "next") | (dut.begins == bench.past(dut.begins, "begins"))
    bench.assume(Mux(bench.begun, held, dut.begins))
    earlier, now, given = Signal(p.lanes), Signal(p.lanes), Signal()
    before = Mux(dut.begins, 0, earlier)
    with m.If(fired.valid):
        m.d.sync += left.eq(left - 1)
        with m.If(fired.spikes.row == row):
            m.d.sync += [now.eq(before | fired.spikes.bits), given.eq(1)]
    with m.If(dut.next_step):
        m.d.sync += [left.eq(p.rows), earlier.eq(now), given.eq(0)]
    asks = dut.gate.en & (dut.gate.row == row) & ~dut.next_step
    bench.claim(
        "a gate shows the steps before", dut.gate.data == before, where=bench.past(asks, "asks")
    )
    looks = dut.look.en & (dut.look.row == row) & given & ~dut.busy & ~fired.valid
    bench.claim(
        "a look shows the epoch so far",
        dut.look.data == now,
        where=bench.past(looks & ~dut.next_step, "looks"),
    )
    both = (earlier == 1) & (now == 3) & ~dut.begins
    bench.reach(
        "a second step adds a spike", bench.past(looks & both, "adds") & dut.look.data.all()
    )
    return bench


def _inputs(p: CoreParams) -> Bench:
    """A spike waits until its row is taken, and is taken once."""
    bench = Bench()
    m, dut = bench.m, bench.add("dut", InputSpikes(p))
    row, lane = bench.constant(range(p.input_rows), "row"), bench.constant(1, "lane")
    bench.assume(~(dut.rows.en & dut.clear.en))
    known, waits = Signal(), Signal()
    taken, cleared = dut.rows.en & (dut.rows.row == row), dut.clear.en & (dut.clear.address == row)
    come = dut.i.valid & dut.i.ready & (dut.i.p.row == row)
    with m.If(come & dut.i.p.bits.bit_select(lane, 1)):
        m.d.sync += waits.eq(1)
    with m.If(taken | cleared):
        m.d.sync += [waits.eq(0), known.eq(1)]
    again = bench.past(dut.rows.en | dut.clear.en, "rests")
    read = bench.past(taken & known & ~again, "read")
    bench.claim(
        "a spike waits until it is taken",
        dut.rows.data.bit_select(lane, 1) == bench.past(waits, "waits"),
        where=read,
    )
    bench.reach("a spike is taken", read & dut.rows.data.bit_select(lane, 1))
    return bench


PROOFS = [
    Proof(
        "activity",
        "hdl/dendrite/activity.py",
        "the chain finds every spike of a step, in any number of them, and no other",
        partial(_activity, small(2)),
    ),
    Proof(
        "epoch-activity",
        "hdl/dendrite/epoch_activity.py",
        "the spikes of an epoch are those of its steps so far; those before a step stay for it",
        partial(_epoch, small(2)),
    ),
    Proof(
        "input-spikes",
        "hdl/dendrite/inputs.py",
        "an input spike waits until the next step takes it, and is taken once",
        partial(_inputs, small(2)),
    ),
]
