"""Claims about delivery: axons, and the synapse memories."""

from functools import partial

from amaranth import Cat, Mux, Signal, Value

from backspike.hdl.delivery.axon_scanner import AxonScanner
from backspike.hdl.delivery.synapses import Synapses
from backspike.hdl.params import CoreParams
from backspike.proof.bench import Bench
from backspike.proof.checker import Invariant
from backspike.proof.claims.cores import learns, small
from backspike.proof.proof import Proof

__all__ = ["PROOFS"]


def _scan(p: CoreParams, *, learn: bool = False) -> Bench:
    """Every axon of a row that spiked is served once: none is lost, none is served twice; of mute
    rows none. Each row of compartments with spikes is reported once.

    To learn, none is served if learning waits for rows without spikes.
    """
    bench = Bench()
    driven = dict.fromkeys(("scan", "registers", "phase__start"))
    m, dut = bench.m, bench.add("dut", AxonScanner(p), learn=int(learn), **driven)
    registers, scan = dut.registers, dut.scan
    rows = bench.constant(2, "rows_in_use")
    inputs = bench.constant(2, "inputs_in_use")
    bench.assume((rows >= 1) & (rows <= p.compartment_rows) & (inputs <= p.input_rows))
    m.d.comb += [registers.rows.eq(rows), registers.input_rows.eq(inputs)]
    mute_rows = bench.constant(registers.mute_rows.shape(), "mute_rows")
    m.d.comb += registers.mute_rows.eq(mute_rows)
    report = bench.constant(1, "report")
    m.d.comb += registers.report.eq(report)
    if learn:
        m.d.comb += [
            registers.learn_rows.eq(p.compartment_rows + inputs),
            registers.post_first.eq(bench.constant(registers.post_first.shape(), "post_first")),
            registers.post_rows.eq(bench.constant(registers.post_rows.shape(), "post_rows")),
        ]
        bench.assume(registers.post_rows <= p.compartment_rows - registers.post_first)
    # Spikes of each row, and the chain that is proved of them: the first row from one on.
    spikes = [bench.constant(p.lanes, f"spikes{n}") for n in range(p.rows)]
    for n, bits in enumerate(spikes):
        used = (n < rows) if n < p.compartment_rows else (n - p.compartment_rows < inputs)
        bench.assume(used | (bits == 0))
    found = Signal.like(scan.data)
    for n in reversed(range(p.rows)):
        with m.If((scan.row <= n) & spikes[n].any()):
            m.d.comb += [found.any.eq(1), found.row.eq(n), found.bits.eq(spikes[n])]
    # Rows behind those in use were not written in this step: what their chain says is old, but
    # each only knows of itself and of rows behind it.
    stale = bench.free(found.shape(), "stale")
    bench.assume(~stale.any | (stale.row >= scan.row))
    behind = (scan.row >= rows) & (scan.row < p.compartment_rows)
    behind |= scan.row >= p.compartment_rows + inputs
    with m.If(scan.en):
        m.d.sync += scan.data.eq(Mux(behind, stale, found))
    traces = dut.traces
    for number, trace in enumerate(traces.data):
        held = trace == bench.past(trace, f"trace{number}")
        bench.assume(held | bench.past(traces.en, "trace_read"))
    # One phase is run.
    started = Signal()
    m.d.comb += dut.phase.start.eq(bench.begun & ~started & bench.free(1, "start"))
    with m.If(dut.phase.start):
        m.d.sync += started.eq(1)
    axon = bench.constant(range(p.axons), "axon")
    served = Signal()
    its = dut.o.valid & dut.o.ready & (dut.o.p.axon == axon)
    with m.If(its):
        m.d.sync += served.eq(1)
    row = axon >> p.lane_bits
    is_mute = (row < rows) & (row + mute_rows >= rows)
    spiked = Cat(*spikes).bit_select(axon, 1) & ~is_mute
    if learn:
        behind = registers.post_first + registers.post_rows
        of_waiting = Cat(
            bits.any() & (registers.post_first <= n) & (n < behind)
            for n, bits in enumerate(spikes[: p.compartment_rows])
        )
        waits_in_vain = (registers.post_rows != 0) & ~of_waiting.any()
        bench.claim("nothing is learned in vain", ~its, where=waits_in_vain)
        spiked &= ~waits_in_vain
    done = started & ~dut.phase.busy & bench.past(started, "started")
    bench.claim("no axon is served that did not spike", spiked, where=its)
    bench.claim("no axon is served twice", ~served, where=its)
    bench.claim("every axon that spiked is served", served, where=done & spiked)
    reported = Signal()
    reports = dut.reports.valid & dut.reports.ready & (dut.reports.p.row == row)
    with m.If(reports):
        m.d.sync += reported.eq(1)
    bench.claim("no row is reported twice", ~reported, where=reports)
    wanted = Cat(bits.any() for bits in spikes).bit_select(row, 1) & report & (not learn)
    bench.claim(
        "every row of compartments that spiked is reported",
        reported == wanted,
        where=done & (row < p.compartment_rows),
    )
    bench.reach("a phase with two rows of spikes ends", done & spikes[0].any() & spikes[-1].any())
    return bench


def _synapses(p: CoreParams, *, learn: bool) -> Bench:
    """A weight, any one, is read as it was written last, with and without back-pressure."""
    bench = Bench()
    m, dut = bench.m, bench.add("dut", Synapses(p), learn=int(learn))
    hosts = [getattr(dut, name) for name in dut.signature.members if name.startswith("host_")]
    rests = ~dut.busy & ~dut.i.valid & ~dut.o.valid & ~dut.learned.en
    for host in hosts:
        bench.assume(~host.en | rests)
        bench.assume(host.address < min(p.dense_words, p.sparse_words))
    bench.assume(~dut.i.p.sparse | ~dut.i.valid)
    address = bench.constant(range(p.dense_words), "address")
    bit = bench.constant(range(p.weight_bits), "bit")
    known, weight = Signal(), Signal()  # a bit of it, any one
    host = dut.host_dense
    if p.columns:
        bench.assume(~dut.i.p.column & ~dut.i.p.negate & (dut.i.p.stride == 0))
        bench.assume(dut.i.p.rotate == 0)
    # What was read is written back once each, in its order: words on their way to be written.
    on_way = Signal(range(5))
    taken = dut.o.valid & dut.o.ready
    word = dut.learned.word
    if learn:
        bench.assume(~dut.learned.en | (on_way != 0))
        m.d.sync += on_way.eq(on_way + taken - dut.learned.en)
        bench.assume(on_way < 3)
        asked, back = (Cat(of.address, of.mask, of.sparse) for of in (dut.o.p, word))
        queue = [Signal(len(asked), name=f"queue{n}") for n in range(4)]
        tail = Mux(dut.learned.en, on_way - 1, on_way)
        for n, entry in enumerate(queue):
            after = queue[n + 1] if n < 3 else entry
            with m.If(taken & (tail == n)):
                m.d.sync += entry.eq(asked)
            with m.Elif(dut.learned.en):
                m.d.sync += entry.eq(after)
        bench.assume((back == queue[0]) | ~dut.learned.en)
    else:
        bench.assume(~dut.learned.en)
    with m.If(host.en & host.write & (host.address == address)):
        m.d.sync += [known.eq(1), weight.eq(host.w_data.bit_select(bit, 1))]
    learned = dut.learned.en & ~word.sparse & (word.address == address) & word.mask[0]
    with m.If(learned):
        m.d.sync += weight.eq(Value.cast(dut.learned.weights[0]).bit_select(bit, 1))
    offers = dut.o.valid & (dut.o.p.address == address) & known
    first = offers & ~bench.past(dut.o.valid & ~dut.o.ready, "waits")
    read = Value.cast(dut.weights[0]).bit_select(bit, 1)
    bench.claim("what is read is what was written last", read == weight, where=first)
    bench.reach("a written weight is read", first & weight)
    return bench


_ONLY_WEIGHTS = {"traces": False, "stochastic": False, "epochs": False}
PROOFS = [
    Proof(
        "axon-scanner",
        "hdl/delivery/axon_scanner.py",
        "axons that spiked are served once, and no others, but none of mute rows; "
        "rows are reported",
        partial(_scan, small(2)),
    ),
    Proof(
        "axon-scanner-learns",
        "hdl/delivery/axon_scanner.py",
        "the same to learn, but none where learning waits for rows, and none of these spiked",
        partial(_scan, learns(lanes=2, compartments=4, input_axons=4), learn=True),
    ),
    Proof(
        "synapses-deliver",
        "hdl/delivery/synapses.py",
        "a word that is delivered has the weights written last, with back-pressure or without",
        partial(_synapses, small(), learn=False),
    ),
    Proof(
        "synapses-compact",
        "hdl/delivery/synapses.py",
        "the same in a compact core",
        partial(_synapses, small(compact=True), learn=False),
    ),
    Proof(
        "synapses-learn",
        "hdl/delivery/synapses.py",
        "a word that is learned is read only when it was written: none is learned from a stale one",
        partial(_synapses, learns(columns=True, **_ONLY_WEIGHTS), learn=True),
        Invariant(patience=10, otherwise=16),
    ),
]
