"""What every engine offers, so that choosing one is one argument."""

from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from backspike.golden.program import Program
from backspike.hdl.params import CoreParams

__all__ = ["Engine", "Record", "Stimulus"]


@dataclass(frozen=True)
class Stimulus:
    """Spikes of input axons, in time order.

    Attributes
    ----------
    steps : numpy.ndarray
        Time step of each spike, counted from the start of the run, int64, ascending.
    axons : numpy.ndarray
        Input axon of each spike (0 is the first), int64, same shape.
    """

    steps: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int64))
    axons: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int64))


@dataclass(frozen=True)
class Record:
    """Every spike of a run, in time order and, within a step, by compartment.

    Attributes
    ----------
    steps : numpy.ndarray
        Time step of each spike, counted from the start of the run, int64.
    compartments : numpy.ndarray
        Compartment of each spike, int64, same shape.
    """

    steps: np.ndarray
    compartments: np.ndarray

    def raster(self, n_steps: int, first: int, size: int) -> np.ndarray:
        """Spikes of ``size`` compartments from ``first`` on, bool, shape (n_steps, size)."""
        out = np.zeros((n_steps, size), bool)
        inside = (self.compartments >= first) & (self.compartments < first + size)
        out[self.steps[inside], self.compartments[inside] - first] = True
        return out


class Engine(Protocol):
    """A core that runs programs: the golden model, the RTL in a simulator, or a board."""

    name: str
    params: CoreParams

    def load(self, program: Program) -> None:
        """Clear all dynamic state, then write the program's memories and registers.

        Raises
        ------
        ValueError
            If the program is for a core of other parameters.
        """
        ...

    def run(self, n_steps: int, stimulus: Stimulus | None = None, *, record: bool = True) -> Record:
        """Run time steps, with spikes of input axons; the record is empty if not asked for."""
        ...

    def clear(self) -> None:
        """Zero all dynamic state (voltages, accumulators, traces, the step); weights stay."""
        ...

    def read(self, memory: str) -> np.ndarray:
        """Whole memory as host words, uint64, by name in ``host_map.MEMORIES``."""
        ...

    def write(self, memory: str, words: np.ndarray, first: int = 0) -> None:
        """Write host words, uint64, from address ``first`` on."""
        ...

    def counters(self) -> dict[str, int]:
        """Counters since construction, by name in ``host_map.COUNTERS``.

        The golden core has no cycles: its five cycle counters are 0.
        """
        ...

    def close(self) -> None:
        """Free what the engine holds."""
        ...
