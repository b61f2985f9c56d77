"""Microcode: coefficients and lane operations against the golden core's."""

import pytest

from backspike.golden.core.rule_kernels import Job, set_up
from backspike.hdl.layouts import (
    Factor,
    MicroOp,
    microcode_layout,
)
from backspike.hdl.learning.rule_setup import RuleSetup, lane_op_layout
from backspike.sim.engines.simulate import simulate


async def run_rule(ctx, dut, rule, source, r1, r0=(0,), epochs_done=0):
    """Returns how many cycles it is busy."""
    ctx.set(dut.r0, r0)
    ctx.set(dut.epochs_done, epochs_done)
    ctx.set(dut.run.rule, rule)
    ctx.set(dut.run.source, source)
    ctx.set(dut.r1, r1)
    ctx.set(dut.run.start, 1)
    await ctx.tick()
    ctx.set(dut.run.start, 0)
    cycles = 0
    while ctx.get(dut.run.busy):
        await ctx.tick()
        cycles += 1
    return cycles


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"more_factors": True},
        {"lava": True},
        {"more_factors": True, "reinforcements": 4},
        {"compact": True},
    ],
)
def test_random_microcode(changes, words, microcode, bus, small, twin):
    p, rng = small(microcode_words=64, **changes), words.rng
    dut, t = RuleSetup(p), twin(p)
    program, channels = microcode(p), p.reinforcements
    t.set_words("microcode", program)
    most_ops = 0

    async def bench(ctx):
        nonlocal most_ops
        await bus.load(ctx, dut.host_microcode, microcode_layout(p), program)
        for _ in range(25):
            count = rng.choice([1, 2, 40, rng.randrange(1, 25)])
            start = rng.randrange(p.microcode_words - count + 1)
            x1, x2 = (rng.choice([0, 127, rng.randrange(128)]) for _ in range(2))
            source = {"x0": rng.randrange(2), "x1": x1}
            source |= {"more": x2} if p.more_factors else {}
            r1, r0 = (
                [rng.choice([-128, 127, 0, rng.randrange(-128, 128)]) for _ in range(channels)]
                for _ in range(2)
            )
            epochs = rng.choice([0, 7, 65535, rng.randrange(1 << 16)])
            rule = {"start": start, "count": count}
            if channels > 1:
                rule["channel"] = rng.randrange(channels)
            cycles = await run_rule(ctx, dut, rule, source, r1, r0, epochs)
            steps = program[start : start + count]
            multiplications = sum(step["op"] == MicroOp.MUL.value for step in steps)
            scalars = MicroOp.LOAD.value, MicroOp.MUL.value
            adds = steps[-1]["op"] in scalars and steps[-1]["last"]
            assert cycles == count + multiplications + (3 if adds else 2)

            t.set_words("rules", [rule])
            t.state.rewards["r1"], t.state.rewards["r0"] = r1, r0
            t.set_registers(epochs_done=epochs)
            t.state.x.now[3] = x1, x2
            ops = t.state.lane_ops[: set_up(t.state, Job(0, 0, 3, source["x0"]))]
            most_ops = max(most_ops, ops.size)
            assert [ctx.get(dut.run.coefficients[k]) for k in range(p.operations)] == (
                t.state.coefficients.tolist()
            )
            assert ctx.get(dut.run.n_lane_ops) == ops.size
            names = [str(name) for name, _ in lane_op_layout(p)]
            for k, address in enumerate(ops.tolist()):
                expected = {name: program[address][name] for name in names}
                assert bus.plain(ctx.get(dut.run.lane_ops[k])) == expected
            for k in range(ops.size, p.operations):  # the first is evaluated if there is none
                assert set(bus.plain(ctx.get(dut.run.lane_ops[k])).values()) == {0}

    simulate(dut, bench)
    assert most_ops == p.operations, "operations beyond the last are dropped"


@pytest.mark.parametrize(
    "changes",
    [{}, {"more_factors": True, "reinforcements": 4}, {"more_factors": True, "lava": True}],
    ids=["few", "more", "lava"],
)
def test_each_factor_of_a_scalar(changes, words, bus, small, twin):
    """Those of lanes and unknown ones count as 1."""
    draws = 12
    p, rng = small(microcode_words=256, **changes), words.rng
    dut, t = RuleSetup(p), twin(p)

    def step(op, **fields):
        fields = {"op": op.value, "coefficient": 0} | fields
        return words.fields(microcode_layout(p), **fields)

    # A scalar that no factor saturates.
    load = step(MicroOp.LOAD, constant=16, exponent=-7, last=0)
    factors = [
        step(
            MicroOp.MUL,
            factor=factor,
            constant=rng.choice([-256, 255, 0, 0, rng.randrange(-256, 256)]),
            exponent=rng.choice([0, 1, 8, -1]),
            last=1,
        )
        for factor in range(16)
    ]
    program = [each for factor in factors for each in (load, factor)]
    t.set_words("microcode", program)

    async def bench(ctx):
        await bus.load(ctx, dut.host_microcode, microcode_layout(p), program)
        for _ in range(draws):
            r1, r0 = (
                [rng.choice([-128, 127, rng.randrange(-128, 128)]) for _ in range(p.reinforcements)]
                for _ in range(2)
            )
            x1, x2 = (rng.choice([127, rng.randrange(128)]) for _ in range(2))
            epochs = rng.choice([
                65535,
                7,
                rng.randrange(1 << 16),
                rng.randrange(1 << 8) * 256 + 255,
            ])
            t.state.rewards["r1"], t.state.rewards["r0"] = r1, r0
            t.state.x.now[3] = x1, x2
            t.set_registers(epochs_done=epochs)
            source = {"x0": rng.randrange(2), "x1": x1}
            source |= {"more": x2} if p.more_factors else {}
            for start in range(0, len(program), 2):
                rule = {"start": start, "count": 2}
                if p.reinforcements > 1:
                    rule["channel"] = rng.randrange(p.reinforcements)
                await run_rule(ctx, dut, rule, source, r1, r0, epochs)
                t.set_words("rules", [rule])
                set_up(t.state, Job(0, 0, 3, source["x0"]))
                found = ctx.get(dut.run.coefficients[0])
                assert found == t.state.coefficients[0], (program[start + 1], source, r1, r0)

    simulate(dut, bench)


def instruction(op, **fields):
    names = "factor", "constant", "exponent", "coefficient", "first", "last"
    return {"op": op.value} | dict.fromkeys(names, 0) | fields


@pytest.mark.parametrize(
    ("program", "expected"),
    [
        ([instruction(MicroOp.LOAD, constant=3, exponent=-7, last=1)], 3),
        ([instruction(MicroOp.LOAD, constant=-1, last=1)], -128),
        ([instruction(MicroOp.LOAD, constant=255, exponent=8, last=1)], (1 << 17) - 1),
        ([instruction(MicroOp.LOAD, constant=-256, exponent=8, last=1)], -(1 << 17)),
        ([instruction(MicroOp.LOAD, constant=3, exponent=-8, last=1)], 3 << 15),
        ([instruction(MicroOp.LOAD, constant=5, exponent=-16, last=1)], 5 << 7),
        ([instruction(MicroOp.LOAD, constant=7, exponent=9, last=1)], 7),
        (
            [
                instruction(MicroOp.LOAD, constant=1),
                instruction(MicroOp.MUL, factor=Factor.X1.value, last=1),
                instruction(MicroOp.MUL, factor=Factor.R1.value, constant=1, last=1),
            ],
            128 * 5 + 128 * 5 * -8,
        ),
    ],
)
def test_coefficients(program, expected, bus, small):
    """With x1 = 5 and r1 = -9."""
    p = small()
    dut = RuleSetup(p)

    async def bench(ctx):
        await bus.load(ctx, dut.host_microcode, microcode_layout(p), program)
        await run_rule(ctx, dut, {"start": 0, "count": len(program)}, {"x0": 1, "x1": 5}, [-9])
        assert ctx.get(dut.run.coefficients[0]) == expected

    simulate(dut, bench)


@pytest.mark.parametrize("recall", [0, 1])
def test_traces_are_recalled_for_a_rule_that_asks_for_them(recall, small):
    """Those after each step of the epoch; 0 for another, whatever was recalled before it."""
    p = small(2, history=4)
    dut = RuleSetup(p)

    async def bench(ctx):
        for asks in (1, recall):
            ctx.set(dut.run.rule, {"recall": asks})
            ctx.set(dut.run.start, 1)
            await ctx.tick()
            ctx.set(dut.run.start, 0)
            while ctx.get(dut.run.busy):
                read, row = ctx.get(dut.past.en), ctx.get(dut.past.row)
                await ctx.tick()
                if read:
                    ctx.set(dut.past.data[0], row + 1)
        seen = [ctx.get(recalled) for recalled in dut.recalled]
        assert seen == ([1, 2, 3, 4] if recall else [0] * p.history)

    simulate(dut, bench)


@pytest.mark.parametrize(
    ("inputs", "promise"),
    [
        ([{"run.start": 1, "run.rule": {"count": 3}}, {"run.start": 0}, {}], None),
        ([{"run.start": 1, "run.rule": {"count": 3}}, {}], "a run begins when there is none"),
        (
            [{"run.start": 1, "run.rule": {"count": 3}}, {"run.start": 0, "run.source.x1": 5}],
            "the source stays meanwhile",
        ),
        ([{}, {"run.n_lane_ops": 1}], "a result stays"),
    ],
)
def test_a_broken_promise_is_told(break_contract, inputs, promise, small):
    told = break_contract(RuleSetup(small(2)), *inputs)
    assert told == (promise and f"RuleSetup: {promise}")
