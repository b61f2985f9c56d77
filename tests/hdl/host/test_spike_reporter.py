"""Packets of steps and of rows with spikes."""

import pytest

from backspike.hdl.host.spike_reporter import SpikeReporter
from backspike.hdl.host_map import Response, header
from backspike.sim.engines.simulate import simulate


@pytest.mark.parametrize("p_stall", [0, 0.6])
@pytest.mark.parametrize("lanes", [1, 4])
def test_packets(lanes, p_stall, rng, bus, small):
    dut = SpikeReporter(small(lanes))
    events = []
    for _ in range(20):
        step, row, bits = rng.randrange(1 << 32), rng.randrange(4), rng.randrange(1, 1 << lanes)
        events.append(rng.choice([("step", step), ("row", row, bits)]))
    expected = []
    for kind, *fields in events:
        response = Response.STEP if kind == "step" else Response.SPIKES
        expected += [header(response, 0, len(fields)), *fields]

    async def feed(ctx):
        for kind, *fields in events:
            if kind == "step":
                await bus.put_all(ctx, dut.steps, fields, rng, 0.3)
            else:
                row = {"row": fields[0], "bits": fields[1]}
                await bus.put_all(ctx, dut.rows, [row], rng, 0.3)

    async def check(ctx):
        assert await bus.get_all(ctx, dut.o, len(expected), rng, p_stall) == expected

    simulate(dut, feed, check)
