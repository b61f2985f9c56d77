"""Bench for the neurons that students write in Amaranth."""

from collections.abc import Sequence
from contextlib import nullcontext
from typing import Any

from amaranth.sim import Simulator, SimulatorContext  # type: ignore[attr-defined]

__all__ = ["run_neuron"]


def run_neuron(
    neuron: Any, sums: Sequence[int | None], *, vcd: str | None = None
) -> list[tuple[int, int]]:
    """Simulate a neuron, one cycle for each sum; returns ``v`` and ``spike`` after each cycle.

    Parameters
    ----------
    neuron : Component
        With inputs ``en`` and ``total`` and outputs ``v`` and ``spike``.
    sums : sequence of int or None
        What goes to ``total``; ``en`` is 1 but where there is None.
    vcd : str, optional
        File for the waves.
    """
    found = []

    async def bench(ctx: SimulatorContext) -> None:
        for total in sums:
            ctx.set(neuron.en, total is not None)
            ctx.set(neuron.total, total or 0)
            await ctx.tick()
            found.append((ctx.get(neuron.v), ctx.get(neuron.spike)))

    simulator = Simulator(neuron)
    simulator.add_clock(1e-6)
    simulator.add_testbench(bench)
    with simulator.write_vcd(vcd) if vcd else nullcontext():
        simulator.run()
    return found
