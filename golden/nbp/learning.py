"""Ways in which nBP may learn beyond the paper's; each is off unless it is asked for.

What they change, with margin ``m``, window ``w``, dead zone ``z`` and rate ``r``::

    d2+ =  t & theta/2 + m - w < s2 <= theta/2 + m
    d2- = ~t & theta/2 - m < s2 <= theta/2 - m + w
    d1+ = H(e1 - z) & h_lo & ~h_hi,  d1- = H(-e1 - z) & h_lo & ~h_hi
    W += 2 with probability r / 256 where an error says +2; likewise -2

The paper has ``m = 0``, ``w = theta/2``, ``z = 0`` and whole steps. Random numbers are those of a
core's learning engine, drawn in its order, so a core learns the same weights: see `random_states`.
"""

from dataclasses import dataclass

import numpy as np

from backspike.golden.errors import check_int
from backspike.golden.nbp.units import HALF_THETA
from backspike.hdl.params import CoreParams
from backspike.hdl.seeds import default_seeds

__all__ = ["PAPER", "RATE_ONE", "LearningOptions", "TrainingPhase", "random_states"]

RATE_ONE = 256
"""The rate at which every step is taken."""

_WINDOWS = tuple(1 << n for n in range(9, 15))


@dataclass(frozen=True)
class LearningOptions:
    """Way in which nBP learns; without arguments, as the paper has it.

    Attributes
    ----------
    margin : int
        By how much the sum of an output must pass theta/2, on its side, to be left alone: a
        multiple of 128 from 0 to 2048.
    window : int
        Width of the sums, from there on, in which an output has an error: a power of 2 from 512 to
        16384.
    dead_zone : int
        What an error that comes back to a hidden layer must exceed to count: 0 to 4096.
    rate : int or tuple of int, optional
        Steps of 2 are taken with probability ``rate / 256``, 1 to 256: weights are rounded at
        random. Without it they are always taken, and nothing is drawn. Several are those of the
        layers of weights, from the first on; the last one is that of all further ones.
    halving : int
        Epochs after which the rate is half of what it was; 0 keeps it.

    Raises
    ------
    TypeError, ValueError
        If a field is out of its range.
    """

    margin: int = 0
    window: int = 512
    dead_zone: int = 0
    rate: int | tuple[int, ...] | None = None
    halving: int = 0

    def __post_init__(self) -> None:
        check_int("margin", self.margin, 0, 2048)
        if self.margin % 128:
            raise ValueError(f"margin must be a multiple of 128, not {self.margin}")
        if self.window not in _WINDOWS:
            raise ValueError(f"window must be one of {_WINDOWS}, not {self.window!r}")
        check_int("dead zone", self.dead_zone, 0, 4096)
        if self.rate is not None:
            if not self._rates:
                raise ValueError("rate must hold at least one, not ()")
            for rate in self._rates:
                check_int("rate", rate, 1, RATE_ONE)
        check_int("halving", self.halving, 0, 10_000)
        if self.halving and self.rate is None:
            raise ValueError(f"halving must be 0 without a rate, not {self.halving}")

    @property
    def _rates(self) -> tuple[int, ...]:
        """Rates in the first epoch, of the layers; 0 where every step is taken."""
        return self.rate if isinstance(self.rate, tuple) else (self.rate or 0,)

    def rates_in(self, epoch: int) -> tuple[int, ...]:
        """The rates in an epoch, from 0: of the layers, the last one also of all further ones. 0
        where every step is taken and nothing is drawn."""
        if not self.halving:
            return self._rates
        fallen = 2.0 ** (-epoch / self.halving)
        return tuple(max(1, round(rate * fallen)) for rate in self._rates)

    def rate_in(self, epoch: int, layer: int = 0) -> int:
        """The rate of a layer of weights, from 0, in an epoch."""
        rates = self.rates_in(epoch)
        return rates[min(layer, len(rates) - 1)]

    @property
    def weak(self) -> tuple[int, int]:
        """An output that is the target has an error where its sum is above the first, up to the
        second."""
        return HALF_THETA + self.margin - self.window, HALF_THETA + self.margin

    @property
    def strong(self) -> tuple[int, int]:
        """As `weak`, of an output that is not the target."""
        return HALF_THETA - self.margin, HALF_THETA - self.margin + self.window

    @property
    def lift(self) -> int:
        """Amount added to all sums of a circuit's output, so that no threshold is negative."""
        return max(0, -self.weak[0], -self.strong[0])


PAPER = LearningOptions()
"""Learning as in the paper."""


@dataclass(frozen=True, eq=False)
class TrainingPhase:
    """A part of training in which the following stays as it is.

    Attributes
    ----------
    epoch : int
        Counted from 0, for a rate that falls.
    rivals : numpy.ndarray, optional
        Outputs that may have a negative error, bool ``(n_out,)``: what is not named is left alone
        unless it is the target. Without it, all may.
    frozen : int
        So many layers of weights, from the first on, do not learn.
    """

    epoch: int = 0
    rivals: np.ndarray | None = None
    frozen: int = 0

    def rivals_of(self, n_out: int) -> np.ndarray:
        """The rivals, bool ``(n_out,)``.

        Raises
        ------
        ValueError
            If those given do not fit.
        """
        if self.rivals is None:
            return np.ones(n_out, bool)
        rivals = np.asarray(self.rivals)
        if rivals.dtype != bool or rivals.shape != (n_out,):
            raise ValueError(f"rivals must be a bool array of shape ({n_out},)")
        return rivals


def random_states(lanes: int, seed: int) -> np.ndarray:
    """Generators of a core with so many lanes as it is loaded, uint32 ``(lanes,)``.

    All of them advance once for each word of ``lanes`` weights that an error reaches: for every
    source that is active - of W2, W3, ..., then of W1, each in ascending order - first the words in
    which some target has a negative error, then those with a positive one.
    """
    return default_seeds(CoreParams(lanes=lanes, dendrite_lanes=1), seed)
