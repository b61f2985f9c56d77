"""Runs test benches on one Amaranth component: with a clock, a watchdog, and waves on demand."""

import os
from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

from amaranth.hdl import Elaboratable
from amaranth.sim import Simulator, SimulatorContext  # type: ignore[attr-defined]

__all__ = ["simulate"]

Bench = Callable[[SimulatorContext], Awaitable[None]]
#: Of the clock, in seconds.
_PERIOD = 1e-6


def simulate(dut: Elaboratable, *benches: Bench, limit_cycles: int = 20_000) -> None:
    """Run ``benches`` against ``dut`` until all are done.

    Set ``WAVES`` to a file name to write its waves there, as VCD.

    Raises
    ------
    TimeoutError
        If the benches take more than ``limit_cycles``.
    """

    async def watchdog(ctx: SimulatorContext) -> None:
        await ctx.delay(limit_cycles * _PERIOD)  # once, where a tick would wake it in every cycle
        raise TimeoutError(f"{type(dut).__name__} did not finish in {limit_cycles} cycles")

    sim = Simulator(dut)
    sim.add_clock(_PERIOD)
    for bench in benches:
        sim.add_testbench(bench)
    sim.add_testbench(watchdog, background=True)
    file = os.environ.get("WAVES")
    waves: AbstractContextManager[object] = (
        sim.write_vcd(str(Path(file))) if file else nullcontext()
    )
    with waves:
        sim.run()
