"""Samples in time that a network learns, and the spikes that a host sends for them."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from backspike.golden.compiler.program import Program
from backspike.golden.engine import Stimulus
from backspike.golden.nbp.stimulus import sorted_spikes
from backspike.golden.temporal.options import TemporalOptions
from backspike.golden.temporal.rules import temporal_steps

__all__ = ["TemporalSamples", "check_samples", "sample_steps", "sample_stimulus"]


class TemporalSamples(NamedTuple):
    """Spikes of inputs, step by step of data, and classes."""

    x: np.ndarray
    """0 or 1, uint8 or bool, (n, steps, inputs)."""
    lengths: np.ndarray
    """Steps of each sample, int64, (n,)."""
    y: np.ndarray
    """Classes, int64, (n,)."""

    def of(self, chosen: np.ndarray | slice) -> "TemporalSamples":
        """Some of the samples, in that order."""
        return TemporalSamples(self.x[chosen], self.lengths[chosen], self.y[chosen])

    def one_by_one(self) -> Iterator[tuple[np.ndarray, int]]:
        """Spikes, bool (steps, inputs), and class of each sample."""
        for x, length, label in zip(self.x, self.lengths, self.y, strict=True):
            yield x[:length].astype(bool), int(label)


def check_samples(samples: TemporalSamples, layers: tuple[int, ...]) -> TemporalSamples:
    """The samples, if they fit a network of these layers.

    Raises
    ------
    ValueError
        If a shape, a length, an input or a class does not fit.
    """
    x, lengths, y = (np.asarray(part) for part in samples)
    if x.ndim != 3 or x.shape[2] != layers[0] or x.dtype not in (np.uint8, bool):
        raise ValueError(
            f"x must be uint8 or bool of shape (samples, steps, {layers[0]}), not {x.dtype} of "
            f"{x.shape}"
        )
    if x.dtype != bool and x.size and x.max() > 1:
        raise ValueError(f"x must be 0 and 1, not {x.max()}")
    for name, part, low, high in (
        ("lengths", lengths, 1, x.shape[1]),
        ("y", y, 0, layers[-1] - 1),
    ):
        if part.shape != (len(x),) or part.dtype.kind not in "iu":
            raise ValueError(
                f"{name} must be {len(x)} integers, not {part.dtype} of shape {part.shape}"
            )
        bad = part[(part < low) | (part > high)]
        if bad.size:
            raise ValueError(f"{name} must be between {low} and {high}, not {bad[0]}")
    return TemporalSamples(x, lengths.astype(np.int64), y.astype(np.int64))


def sample_steps(steps: int, options: TemporalOptions, n_weights: int, *, learn: bool) -> int:
    """Time steps of a sample of so many steps of data."""
    extra = learn and options.eligibility == "tag"
    return (steps + extra) * temporal_steps(n_weights)


def sample_stimulus(
    program: Program,
    x: np.ndarray,
    label: int | None,
    options: TemporalOptions,
    n_weights: int,
) -> Stimulus:
    """Spikes of a sample, bool (steps, inputs), and of its class, if it is to be learned."""
    steps = temporal_steps(n_weights)
    at, axons = np.nonzero(x)
    spikes = [(at * steps, axons + program.inputs["in_x"][0])]
    if label is not None:
        asked = np.array(options.asks(len(x))) * steps + n_weights - 1
        first, size = program.inputs["in_n"]
        others = np.delete(np.arange(size), label) + first
        spikes.append((asked, np.full(len(asked), program.inputs["in_t"][0] + label)))
        spikes.append((np.repeat(asked, size - 1), np.tile(others, len(asked))))
        if options.eligibility == "tag":
            end = np.array([len(x) * steps]), np.array([program.inputs["in_end"][0]])
            spikes.append(end)
    return sorted_spikes(*spikes)
