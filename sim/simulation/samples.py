"""Samples of probes: what to read of a core within a run, and the values of it."""

from collections.abc import Mapping

import numpy as np

from backspike.golden.errors import UserError
from backspike.golden.readings import Reading
from backspike.sim.simulation.probes import Probe, Source

__all__ = ["Chosen", "Samples"]

#: Most bytes that a probe records in one run.
_MOST_BYTES = 1 << 32
#: Probes by name, each with the neurons that it is of; None is all.
Chosen = Mapping[str, tuple[Probe, np.ndarray | None]]


class Samples:
    """Values of probes, as they come in from exchange to exchange.

    Parameters
    ----------
    chosen : mapping of str to (Probe, numpy.ndarray or None)
    sources : mapping of str to Source

    Attributes
    ----------
    spikes : list of dict of str to (numpy.ndarray, numpy.ndarray)
        Steps and neurons of the spikes of each group, by exchange.
    """

    def __init__(self, chosen: Chosen, sources: Mapping[str, Source]) -> None:
        self.chosen = chosen
        self.spikes: list[dict[str, tuple[np.ndarray, np.ndarray]]] = []
        self._sources = {name: sources[name] for name in chosen}
        self._times: dict[str, list[int]] = {name: [] for name in chosen}
        self._values: dict[str, list[np.ndarray]] = {name: [] for name in chosen}
        self._probes: dict[str, list[str]] = {}
        for name, source in self._sources.items():
            if source.count:
                self._probes.setdefault(source.memory, []).append(name)

    @property
    def words_per_step(self) -> float:
        """Words that are read, at most, by step."""
        return sum(
            self._span(names)[1] / min(self.chosen[name][0].every for name in names)
            for names in self._probes.values()
        )

    def check_size(self, steps: int) -> None:
        """Raise UserError if a probe would take more than a machine's memory in so many steps."""
        for name, (probe, _) in self.chosen.items():
            if (size := self.blank(name).nbytes * (steps // probe.every)) > _MOST_BYTES:
                raise UserError(
                    f"probe {name!r} every {probe.every} of {steps:,} steps would take "
                    f"{size / 1e9:,.0f} GB: raise `every`"
                )

    def readings(self, first: int, steps: int) -> dict[str, Reading]:
        """Readings of the run of so many steps from step ``first`` on, by memory."""
        found = {}
        for memory, names in self._probes.items():
            due = sorted({int(step) for name in names for step in self._due(name, first, steps)})
            if due:
                found[memory] = Reading(*self._span(names), np.array(due, np.int64) - first)
        return found

    def take(self, first: int, steps: int, words: Mapping[str, np.ndarray]) -> None:
        """Take the words of :meth:`readings` of the same steps."""
        readings = self.readings(first, steps)
        for name, (_, neurons) in self.chosen.items():
            source = self._sources[name]
            for step in self._due(name, first, steps):
                part = np.zeros(0, np.uint64)
                if source.count:
                    reading = readings[source.memory]
                    row = np.searchsorted(reading.after, step - first)
                    begin = source.first - reading.first
                    part = words[source.memory][row, begin : begin + source.count]
                value = source.decode(part)
                self._values[name].append(value if neurons is None else value[neurons])
                self._times[name].append(int(step))

    def arrays(self) -> dict[str, np.ndarray]:
        """Everything that was taken, by probe, with an axis of times before its own."""
        return {
            name: np.stack(values) if values else self.blank(name)[None][:0]
            for name, values in self._values.items()
        }

    def blank(self, name: str) -> np.ndarray:
        """A sample of a probe, of words of 0."""
        source, (_, neurons) = self._sources[name], self.chosen[name]
        value = source.decode(np.zeros(source.count, np.uint64))
        return value if neurons is None else value[neurons]

    def times(self) -> dict[str, np.ndarray]:
        """Number of the step after which each was recorded, int64, by probe."""
        return {name: np.array(times, np.int64) for name, times in self._times.items()}

    def _span(self, names: list[str]) -> tuple[int, int]:
        """First word, and number of words, that cover some probes of one memory."""
        sources = [self._sources[name] for name in names]
        first = min(source.first for source in sources)
        return first, max(source.first + source.count for source in sources) - first

    def _due(self, name: str, first: int, steps: int) -> np.ndarray:
        """Steps after which a probe is due, of so many from ``first`` on."""
        every = self.chosen[name][0].every
        return np.arange(first + (-first - 1) % every, first + steps, every)
