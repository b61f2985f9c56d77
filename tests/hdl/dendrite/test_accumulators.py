"""Sums of weights against the golden core's."""

import numpy as np
import pytest

from backspike.golden.core.delivery_kernels import accumulate
from backspike.hdl.dendrite.accumulators import Accumulators
from backspike.hdl.params import Overflow
from backspike.hdl.payloads import word_layout
from backspike.sim.engines.simulate import simulate


async def put(ctx, dut, word, weights):
    ctx.set(dut.i.valid, 1)
    ctx.set(dut.i.word, word)
    for port, weight in zip(dut.i.weights, weights, strict=True):
        ctx.set(port, weight)
    await ctx.tick()
    ctx.set(dut.i.valid, 0)
    assert ctx.get(dut.busy)


async def sums_of(ctx, dut, row):
    ctx.set(dut.taken.en, 1)
    ctx.set(dut.taken.row, row)
    await ctx.tick()
    ctx.set(dut.taken.en, 0)
    return [ctx.get(total) for total in dut.taken.sums]


@pytest.mark.parametrize("overflow", Overflow)
@pytest.mark.parametrize(
    ("lanes", "acc_width", "compact"),
    [(1, 12, False), (2, 18, False), (4, 12, False), (1, 12, True), (4, 18, True)],
)
def test_sums_are_those_of_the_golden_core(
    lanes, acc_width, compact, overflow, words, small, twin, bus
):
    p = small(lanes, acc_width=acc_width, overflow=overflow, compact=compact, delay_slots=4)
    dut, rng, t = Accumulators(p), words.rng, twin(p)
    sums = t.state.accumulators
    n_outside = n_lanes = now = 0
    due = {}  # what is counted in which cycle

    async def next_cycle(ctx):
        nonlocal now
        await ctx.tick()
        now += 1
        check(ctx)

    def check(ctx):
        counted = ctx.get(dut.counts.saturations), ctx.get(dut.counts.synaptic_ops)
        assert counted == due.get(now, (0, 0))

    def golden(slot, word, weights):
        outside = 0
        target = sums[(slot + 1 + word["delay"]) % p.delay_slots]
        for lane in range(lanes):
            if word["mask"] >> lane & 1:
                k = word["row"] * lanes + lane
                outside += accumulate(
                    t.state.size,
                    target[k : k + 1],
                    np.array([weights[lane]], np.int16),
                    word["exponent"],
                )
        return outside, word["mask"].bit_count()

    async def bench(ctx):
        nonlocal n_outside, n_lanes, now
        limit = 1 << (acc_width - 1)
        for n in range(sums.size):
            value = rng.choice([-limit, limit - 1, rng.randrange(-limit, limit)])
            sums[divmod(n, p.compartments)] = value
            await bus.host_write(ctx, dut.memories.accumulators, n, value & (2 * limit - 1))
        slot = rng.randrange(p.delay_slots)
        for _ in range(5):
            ctx.set(dut.slot, slot)
            for _ in range(50):
                # Few rows, so that many words follow one for the same row, also after a pause.
                word = words.fields(word_layout(p), delay=rng.choice([0, 0, p.max_delay]))
                word["row"] = rng.choice([0, 0, 0, 3])
                word["exponent"] = rng.choice([-8, -1, 0, 3, 7])
                weights = [rng.choice([-256, 255, rng.randrange(-256, 256)]) for _ in range(lanes)]
                expected = golden(slot, word, weights)
                due[now + dut.latency - 1] = expected
                await put(ctx, dut, word, weights)
                now += 1
                check(ctx)
                n_outside, n_lanes = n_outside + expected[0], n_lanes + expected[1]
                for _ in range(rng.randrange(1, 6) if rng.random() < 0.2 else compact):
                    await next_cycle(ctx)
            for _ in range(dut.latency - 1):
                assert ctx.get(dut.busy) == any(cycle >= now for cycle in due)
                await next_cycle(ctx)
            assert not ctx.get(dut.busy)
            slot = (slot + 1) % p.delay_slots
            ctx.set(dut.slot, slot)
            for row in range(p.compartment_rows):
                lanes_of_row = slice(row * lanes, (row + 1) * lanes)
                assert await sums_of(ctx, dut, row) == sums[slot, lanes_of_row].tolist()
                sums[slot, lanes_of_row] = 0
                ctx.set(dut.taken.clear, 1)
                ctx.set(dut.taken.clear_row, row)
                await ctx.tick()
                ctx.set(dut.taken.clear, 0)
        for n, total in enumerate(sums.reshape(-1).tolist()):
            assert await bus.host_read(ctx, dut.memories.accumulators, n) == total & (2 * limit - 1)

    simulate(dut, bench)
    assert n_lanes
    assert n_outside, "no sum left its range"


def test_a_word_per_cycle_for_one_row(small):
    """The row that is being written is read too early: the sum is forwarded."""
    p = small(2)
    dut = Accumulators(p)

    async def bench(ctx):
        word = {"row": 1, "mask": 3, "exponent": 0}
        ctx.set(dut.i.valid, 1)
        ctx.set(dut.i.word, word)
        ctx.set(dut.i.weights[0], 3)
        ctx.set(dut.i.weights[1], -5)
        await ctx.tick().repeat(7)
        ctx.set(dut.i.valid, 0)
        await ctx.tick().repeat(dut.latency - 1)
        ctx.set(dut.slot, 1)
        assert await sums_of(ctx, dut, 1) == [21, -35]
        assert await sums_of(ctx, dut, 0) == [0, 0]

    simulate(dut, bench)


def test_clear_zeroes_one_row_of_one_slot(small):
    p = small(2)
    dut = Accumulators(p)

    async def bench(ctx):
        for row in (0, 1):
            await put(ctx, dut, {"row": row, "mask": 3, "exponent": 0}, [7, 8])
        await ctx.tick().repeat(dut.latency - 1)
        ctx.set(dut.clear.en, 1)
        ctx.set(dut.clear.address, p.compartment_rows + 1)
        await ctx.tick()
        ctx.set(dut.clear.en, 0)
        ctx.set(dut.slot, 1)
        assert await sums_of(ctx, dut, 0) == [7, 8]
        assert await sums_of(ctx, dut, 1) == [0, 0]

    simulate(dut, bench)
