"""The learning engine against the golden core: random rules, every sign mode, rounding."""

from itertools import pairwise

import numpy as np
import pytest
from amaranth import Module
from amaranth.lib import wiring

from backspike.golden.core.learning_kernels import learn_word
from backspike.golden.core.rule_kernels import Job, Word, set_up
from backspike.hdl.layouts import Factor, MicroOp, microcode_layout
from backspike.hdl.learning.engine import LearningEngine
from backspike.hdl.lib.random_bank import RandomBank
from backspike.hdl.payloads import word_layout
from backspike.hdl.seeds import default_seeds
from backspike.sim.engines.simulate import simulate

N_JOBS = 30


class WithRandom(wiring.Elaboratable):
    def __init__(self, p):
        self.engine, self.random = LearningEngine(p), RandomBank(default_seeds(p))

    def elaborate(self, platform):
        m = Module()
        m.submodules.engine, m.submodules.random = self.engine, self.random
        m.d.comb += self.random.draw.eq(self.engine.draw)
        for sink, bits in zip(self.engine.random, self.random.bits, strict=True):
            m.d.comb += sink.eq(bits)
        return m


class Bench:
    """A dut, the golden core's twin, and words to learn with their expected weights."""

    def __init__(self, p, words, twin, microcode):
        self.p, self.words, self.rng, self.twin = p, words, words.rng, twin
        self.dut = WithRandom(p)
        self.microcode = microcode
        state, rng = twin.state, words.rng
        twin.set_words("microcode", microcode)
        state.seen[:] = [rng.randrange(2) for _ in range(p.axons)]
        traces = state.y.now[:, : p.y_kinds]
        traces[...] = np.reshape(self.some(traces.size), traces.shape)
        state.rewards["r1"] = rng.choice([-128, 127, rng.randrange(-20, 20)])

    def some(self, n):
        """Traces."""
        return [self.rng.choice([0, 127, self.rng.randrange(128)]) for _ in range(n)]

    def random_job(self):
        """A rule, its axon, and what its list says; yields words, their lanes and new weights."""
        p, rng, state = self.p, self.rng, self.twin.state
        count = rng.randrange(1, 16)
        rule = {"start": rng.randrange(p.microcode_words - count + 1), "count": count, "pre": 0}
        rule |= {"post": rng.randrange(3), "stochastic": rng.randrange(2)}
        self.twin.set_words("rules", [rule])
        state.x.now[3] = self.some(2)
        x1, x2 = state.x.now[3].tolist()
        source = {"x0": rng.randrange(2), "x1": x1} | ({"more": x2} if p.more_factors else {})
        job = self.words.fields(
            word_layout(p), rule=rule, source=source, sign=rng.randrange(3), lsb=rng.randrange(9)
        )
        listed = {name: job[name] for name in ("sign", "lsb", "negate")}
        self.twin.set_words("lists", [listed])
        golden_job = Job(0, 0, 3, source["x0"])
        ops = state.lane_ops[: set_up(state, golden_job)].copy()
        for number in range(rng.randrange(1, 5)):
            row, lane = rng.randrange(p.compartment_rows), 0
            n = rng.randrange(1, p.lanes + 1)
            step = 1 << p.weight_low
            if job["sparse"]:
                lane, n, step = rng.randrange(p.lanes), 1, 1
            synapses = {"weights": [rng.randrange(-256, 256, step) for _ in range(n)]}
            synapses["tags"] = [rng.randrange(-256, 256) for _ in range(n * p.tags)]
            synapses["delays"] = [rng.randrange(p.max_delay + 1) for _ in range(n * p.delays)]
            word = job | {"same": number > 0, "row": row, "mask": ((1 << n) - 1) << lane}
            keep = -1 if job["sparse"] else -step
            target = row * p.lanes + lane
            for values, before in zip(synapses.values(), state.before, strict=True):
                before[: len(values)] = values
            learn_word(state, golden_job, ops, Word(target, lane, n, keep))
            after = dict(zip(synapses, state.after.tolist(), strict=True))
            yield word, lane, synapses, {k: after[k][: len(v)] for k, v in synapses.items()}

    async def offer(self, ctx, jobs, p_idle):
        engine = self.dut.engine
        for word, lane, before, _ in jobs:
            while self.rng.random() < p_idle:
                await ctx.tick()
            ctx.set(engine.i.p, word)
            for name, values in before.items():
                for n, value in enumerate(values):
                    ctx.set(getattr(engine, name)[lane + n], value)
            ctx.set(engine.i.valid, 1)
            await ctx.tick().until(engine.i.ready)
            ctx.set(engine.i.valid, 0)

    async def serve(self, ctx, n_words):
        """Answer looks; returns the words written, and what was counted."""
        engine, state, lanes = self.dut.engine, self.twin.state, self.p.lanes
        written, counts = [], [0, 0, 0]
        while len(written) < n_words or ctx.get(engine.busy):
            if ctx.get(engine.learned.en):
                names = ["weights"] + ["tags"] * self.p.tags + ["delays"] * self.p.delays
                values = {n: [ctx.get(v) for v in getattr(engine.learned, n)] for n in names}
                written.append((ctx.get(engine.learned.word), values))
            en, row = ctx.get(engine.spikes.en), ctx.get(engine.spikes.row)
            for k, name in enumerate(("n_words", "n_visited", "n_changed")):
                counts[k] += ctx.get(getattr(engine, name))
            await ctx.tick()
            if en:
                row_lanes = slice(row * lanes, (row + 1) * lanes)
                bits = sum(int(x) << n for n, x in enumerate(state.seen[row_lanes]))
                ctx.set(engine.spikes.data, bits)
                ctx.set(
                    engine.y.data,
                    [
                        sum(trace << 7 * n for n, trace in enumerate(traces))
                        for traces in state.y.now[row_lanes].tolist()
                    ],
                )
        return written, counts


@pytest.mark.parametrize(
    ("lanes", "weight_bits", "stochastic", "more"),
    [
        (1, 9, True, ""),
        (2, 8, True, "more_factors"),
        (4, 9, True, ""),
        (2, 4, True, ""),
        (4, 8, True, "tags delays"),
        (2, 9, False, "lava"),
        (2, 9, True, "lava more_factors tags delays"),
    ],
)
@pytest.mark.parametrize("p_idle", [0, 0.5])
def test_synapses_are_those_of_the_golden_core(
    lanes, weight_bits, stochastic, more, p_idle, words, microcode, bus, small, twin
):
    changes = {"weight_bits": weight_bits, "stochastic": stochastic, "microcode_words": 64}
    p = small(lanes, **changes, **dict.fromkeys(more.split(), True))
    b = Bench(p, words, twin(p), microcode(p))
    engine = b.dut.engine
    rewards = b.twin.state.rewards[0]
    rewards["r0"] = words.rng.randrange(-20, 20)
    r1, r0 = int(rewards["r1"]), int(rewards["r0"])
    jobs = [item for _ in range(N_JOBS) for item in b.random_job()]

    async def feed(ctx):
        await bus.load(ctx, engine.host_microcode, microcode_layout(p), b.microcode)
        ctx.set(engine.r1, [r1])
        ctx.set(engine.r0, [r0])
        ctx.set(engine.start, 1)
        await ctx.tick()
        ctx.set(engine.start, 0)
        await b.offer(ctx, jobs, p_idle)

    async def check(ctx):
        written, counts = await b.serve(ctx, len(jobs))
        for (word, lane, _, after), (got, values) in zip(jobs, written, strict=True):
            assert bus.plain(got) == word
            for name, row in values.items():
                assert row[lane : lane + len(after[name])] == after[name], name
        golden = [b.twin.counter(f"{k}") for k in ("words_learned", "synapses_visited")]
        assert counts == [*golden, b.twin.counter("synapses_changed")]
        assert counts[2], "no weight changed"
        if stochastic:
            states = [await bus.host_read(ctx, b.dut.random.host, n) for n in range(lanes)]
            assert states == b.twin.state.random.tolist()

    simulate(b.dut, feed, check)


@pytest.mark.parametrize("n_ops", [1, 2, 5, 8])
def test_a_word_takes_a_cycle_per_operation(n_ops, bus, small):
    """And is written five cycles after its last operation."""
    p = small(2)
    dut = WithRandom(p)
    engine = dut.engine
    fields = "factor", "constant", "exponent", "coefficient", "first", "last"
    blank = dict.fromkeys(fields, 0)
    ops = [{"op": MicroOp.LOAD.value, **blank, "constant": 1, "last": 1}]
    ops += [
        {"op": MicroOp.LANE.value, **blank, "factor": Factor.Y0.value, "first": 1, "last": 1}
        for _ in range(n_ops)
    ]

    async def bench(ctx):
        await bus.load(ctx, engine.host_microcode, microcode_layout(p), ops)
        word = {"same": 1, "mask": 3, "rule": {"start": 0, "count": len(ops)}}
        ctx.set(engine.i.p, word)
        ctx.set(engine.spikes.data, 1)
        ctx.set(engine.i.valid, 1)
        taken, written = [], []
        for cycle in range(70):
            if ctx.get(engine.n_words):
                taken.append(cycle)
            if ctx.get(engine.learned.en):
                written.append(cycle)
                assert [ctx.get(weight) for weight in engine.learned.weights] == [n_ops, 0]
            await ctx.tick()
        # The cycle that sees the change, one to start, and those of the set-up.
        assert taken[0] == 2 + len(ops) + 2
        assert {b - a for a, b in pairwise(taken)} == {n_ops}
        latencies = {w - t for t, w in zip(taken, written, strict=False)}
        assert latencies == {n_ops + 5}

    simulate(dut, bench)


def test_set_up_is_repeated_when_the_reward_may_have_changed(bus, small):
    p = small(2)
    dut = WithRandom(p)
    engine = dut.engine
    fields = "factor", "constant", "exponent", "coefficient", "first", "last"
    blank = dict.fromkeys(fields, 0)
    ops = [
        {"op": MicroOp.LOAD.value, **blank, "constant": 1},
        {"op": MicroOp.MUL.value, **blank, "factor": Factor.R1.value, "last": 1},
        {"op": MicroOp.LANE.value, **blank, "first": 1, "last": 1},
    ]

    async def learn(ctx):
        ctx.set(engine.i.valid, 1)
        await ctx.tick().until(engine.i.ready)
        ctx.set(engine.i.valid, 0)
        while not ctx.get(engine.learned.en):
            await ctx.tick()
        weight = ctx.get(engine.learned.weights[0])
        await ctx.tick()
        return weight

    async def bench(ctx):
        await bus.load(ctx, engine.host_microcode, microcode_layout(p), ops)
        ctx.set(engine.i.p, {"same": 1, "mask": 1, "rule": {"start": 0, "count": len(ops)}})
        ctx.set(engine.r1, [5])
        assert await learn(ctx) == 5
        ctx.set(engine.r1, [-7])
        ctx.set(engine.start, 1)
        await ctx.tick()
        ctx.set(engine.start, 0)
        assert await learn(ctx) == -7

    simulate(dut, bench)


@pytest.mark.parametrize(
    ("inputs", "promise"),
    [
        ([{"i.valid": 1, "i.p": {"same": 1}}] * 20, None),
        (
            [*[{"i.valid": 1, "i.p": {"same": 1}}] * 8, {"start": 1}],
            "a phase begins with no word on its way",
        ),
    ],
)
def test_a_broken_promise_is_told(break_contract, inputs, promise, small):
    told = break_contract(LearningEngine(small(2)), *inputs)
    assert told == (promise and f"LearningEngine: {promise}")
