# amaranth: UnusedElaboratable=no
"""Epochs of traces, and then words to learn, against the golden core."""

import pytest

from backspike.golden.core.learning_kernels import learn_word
from backspike.golden.core.rule_kernels import Job, Word, set_up
from backspike.golden.core.trace_kernels import update_traces
from backspike.hdl.layouts import (
    Factor,
    MicroOp,
    microcode_layout,
    x_trace_layout,
    y_trace_layout,
)
from backspike.hdl.learning.learning import Learning
from backspike.hdl.learning.traces import trace_constants
from backspike.hdl.packing import pack_array
from backspike.hdl.payloads import word_layout
from backspike.sim.engines.simulate import simulate

N_EPOCHS, N_JOBS = 3, 6
LAYOUTS = {"x": x_trace_layout, "y": y_trace_layout}


def trace_words(p, state, side):
    """Words of a memory of traces."""
    layout, columns = LAYOUTS[side](p), getattr(state, side).columns()
    return pack_array(layout, **{str(name): columns[str(name)] for name, _ in layout}).tolist()


class Bench:
    """Learning, and its twin in the golden core."""

    def __init__(self, p, words, twin, microcode):
        self.p, self.words, self.rng, self.twin = p, words, words.rng, twin(p)
        self.state, self.dut, self.finished = self.twin.state, Learning(p), False
        self.microcode, self.written, self.counts = microcode(p), [], [0, 0, 0]
        self.twin.set_words("microcode", self.microcode)

    def bits(self, spikes, row):
        first = row * self.p.lanes
        return sum(int(x) << n for n, x in enumerate(spikes[first : first + self.p.lanes]))

    async def surround(self, ctx):
        """Spikes for those who look, and what is written and counted."""
        dut, state = self.dut, self.state
        looks = (dut.step_look, state.spikes), (dut.epoch_look, state.seen)
        names = ["weights"] + ["tags"] * self.p.tags + ["delays"] * self.p.delays
        while not self.finished:
            rows = [ctx.get(look.row) if ctx.get(look.en) else None for look, _ in looks]
            if ctx.get(dut.write_back.en):
                lanes = [[ctx.get(x) for x in getattr(dut.write_back, name)] for name in names]
                self.written.append((ctx.get(dut.write_back.word.row), lanes))
            for n, port in enumerate(("words_learned", "synapses_visited", "synapses_changed")):
                self.counts[n] += ctx.get(getattr(dut.counts, port))
            await ctx.tick()
            for (look, spikes), row in zip(looks, rows, strict=True):
                if row is not None:
                    ctx.set(look.data, self.bits(spikes, row))

    def set(self, ctx, **registers):
        """Write registers of both; those of the golden core alone, if the core has none such."""
        self.twin.set_registers(**registers)
        for name, value in registers.items():
            if name in self.dut.registers.signature.members:
                ctx.set(getattr(self.dut.registers, name), value)

    def random_registers(self):
        p, rng = self.p, self.rng
        constants = {
            name: rng.choice([0, 65536, rng.randrange(65537)])
            if name.endswith("decay")
            else rng.randrange(1 << 14)
            for name in trace_constants(p)
        }
        rows = {
            "x_rows": p.rows,
            "y_rows": p.compartment_rows,
            "epochs_done": rng.choice([0, 1, 3, 7]),
        }
        return constants | rows | {"dither": rng.choice([0, 0, 1, 2])}

    async def run_phase(self, ctx, phase):
        ctx.set(phase.start, 1)
        await ctx.tick()
        ctx.set(phase.start, 0)
        while ctx.get(phase.busy):
            await ctx.tick()

    async def move_traces(self, ctx):
        """Steps of an epoch."""
        p, rng, state = self.p, self.rng, self.state
        steps = p.history if p.has_history else 1
        state.seen[:] = False
        for step in range(steps):
            state.spikes[:] = [rng.randrange(2) for _ in range(p.axons)]
            state.seen[:] |= state.spikes
            ends = step + 1 == steps
            self.set(ctx, epoch_step=step)
            ctx.set(self.dut.registers.epoch_ends, ends)
            await self.run_phase(ctx, self.dut.trace_phase)
            if p.has_traces:
                update_traces(state, ends)

    async def learn(self, ctx):
        """Words of some random jobs; they must be learned as the golden core learns them."""
        expected = []
        ctx.set(self.dut.phase.start, 1)
        await ctx.tick()
        ctx.set(self.dut.phase.start, 0)
        for _ in range(N_JOBS):
            axon = self.rng.randrange(self.p.axons)
            source = await self.source(ctx, axon)
            for word, lane, before, after in self.random_job(axon, source):
                expected.append((word["row"], lane, after))
                await self.offer(ctx, word, lane, before)
        while ctx.get(self.dut.phase.busy):
            await ctx.tick()
        assert len(self.written) == len(expected)
        for (row, lane, after), (written_row, lanes) in zip(expected, self.written, strict=True):
            assert row == written_row
            assert [values[lane : lane + len(after[0])] for values in lanes] == after
        self.written.clear()

    async def source(self, ctx, axon):
        """State of an axon, as the scanner reads it."""
        p, port = self.p, self.dut.x_traces
        ctx.set(port.en, 1)
        ctx.set(port.row, axon // p.lanes)
        await ctx.tick()
        ctx.set(port.en, 0)
        word = ctx.get(port.data[axon % p.lanes])
        assert word == trace_words(p, self.state, "x")[axon]
        source = {"x0": int(self.state.seen[axon]), "x1": word & 127, "more": word >> 7}
        return source | {"axon": axon}

    def random_job(self, axon, source):
        """Yields words, the lanes of their synapses, and these before and after."""
        p, rng, state = self.p, self.rng, self.state
        count = rng.randrange(1, 16)
        rule = {"start": rng.randrange(p.microcode_words - count + 1), "count": count, "pre": 0}
        rule |= {"post": 0, "stochastic": rng.randrange(2)}
        rule |= {"recall": 1} if p.has_history else {}
        self.twin.set_words("rules", [rule])
        known = dict(word_layout(p)["source"].shape)
        source = {name: value for name, value in source.items() if name in known}
        job = self.words.fields(
            word_layout(p), rule=rule, source=source, sign=rng.randrange(3), lsb=rng.randrange(9)
        )
        self.twin.set_words("lists", [{name: job[name] for name in ("sign", "lsb", "negate")}])
        golden_job = Job(0, 0, axon, source["x0"])
        ops = state.lane_ops[: set_up(state, golden_job)].copy()
        for number in range(rng.randrange(1, 4)):
            row, lane = rng.randrange(p.compartment_rows), 0
            n, keep = rng.randrange(1, p.lanes + 1), -(1 << p.weight_low)
            if job["sparse"]:
                lane, n, keep = rng.randrange(p.lanes), 1, -1
            limits = [(-256, 256)] + [(-256, 256)] * p.tags + [(0, p.max_delay + 1)] * p.delays
            before = [[rng.randrange(*limit) for _ in range(n)] for limit in limits]
            before[0] = [weight & keep for weight in before[0]]
            kinds = [0] + [1] * p.tags + [2] * p.delays
            for kind, values in zip(kinds, before, strict=True):
                state.before[kind, :n] = values
            learn_word(state, golden_job, ops, Word(row * p.lanes + lane, lane, n, keep))
            after = [state.after[kind, :n].tolist() for kind in kinds]
            yield (
                job | {"same": number > 0, "row": row, "mask": ((1 << n) - 1) << lane},
                lane,
                before,
                after,
            )

    async def offer(self, ctx, word, lane, before):
        """Offer a word, after some time, until it is taken; a compact core has one at a time."""
        port = self.dut.words
        while self.p.compact and ctx.get(self.dut.phase.busy):
            await ctx.tick()
        while self.rng.random() < 0.3:
            await ctx.tick()
        for name, values in zip(("weights", "tags", "delays"), before, strict=False):
            for n, value in enumerate(values):
                ctx.set(getattr(port, name)[lane + n], value)
        ctx.set(port.word.p, word)
        ctx.set(port.word.valid, 1)
        await ctx.tick().until(port.word.ready)
        ctx.set(port.word.valid, 0)


@pytest.mark.parametrize(
    ("lanes", "changes"),
    [
        (2, {}),
        (4, {"more_factors": True, "weight_bits": 4}),
        (2, {"history": 4, "more_factors": True}),
        (2, {"tags": True, "delays": True, "compact": True}),
        (1, {"traces": False}),
        (2, {"stochastic": False, "lava": True}),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, dict) else None,
)
def test_epochs_are_those_of_the_golden_core(lanes, changes, words, microcode, bus, small, twin):
    p = small(lanes, 4, 2, microcode_words=64, **changes)
    b = Bench(p, words, twin, microcode)
    dut, rng = b.dut, words.rng

    async def bench(ctx):
        await bus.load(ctx, dut.memories.microcode, microcode_layout(p), b.microcode)
        for _ in range(N_EPOCHS):
            b.set(ctx, **b.random_registers())
            for trace in ("r1", "r0"):
                value = rng.randrange(-20, 20)
                ctx.set(getattr(dut.rewards, trace), [value])
                b.state.rewards[trace] = value
            await b.move_traces(ctx)
            await b.learn(ctx)
        await check_memories(ctx)
        for row in range(p.rows * p.history):
            ctx.set(dut.clear.en, 1)
            ctx.set(dut.clear.address, row)
            await ctx.tick()
        ctx.set(dut.clear.en, 0)
        b.state.clear()
        await check_memories(ctx)
        b.finished = True

    async def check_memories(ctx):
        if p.has_traces:
            for side in LAYOUTS:
                words_of_side = trace_words(p, b.state, side)
                port = getattr(dut.memories, f"{side}_traces")
                got = [await bus.host_read(ctx, port, n) for n in range(len(words_of_side))]
                assert got == words_of_side
        if p.has_random:
            states = [await bus.host_read(ctx, dut.memories.random, n) for n in range(lanes)]
            assert states == b.state.random.tolist()

    simulate(dut, bench, b.surround)
    names = "words_learned", "synapses_visited", "synapses_changed"
    assert b.counts == [b.twin.counter(name) for name in names]
    assert all(b.counts)


@pytest.mark.parametrize(("epochs_done", "change"), [(0, 0), (1, 1), (2, 0), (5, 1)])
def test_u1_is_1_in_every_other_epoch(epochs_done, change, bus, small):
    p = small(more_factors=True)
    dut = Learning(p)
    blank = dict.fromkeys(dict(microcode_layout(p)), 0)
    ops = [
        blank | {"op": MicroOp.LOAD.value, "constant": 1},
        blank | {"op": MicroOp.MUL.value, "factor": Factor.U.value, "exponent": 1, "last": 1},
        blank | {"op": MicroOp.LANE.value, "first": 1, "last": 1},
    ]

    async def bench(ctx):
        await bus.load(ctx, dut.memories.microcode, microcode_layout(p), ops)
        ctx.set(dut.registers.epochs_done, epochs_done)
        ctx.set(dut.words.word.p, {"same": 1, "mask": 1, "rule": {"count": len(ops)}})
        ctx.set(dut.words.word.valid, 1)
        while not ctx.get(dut.write_back.en):
            await ctx.tick()
        assert ctx.get(dut.write_back.weights[0]) == change

    simulate(dut, bench, limit_cycles=100)


@pytest.mark.parametrize(
    ("changes", "names"),
    [
        ({}, {"microcode", "x_traces", "y_traces", "random"}),
        ({"traces": False}, {"microcode", "random"}),
        ({"stochastic": False}, {"microcode", "x_traces", "y_traces"}),
    ],
)
def test_memories_of_features(changes, names, small):
    assert set(Learning(small(**changes)).memories.signature.members) == names
