"""Arrays of ports, lane by lane."""

import pytest
from amaranth import Module, Signal
from amaranth.sim import Simulator

from backspike.hdl.lib.arrays import each


def test_every_sink_gets_its_source():
    m = Module()
    sources, sinks = [Signal(4) for _ in range(3)], [Signal(4) for _ in range(3)]
    m.d.comb += each(sinks, sources)

    async def bench(ctx):
        for number, source in enumerate(sources):
            ctx.set(source, 5 + number)
        await ctx.delay(1e-9)
        assert [ctx.get(sink) for sink in sinks] == [5, 6, 7]

    simulator = Simulator(m)
    simulator.add_testbench(bench)
    simulator.run()


def test_none_is_left_over():
    with pytest.raises(ValueError, match="shorter"):
        each([Signal(), Signal()], [Signal()])
