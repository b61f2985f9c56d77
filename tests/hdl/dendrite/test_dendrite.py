"""The dendrite phase, as a whole, against the golden core's rows."""

import numpy as np
import pytest
from amaranth import Module
from amaranth.lib import wiring

from backspike.golden.core.dendrite_kernels import update_row
from backspike.hdl.dendrite.dendrite import Dendrite
from backspike.hdl.dendrite.inputs import InputSpikes
from backspike.hdl.host_map import MEMORIES
from backspike.hdl.layouts import bias_layout, profile_layout, row_layout, state_layout
from backspike.hdl.packing import pack_array
from backspike.sim.engines.simulate import simulate

N_STEPS = 5


class WithInputs(wiring.Elaboratable):
    """A dendrite and the input spikes that it takes."""

    def __init__(self, p):
        self.dendrite, self.inputs = Dendrite(p), InputSpikes(p)

    def elaborate(self, platform):
        m = Module()
        m.submodules.dendrite, m.submodules.inputs = self.dendrite, self.inputs
        wiring.connect(m, self.dendrite.inputs, self.inputs.rows)
        return m


def random_program(p, words):
    """Profiles, biases and states that let about every third compartment fire."""
    rng = words.rng
    profiles = [
        words.fields(
            profile_layout(p),
            decay_u=rng.choice([0, 4096, rng.randrange(4097)]),
            decay_v=rng.choice([0, 4096, rng.randrange(4097)]),
            threshold=rng.randrange(300),
            refractory=rng.randrange(1, 4),
            vmin=rng.randrange(24),
            vmax=rng.randrange(4, 8),
            window=rng.choice([0, 0, rng.randrange(1, 16)]),
        )
        for _ in range(16)
    ]
    rows = [
        words.fields(row_layout(p), gate=rng.randrange(p.rows)) for _ in range(p.compartment_rows)
    ]
    biases = [
        {"mantissa": rng.randrange(-100, 100), "exponent": rng.randrange(8)}
        for _ in range(p.compartments)
    ]
    states = words.many(state_layout(p), p.compartments, refractory=0)
    return profiles, rows, biases, states


@pytest.mark.parametrize("features", [(), ("noise", "subtract", "watch")], ids=" ".join)
@pytest.mark.parametrize(("lanes", "parts"), [(1, 1), (2, 2), (4, 1), (4, 2), (4, 4)])
def test_steps_are_those_of_the_golden_core(lanes, parts, features, words, small, twin, bus):
    p = small(lanes, 4, 3, dendrite_lanes=lanes // parts, **dict.fromkeys(features, True))
    rng, t = words.rng, twin(p)
    profiles, rows, biases, states = random_program(p, words)
    memories = {"profiles": profiles, "rows": rows, "bias": biases, "neurons": states}
    for memory, content in memories.items():
        t.set_words(memory, content)
    t.state.seen[:] = [rng.randrange(2) for _ in range(p.axons)]
    t.set_registers(epoch_step=1)
    dut = WithInputs(p)
    d = dut.dendrite

    def golden_step(used, sums):
        """Rows and their spikes; the rows beyond ``used`` keep their state."""
        for row in reversed(range(used)):
            t.state.accumulators[0] = sums.reshape(-1)
            update_row(t.state, row)
        spikes = t.state.spikes[: used * lanes].reshape(used, lanes)
        return [sum(int(bit) << lane for lane, bit in enumerate(row)) for row in spikes]

    async def run_phase(ctx, sums):
        """Returns the rows as they arrive, the sums scanned and cleared, and cycles."""
        arrived, scanned, cleared, counts, cycles, answer = [], [], [], [0] * 3, 0, None
        gate = None
        ctx.set(d.phase.start, 1)
        counts[2] += ctx.get(d.counts.neuron_updates)
        await ctx.tick()
        ctx.set(d.phase.start, 0)
        while ctx.get(d.phase.busy):
            if answer is not None:
                for lane in range(lanes):
                    ctx.set(d.sums.sums[lane], int(sums[answer, lane]))
            answer = ctx.get(d.sums.row) if ctx.get(d.sums.en) else None
            if answer is not None:
                scanned.append(answer)
            if gate is not None:
                seen = t.state.seen[gate * lanes : (gate + 1) * lanes]
                ctx.set(d.gate.data, sum(int(x) << n for n, x in enumerate(seen)))
            gate = ctx.get(d.gate.row) if ctx.get(d.gate.en) else None
            if ctx.get(d.fired.valid):
                spikes = ctx.get(d.fired.spikes)
                arrived.append((spikes.row, spikes.bits, ctx.get(d.fired.first)))
            if ctx.get(d.sums.clear):
                cleared.append(ctx.get(d.sums.clear_row))
            counts[0] += ctx.get(d.counts.spikes)
            counts[1] += ctx.get(d.counts.input_spikes)
            counts[2] += ctx.get(d.counts.neuron_updates)
            cycles += 1
            await ctx.tick()
        return arrived, scanned, cleared, counts, cycles

    async def bench(ctx):
        await bus.load(ctx, d.memories.profiles, profile_layout(p), profiles)
        await bus.load(ctx, d.memories.rows, row_layout(p), rows)
        await bus.load(ctx, d.memories.bias, bias_layout(p), biases)
        await bus.load(ctx, d.memories.state, state_layout(p), states)
        for _ in range(N_STEPS):
            used, inputs = rng.randrange(p.compartment_rows + 1), rng.randrange(p.input_rows + 1)
            waiting = [rng.randrange(1 << lanes) for _ in range(inputs)]
            sent = [{"row": row, "bits": bits} for row, bits in enumerate(waiting)]
            await bus.put_all(ctx, dut.inputs.i, sent, rng)
            sums = np.array([[rng.randrange(-999, 2000) for _ in range(lanes)] for _ in range(4)])
            ctx.set(d.registers.rows, used)
            ctx.set(d.registers.input_rows, inputs)
            arrived, scanned, cleared, counts, cycles = await run_phase(ctx, sums)

            fired = golden_step(used, sums)
            expected = list(enumerate(waiting, p.compartment_rows))[::-1]
            expected += list(enumerate(fired))[::-1]
            assert [(row, bits) for row, bits, _ in arrived] == expected
            assert [first for *_, first in arrived] == [n == 0 for n in range(len(arrived))]
            descending = rows[:used][::-1]
            assert scanned == [row["sums"] for row in descending for _ in range(parts)]
            assert cleared == [row["sums"] for row in descending if not row["keep"]]
            spikes = [sum(x.bit_count() for x in xs) for xs in (fired, waiting)]
            assert counts == [*spikes, used * lanes]
            pipeline = 14 if p.watch else 12
            assert cycles == (inputs + used * parts + pipeline if used or inputs else 1)

        layout = MEMORIES["state"].layout(p)
        fields = {name: t.state.neurons[name] for name, _ in layout}
        expected = pack_array(layout, **fields).tolist()
        got = [await bus.host_read(ctx, d.memories.state, c) for c in range(p.compartments)]
        assert got == expected
        if p.noise:
            drawn = [await bus.host_read(ctx, d.memories.noise, n) for n in range(p.dendrite_lanes)]
            assert drawn == t.state.noise.tolist()

    simulate(dut, bench)
