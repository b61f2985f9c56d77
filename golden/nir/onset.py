"""Onset of biases: as if neurons began with the first spike that can reach them."""

from copy import copy
from dataclasses import dataclass

import numpy as np

from backspike.golden.names import free_name
from backspike.golden.network.connections import MAX_DELAY
from backspike.golden.network.network import Network
from backspike.golden.network.neuron_constants import FORGETS, STEPS_OF_UNIT
from backspike.golden.network.neurons import Population
from backspike.golden.nir.scales import round_weights

__all__ = ["Onset", "add_start", "begin_late", "onset_of", "without_start"]

#: Weight of a start to itself: it never fires again.
_FOR_GOOD = -255 * 128


@dataclass(frozen=True, eq=False)
class Onset:
    """Voltages that a start takes from neurons, in whole weight units, float64.

    Attributes
    ----------
    hold : numpy.ndarray
        In step 1, from neurons that would fire by their bias before the first spike can come.
    early : numpy.ndarray
        In the step of the first spike: what is left of the bias of all steps before.
    """

    hold: np.ndarray
    early: np.ndarray


def onset_of(
    bias: np.ndarray, decay_u: int, decay_v: int, threshold: int | None, depth: int
) -> Onset | None:
    """Voltages to be taken from neurons whose first spike can come in step ``depth``.

    ``bias`` and ``threshold`` are in weight units. None if a spike cannot do it: neurons with a
    current, and those that fire in step 0.
    """
    if decay_u != FORGETS or depth - 1 > MAX_DELAY:
        return None
    added = np.rint(bias * STEPS_OF_UNIT)
    most = np.inf if threshold is None else threshold * STEPS_OF_UNIT
    _, highest = _alone(added, np.zeros_like(added), decay_v, depth)
    above = np.maximum(highest - most, 0)
    hold = np.ceil(above / STEPS_OF_UNIT) * depth
    left, highest = _alone(added, hold, decay_v, depth)
    if (highest > most).any():
        return None
    return Onset(hold, np.rint(left / STEPS_OF_UNIT))


def _alone(
    added: np.ndarray, hold: np.ndarray, decay: int, depth: int
) -> tuple[np.ndarray, np.ndarray]:
    """Voltages, in 1/64 of a weight unit, that are left after some steps of a bias, and the
    highest ones."""
    voltage, highest = np.zeros_like(added), np.full_like(added, -np.inf)
    for step in range(depth):
        voltage = _leak(voltage, decay) + added - (hold * STEPS_OF_UNIT if step == 1 else 0)
        highest = np.maximum(highest, voltage)
    return _leak(voltage, decay), highest


def _leak(voltage: np.ndarray, decay: int) -> np.ndarray:
    return np.trunc(voltage * (FORGETS - decay) / FORGETS)


def add_start(network: Network) -> Population:
    """Add a neuron that fires in step 0, and never again."""
    name = free_name("start", {*network.populations, *network.inputs})
    start = network.population(name, 1, threshold=0, bias=1 / STEPS_OF_UNIT, decay_u=0, decay_v=0)
    network.connect(f"{name} ends", start, start, _FOR_GOOD, pattern="one-to-one")
    return start


def without_start(network: Network) -> tuple[Network, dict[str, int] | None]:
    """The network without the neuron of :func:`add_start`, and the steps that biases began in.

    These are of the populations that it took a voltage from; of others, it was below half a weight
    unit. None if there is no such neuron.
    """
    starts = {
        name
        for name, made in network.populations.items()
        if (made.size, made.decay_u, made.decay_v, *made.thresholds) == (1, 0, 0, 0)
        and f"{name} ends" in network.connections
    }
    plain = copy(network)
    plain.populations = {
        name: made for name, made in network.populations.items() if name not in starts
    }
    plain.connections, begun = {}, dict[str, int]()
    for name, made in network.connections.items():
        if made.source.owner.name not in starts:
            plain.connections[name] = made
        elif name.endswith(", early"):
            begun[made.target.owner.name] = made.delay + 1
    return plain, begun if starts else None


def begin_late(
    network: Network, start: Population, target: Population, onset: Onset, depth: int
) -> None:
    """Connect a start to a population: its spike takes the voltages of an onset from it."""
    for name, voltage, step in (("hold", onset.hold, 1), ("early", onset.early, depth)):
        for k, (weights, exponent) in enumerate(round_weights(-voltage, 2)):
            if weights.any():
                network.connect(
                    f"{start.name} of {target.name}, {name}" + " fine" * k,
                    start,
                    target,
                    weights,
                    pattern="one-to-all",
                    delay=step - 1,
                    exponent=exponent,
                )
