# amaranth: UnusedElaboratable=no
"""Spikes of steps and epochs for every reader, against plain lists, with epochs and without."""

import pytest

from backspike.hdl.dendrite.spike_history import SpikeHistory
from backspike.sim.engines.simulate import simulate

N_STEPS = 8


async def ask(ctx, reader, row):
    ctx.set(reader.en, 1)
    ctx.set(reader.row, row)
    await ctx.tick()
    ctx.set(reader.en, 0)
    return reader.data


async def first_row(ctx, reader, row):
    """The active row from ``row`` on, and its spikes; none if there is none."""
    data = await ask(ctx, reader, row)
    return (ctx.get(data.row), ctx.get(data.bits)) if ctx.get(data.any) else None


def first_of(spikes, row):
    return next(((n, spikes[n]) for n in range(row, len(spikes)) if spikes[n]), None)


@pytest.mark.parametrize(("epochs", "epoch"), [(False, 1), (True, 1), (True, 3)])
@pytest.mark.parametrize("lanes", [1, 4])
def test_every_reader_has_its_spikes(lanes, epochs, epoch, rng, small):
    p = small(lanes, 4, 3, epochs=epochs)
    dut = SpikeHistory(p)

    async def fire(ctx, spikes):
        for row in reversed(range(p.rows)):
            ctx.set(dut.fired.valid, 1)
            ctx.set(dut.fired.first, row == p.rows - 1)
            ctx.set(dut.fired.spikes, {"row": row, "bits": spikes[row]})
            await ctx.tick()
        ctx.set(dut.fired.valid, 0)
        while ctx.get(dut.busy):
            await ctx.tick()

    async def bench(ctx):
        seen = [0] * p.rows
        for number in range(N_STEPS):
            begins = number % epoch == 0
            ctx.set(dut.registers.epoch_begins, begins)
            before = [0] * p.rows if begins else seen
            spikes = [rng.choice([0, 0, rng.randrange(1 << lanes)]) for _ in range(p.rows)]
            seen = [old | new for old, new in zip(before, spikes, strict=True)]
            await fire(ctx, spikes)
            for row in range(p.rows):
                for learning, scanned in ((0, spikes), (1, seen)):
                    ctx.set(dut.learning, learning)
                    assert await first_row(ctx, dut.scan, row) == first_of(scanned, row)
                    assert await first_row(ctx, dut.walk, row) == first_of(seen, row)
                assert ctx.get(await ask(ctx, dut.step_look, row)) == spikes[row]
                assert ctx.get(await ask(ctx, dut.epoch_look, row)) == seen[row]
                if epochs:
                    assert ctx.get(await ask(ctx, dut.gate, row)) == before[row]
            ctx.set(dut.next_step, 1)
            await ctx.tick()
            ctx.set(dut.next_step, 0)
        for row in range(p.rows):
            ctx.set(dut.clear.en, 1)
            ctx.set(dut.clear.address, row)
            await ctx.tick()
        ctx.set(dut.clear.en, 0)
        for reader in (dut.scan, dut.walk):
            assert await first_row(ctx, reader, 0) is None

    simulate(dut, bench)


@pytest.mark.parametrize(
    ("inputs", "promise"),
    [
        ([{"walk.en": 1, "step_look.en": 1}], None),
        ([{"epoch_look.en": 1, "step_look.en": 1}], "traces and rules take turns"),
        ([{"fired.valid": 1, "fired.first": 1, "scan.en": 1}], "nobody reads while rows come"),
        ([{"scan.en": 1}, {"learning": 1}], "it is clear which spikes were asked for"),
    ],
)
def test_a_broken_promise_is_told(break_contract, inputs, promise, small):
    told = break_contract(SpikeHistory(small(epochs=False)), *inputs)
    assert told == (promise and f"SpikeHistory: {promise}")


def test_only_a_core_with_epochs_has_gates(small):
    assert "gate" in SpikeHistory(small()).signature.members
    for changes in ({"epochs": False}, {"learning": False}):
        assert "gate" not in SpikeHistory(small(**changes)).signature.members
