"""Simulators of the RTL that write waveforms, by name."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from backspike.hdl.core import Core
from backspike.hdl.params import CoreParams
from backspike.sim.engines.amaranth_engine import SimulatorLink
from backspike.sim.engines.core_text import SIM_TOP, core_text
from backspike.sim.engines.link_engine import Transport
from backspike.sim.engines.verilator import Library
from backspike.sim.engines.verilator_build import BuildProgress, build_core
from backspike.sim.waves.rewriter import Rewriter

__all__ = ["SIMULATORS", "TracingSimulator"]

#: Characters of a trace that are read at once.
_PART = 1 << 20

#: A core, and what begins to trace it.
Traced = tuple[Transport, Callable[[], object]]


@dataclass(frozen=True)
class TracingSimulator:
    """A simulator that writes waveforms.

    Attributes
    ----------
    per_cycle : int
        Time units of a clock cycle in what it writes.
    traced : callable
        Context of a core after its reset; its VCD is written to the second argument by the end of
        the context. The third one is told of builds.
    """

    per_cycle: int
    traced: Callable[[CoreParams, Rewriter, BuildProgress | None], AbstractContextManager[Traced]]


@contextmanager
def _amaranth(
    params: CoreParams, rewriter: Rewriter, progress: BuildProgress | None
) -> Iterator[Traced]:
    link = SimulatorLink(lambda: Core(params))
    out: Any = rewriter
    with link.write_vcd(out):  # all of it: Amaranth's simulator begins at no other time
        yield link, lambda: None


@contextmanager
def _verilator(
    params: CoreParams, rewriter: Rewriter, progress: BuildProgress | None
) -> Iterator[Traced]:
    library = Library(build_core(core_text(params), SIM_TOP, progress, trace=True))
    with closing(library), tempfile.TemporaryDirectory(prefix="backspike-waves-") as folder:
        file = Path(folder) / "core.vcd"
        yield library, lambda: library.trace(file)
        library.end_trace()
        with file.open(encoding="ascii") as text:
            while part := text.read(_PART):
                rewriter.write(part)


SIMULATORS = {
    "amaranth": TracingSimulator(10**9, _amaranth),
    "verilator": TracingSimulator(10, _verilator),
}
