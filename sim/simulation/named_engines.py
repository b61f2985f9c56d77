"""Engines by name, made without a long silence."""

from collections.abc import Callable

from rich.console import Console

from backspike.golden.core.golden_core import GoldenCore
from backspike.golden.engine import Engine
from backspike.golden.names import unknown
from backspike.hdl.params import CoreParams
from backspike.sim.engines.amaranth_engine import AmaranthEngine
from backspike.sim.engines.verilator import VerilatorEngine
from backspike.sim.waiting import Building, told_kernels

__all__ = ["named_engine"]


def named_engine(name: str, params: CoreParams) -> Engine:
    """The golden core, or the RTL in Verilator or in Amaranth's simulator.

    What is compiled first, kernels or a simulator, is said on the standard error, and kept.

    Raises
    ------
    UnknownNameError
        If there is no such engine.
    BuildError
        If a tool is missing or fails.
    """
    if name not in _MAKERS:
        raise unknown("engine", name, _MAKERS)
    return _MAKERS[name](params)


def _golden(params: CoreParams) -> GoldenCore:
    with told_kernels(Console(stderr=True)):
        GoldenCore(params).run(1)
    return GoldenCore(params)


def _verilator(params: CoreParams) -> VerilatorEngine:
    with Building(Console(stderr=True)) as progress:
        return VerilatorEngine(params, progress)


_MAKERS: dict[str, Callable[[CoreParams], Engine]] = {
    "golden": _golden,
    "verilator": _verilator,
    "amaranth": AmaranthEngine,
}
