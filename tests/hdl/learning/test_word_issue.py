"""Words and their operations, against what a run of the microcode would give."""

import pytest

from backspike.hdl.learning.word_issue import WordIssue
from backspike.sim.engines.simulate import simulate


@pytest.mark.parametrize("p_idle", [0, 0.4])
def test_every_word_has_its_operations(p_idle, rng, small):
    """Operations are told apart by their constants: the number of the rule, then their own."""
    p = small(1)
    dut = WordIssue(p)
    rules = [rng.randrange(p.operations + 1) for _ in range(8)]
    jobs = []
    for number in range(40):
        same = number > 0 and rng.random() < 0.5
        rule = jobs[-1]["rule"]["start"] if same else rng.randrange(8)
        jobs.append({"same": same, "rule": {"start": rule}, "address": rng.randrange(16)})
    expected, issued, started = [], [], 0
    for job in jobs:
        rule = job["rule"]["start"]
        expected += [
            (job["address"], 8 * rule + n, n == 0, n + 1 == max(rules[rule], 1))
            for n in range(max(rules[rule], 1))
        ]

    async def feed(ctx):
        for job in jobs:
            while rng.random() < p_idle:
                await ctx.tick()
            ctx.set(dut.i.p, job)
            ctx.set(dut.i.valid, 1)
            await ctx.tick().until(dut.i.ready)
            ctx.set(dut.i.valid, 0)

    async def run_microcode(ctx):
        nonlocal started
        while len(issued) < len(expected):
            await ctx.tick()
            if ctx.get(dut.setup.start):
                assert not ctx.get(dut.issued.valid), "set up while the last word is issued"
                rule = ctx.get(dut.setup.rule.start)
                ctx.set(dut.setup.busy, 1)
                await ctx.tick().repeat(rng.randrange(1, 5))
                ctx.set(dut.setup.n_lane_ops, rules[rule])
                constants = [{"constant": 8 * rule + n} for n in range(p.operations)]
                ctx.set(dut.setup.lane_ops, constants)
                ctx.set(dut.setup.busy, 0)
                started += 1

    async def check(ctx):
        while len(issued) < len(expected):
            if ctx.get(dut.issued.valid):
                step = dut.issued
                signals = step.word.address, step.op.constant, step.begins, step.ends
                issued.append(tuple(ctx.get(signal) for signal in signals))
            await ctx.tick()
        assert not ctx.get(dut.busy)

    simulate(dut, feed, run_microcode, check)
    assert issued == expected
    assert started == 1 + sum(not job["same"] for job in jobs[1:])


@pytest.mark.parametrize(
    ("inputs", "promise"),
    [
        ([{"i.valid": 1, "i.p": {"same": 1, "rule": {"start": 1}}}, {}, {}, {}], None),
        (
            [{"i.valid": 1, "i.p": {"same": 1}}, {"i.p.rule.start": 1}, {}],
            "a word is learned by its own rule",
        ),
        (
            [{"i.valid": 1, "i.p": {"same": 1}}, {"i.p.source.x1": 1}, {}],
            "a word is learned by its own source",
        ),
    ],
)
def test_a_broken_promise_is_told(break_contract, inputs, promise, small):
    told = break_contract(WordIssue(small(1)), *inputs)
    assert told == (promise and f"WordIssue: {promise}")
