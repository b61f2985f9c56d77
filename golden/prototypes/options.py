"""Constants of learning by prototypes, and the units of its weights."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from backspike.golden.errors import check_int
from backspike.golden.nbp.learning import random_states

__all__ = [
    "BIAS_EXPONENT",
    "BOTTOM",
    "MOST_ACTIVE",
    "NEW",
    "PIXEL",
    "RANGE",
    "RESOLUTION",
    "TESTS",
    "PrototypeOptions",
    "PrototypeState",
    "usual_per_class",
]

PIXEL = 64
"""Weight of an input that is on in every sample of a prototype: the unit of matches."""
BIAS_EXPONENT = 5
"""A bias counts in ``2**BIAS_EXPONENT`` weight units: two are a pixel."""
NEW = -256
"""Bias of a neuron that has won nothing yet: it loses to every other. It is the least there is; one
that falls so far begins anew."""
MOST_ACTIVE = 1_500
"""Inputs that may be on at once: with more, matches leave the range in which a circuit has them."""
TESTS = 11
"""Thresholds that the search for the best match tries, one after the other."""
RANGE, BOTTOM = 256 * PIXEL, -64 * PIXEL
"""Matches that the search tells apart: from ``BOTTOM`` on."""
RESOLUTION = RANGE >> TESTS
"""Width of the interval that the search ends with: matches within it win together."""


@dataclass(frozen=True, kw_only=True)
class PrototypeOptions:
    """Way in which prototypes learn.

    Attributes
    ----------
    per_class : int
        Neurons of a class, 1 to 128.
    rate : int
        A winner moves by ``2**-rate`` of the way to the input, 1 to 6.
    first : int
        Bias of a neuron after its first win, -127 to 0 pixels.
    turn : int
        By how many halves of a pixel a bias moves with each win, 0 to 8.

    Raises
    ------
    TypeError, ValueError
        If a field is out of its range.
    """

    per_class: int = 40
    rate: int = 4
    first: int = -20
    turn: int = 1

    def __post_init__(self) -> None:
        ranges = {"per_class": (1, 128), "rate": (1, 6), "first": (-127, 0), "turn": (0, 8)}
        for name, (low, high) in ranges.items():
            check_int(name, getattr(self, name), low, high)


class PrototypeState(NamedTuple):
    """All that learning changes, in place. Neuron ``c * per_class + k`` is the k-th of class c."""

    weights: np.ndarray
    """int16, shape (inputs, neurons), 0 to 255."""
    bias: np.ndarray
    """int16, shape (1, neurons), -256 to 255."""
    random: np.ndarray
    """Generators of the core's lanes, uint32."""

    @classmethod
    def fresh(
        cls, n_in: int, n_classes: int, options: PrototypeOptions, *, lanes: int, seed: int
    ) -> "PrototypeState":
        """The state before the first sample, for a core of ``lanes`` lanes."""
        neurons = n_classes * options.per_class
        weights, bias = np.zeros((n_in, neurons), np.int16), np.full((1, neurons), NEW, np.int16)
        return cls(weights, bias, random_states(lanes, seed))


def usual_per_class(samples: float) -> int:
    """Neurons for a class of which so many samples are learned: few enough to win 50 each, which
    it takes until their biases are right, and at most 40."""
    return min(max(round(samples / 50), 1), PrototypeOptions.per_class)
