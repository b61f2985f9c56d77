"""The RTL in Verilator, as a shared library that runs without a Python call per cycle."""

import ctypes
import hashlib
import os
import re
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import numpy as np

from backspike.golden.engine import Engine
from backspike.golden.errors import check_type
from backspike.golden.files import write_text
from backspike.hdl.params import CoreParams
from backspike.sim.engines.core_text import SIM_TOP, core_text
from backspike.sim.engines.link_engine import LinkEngine
from backspike.sim.engines.verilator_build import BuildProgress, build_core

__all__ = ["HangError", "Library", "Rehearsal", "VerilatorEngine"]

Rehearsal = Callable[[Engine], None]

#: Cycles without a word to or from the core after which it counts as hanging: several times
#: what the most steps of one command can take in the largest preset.
PATIENCE = 1 << 28
#: Environment variable: the folder in which engines leave what of their RTL has run.
COVERAGE = "BACKSPIKE_COVERAGE"
#: Declarations of what has no name of its own, such as wires from part to part; and the same, of
#: which nothing is counted.
_NUMBERED = re.compile(r"^  ((?:wire|reg) [^;\n]*\$\d[^;\n]*;)", re.MULTILINE)
_UNCOVERED = r"  /*verilator coverage_off*/ \1 /*verilator coverage_on*/"
#: Between two looks at Ctrl-C.
SLICE_SECONDS = 0.2
_DONE, _MORE, _STUCK, _STOPPED = range(4)


class HangError(RuntimeError):
    """The simulated core does not come to an end."""


class Library:
    """A transport: one instance of a core built by :func:`verilator_build.build_core`.

    Parameters
    ----------
    path : Path
        The shared library.
    patience : int
        Cycles without a word to or from the core after which :meth:`exchange` gives up.
    """

    def __init__(self, path: Path, patience: int = PATIENCE) -> None:
        self.patience = patience
        self._library = _declare(ctypes.CDLL(str(path)))
        self._core: int | None = self._library.core_create()
        self._budget = 10_000

    @property
    def cycles(self) -> int:
        """Clock cycles since construction."""
        return self._library.core_cycles(self._core)

    def gaps(self, seed: int, idle: float, stall: float) -> None:
        """From now on, leave gaps before words and delay taking answers, at random.

        Parameters
        ----------
        idle, stall : float
            Probability of a gap, and of not taking an answer, in a cycle, at least 0, below 1.
        """
        for name, chance in (("idle", idle), ("stall", stall)):
            if not 0 <= chance < 1:
                raise ValueError(f"{name} must be at least 0 and below 1, not {chance}")
        self._library.core_gaps(self._core, seed, int(idle * 2**32), int(stall * 2**32))

    def exchange(self, words: np.ndarray) -> np.ndarray:
        """See :meth:`backspike.sim.engines.link_engine.Transport.exchange`.

        Raises
        ------
        HangError
            If no word has moved for ``patience`` cycles, or the simulation stopped by itself.
        """
        if self._core is None:
            raise RuntimeError("the engine is closed")
        words = np.ascontiguousarray(words, np.uint32)
        self._library.core_send(self._core, words.ctypes.data, words.size)
        status = _MORE
        while status == _MORE:
            started = time.perf_counter()
            status = self._library.core_run(self._core, self._budget, self.patience)
            if status == _MORE:
                took = time.perf_counter() - started
                factor = min(4.0, max(0.25, SLICE_SECONDS / max(took, 1e-6)))
                self._budget = max(1000, int(self._budget * factor))
        if status == _STUCK:
            raise HangError(
                f"the core hangs: no word to or from it in {self.patience} cycles "
                f"(cycle {self.cycles})"
            )
        if status == _STOPPED:
            raise HangError(
                f"a contract of the RTL, printed above, is broken in cycle {self.cycles}"
            )
        count = ctypes.c_size_t()
        answer = self._library.core_answer(self._core, ctypes.byref(count))
        if not count.value:
            return np.zeros(0, np.uint32)
        return np.ctypeslib.as_array(answer, (count.value,)).copy()

    def trace(self, file: Path) -> None:
        """From now on, write all signals to a file, as VCD; a clock cycle is 10 units of time.

        The library must have been built with ``trace``.
        """
        self._library.core_trace(ctypes.c_void_p(self._core), os.fsencode(file))

    def end_trace(self) -> None:
        """End the file of :meth:`trace`."""
        self._library.core_trace_end(ctypes.c_void_p(self._core))

    def cover(self, file: Path) -> None:
        """Write what has run so far to a file, in Verilator's format.

        The library must have been built with ``cover``.
        """
        self._library.core_cover(ctypes.c_void_p(self._core), os.fsencode(file))

    def reset(self) -> None:
        """See :meth:`backspike.sim.engines.link_engine.Transport.reset`."""
        self._library.core_reset(self._core)

    def close(self) -> None:
        """See :meth:`backspike.sim.engines.link_engine.Transport.close`."""
        if self._core is not None:
            self._library.core_destroy(self._core)
            self._core = None

    def __del__(self) -> None:
        if getattr(self, "_core", None) is not None:
            self.close()


class _Covered(Library):
    """A core that leaves what has run in ``$BACKSPIKE_COVERAGE`` when it is closed."""

    def __init__(self, path: Path, patience: int, text: str) -> None:
        super().__init__(path, patience)
        self._folder, self._text = Path(os.environ[COVERAGE]), text

    def close(self) -> None:
        if self._core is not None:
            self._folder.mkdir(parents=True, exist_ok=True)
            stem = hashlib.sha256(self._text.encode()).hexdigest()[:16]
            write_text(self._folder / f"{stem}.v", self._text)
            handle, name = tempfile.mkstemp(".dat", f"{stem}-", self._folder)
            os.close(handle)
            self.cover(Path(name))
        super().close()


class VerilatorEngine(LinkEngine):
    """The RTL of ``params`` in Verilator.

    If ``$BACKSPIKE_COVERAGE`` names a folder, the core is built to count what of it runs, and
    leaves that there when it is closed, with its Verilog: see
    :mod:`backspike.sim.verify.rtl_coverage`.

    Parameters
    ----------
    params : CoreParams
        Size of the core.
    progress : callable, optional
        Told of the build, unless it is in the cache: what, parts done, parts in all.
    patience : int
        Cycles without a word to or from the core after which it counts as hanging.
    rehearsal : callable, optional
        Runs what is typical of a long run to come, on an engine that it is given: see
        :func:`verilator_build.build_core`.
    brief : bool
        The run will be short: the core is built faster, and runs slower.
    contracts : bool
        A promise of a component that is broken ends the simulation; without, it is a third faster.

    Raises
    ------
    BuildError
        If a tool is missing or fails.
    """

    def __init__(
        self,
        params: CoreParams,
        progress: BuildProgress | None = None,
        patience: int = PATIENCE,
        rehearsal: Rehearsal | None = None,
        *,
        brief: bool = False,
        contracts: bool = True,
    ) -> None:
        def rehearse(path: Path) -> None:
            with closing(Library(path, patience)) as library:
                assert rehearsal
                rehearsal(LinkEngine(params, library, "verilator"))

        check_type("params", params, CoreParams)
        first = rehearse if rehearsal else None
        text, folder = core_text(params, contracts=contracts), os.environ.get(COVERAGE)
        cover = bool(folder)
        brief |= cover
        text = _NUMBERED.sub(_UNCOVERED, text) if cover else text
        path = build_core(text, SIM_TOP, progress, rehearse=first, brief=brief, cover=cover)
        self.library = _Covered(path, patience, text) if folder else Library(path, patience)
        super().__init__(params, self.library, "verilator")


def _declare(library: ctypes.CDLL) -> ctypes.CDLL:
    """Types of the functions of ``harness.cpp``."""
    core, words = ctypes.c_void_p, ctypes.POINTER(ctypes.c_uint32)
    for name, result, arguments in (
        ("create", core, []),
        ("destroy", None, [core]),
        ("reset", None, [core]),
        ("gaps", None, [core, ctypes.c_uint64, ctypes.c_uint32, ctypes.c_uint32]),
        ("send", None, [core, ctypes.c_void_p, ctypes.c_size_t]),
        ("run", ctypes.c_int32, [core, ctypes.c_uint64, ctypes.c_uint64]),
        ("answer", words, [core, ctypes.POINTER(ctypes.c_size_t)]),
        ("cycles", ctypes.c_uint64, [core]),
    ):
        function = getattr(library, f"core_{name}")
        function.restype, function.argtypes = result, arguments
    return library
