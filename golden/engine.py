"""Protocol of every engine, so that choosing one is one argument."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from backspike.golden.compiler.program import Program
from backspike.golden.register_values import check_register, register_word
from backspike.hdl.host_map import REGISTERS
from backspike.hdl.params import CoreParams

__all__ = ["Engine", "Record", "Stimulus", "all_cycles", "write_register"]


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

    def checked(self, n_steps: int, input_axons: int) -> tuple[np.ndarray, np.ndarray]:
        """Steps and axons, int64, for a run of ``n_steps`` on a core with so many input axons.

        Raises
        ------
        ValueError
            If steps do not ascend, or a step or an axon is out of range.
        """
        steps = np.ascontiguousarray(self.steps, np.int64)
        axons = np.ascontiguousarray(self.axons, np.int64)
        if n_steps < 0:
            raise ValueError(f"n_steps must be at least 0, not {n_steps}")
        if steps.shape != axons.shape or steps.ndim != 1:
            raise ValueError(
                "steps and axons must have one equal dimension, "
                f"not {steps.shape} and {axons.shape}"
            )
        if steps.size:
            if np.any(steps[1:] < steps[:-1]):
                raise ValueError("steps of a stimulus must ascend")
            _check_range("step of an input spike", steps, n_steps)
            _check_range("input axon", axons, input_axons)
        return steps, axons


def _check_range(what: str, values: np.ndarray, end: int) -> None:
    """Raise unless every value is at least 0 and less than ``end``."""
    low, high = int(values.min()), int(values.max())
    if low < 0 or high >= end:
        raise ValueError(f"{what} must be between 0 and {end - 1}, not {low if low < 0 else high}")


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
        """Clear all dynamic state, then write memories and registers of the program.

        What other programs have left has no effect: the core then does what a new one does.

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


def write_register(engine: Engine, name: str, value: int) -> None:
    """Set one register of an engine, by name in ``host_map.REGISTERS``.

    Raises
    ------
    TypeError, ValueError
        If ``value`` is no integer or out of the register's range, or the core has no such register
        to write; the message names the register, the value and the range.
    """
    word = register_word(check_register(engine.params, name, value))
    engine.write("registers", word, list(REGISTERS).index(name))


def all_cycles(counters: Mapping[str, float]) -> float:
    """Cycles of all phases together, of an engine's counters or some multiple of them."""
    return sum(n for name, n in counters.items() if name.startswith("cycles_"))
