"""Comparison of an import with its graph in floating point, sample by sample, aligned by depth."""

import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import numpy as np

from backspike.golden.core.golden_core import GoldenCore
from backspike.golden.engine import Engine, Record, Stimulus
from backspike.golden.errors import NoEffectWarning
from backspike.golden.network.neuron_constants import STEPS_OF_UNIT
from backspike.golden.nir.fidelity import EngineDifference, Fidelity, Shown
from backspike.golden.nir.reference import Activity, run_float
from backspike.golden.nir.samples import Samples, input_groups
from backspike.golden.nir.tally import Tally, Votes, never_fires
from backspike.golden.nir.to_network import NirImport
from backspike.golden.readings import Reading
from backspike.hdl.host_map import MEMORIES
from backspike.hdl.packing import unpack_array

__all__ = ["CoreRun", "compare_engine", "compare_nir", "float_samples"]

#: Samples whose voltages are compared: reading them takes longer than running.
_VOLTAGES = 4
#: Most numbers of a part of the float run: 128 MB.
_MOST_NUMBERS = 1 << 24

Progress = Callable[[int], None]
Teacher = Mapping[str, np.ndarray]
_NO_TEACHER: Teacher = MappingProxyType({})


def _quiet(done: int) -> None:
    """Tell nobody."""


def compare_nir(imported: NirImport, samples: Samples, *, progress: Progress = _quiet) -> Fidelity:
    """Run the golden core beside the float graph, and count where they differ.

    Step t of the graph, in which a spike passes all layers at once, is compared with step t + depth
    of a population. Each sample begins anew.

    Parameters
    ----------
    imported : NirImport
    samples : Samples
        See :func:`spike_samples` and :func:`random_samples`.
    progress : callable, optional
        Told the number of samples that are done.

    Returns
    -------
    Fidelity

    Raises
    ------
    CapacityError
        If no core can hold the network.
    """
    run = CoreRun(imported)
    tallies = {name: Tally(imported, name) for name in run.names}
    votes = Votes(imported, samples.labels)
    shown = None
    for number, exact in enumerate(float_samples(imported, samples)):
        core = run.sample(samples, number, voltages=number < _VOLTAGES)
        same_until = _first_step(exact, core, run.names, samples.steps)
        for tally in tallies.values():
            tally.add(number, exact, core, same_until)
        votes.add(exact, core)
        if shown is None or (not shown.differs and same_until < samples.steps):
            sides = ({name: side.spikes[name] for name in run.names} for side in (exact, core))
            shown = Shown(number, *sides)
        progress(number + 1)
    assert shown is not None
    return Fidelity(
        imported.records,
        tuple(tally.result(len(samples), samples.steps) for tally in tallies.values()),
        samples.origin,
        len(samples),
        samples.steps,
        *votes.result(),
        shown,
    )


def compare_engine(
    imported: NirImport, samples: Samples, engine: Engine, *, progress: Progress = _quiet
) -> EngineDifference:
    """Run the golden core beside another engine on all samples, and count spikes that differ.

    Raises
    ------
    CapacityError
        If the network does not fit the engine's core.
    """
    golden, second = (CoreRun(imported, e) for e in (GoldenCore(engine.params), engine))
    spikes = different = 0
    for number in range(len(samples)):
        one, two = (
            set(zip(record.steps.tolist(), record.compartments.tolist(), strict=True))
            for record in (run.record(samples, number) for run in (golden, second))
        )
        spikes += len(one)
        different += len(one ^ two)
        progress(number + 1)
    return EngineDifference(engine.name, len(samples), samples.steps, spikes, different)


def float_samples(imported: NirImport, samples: Samples) -> Iterator[Activity]:
    """Activity of the float graph, sample by sample; as many are run at once as memory holds."""
    size = sum(len(group.order) for group in imported.groups.values()) * samples.steps
    count = max(1, _MOST_NUMBERS // max(1, size))
    for begin in range(0, len(samples), count):
        part = run_float(imported, samples.part(begin, begin + count))
        for n in range(len(next(iter(part.spikes.values())))):
            sides = ({k: v[n] for k, v in side.items()} for side in (part.spikes, part.voltages))
            yield Activity(*sides)


def _first_step(exact: Activity, core: Activity, names: Sequence[str], steps: int) -> int:
    """First step in which a spike differs; the number of steps if none does."""
    wrong = np.zeros(steps + 1, bool)
    wrong[steps] = True
    for name in names:
        different = exact.spikes[name] != core.spikes[name]
        wrong[:steps] |= different.reshape(steps, -1).any(axis=1)
    return int(np.argmax(wrong))


class CoreRun:
    """An import on an engine, run sample by sample.

    Parameters
    ----------
    imported : NirImport
    engine : Engine, optional
        Else a golden core, the smallest that fits.

    Attributes
    ----------
    names : list of str
        Populations of the graph.
    """

    def __init__(self, imported: NirImport, engine: Engine | None = None) -> None:
        params = None if engine is None else engine.params
        with warnings.catch_warnings():  # once is enough
            warnings.simplefilter("ignore", NoEffectWarning)
            program = imported.compile(params)
        self._imported, self._program = imported, program
        self._engine: Engine = engine or GoldenCore(self._program.params)
        self._engine.load(self._program)
        self._inputs = input_groups(imported)
        self.names = [name for name in imported.groups if name not in self._inputs]
        self._late = max((imported.groups[name].depth for name in self.names), default=0)

    def record(self, samples: Samples, number: int, teacher: Teacher = _NO_TEACHER) -> Record:
        """All spikes of a sample on the core.

        ``teacher`` are spikes, (steps of the core, neurons), of inputs that the graph lacks.
        """
        self._engine.clear()
        stimulus = self._stimulus(samples, number, teacher)
        return self._engine.run(samples.steps + self._late, stimulus)

    def weights(self, name: str) -> np.ndarray:
        """Weights of a connection as the engine has them, stored, int16."""
        return self._program.matrix(self._engine, name)

    def sample(self, samples: Samples, number: int, *, voltages: bool) -> Activity:
        """Spikes of a sample, in steps and shapes of the graph, and voltages.

        Voltages are those of all populations, or of those alone that never fire.
        """
        self._engine.clear()
        steps = samples.steps + self._late
        volts: dict[str, np.ndarray] = {}
        chosen = [n for n in self.names if voltages or never_fires(self._imported, n)]
        stimulus = self._stimulus(samples, number)
        if chosen and self._program.params.dynamics:
            record, volts = self._watch(steps, stimulus, chosen)
        else:
            record = self._engine.run(steps, stimulus)
        spikes, left = {}, {}
        for name in self.names:
            group = self._imported.groups[name]
            aligned = slice(group.depth, group.depth + samples.steps)
            raster = record.raster(steps, *self._program.populations[name])
            spikes[name] = group.to_graph(raster[aligned])
            if name in volts:
                left[name] = group.voltages(volts[name][aligned])
        return Activity(spikes, left)

    def _watch(
        self, steps: int, stimulus: Stimulus, names: Sequence[str]
    ) -> tuple[Record, dict[str, np.ndarray]]:
        """Run, and read the voltages of populations after each step, in weight units."""
        places = {name: self._program.populations[name] for name in names}
        first = min(at for at, _ in places.values())
        count = max(at + size for at, size in places.values()) - first
        reading = Reading(first, count, np.arange(steps))
        record, words = self._engine.watch(steps, stimulus, {"state": reading})
        layout: Any = MEMORIES["state"].layout(self._program.params)
        volts = unpack_array(layout, words["state"].reshape(-1))["v"].reshape(steps, count)
        return record, {
            name: volts[:, at - first : at - first + size] / STEPS_OF_UNIT
            for name, (at, size) in places.items()
        }

    def _stimulus(self, samples: Samples, number: int, teacher: Teacher = _NO_TEACHER) -> Stimulus:
        """Spikes of all inputs of a sample, and of others."""
        groups = self._imported.groups
        own = {name: groups[name].to_core(samples.inputs[name][number]) for name in self._inputs}
        steps = samples.steps + self._late
        spikes = np.zeros((steps, self._program.input_axons or 0), bool)
        for name, values in {**own, **teacher}.items():
            first, size = self._program.inputs[name]
            spikes[: len(values), first : first + size] = values
        return Stimulus.of(spikes)
