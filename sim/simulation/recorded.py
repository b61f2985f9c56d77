"""Recorded spikes and values of a network, by name."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np

from backspike.golden.names import unknown

__all__ = ["Events", "Recorded"]


@dataclass(frozen=True, eq=False)
class Events:
    """Spikes of a population or an input, in time order.

    Attributes
    ----------
    steps, neurons : numpy.ndarray
        Step of the simulation and neuron of each spike, int64.
    size : int
        Neurons of the group.
    """

    steps: np.ndarray
    neurons: np.ndarray
    size: int

    def __repr__(self) -> str:
        return f"Events({self.steps.size:,} spikes of {self.size} neurons)"


@dataclass(frozen=True, eq=False, repr=False)
class Recorded(Mapping[str, np.ndarray]):
    """Record of some steps: arrays by the names of the probes.

    Attributes
    ----------
    first, steps : int
        Number of the first step, and how many there are.
    spikes : dict of str to Events
        Spikes by population and input.
    arrays, times : dict of str to numpy.ndarray
        Recorded values by probe, and the number of the step after which each was recorded.
    neurons : dict of str to numpy.ndarray
        Numbers of the neurons of each probe that is of a choice of them.
    thresholds : dict of str to list of float
        Different thresholds of the neurons of each population, in weight units.
    inputs : tuple of str
        Names of those groups that are inputs.
    engine : str
        Name of the engine.
    """

    first: int
    steps: int
    spikes: dict[str, Events]
    arrays: dict[str, np.ndarray]
    times: dict[str, np.ndarray]
    neurons: dict[str, np.ndarray] = field(default_factory=dict)
    thresholds: dict[str, list[float]] = field(default_factory=dict)
    inputs: tuple[str, ...] = ()
    engine: str = ""

    def __repr__(self) -> str:
        spikes = ", ".join(f"{name} {e.steps.size:,}" for name, e in self.spikes.items())
        probes = "".join(f"; {name} {array.shape}" for name, array in self.arrays.items())
        last = self.first + self.steps - 1
        steps = f"steps {self.first} to {last}" if self.steps else "no steps"
        return f"{type(self).__name__}({steps}, {self.engine}; spikes: {spikes}{probes})"

    def __getitem__(self, name: str) -> np.ndarray:
        """Values of a probe, or spikes as bool, (steps, neurons)."""
        if isinstance(name, str) and name in self.arrays:
            return self.arrays[name]
        kind, _, group = str(name).partition(":")
        if kind != "spikes" or group not in self.spikes:
            raise unknown("name of a result", name, self)
        events = self.spikes[group]
        raster = np.zeros((self.steps, events.size), bool)
        raster[events.steps - self.first, events.neurons] = True
        return raster

    def __iter__(self) -> Iterator[str]:
        yield from (f"spikes:{name}" for name in self.spikes)
        yield from self.arrays

    def __len__(self) -> int:
        return len(self.spikes) + len(self.arrays)

    def __eq__(self, other: object) -> bool:
        """True if both have the same names, spikes, values and times, on whatever engines."""
        if not isinstance(other, Recorded) or list(self) != list(other):
            return False
        return (self.first, self.steps) == (other.first, other.steps) and all(
            np.array_equal(self[name], other[name])
            and np.array_equal(self.times.get(name, ()), other.times.get(name, ()))
            for name in self
        )

    __hash__ = None  # type: ignore[assignment]  # as of all mappings

    def rate(self, name: str) -> np.ndarray:
        """Spikes per step of each neuron of a population or input, float64, (neurons,)."""
        if not isinstance(name, str) or name not in self.spikes:
            raise unknown("population or input", name, self.spikes)
        events = self.spikes[name]
        return np.bincount(events.neurons, minlength=events.size) / max(1, self.steps)
