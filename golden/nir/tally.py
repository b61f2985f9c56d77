"""Counts of a comparison: spikes, rates and voltages of a population, and votes of an output."""

import numpy as np

from backspike.golden.network.neuron_constants import STEPS_OF_UNIT, voltage_limits
from backspike.golden.nir.fidelity import Difference, GroupFidelity
from backspike.golden.nir.reference import Activity
from backspike.golden.nir.to_network import NirImport

__all__ = ["Tally", "Votes", "never_fires"]


def never_fires(imported: NirImport, name: str) -> bool:
    """Tell if a population is only read."""
    return not {"v_threshold", "threshold"} & imported.folded.groups[name].fields.keys()


class Tally:
    """Counts of a population, over samples that come one after the other."""

    def __init__(self, imported: NirImport, name: str) -> None:
        self._group, self._node = imported.groups[name], imported.folded.groups[name]
        self._read, self._limits = never_fires(imported, name), _limits(imported, name)
        self._counts = np.zeros((2, len(self._group.order)), np.int64)
        self._both = self._different = self._limited = 0
        self._first: Difference | None = None
        self._voltage: float | None = None
        self._error = self._power = 0.0

    def add(self, number: int, exact: Activity, core: Activity, same_until: int) -> None:
        """Add a sample: what both sides did, and the step in which they first differ anywhere."""
        name = self._group.name
        floats, cores = (_flat(side.spikes[name]) for side in (exact, core))
        self._counts += floats.sum(axis=0), cores.sum(axis=0)
        self._both += int((floats & cores).sum())
        wrong = floats != cores
        if wrong.any():
            self._different += int(wrong.sum())
            self._note_first(number, wrong, floats)
        if name in core.voltages:
            self._add_voltages(
                _flat(exact.voltages[name]), _flat(core.voltages[name]), ~floats, same_until
            )

    def _note_first(self, number: int, wrong: np.ndarray, floats: np.ndarray) -> None:
        step, element = (int(n) for n in np.argwhere(wrong)[0])
        if self._first is not None and self._first.step <= step:
            return
        place = np.unravel_index(element, self._group.shape)
        self._first = Difference(
            number,
            step,
            tuple(int(n) for n in place),
            step + self._group.depth,
            int(np.flatnonzero(self._group.order == element)[0]),
            "float" if floats[step, element] else "core",
        )

    def _add_voltages(
        self, floats: np.ndarray, cores: np.ndarray, silent: np.ndarray, same_until: int
    ) -> None:
        """Add voltages, but where a neuron fires, since both sides reset at different times, and
        from where it reaches a limit of the core's."""
        if self._read:
            self._error += float(np.square(cores - floats).sum())
            self._power += float(np.square(floats).sum())
        low, high = self._limits
        limited = (cores <= low) | (cores >= high)
        self._limited += int(limited.sum())
        counted = silent & ~np.logical_or.accumulate(limited, axis=0)
        compared = np.abs(cores - floats)[:same_until][counted[:same_until]]
        if compared.size:
            self._voltage = max(self._voltage or 0.0, float(compared.max()))

    def result(self, samples: int, steps: int) -> GroupFidelity:
        """The counts of so many samples of so many steps."""
        floats, cores = (int(n) for n in self._counts.sum(axis=1))
        rates = self._counts / (samples * steps)
        errors = np.abs(rates[1] - rates[0])
        read = (self._error / self._power) ** 0.5 if self._power else 0.0
        neurons = self._counts.shape[1]
        return GroupFidelity(
            self._group.name,
            self._node.kind,
            neurons,
            floats,
            cores,
            self._different,
            1 - self._different / (neurons * samples * steps),
            self._both,
            float(errors.mean()),
            float(errors.max()),
            self._first,
            self._voltage,
            self._limited,
            read if self._read else None,
            *rates,
        )


def _limits(imported: NirImport, name: str) -> tuple[np.ndarray, np.ndarray]:
    """Lowest and highest voltage of each neuron that a core can have, in NIR's unit and order."""
    group, population = imported.groups[name], imported.network.populations[name]
    low, high = voltage_limits(population.vmin, population.vmax)
    everywhere = np.ones(len(group.order)) / STEPS_OF_UNIT
    return group.voltages(low * everywhere).reshape(-1), group.voltages(high * everywhere).reshape(
        -1
    )


class Votes:
    """Predictions by the first output of the graph, on both sides."""

    def __init__(self, imported: NirImport, labels: np.ndarray | None) -> None:
        self._output, shown = next(iter(imported.outputs.items()), ("", ()))
        self._shown = [name for name in shown if name in imported.network.populations]
        self._read = {name for name in self._shown if never_fires(imported, name)}
        self._labels = labels
        self._votes: list[tuple[int, int]] = []

    def add(self, exact: Activity, core: Activity) -> None:
        """Add the next sample."""
        if self._shown:
            self._votes.append((self.of(exact), self.of(core)))

    def of(self, side: Activity) -> int:
        """Vote of a side: the neuron with the most spikes, or the highest sum of voltages.

        The first of equals.
        """
        scores = [
            _flat((side.voltages if name in self._read else side.spikes)[name]).sum(axis=0)
            for name in self._shown
        ]
        return int(np.argmax(np.concatenate(scores)))

    def result(self) -> tuple[str, float | None, float | None, float | None]:
        """Name of the output, accuracy of the float graph and of the core, agreement."""
        if not self._votes:
            return "", None, None, None
        floats, cores = np.array(self._votes).T
        agreement = float(np.mean(floats == cores))
        if self._labels is None:
            return self._output, None, None, agreement
        exact, core = (float(np.mean(side == self._labels)) for side in (floats, cores))
        return self._output, exact, core, agreement


def _flat(values: np.ndarray) -> np.ndarray:
    """Steps and neurons, in NIR's order."""
    return values.reshape(len(values), -1)
