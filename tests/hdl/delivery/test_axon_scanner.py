"""The scanner together with the activity that it reads."""

import pytest
from amaranth import Module
from amaranth.lib import wiring

from backspike.hdl.delivery.axon_scanner import AxonScanner
from backspike.hdl.dendrite.activity import Activity
from backspike.hdl.layouts import Visit
from backspike.sim.engines.simulate import simulate


class WithActivity(wiring.Elaboratable):
    def __init__(self, p):
        self.scanner, self.activity = AxonScanner(p), Activity(p)

    def elaborate(self, platform):
        m = Module()
        m.submodules.scanner, m.submodules.activity = self.scanner, self.activity
        wiring.connect(m, self.scanner.scan, self.activity.scan)
        return m


async def tell(ctx, activity, spikes):
    """Spikes of rows, by row: a step's, from the highest down."""
    ctx.set(activity.fired.valid, 1)
    for row in sorted(spikes, reverse=True):
        ctx.set(activity.fired.first, row == max(spikes))
        ctx.set(activity.fired.spikes, {"row": row, "bits": spikes[row]})
        await ctx.tick()
    ctx.set(activity.fired.valid, 0)


class Step:
    """A random step: rows in use, spikes by axon, traces by axon."""

    def __init__(self, p, rng):
        self.p = p
        self.rows = rng.randrange(p.compartment_rows + 1)
        self.input_rows = rng.randrange(p.input_rows + 1)
        rows = [*range(self.rows), *range(p.compartment_rows, p.compartment_rows + self.input_rows)]
        silence = rng.choice([0.2, 0.8])
        self.spikes = [0] * p.axons
        for axon in (row * p.lanes + lane for row in rows for lane in range(p.lanes)):
            self.spikes[axon] = int(rng.random() > silence)
        self.traces = [rng.choice([0, 0, 1, 127]) for _ in range(p.axons)]
        self.in_use = rows
        self.mute_rows = rng.choice([0, rng.randrange(p.compartment_rows + 1)])
        self.first_row = rng.randrange(p.rows)
        self.n_rows = rng.randrange(p.rows + 1)  # also beyond the last row
        self.post_first = rng.randrange(p.compartment_rows)  # also behind the rows in use
        self.post_rows = rng.choice([0, rng.randrange(p.compartment_rows + 1)])

    def bits(self, row):
        return sum(self.spikes[row * self.p.lanes + lane] << lane for lane in range(self.p.lanes))

    def axons(self, learn, visit):
        """Axons to be served, in order."""
        p = self.p
        waits_for = range(self.post_first, min(self.post_first + self.post_rows, self.rows))
        if learn and self.post_rows and not any(map(self.bits, waits_for)):
            return []
        if learn:
            behind = min(self.first_row + self.n_rows, p.rows)
            span = range(self.first_row * p.lanes, behind * p.lanes)
        else:
            span = range(p.axons)
        heard = max(self.rows - self.mute_rows, 0)
        mute = range(heard * p.lanes, self.rows * p.lanes)
        admitted = {
            Visit.SPIKED: lambda axon: self.spikes[axon] and axon not in mute,
            Visit.TRACED: lambda axon: self.spikes[axon] or self.traces[axon],
            Visit.ALWAYS: lambda axon: True,
        }[visit if learn else Visit.SPIKED]
        return [axon for axon in span if admitted(axon)]

    async def fill(self, ctx, activity):
        """All rows without spikes, as after a clear; then this step's, from the highest down."""
        for row in range(self.p.rows):
            ctx.set(activity.clear.en, 1)
            ctx.set(activity.clear.address, row)
            await ctx.tick()
        ctx.set(activity.clear.en, 0)
        await tell(ctx, activity, {row: self.bits(row) for row in self.in_use})


@pytest.mark.parametrize("p_stall", [0, 0.5])
@pytest.mark.parametrize("visit", [None, *Visit])
@pytest.mark.parametrize("lanes", [1, 2, 4])
def test_axons_to_serve(lanes, visit, p_stall, rng, bus, small):
    p = small(lanes, 4, 4 if lanes == 2 else 3)
    dut = WithActivity(p)
    scanner = dut.scanner
    learn, visited_as = visit is not None, visit or Visit.SPIKED

    async def serve(ctx, step):
        """Returns what is served and reported until the scanner rests."""
        served, reported, waiting = [], [], [None, None]
        traces = [0] * lanes
        ctx.set(scanner.phase.start, 1)
        await ctx.tick()
        ctx.set(scanner.phase.start, 0)
        while ctx.get(scanner.phase.busy):
            ready = rng.random() >= p_stall
            ctx.set(scanner.o.ready, ready)
            ctx.set(scanner.reports.ready, ready)
            for number, (port, taken) in enumerate((
                (scanner.o, served),
                (scanner.reports, reported),
            )):
                offered = bus.plain(ctx.get(port.payload)) if ctx.get(port.valid) else None
                assert waiting[number] in (None, offered), "an offer changed"
                waiting[number] = None if ready else offered
                if ready and offered:
                    taken.append(offered)
            if ctx.get(scanner.traces.en):
                first = ctx.get(scanner.traces.row) * lanes
                traces = step.traces[first : first + lanes]
            await ctx.tick()
            ctx.set(scanner.traces.data, traces)
        return served, reported

    async def bench(ctx):
        for _ in range(12):
            step, report = Step(p, rng), rng.randrange(2)
            await step.fill(ctx, dut.activity)
            for register, value in (
                ("learn_first", step.first_row),
                ("learn_rows", step.n_rows),
                ("mute_rows", step.mute_rows),
                ("post_first", step.post_first),
                ("post_rows", step.post_rows),
                ("rows", step.rows),
                ("input_rows", step.input_rows),
            ):
                ctx.set(getattr(scanner.registers, register), value)
            ctx.set(scanner.learn, learn)
            ctx.set(scanner.registers.visit, visited_as)
            ctx.set(scanner.registers.report, report)
            served, reported = await serve(ctx, step)
            assert served == [
                {"axon": axon, "x0": step.spikes[axon], "x1": step.traces[axon]}
                for axon in step.axons(learn, visited_as)
            ]
            rows = [row for row in range(p.compartment_rows) if step.bits(row)]
            expected = [{"row": row, "bits": step.bits(row)} for row in rows]
            assert reported == (expected if report and not learn else [])

    simulate(dut, bench)


def test_one_axon_per_cycle_and_one_more_per_row(small):
    p = small(4, 4, 2)
    dut = WithActivity(p)

    async def bench(ctx):
        await tell(ctx, dut.activity, dict(enumerate((0, 15, 0, 5, 0, 1))))
        ctx.set(dut.scanner.registers.rows, p.compartment_rows)
        ctx.set(dut.scanner.registers.input_rows, p.input_rows)
        ctx.set(dut.scanner.o.ready, 1)
        ctx.set(dut.scanner.phase.start, 1)
        await ctx.tick()
        ctx.set(dut.scanner.phase.start, 0)
        cycles = 0
        while ctx.get(dut.scanner.phase.busy):
            cycles += 1
            await ctx.tick()
        # SEEK, then three rows with 4, 2 and 1 axons, one cycle to look at each.
        assert cycles == 1 + 3 + 7

    simulate(dut, bench)


@pytest.mark.parametrize(
    ("post_rows", "spike", "cycles"), [(0, False, 5), (3, False, 2), (3, True, 2 + 5)]
)
def test_two_cycles_to_see_if_learning_waits_in_vain(post_rows, spike, cycles, small):
    p = small(4, 4, 2)
    dut = WithActivity(p)

    async def bench(ctx):
        spikes = dict.fromkeys(range(p.rows), 0) | {p.compartment_rows: 1, 2: int(spike)}
        await tell(ctx, dut.activity, spikes)
        for name, value in {
            "rows": p.compartment_rows,
            "learn_first": p.compartment_rows,
            "learn_rows": p.input_rows,
            "post_first": 1,
            "post_rows": post_rows,
        }.items():
            ctx.set(getattr(dut.scanner.registers, name), value)
        ctx.set(dut.scanner.learn, 1)
        ctx.set(dut.scanner.o.ready, 1)
        await ctx.tick()
        ctx.set(dut.scanner.phase.start, 1)
        await ctx.tick()
        ctx.set(dut.scanner.phase.start, 0)
        served = taken = 0
        while ctx.get(dut.scanner.phase.busy):
            served += ctx.get(dut.scanner.o.valid)
            taken += 1
            await ctx.tick()
        assert (served, taken) == (int(spike or not post_rows), cycles)

    simulate(dut, bench)
