"""Constants of neurons and links as integers of a core, with the error of each."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

import numpy as np

from backspike.golden.network.neuron_constants import FORGETS, STEPS_OF_UNIT
from backspike.golden.network.weights import encode_weights
from backspike.golden.nir.choices import Choice, clipped
from backspike.golden.nir.fold import Link
from backspike.golden.nir.images import Window
from backspike.golden.nir.neurons import Dynamics, Reset
from backspike.golden.nir.node import Node, Shape
from backspike.golden.nir.onset import Onset, onset_of
from backspike.golden.nir.paths import Path
from backspike.golden.nir.scales import (
    EXACT,
    Demand,
    Scaling,
    check_scale,
    choose_scale,
    relative,
    round_threshold,
    round_weights,
)

__all__ = ["Constant", "Quantised", "Weights", "constant_of", "quantise", "scaled_constants"]

#: Dimensions of kernels.
_KERNELS = 4
#: Nothing is chosen yet.
_FREE = Choice()


@dataclass(frozen=True, eq=False)
class Constant:
    """A constant of a node, or a group of them, before and after.

    Attributes
    ----------
    name : str
    exact, stored : numpy.ndarray
        In the unit of the core, float64.
    error : float
        Root of the mean square error, relative to the exact values.
    """

    name: str
    exact: np.ndarray
    stored: np.ndarray
    error: float

    @property
    def largest(self) -> float:
        """Largest absolute error."""
        return float(np.abs(self.stored - self.exact).max(initial=0))


@dataclass(frozen=True, eq=False)
class Weights:
    """Weights of a link in weight units of a core, channels last in kernels.

    Attributes
    ----------
    link : Link
    parts : sequence of (numpy.ndarray, int)
        Weights of one or more synapses, which are summed, float64, and the exponent of each, None
        if a network chooses it: one for each neuron, from its equal; a matrix (sources, targets);
        or the kernels (height, width, in, out) of the link's window. Neurons are in NIR's order.
    """

    link: Link
    parts: Sequence[tuple[np.ndarray, int | None]]

    @property
    def values(self) -> np.ndarray:
        """The sums."""
        return np.sum([values for values, _ in self.parts], axis=0)


@dataclass(frozen=True, eq=False)
class Quantised:
    """Neurons of a core for those of a node.

    Attributes
    ----------
    scale : numpy.ndarray
        Weight units for one unit of the node's voltage, one for each neuron.
    decay_u, decay_v, threshold : int
        ``threshold`` is None for neurons that never fire.
    bias : numpy.ndarray
        In weight units, in NIR's order of neurons.
    onset : Onset or None
        Voltages that the bias leaves before the first spike can come, in NIR's order; None if they
        cannot be taken back, or there is no bias.
    weights : tuple of Weights
    constants : tuple of Constant
    choice : Choice
        As it was made: with its scale.
    """

    scale: np.ndarray
    decay_u: int
    decay_v: int
    threshold: int | None
    bias: np.ndarray
    onset: Onset | None
    weights: tuple[Weights, ...]
    constants: tuple[Constant, ...]
    choice: Choice


def quantise(
    node: Node,
    dynamics: Dynamics,
    links: Sequence[Link],
    constant: np.ndarray,
    *,
    depth: int,
    reset: Reset,
    scaling: Scaling,
    synapses: int = 1,
    choice: Choice = _FREE,
) -> Quantised:
    """Round the constants of a node and the weights of the links to it.

    Neurons of different thresholds get scales of their own, so that the core's is one. A weight
    is the sum of up to ``synapses`` synapses. ``depth`` is the step in which the first spike can
    come. What ``choice`` leaves open goes by the errors of the constants.

    Raises
    ------
    ValueError
        If its neurons have different decays, or no scale, or not the one chosen, suits all
        constants.
    """
    decay_u, decay_v = (
        _decay(name, lost)
        for name, lost in (("decay_u", dynamics.decay_u), ("decay_v", dynamics.decay_v))
    )
    share, threshold = _one_threshold(dynamics)
    factor = dynamics.gain * share
    exact = [_weights(link.path, factor, node) for link in links]
    limited = [clipped(values, choice.clip) for values in exact]
    drive = constant.reshape(-1) * factor
    if drive.any() and not dynamics.decay_u.all():
        raise ValueError("a constant input needs a current that decays")
    bias = dynamics.bias * share
    bias = bias + np.divide(drive, dynamics.decay_u, out=np.zeros_like(drive), where=drive != 0)
    whole = {decay_u, decay_v} <= {0, FORGETS} and not bias.any()
    demand = Demand(
        limited,
        threshold,
        bias,
        _largest_sum(limited),
        _least_leak(decay_u, decay_v),
        whole=whole,
        floor=whole and (reset in ("zero", "delayed-zero") or not dynamics.resets),
        synapses=synapses,
    )
    scale = (
        choose_scale(demand, scaling) if choice.scale is None else check_scale(demand, choice.scale)
    )
    weights, constants = [], []
    for link, values, kept in zip(links, exact, limited, strict=True):
        made = Weights(link, _parts(link, kept * scale, synapses, choice))
        weights.append(made)
        constants.append(constant_of(f"weights from {link.source}", values * scale, made.values))
    at = None if threshold is None else round_threshold(threshold * scale, floor=demand.floor)
    if threshold is not None and at is not None:
        unchanged = demand.floor and not any(constant.error for constant in constants)
        wanted = float(at) if unchanged else threshold * scale
        constants.append(constant_of("threshold", wanted, at))
    stored_bias = _representable(bias * scale)
    onset = None
    if bias.any():
        constants.append(constant_of("bias", bias * scale, stored_bias))
        onset = onset_of(stored_bias, decay_u, decay_v, at, depth)
    for name, lost, decay in (
        ("decay_u", dynamics.decay_u, decay_u),
        ("decay_v", dynamics.decay_v, decay_v),
    ):
        constants.append(constant_of(name, lost * FORGETS, np.full_like(lost, decay)))
    return Quantised(
        scale * share,
        decay_u,
        decay_v,
        at,
        stored_bias,
        onset,
        tuple(weights),
        tuple(constants),
        replace(choice, scale=scale),
    )


def _parts(
    link: Link, scaled: np.ndarray, synapses: int, choice: Choice
) -> list[tuple[np.ndarray, int | None]]:
    """Synapses that a weight is the sum of; as they were stored, if they are whole as they are."""
    whole = np.rint(scaled)
    if link.storage is not None and not relative(whole, scaled):
        with suppress(ValueError):
            encode_weights("", whole, link.storage.exponent)
            return [(whole, link.storage.exponent)]
    return list(round_weights(scaled, synapses, choice.rounding))


def constant_of(name: str, exact: object, stored: object) -> Constant:
    """A constant and its error."""
    before, after = (np.asarray(value, np.float64) for value in (exact, stored))
    return Constant(name, before, after, relative(after, before))


def scaled_constants(constants: Iterable[Constant]) -> list[Constant]:
    """Constants of a population that its scale multiplies."""
    return [constant for constant in constants if constant.name not in ("decay_u", "decay_v")]


def _decay(name: str, lost: np.ndarray) -> int:
    decays = np.unique(np.rint(lost * FORGETS))
    if decays.size > 1:
        raise ValueError(
            f"its neurons have {decays.size} different time constants ({name} from {decays[0]:g} "
            f"to {decays[-1]:g} of 4096), and a population has one"
        )
    return int(decays[0])


def _one_threshold(dynamics: Dynamics) -> tuple[np.ndarray, float | None]:
    """Scale of each neuron beside that of the largest threshold, and this threshold."""
    values = dynamics.threshold
    if values is None:
        return np.ones_like(dynamics.gain), None
    top = float(values.max())
    if np.ptp(values) <= EXACT * top:
        return np.ones_like(values), top
    if not values.all():
        raise ValueError("some of its thresholds are 0, and others are not")
    return top / values, top


def _weights(path: Path, factor: np.ndarray, node: Node) -> np.ndarray:
    """Weights of a path with the gain of its targets: see :class:`Weights`."""
    window = path.window
    if window is not None and _is_plain(window, path, node.shape_in):
        each = factor.reshape(node.shape_in[0], -1)
        if not np.ptp(each, axis=1).any():
            return window.whole_kernels() * each[:, 0]
    if path.is_identity:
        return factor
    matrix = path.dense()
    return matrix.reshape(len(matrix), -1) * factor


def _is_plain(window: Window, path: Path, shape: Shape) -> bool:
    """Tell if a window is one that :meth:`Network.convolve` takes."""
    pads = {*window.pads[0], *window.pads[1]}
    square = window.stride[0] == window.stride[1] and len(pads) == 1
    whole = path.source == window.image and path.shape == window.out == shape
    return square and whole and window.stride[0] <= 16 and max(pads) < min(window.reach)


def _largest_sum(exact: Sequence[np.ndarray]) -> float:
    """Largest sum of the absolute weights of a neuron, over all links."""
    sums: np.ndarray | float = 0.0
    for weights in exact:
        from_all = np.abs(weights).sum(axis=tuple(range(weights.ndim - 1)))
        sums = sums + (from_all.max() if weights.ndim == _KERNELS else from_all)
    return float(np.max(sums))


def _least_leak(*decays: int) -> float:
    """Smallest share that a state with a leak loses in a step."""
    return min((decay or 1) / FORGETS for decay in decays)


def _representable(bias: np.ndarray) -> np.ndarray:
    """The biases of a core that are nearest: 1/64 times 4095 times a power of two."""
    steps = bias * STEPS_OF_UNIT
    exponents = np.ceil(np.log2(np.maximum(np.abs(steps) / 4095, 1)))
    return np.rint(steps / 2**exponents) * 2**exponents / STEPS_OF_UNIT
