"""Protocol of every engine, so that choosing one is one argument."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from backspike.golden.compiler.program import Program
from backspike.golden.readings import Reading
from backspike.golden.register_values import check_register, find_register, register_word
from backspike.hdl.host_map import REGISTERS
from backspike.hdl.params import CoreParams

__all__ = [
    "Engine",
    "Record",
    "Stimulus",
    "all_cycles",
    "check_engine",
    "read_register",
    "write_register",
]


@dataclass(frozen=True, eq=False, repr=False)
class Stimulus:
    """Spikes of input axons, in time order.

    Attributes
    ----------
    steps : numpy.ndarray
        Time step of each spike, counted from the start of the run, int64, ascending.
    axons : numpy.ndarray
        Input axon of each spike (0 is the first), int64, same shape.

    Raises
    ------
    TypeError, ValueError
        If they are no integers (a fraction is not rounded), or not as many steps as axons.
    """

    steps: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int64))
    axons: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int64))

    def __post_init__(self) -> None:
        for name in ("steps", "axons"):
            whole = _integers(f"{name} of a stimulus", getattr(self, name))
            object.__setattr__(self, name, whole)
        if self.steps.shape != self.axons.shape or self.steps.ndim != 1:
            raise ValueError(
                "steps and axons must have one equal dimension, "
                f"not {self.steps.shape} and {self.axons.shape}"
            )

    def __repr__(self) -> str:
        return f"Stimulus({_events(self.steps, self.axons, 'axons')})"

    @classmethod
    def of(cls, spikes: np.ndarray, first: int = 0) -> "Stimulus":
        """The spikes of an array (steps, axons) of 0 and 1, the first column of axon ``first``.

        Raises
        ------
        ValueError
            If the array has another shape, or holds anything else.
        """
        array = np.asarray(spikes)
        if array.ndim != 2:
            raise ValueError(f"spikes must have shape (steps, axons), not {array.shape}")
        bad = array[(array != 0) & (array != 1)]
        if bad.size:
            raise ValueError(f"spikes must be 0 and 1, not {bad[0]}")
        steps, axons = np.nonzero(array)
        return cls(steps, axons + first)

    @staticmethod
    def checked_kind(stimulus: object) -> "Stimulus":
        """The stimulus, or an empty one for None.

        Raises
        ------
        TypeError
            If it is something else.
        """
        if stimulus is None:
            return Stimulus()
        if isinstance(stimulus, Stimulus):
            return stimulus
        shape = f" of shape {stimulus.shape}" if isinstance(stimulus, np.ndarray) else ""
        raise TypeError(
            f"stimulus must be a Stimulus, not a {type(stimulus).__name__}{shape}: "
            "Stimulus.of makes one of an array (steps, axons)"
        )

    def window(self, begin: int, end: int) -> "Stimulus":
        """The spikes from step ``begin`` up to ``end``, counted from ``begin``."""
        inside = slice(*np.searchsorted(self.steps, (begin, end)))
        return Stimulus(self.steps[inside] - begin, self.axons[inside])

    def checked(self, n_steps: int, input_axons: int) -> tuple[np.ndarray, np.ndarray]:
        """Steps and axons, int64, for a run of ``n_steps`` on a core with so many input axons.

        Raises
        ------
        TypeError, ValueError
            If ``n_steps`` is no integer, steps do not ascend, or a step or an axon is out of range.
        """
        steps, axons = self.steps, self.axons
        if isinstance(n_steps, Program):
            raise TypeError("n_steps must be an int, not a Program: load(program), then run(steps)")
        if isinstance(n_steps, bool) or not isinstance(n_steps, int | np.integer):
            raise TypeError(f"n_steps must be an int, not {n_steps!r}")
        if n_steps < 0:
            raise ValueError(f"n_steps must be at least 0, not {n_steps}")
        if steps.size:
            if np.any(steps[1:] < steps[:-1]):
                raise ValueError("steps of a stimulus must ascend")
            _check_range("step of an input spike", steps, n_steps, "the run has no steps")
            _check_range("input axon", axons, input_axons, "the program has no inputs")
        return steps, axons


def _integers(what: str, values: object) -> np.ndarray:
    """Values as int64, contiguous; raises unless all are integers."""
    array = np.asarray(values)
    if array.size and array.dtype.kind not in "iu":
        flat = array.reshape(-1)
        bad = flat[flat != np.floor(flat)] if array.dtype.kind == "f" else flat
        shown = bad[0] if bad.size else flat[0]
        raise TypeError(f"{what} must be integers, not {getattr(shown, 'item', lambda: shown)()!r}")
    if array.dtype.kind == "u" and array.size and array.max() > np.iinfo(np.int64).max:
        raise ValueError(f"{what} must be less than 2**63, not {array.max()}")
    return np.ascontiguousarray(array, np.int64)


def _check_range(what: str, values: np.ndarray, end: int, none: str) -> None:
    """Raise unless every value is at least 0 and less than ``end``; ``none`` says why it is 0."""
    low, high = int(values.min()), int(values.max())
    if not end:
        raise ValueError(f"{what} must be left out, not {low}: {none}")
    if low < 0 or high >= end:
        raise ValueError(f"{what} must be between 0 and {end - 1}, not {low if low < 0 else high}")


def _events(steps: np.ndarray, neurons: np.ndarray, what: str) -> str:
    """Spikes in a few words."""
    if not steps.size:
        return "no spikes"
    return (
        f"{steps.size:,} spikes, steps {steps.min()} to {steps.max()}, "
        f"{what} {neurons.min()} to {neurons.max()}"
    )


@dataclass(frozen=True, eq=False, repr=False)
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

    def __repr__(self) -> str:
        return f"Record({_events(self.steps, self.compartments, 'compartments')})"

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
        """Run time steps, with spikes of input axons; the record is empty if not asked for.

        Raises
        ------
        TypeError, ValueError
            If the steps are no integer, or a spike is out of the run or of the program's inputs.
        """
        ...

    def watch(
        self, n_steps: int, stimulus: Stimulus | None, readings: Mapping[str, Reading]
    ) -> tuple[Record, dict[str, np.ndarray]]:
        """Run time steps, and read words of memories, by name, between them.

        All of it is one exchange with a core behind a link: a reading takes about 16 cycles, and 3
        for each beat of 32 bits.

        Returns
        -------
        (Record, dict of str to numpy.ndarray)
            Every spike, and the words of each reading, uint64, shape (times, count).
        """
        ...

    def clear(self) -> None:
        """Zero all dynamic state (voltages, accumulators, traces, the step); weights stay."""
        ...

    def read(self, memory: str, first: int = 0, count: int | None = None) -> np.ndarray:
        """Host words of a memory, uint64, by name in ``host_map.MEMORIES``; all without ``count``.

        Raises
        ------
        UserError
            If the core has no such memory; ValueError if an address is out of range.
        """
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


def check_engine(value: object, names: tuple[str, ...] = ()) -> None:
    """Raise TypeError unless ``value`` is an engine; an error lists the names of others."""
    methods = ("load", "run", "read", "write")
    if isinstance(value, type) or not all(callable(getattr(value, m, None)) for m in methods):
        listed = f"one of {', '.join(names)}, or " if names else ""
        raise TypeError(f"engine must be {listed}one such as GoldenCore(params), not {value!r:.60}")


def write_register(engine: Engine, name: str, value: int) -> None:
    """Set one register of an engine, by name in ``host_map.REGISTERS``.

    Raises
    ------
    TypeError, ValueError
        If ``value`` is no integer or out of the register's range, or the core has no such register
        to write; the message names the register, the value and the range.

    Notes
    -----
    An engine does not know what rules read: :meth:`.Simulation.set_register` warns of a reward or
    a trace that none does.
    """
    check_engine(engine)
    word = register_word(check_register(engine.params, name, value))
    engine.write("registers", word, list(REGISTERS).index(name))


def read_register(engine: Engine, name: str) -> int:
    """Value of one register of an engine.

    Raises
    ------
    UserError
        If the core has no such register.
    """
    check_engine(engine)
    register = find_register(engine.params, name)
    return register.value(int(engine.read("registers", list(REGISTERS).index(name), 1)[0]))


def all_cycles(counters: Mapping[str, float]) -> float:
    """Cycles of all phases together, of an engine's counters or some multiple of them."""
    return sum(n for name, n in counters.items() if name.startswith("cycles_"))
