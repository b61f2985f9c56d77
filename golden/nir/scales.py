"""Choice of the scale of a population: weight units of a core for one unit of NIR's voltage."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from backspike.golden.network.neuron_constants import MAX_THRESHOLD, STEPS_OF_UNIT
from backspike.golden.nir.choices import Rounding, round_mantissas
from backspike.hdl.layouts import WEIGHT_MAX, WEIGHT_MIN

__all__ = [
    "EXACT",
    "Demand",
    "Scaling",
    "check_scale",
    "choose_scale",
    "relative",
    "round_threshold",
    "round_weights",
]

Scaling = Literal["power-of-two", "free"]

#: Relative error up to which a constant is what it was: files have 32-bit floats.
EXACT = 1e-6
_EXPONENTS = range(8)
_MAX_BIAS = 4095 * 128 / STEPS_OF_UNIT
#: Voltage that a population which is only read stays below, with the limit ``vmax`` of 6.
_READ_LIMIT = (1 << 15) - 1
#: Where that can be, thresholds take at most a quarter of the range of voltages, and the sums of
#: all weights of a neuron twice as much as that range: its inputs are never all active.
_THRESHOLD_ROOM, _SUM_ROOM = 1 << 15, 1 << 18
#: Scales that cost at most this much more than the best one are as good, and the least is taken.
_AS_GOOD = 1.05
#: Most weights of a link that are looked at.
_MOST_WEIGHTS = 1 << 14


@dataclass(frozen=True, eq=False)
class Demand:
    """Constants of a population that its scale multiplies.

    Attributes
    ----------
    weights : sequence of numpy.ndarray
        Of each link, any shape.
    threshold : float, optional
        None for neurons that never fire.
    bias : numpy.ndarray
    sums : float
        Largest sum of the absolute weights of a neuron.
    leak : float
        Smallest share of voltage or current that is lost in a step, 1 if nothing stays.
    whole : bool
        Voltages are whole multiples of a weight unit: nothing leaks in part.
    floor : bool
        A threshold may be rounded down, which changes nothing: voltages are whole, and a reset
        does not subtract it.
    synapses : int
        Synapses that a weight may be the sum of.
    """

    weights: Sequence[np.ndarray]
    threshold: float | None
    bias: np.ndarray
    sums: float
    leak: float
    whole: bool
    floor: bool
    synapses: int = 1


def round_weights(
    scaled: np.ndarray, synapses: int = 1, rounding: Rounding = "nearest"
) -> list[tuple[np.ndarray, int]]:
    """Weights as sums of those of up to so many synapses, with the exponent of each, float64.

    The first ones are the nearest that a core has; each of the others has what is left, and
    ``rounding`` is that of the last. None if they are too large.
    """
    parts: list[tuple[np.ndarray, int]] = []
    rest = scaled
    while len(parts) < synapses and (not parts or parts[-1][1]):
        for exponent in _EXPONENTS:
            mantissas = np.rint(rest / (1 << exponent))
            if mantissas.max(initial=0) <= WEIGHT_MAX and mantissas.min(initial=0) >= WEIGHT_MIN:
                break
        else:
            return []
        if rounding != "nearest" and (len(parts) + 1 == synapses or not exponent):
            mantissas = round_mantissas(rest / (1 << exponent), rounding)
            mantissas = np.clip(mantissas, WEIGHT_MIN, WEIGHT_MAX)
        parts.append((mantissas * (1 << exponent), exponent))
        rest = rest - parts[-1][0]
    return parts


def round_threshold(scaled: float, *, floor: bool) -> int:
    """The threshold of a core: the nearest one, or the one below."""
    near = round(scaled)
    if not floor or abs(near - scaled) <= EXACT * scaled:
        return near
    return int(scaled)


def choose_scale(demand: Demand, scaling: Scaling) -> float:
    """The scale with the least sum of relative errors, or one as good that leaves more room.

    The errors are those of weights (root mean square of each link) and of the threshold, and, in
    relation to the threshold, those of the voltage by rounded biases and truncated leaks.

    Raises
    ------
    ValueError
        If weights and threshold are so far apart that no scale suits both.
    """
    sample = [_sampled(weights) for weights in demand.weights]
    steps = 1 if scaling == "power-of-two" else 32
    scales = 2.0 ** (np.arange(-30 * steps, 41 * steps) / steps)
    costs = [(cost, scale) for scale in scales if (cost := _cost(demand, sample, scale)) < np.inf]
    most = min(
        _SUM_ROOM / max(demand.sums, 1e-300), _THRESHOLD_ROOM / max(demand.threshold or 0, 1e-300)
    )
    roomy = [(cost, scale) for cost, scale in costs if scale <= most]
    chosen = roomy or costs
    if not chosen:
        limits = f"threshold {demand.threshold:g}" if demand.threshold else "bias"
        largest = max((float(np.abs(w).max(initial=0)) for w in sample), default=0.0)
        raise ValueError(
            f"no scale suits its weights (up to {largest:g} with their gain) and its {limits}"
        )
    best = min(cost for cost, _ in chosen)
    return float(next(scale for cost, scale in chosen if cost <= best * _AS_GOOD + EXACT))


def check_scale(demand: Demand, scale: float) -> float:
    """A scale that constants can have; raises ValueError for one that they cannot."""
    sample = [_sampled(weights) for weights in demand.weights]
    if _cost(demand, sample, scale) == np.inf:
        raise ValueError(f"its constants do not fit with a scale of {scale:g}")
    return scale


def _sampled(weights: np.ndarray) -> np.ndarray:
    """Weights that are not 0, or some of them, the extremes included."""
    flat = weights[weights != 0]
    if flat.size <= _MOST_WEIGHTS:
        return flat
    some = np.linspace(0, flat.size - 1, _MOST_WEIGHTS).astype(int)
    return np.append(flat[some], [flat.min(), flat.max()])


def _cost(demand: Demand, sample: Sequence[np.ndarray], scale: float) -> float:
    """Sum of the relative errors; infinite where a constant does not fit."""
    cost, heard = 0.0, not any(weights.size for weights in sample)
    for weights in sample:
        parts = round_weights(weights * scale, demand.synapses)
        if not parts:
            return np.inf
        stored = np.sum([values for values, _ in parts], axis=0)
        cost += relative(stored, weights * scale)
        heard |= bool(stored.any())
    threshold = (demand.threshold or 0.0) * scale
    bias = demand.bias * scale
    most = float(np.abs(bias).max(initial=0))
    reach = (
        (demand.sums * scale + most) / max(demand.leak, 1 / STEPS_OF_UNIT)
        if demand.threshold is None
        else 0.0
    )
    if not heard or threshold > MAX_THRESHOLD or most > _MAX_BIAS or reach > _READ_LIMIT:
        return np.inf
    if threshold:
        stored_at = round_threshold(threshold, floor=demand.floor)
        cost += 0.0 if demand.floor and not cost else abs(stored_at - threshold) / threshold
    lost = 0.0 if demand.whole else 1 / STEPS_OF_UNIT
    lost += float(np.abs(np.rint(bias * STEPS_OF_UNIT) / STEPS_OF_UNIT - bias).max(initial=0))
    largest = max(threshold, demand.sums * scale) or most or 1e-300
    return cost + lost / (demand.leak * largest)


def relative(stored: np.ndarray, exact: np.ndarray) -> float:
    """Root of the mean square error, relative to that of the exact values; below EXACT it is 0."""
    power = float(np.sum(np.square(exact)))
    error = float(np.sum(np.square(stored - exact)))
    share = (error / power) ** 0.5 if power else 0.0
    return share if share > EXACT else 0.0
