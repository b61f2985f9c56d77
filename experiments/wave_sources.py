"""Things that a waveform can be made of: an example, a program, a sample of a run."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from backspike.experiments.examples import EXAMPLES
from backspike.experiments.learned_circuit import choose_sample, of_run
from backspike.experiments.waves_settings import WavesSettings
from backspike.golden.compiler.program import Program
from backspike.golden.engine import Engine, Stimulus
from backspike.golden.errors import UserError
from backspike.sim.waves.view import View
from backspike.sim.waves.window import Window
from backspike.sim.waves.write_waves import Watch

__all__ = ["WaveSource", "wave_source"]

#: Steps that are shown unless it is said.
_STEPS = 20


@dataclass(frozen=True)
class WaveSource:
    """Something that runs on an engine.

    Attributes
    ----------
    about : str
        For a message.
    stem : str
        Name of its files, unless it is said.
    window : Window
        Steps that are shown.
    drive : callable
        Runs it on an engine that its argument makes of the program.
    program : Program or None
        The program, if it is known before it runs.
    """

    about: str
    stem: str
    window: Window
    drive: Callable[[Callable[[Program], Engine]], object]
    program: Program | None = None

    def watch(self, neurons: list[tuple[str, int]], weights: list) -> Watch:
        """Parts of its waveform, checked if the program is known."""
        if self.program is not None:
            View(self.program, neurons, weights)
        return Watch(self.window, tuple(neurons), tuple(weights))


def wave_source(what: str, settings: WavesSettings) -> WaveSource:
    """The example, program (``.npz``) or run of that name.

    Raises
    ------
    UserError
        If there is none, or an option is for something else.
    """
    path = Path(what)
    if what in EXAMPLES and not path.exists():
        _refuse(settings, "an example", "sample", "rate", "seed", "data_dir")
        return WaveSource(
            f"example {what}", what, _window(settings, Window(0, _STEPS - 1)), EXAMPLES[what].run
        )
    if path.is_dir():
        _refuse(settings, "a run", "rate", "seed")
        return _of_sample(path, settings)
    if not path.is_file():
        known = ", ".join(EXAMPLES)
        raise UserError(f"WHAT must be a run, a program (.npz) or one of {known}, not {what!r}")
    _refuse(settings, "a program", "sample", "data_dir")
    return _of_program(path, settings)


def _of_program(path: Path, settings: WavesSettings) -> WaveSource:
    """A program with random input spikes."""
    try:
        program = Program.load(path)
    except ValueError as error:
        raise UserError(f"WHAT {error}") from None
    window = _window(settings, Window(0, _STEPS - 1))
    axons = program.params.input_axons if program.input_axons is None else program.input_axons
    rng = np.random.default_rng(1 if settings.seed is None else settings.seed)
    rate = 0.1 if settings.rate is None else settings.rate
    if axons * (window.last + 1) > 1 << 30:
        raise UserError(f"--to must be below {(1 << 30) // axons}, not {window.last}")
    spikes = Stimulus.of(rng.random((window.last + 1, axons), np.float32) < rate)

    def drive(make: Callable[[Program], Engine]) -> None:
        engine = make(program)
        engine.load(program)
        engine.run(window.last + 1, spikes, record=False)

    return WaveSource(f"program {path}", path.stem, window, drive, program)


def _of_sample(run: Path, settings: WavesSettings) -> WaveSource:
    """A test sample that the circuit of a run learns."""
    circuit, weights, shapes, data = of_run(run, settings.data_dir)
    number = choose_sample(settings.sample or "0", weights, data, shapes)
    x, y = data.x_test[number : number + 1], data.y_test[number : number + 1]
    end = circuit.lead + circuit.steps
    window = _window(settings, Window(circuit.lead, end - 1))
    if window.last >= end:
        raise UserError(f"--to must be at most {end - 1}, the last step of the sample")

    def drive(make: Callable[[Program], Engine]) -> None:
        engine = make(circuit.program)
        engine.load(circuit.program)
        engine.run(end, circuit.stimulus(x, y, first=True))

    about = f"test sample {number} (class {data.class_names[y[0]]}) of {run}"
    return WaveSource(about, f"{run.name}-{number}", window, drive, circuit.program)


def _window(settings: WavesSettings, default: Window) -> Window:
    """Steps from the one to the other."""
    first = default.first if settings.first is None else settings.first
    last = settings.last
    if last is None:
        last = default.last if first <= default.first else first + _STEPS - 1
        if settings.sample is not None or first <= default.last:
            last = max(default.last, first)
    if first > last:
        raise UserError(f"--from must be at most --to, {last}, not {first}")
    return Window(first, last)


def _refuse(settings: WavesSettings, what: str, *names: str) -> None:
    """Raise if an option is for something else than ``what``."""
    for name in names:
        if getattr(settings, name) is not None:
            raise UserError(f"--{name.replace('_', '-')} is not for {what}")
