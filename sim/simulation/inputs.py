"""Spikes of a network's inputs, by name: dense arrays, lists of events, or generators."""

from collections.abc import Iterator, Mapping

import numpy as np

from backspike.golden.engine import Stimulus
from backspike.golden.errors import UserError
from backspike.golden.names import unknown
from backspike.sim.simulation.generators import Generator

__all__ = ["Inputs"]

#: Steps of which generators are drawn at once in the search for a first spike.
_LONGEST = 1024


class Inputs:
    """Spikes of all inputs within a run.

    Parameters
    ----------
    spikes : mapping of str to array, list of (int, int) or Generator
        By the name of an input: an array (steps, neurons) of 0 and 1 or of bool; a list of events
        (step of the run, neuron), in any order; or a generator, such as :func:`poisson`. Inputs
        that are left out are silent.
    places : mapping of str to (int, int)
        First axon and size of each input.
    first : int
        Number of the run's first step, for generators.
    steps : int
        Steps of the run.

    Raises
    ------
    UnknownNameError
        If there is no input of a name.
    TypeError, UserError
        If a shape does not fit, a value is neither 0 nor 1, or an event is out of range; the
        message names the input and what is expected.
    """

    def __init__(
        self,
        spikes: Mapping[str, object] | None,
        places: Mapping[str, tuple[int, int]],
        first: int,
        steps: int,
    ) -> None:
        if spikes is not None and not isinstance(spikes, Mapping):
            raise TypeError(
                f"inputs must be a mapping of names of inputs to spikes, not {_kind(spikes)}"
            )
        self._places, self._first, self._steps = places, first, steps
        self._made: dict[str, Generator | tuple[np.ndarray, np.ndarray]] = {}
        for name, source in (spikes or {}).items():
            if name not in places:
                raise unknown("input", name, places)
            size = places[name][1]
            if isinstance(source, Generator):
                source.check(name, size, first + steps)
                self._made[name] = source
            elif isinstance(source, np.ndarray):
                self._made[name] = _dense(name, source, size, steps)
            elif isinstance(source, list | tuple):
                self._made[name] = _events(name, source, size, steps)
            else:
                raise TypeError(
                    f"spikes of input {name!r} must be an array of shape ({steps}, {size}), a list "
                    f"of events (step, neuron), or a generator such as poisson(0.1), "
                    f"not {_kind(source)}"
                )

    @property
    def are_silent(self) -> bool:
        """True if no input has a spike; generators are drawn up to their first one."""
        return not any(
            any(steps.size for steps, _ in self.events(begin, end).values())
            for begin, end in _pieces(self._steps)
        )

    def events(self, begin: int, end: int) -> dict[str, tuple[np.ndarray, np.ndarray]]:
        """Steps, counted from ``begin``, and neurons of the spikes of each input, in time order."""
        found = {}
        for name in self._places:
            source = self._made.get(name)
            if source is None:
                steps = neurons = np.zeros(0, np.int64)
            elif isinstance(source, tuple):
                inside = slice(*np.searchsorted(source[0], (begin, end)))
                steps, neurons = source[0][inside] - begin, source[1][inside]
            else:
                size = self._places[name][1]
                spikes = source.spikes(name, size, self._first + begin, end - begin)
                steps, neurons = np.nonzero(spikes)
            found[name] = steps, neurons
        return found

    def stimulus(self, events: Mapping[str, tuple[np.ndarray, np.ndarray]]) -> Stimulus:
        """The stimulus of an engine, of the spikes that :meth:`events` gave."""
        empty = np.zeros(0, np.int64)
        steps = np.concatenate([empty, *(steps for steps, _ in events.values())])
        axons = [neurons + self._places[name][0] for name, (_, neurons) in events.items()]
        order = np.argsort(steps, kind="stable")
        return Stimulus(steps[order], np.concatenate([empty, *axons])[order])


def _pieces(steps: int) -> Iterator[tuple[int, int]]:
    """Begins and ends of pieces of a run, each twice as long as the one before, up to a limit."""
    begin, size = 0, 64
    while begin < steps:
        yield begin, min(begin + size, steps)
        begin, size = begin + size, min(2 * size, _LONGEST)


def _kind(value: object) -> str:
    """The type of a value, and its shape."""
    shape = f" of shape {value.shape}" if isinstance(value, np.ndarray) else ""
    return f"{type(value).__name__}{shape}"


def _dense(name: str, spikes: np.ndarray, size: int, steps: int) -> tuple[np.ndarray, np.ndarray]:
    """Events of an array of 0 and 1."""
    if spikes.shape != (steps, size):
        raise UserError(
            f"spikes of input {name!r} must have shape ({steps}, {size}), (steps, neurons), "
            f"not {spikes.shape}"
        )
    if spikes.dtype.kind not in "biuf":
        raise TypeError(f"spikes of input {name!r} must be 0 and 1, not {spikes.dtype}")
    bad = spikes[(spikes != 0) & (spikes != 1)]
    if bad.size:
        raise UserError(
            f"spikes of input {name!r} must be 0 and 1, not {bad[0]:g}: "
            "from_rates makes spikes of other values"
        )
    found, neurons = np.nonzero(spikes)
    return found, neurons


def _events(
    name: str, events: list[object] | tuple[object, ...], size: int, steps: int
) -> tuple[np.ndarray, np.ndarray]:
    """Events in time order, each once."""
    try:
        pairs = np.asarray(events if events else np.zeros((0, 2), np.int64))
    except ValueError:
        pairs = np.zeros(0)
    if pairs.ndim != 2 or pairs.shape[1] != 2 or pairs.dtype.kind not in "iu":
        raise TypeError(
            f"events of input {name!r} must be pairs of integers (step, neuron); "
            f"dense spikes are an array of shape ({steps}, {size})"
        )
    for column, what, end in ((0, "step", steps), (1, "neuron", size)):
        bad = pairs[(pairs[:, column] < 0) | (pairs[:, column] >= end), column]
        if bad.size:
            where = f"{what} of an event of input {name!r}"
            if not end:
                raise UserError(f"{where} must be left out, not {bad[0]}: the run has no steps")
            raise UserError(f"{where} must be between 0 and {end - 1}, not {bad[0]}")
    unique = np.unique(pairs.astype(np.int64), axis=0)
    return unique[:, 0], unique[:, 1]
