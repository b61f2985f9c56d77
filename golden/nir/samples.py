"""Samples that an imported network is compared on: spikes in time, in the shapes of its graph."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from backspike.golden.errors import UserError, check_int, check_number, check_numbers
from backspike.golden.nir.to_network import NirImport

__all__ = ["Samples", "input_groups", "random_samples", "spike_samples"]

#: Most numbers of random spikes: a gigabyte.
_MOST_RANDOM = 1 << 30


@dataclass(frozen=True, eq=False)
class Samples:
    """Spikes for every input of a graph.

    Attributes
    ----------
    inputs : mapping of str to numpy.ndarray
        bool, shape (samples, steps, \\*shape of the node), channels first.
    labels : numpy.ndarray, optional
        Neuron of the output that is right, int64, (samples,).
    origin : str
        Where they are from, in words.
    """

    inputs: Mapping[str, np.ndarray]
    labels: np.ndarray | None
    origin: str

    def __len__(self) -> int:
        return len(next(iter(self.inputs.values())))

    @property
    def steps(self) -> int:
        """Time steps of a sample."""
        return next(iter(self.inputs.values())).shape[1]

    def part(self, begin: int, end: int) -> dict[str, np.ndarray]:
        """Inputs of some of the samples."""
        return {name: values[begin:end] for name, values in self.inputs.items()}

    def first(self, count: int) -> "Samples":
        """The first samples alone."""
        return self.at(np.arange(min(count, len(self))))

    def at(self, numbers: np.ndarray) -> "Samples":
        """Samples by their numbers."""
        inputs = {name: values[numbers] for name, values in self.inputs.items()}
        labels = None if self.labels is None else self.labels[numbers]
        return Samples(inputs, labels, self.origin)


def input_groups(imported: NirImport) -> list[str]:
    """Names of the inputs of a graph."""
    return [name for name, group in imported.groups.items() if group.scale is None]


def spike_samples(
    imported: NirImport, data: object, labels: object = None, *, origin: str = "data"
) -> Samples:
    """Samples of a user's arrays.

    Parameters
    ----------
    imported : NirImport
    data : array, or mapping of str to array
        0 and 1, shape (samples, steps, \\*shape) or (steps, \\*shape), channels first; of several
        inputs by their names.
    labels : array-like of int, optional
        Number of an output neuron, from 0 on, of each sample.
    origin : str
        Where they are from, for errors and reports.

    Raises
    ------
    UserError
        If an input is missing or unknown, has another shape, is empty, or holds anything but 0 and
        1; if labels are not one for each sample, or no neurons of the output.
    """
    names = input_groups(imported)
    found = dict(data) if isinstance(data, Mapping) else {names[0]: data}
    if list(found) != names and set(found) != set(names):
        raise UserError(f"{origin}: inputs must be {', '.join(names)}, not {', '.join(found)}")
    spikes = {
        name: _spikes(f"{origin}: input {name!r}", found[name], imported.groups[name].shape)
        for name in names
    }
    if len({values.shape[:2] for values in spikes.values()}) > 1:
        told = ", ".join(f"{name} {values.shape[:2]}" for name, values in spikes.items())
        raise UserError(f"{origin}: inputs must have the same samples and steps, not {told}")
    made = Samples(spikes, None, origin)
    if labels is None:
        return made
    return Samples(spikes, _labels(imported, labels, len(made), origin), origin)


def random_samples(
    imported: NirImport, *, steps: int, rate: float, seed: int, samples: int = 1
) -> Samples:
    """Samples in which every input element spikes by chance, ``rate`` times a step.

    Raises
    ------
    TypeError, ValueError
        If a number is out of its range.
    """
    check_int("steps", steps, 1, 1 << 20)
    check_int("samples", samples, 1, 1 << 20)
    check_int("seed", seed, 0, 1 << 62)
    if not 0 <= check_number("rate", rate) <= 1:
        raise UserError(f"rate must be between 0 and 1 spikes a step, not {rate:g}")
    rng = np.random.default_rng(seed)
    shapes = {n: (samples, steps, *imported.groups[n].shape) for n in input_groups(imported)}
    if (numbers := sum(int(np.prod(shape)) for shape in shapes.values())) > _MOST_RANDOM:
        raise UserError(
            f"steps and samples must be fewer: their random spikes would be {numbers:,} numbers, "
            f"the limit is {_MOST_RANDOM:,}"
        )
    spikes = {name: rng.random(shape, np.float32) < rate for name, shape in shapes.items()}
    origin = f"random spikes, {rate:g} a step, seed {seed}"
    return Samples(spikes, None, origin)


def _spikes(what: str, values: object, shape: tuple[int, ...]) -> np.ndarray:
    """Spikes as bool, (samples, steps, \\*shape)."""
    try:
        array = check_numbers(what, values)
    except (TypeError, ValueError):
        raise UserError(f"{what} must be numbers in a regular array") from None
    lead = array.ndim - len(shape)
    wanted = ", ".join(map(str, shape))
    if lead not in (1, 2) or array.shape[lead:] != shape:
        raise UserError(
            f"{what} must have shape (samples, steps, {wanted}) or (steps, {wanted}), "
            f"not {array.shape}"
        )
    if not array.size:
        raise UserError(f"{what} is empty: its shape is {array.shape}")
    if array.dtype != bool:
        if count := int(np.isnan(array).sum()):
            raise UserError(f"{what} must be finite, and has NaN ({count} of {array.size} numbers)")
        graded = array[(array != 0) & (array != 1)]
        if graded.size:
            raise UserError(
                f"{what} must be spikes, 0 and 1, not {graded[0]:g} ({graded.size:,} of "
                f"{array.size:,} numbers): a core takes no graded values, code them as spikes first"
            )
    spikes = array.astype(bool, copy=False)
    return spikes[None] if lead == 1 else spikes


def _labels(imported: NirImport, labels: object, samples: int, origin: str) -> np.ndarray:
    """Labels as int64."""
    array = np.asarray(labels)
    if array.dtype.kind not in "iu":
        raise UserError(f"{origin}: labels must be integers, not {array.dtype}")
    if array.shape != (samples,):
        raise UserError(
            f"{origin}: labels must be one for each of the {samples:,} samples, not of shape "
            f"{array.shape}"
        )
    populations = imported.network.populations
    shown = next(iter(imported.outputs.values()), ())
    neurons = sum(populations[name].size for name in shown if name in populations)
    if not neurons:
        raise UserError(f"{origin}: labels must be left out: the graph has no output of neurons")
    if array.min() < 0 or array.max() >= neurons:
        wrong = int(array.min() if array.min() < 0 else array.max())
        raise UserError(
            f"{origin}: labels must be neurons of the output, 0 to {neurons - 1}, not {wrong}"
        )
    return array.astype(np.int64)
