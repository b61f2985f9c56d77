"""Test benches on one component: clocked, watched, with waves on demand."""

import pytest
from amaranth import Module
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out

from backspike.sim.engines.simulate import simulate


class Counter(wiring.Component):
    """Counts up in every cycle in which it is enabled."""

    en: In(1)
    count: Out(8)

    def elaborate(self, platform):
        m = Module()
        with m.If(self.en):
            m.d.sync += self.count.eq(self.count + 1)
        return m


def test_all_benches_run_to_their_end():
    dut, seen = Counter(), []

    async def drive(ctx):
        ctx.set(dut.en, 1)
        await ctx.tick().repeat(3)
        ctx.set(dut.en, 0)

    async def watch(ctx):
        await ctx.tick().repeat(6)
        seen.append(ctx.get(dut.count))

    simulate(dut, drive, watch)
    assert seen == [3]


def test_a_bench_that_never_ends_is_an_error():
    dut = Counter()

    async def wait(ctx):
        while not ctx.get(dut.count):
            await ctx.tick()

    with pytest.raises(TimeoutError, match=r"^Counter did not finish in 50 cycles$"):
        simulate(dut, wait, limit_cycles=50)


def test_waves_are_written_on_demand(tmp_path, monkeypatch):
    dut, file = Counter(), tmp_path / "waves.vcd"

    async def wait(ctx):
        await ctx.tick()

    simulate(dut, wait)
    assert not file.exists()
    monkeypatch.setenv("WAVES", str(file))
    simulate(Counter(), wait)
    assert "count" in file.read_text()
