"""Waveforms of the RTL: some steps of a program, and save files for viewers."""

from collections.abc import Callable, Iterable
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any, NamedTuple, TextIO

from backspike.golden.compiler.program import Program
from backspike.golden.engine import Engine, Stimulus
from backspike.golden.errors import UserError, check_path, check_type
from backspike.golden.files import replace_file, write_text
from backspike.golden.names import unknown
from backspike.hdl.keywords import names_keywords
from backspike.sim.engines.verilator_build import BuildProgress
from backspike.sim.waves.rewriter import CYCLE, Rewriter
from backspike.sim.waves.save_files import Shown, gtkwave_text, surfer_text, wave_files
from backspike.sim.waves.simulators import SIMULATORS
from backspike.sim.waves.traced_engine import Recorded, TracedEngine
from backspike.sim.waves.view import View, Weight
from backspike.sim.waves.window import Window

__all__ = ["Watch", "Waves", "record_waves", "write_waves"]

#: Runs a program, or several, on an engine that the argument makes of it.
Drive = Callable[[Callable[[Program], Engine]], object]


class Watch(NamedTuple):
    """Parts of a waveform that are chosen."""

    window: Window
    neurons: tuple[tuple[str, int], ...] = ()
    weights: tuple[Weight, ...] = ()


class Waves(NamedTuple):
    """A waveform that was written."""

    files: tuple[Path, ...]
    """The waveform, and the save files of GTKWave and Surfer."""
    cycles: int
    """Clock cycles in it."""
    shown: tuple[str, ...]
    """Signals that viewers open on."""


@names_keywords
def write_waves(
    program: Program,
    stimulus: Stimulus | None,
    path: Path | str,
    *,
    steps: tuple[int, int],
    simulator: str = "amaranth",
    neurons: Iterable[tuple[str, int]] = (),
    weights: Iterable[Weight] = (),
    on_step: Callable[[int], None] | None = None,
    progress: BuildProgress | None = None,
) -> Waves:
    """Write a waveform of the RTL that runs a program, as VCD, and save files for viewers.

    All signals of the core are in it, by submodule; beside it the network: the time step and its
    phase, the spikes of all inputs and populations (a bit a neuron), u and v of every neuron in
    1/64 of a weight unit, and weights as they are stored, the first 1024 of a connection. A clock
    cycle takes 10 ns.

    Parameters
    ----------
    program : Program
    stimulus : Stimulus or None
        Input spikes; those after the last step are left out.
    path : Path or str
        ``NAME.vcd``; ``NAME.gtkw`` (GTKWave) and ``NAME.sucl`` (Surfer) are written beside it.
    steps : (int, int)
        First and last step of the waveform. The core runs all steps before the first one, too.
    simulator : {"amaranth", "verilator"}
        ``amaranth`` shows states by their names and needs no build, but is slow; ``verilator``
        is for long runs.
    neurons : iterable of (str, int), optional
        Population and number of the neurons that viewers open on; else the one whose voltage
        changes most often.
    weights : iterable of (str, tuple of int), optional
        Likewise, connection and index of weights.
    on_step : callable, optional
        Called with the number of each step when it is written.
    progress : callable, optional
        Told of the build of a simulator: what, parts done, parts in all.

    Returns
    -------
    Waves

    Raises
    ------
    TypeError, ValueError
        If something does not fit; nothing is written then.
    OSError
        If a file cannot be written.
    """
    check_type("program", program, Program)
    path = check_path("a waveform", path)
    if on_step is not None and not callable(on_step):
        raise TypeError(f"on_step must be a function of a step, not {on_step!r:.60}")
    spikes = Stimulus.checked_kind(stimulus)
    window = Window.of(steps)
    end = max(window.last + 1, int(spikes.steps.max(initial=-1)) + 1)
    named = program.input_axons
    spikes.checked(end, program.params.input_axons if named is None else named)
    watch = Watch(window, _pairs("neurons", neurons), _pairs("weights", weights))
    View(program, watch.neurons, watch.weights)  # raises, before a simulator is built

    def drive(make: Callable[[Program], Engine]) -> None:
        engine = make(program)
        engine.load(program)
        engine.run(end, spikes)

    return record_waves(drive, path, watch, simulator=simulator, on_step=on_step, progress=progress)


def _pairs(what: str, values: object) -> tuple[Any, ...]:
    """Pairs of a name and an index."""
    pairs = tuple(values) if isinstance(values, Iterable) else (values,)
    for pair in pairs:
        if not isinstance(pair, tuple | list) or len(pair) != 2:
            raise TypeError(f"{what} must be a list of (name, index), not {values!r:.60}")
    return pairs


def record_waves(
    drive: Drive,
    path: Path,
    watch: Watch,
    *,
    simulator: str = "amaranth",
    on_step: Callable[[int], None] | None = None,
    progress: BuildProgress | None = None,
) -> Waves:
    """As :func:`write_waves`, of whatever ``drive`` does with the first engine that it makes.

    The waveform ends with its last step, or before, where ``drive`` ends or loads again.

    Raises
    ------
    UserError
        If the first step is never run, or there is no such neuron, weight or simulator.
    """
    if not isinstance(simulator, str) or simulator not in SIMULATORS:
        raise unknown("simulator", simulator, SIMULATORS)
    recorders: list[_Recorder] = []

    def write(file: Path) -> None:
        with file.open("w", encoding="ascii", errors="replace") as out:
            recorder = _Recorder(out, watch, simulator, on_step, progress)
            recorders.append(recorder)
            with recorder.stack, suppress(Recorded):
                drive(recorder.make)
            recorder.end()

    replace_file(path, write)
    (recorder,) = recorders
    files = wave_files(path)
    groups = recorder.groups()
    write_text(files[1], gtkwave_text(path.name, groups, recorder.cycles * CYCLE))
    write_text(files[2], surfer_text(groups))
    shown = tuple(".".join(s.path[1:]) for group in groups.values() for s in group)
    return Waves(files, recorder.cycles, shown)


class _Recorder:
    """One waveform while it is made."""

    def __init__(
        self,
        out: TextIO,
        watch: Watch,
        simulator: str,
        on_step: Callable[[int], None] | None,
        progress: BuildProgress | None,
    ) -> None:
        self.stack = ExitStack()
        self._out, self._watch, self._on_step = out, watch, on_step
        self._simulator, self._progress = simulator, progress
        self._view: View | None = None
        self._rewriter: Rewriter | None = None

    def make(self, program: Program) -> Engine:
        """The engine that is recorded; raises :class:`Recorded` for a second one."""
        if self._view is not None:
            raise Recorded
        self._view = View(program, self._watch.neurons, self._watch.weights)
        kind = SIMULATORS[self._simulator]
        self._rewriter = Rewriter(
            self._out, self._view, self._watch.window, kind.per_cycle, self._on_step
        )
        link, begin = self.stack.enter_context(
            kind.traced(program.params, self._rewriter, self._progress)
        )
        return TracedEngine(program.params, link, self._simulator, self._watch.window, begin)

    @property
    def cycles(self) -> int:
        """Clock cycles in the waveform."""
        return self._rewriter.cycles if self._rewriter else 0

    def end(self) -> None:
        """Write the last values."""
        if self._rewriter:
            self._rewriter.close()
        if not self.cycles:
            raise UserError(f"step {self._watch.window.first} is never run: lower the first step")

    def groups(self) -> dict[str, list[Shown]]:
        """Signals that viewers open on."""
        assert self._view
        return self._view.groups(self._watch.neurons, self._watch.weights)
