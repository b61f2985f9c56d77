"""Engines by name, made without a long silence."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Timer

from rich.console import Console

from backspike.golden.core.golden_core import GoldenCore
from backspike.golden.engine import Engine
from backspike.golden.names import unknown
from backspike.hdl.params import CoreParams
from backspike.sim.engines.amaranth_engine import AmaranthEngine
from backspike.sim.engines.verilator import VerilatorEngine

__all__ = ["named_engine"]

#: Seconds after which it is said what takes so long.
_PATIENCE = 3.0


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
    with _told_if_long("compiling the golden model (once: it is kept)"):
        GoldenCore(params).run(1)
    return GoldenCore(params)


def _verilator(params: CoreParams) -> VerilatorEngine:
    console = Console(stderr=True)

    def tell(what: str, done: int, total: int) -> None:
        if done == 0:
            console.print(f"building the simulator: {what} ({total} files)", highlight=False)

    return VerilatorEngine(params, tell)


_MAKERS: dict[str, Callable[[CoreParams], Engine]] = {
    "golden": _golden,
    "verilator": _verilator,
    "amaranth": AmaranthEngine,
}


@contextmanager
def _told_if_long(text: str) -> Iterator[None]:
    """Say what is being done, unless it is done soon."""
    timer = Timer(_PATIENCE, lambda: Console(stderr=True).print(text, highlight=False))
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
