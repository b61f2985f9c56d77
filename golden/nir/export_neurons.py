"""Populations of a core as neurons of NIR: the equations that they follow, but for rounding."""

from collections.abc import Iterator
from typing import Any

import nir
import numpy as np

from backspike.golden.network.neuron_constants import (
    FORGETS,
    MAX_THRESHOLD,
    STEPS_OF_UNIT,
    voltage_limits,
)
from backspike.golden.network.neurons import Population
from backspike.golden.nir.neurons import LONGEST_TAU, Reset

__all__ = ["bias_of", "neurons_of", "reset_of", "unsaid"]

#: Constants that NIR has no word for, and the value with which nothing is lost.
_UNSAID = {"window": 0, "noise": (0, 0), "watches": None, "gate": None, "vmin": 23, "vmax": 7}
#: Refractory steps of a reset that loses the next step.
_LOSES_A_STEP = 2


def unsaid(population: Population) -> Iterator[str]:
    """Reasons why NIR cannot say what a population does."""
    silent = _never_fires(population)
    for name, plain in _UNSAID.items():
        value = getattr(population, name)
        if value != plain and not (silent and name == "vmax"):
            shown = getattr(value, "name", value)
            yield f"NIR has no {name}, and it has {shown!r}"
    if not silent and reset_of(population) is None:
        steps = population.refractory
        yield f"NIR has no refractory steps, and it has {steps} with reset {population.reset!r}"


def reset_of(population: Population) -> Reset | None:
    """Reset of a population, as an import names it; None if it has no name for it."""
    if population.refractory == 1:
        return population.reset
    zero = population.reset == "zero" and population.refractory == _LOSES_A_STEP
    return "delayed-zero" if zero else None


def bias_of(population: Population) -> np.ndarray:
    """Bias of each neuron, in weight units, float64."""
    mantissas, exponents = population.biases
    return np.ldexp(mantissas.astype(np.float64), exponents) / STEPS_OF_UNIT


def neurons_of(
    population: Population, bias: np.ndarray, order: np.ndarray, shape: tuple[int, ...], dt: float
) -> nir.NIRNode:
    """Neurons whose voltage of 1 is a weight unit of the core, in steps of ``dt`` seconds.

    ``bias`` is the part of the bias that no link brings; ``order`` says which element of the
    ``shape`` each neuron is.
    """
    tau_u, tau_v = (_tau(decay, dt) for decay in (population.decay_u, population.decay_v))
    has_current, leaks = population.decay_u < FORGETS, population.decay_v > 0 or bias.any()

    def spread(values: Any) -> np.ndarray:
        made = np.empty(population.size)
        made[order] = values
        return made.reshape(shape)

    fields: dict[str, Any] = {"r": spread(tau_v / dt)}
    if has_current:
        fields |= {"tau_mem": spread(tau_v), "tau_syn": spread(tau_u), "w_in": spread(tau_u / dt)}
    elif leaks:
        fields["tau"] = spread(tau_v)
    else:
        fields["r"] = spread(1 / dt)
    if has_current or leaks:
        fields["v_leak"] = spread(bias * tau_v / dt)
    silent = _never_fires(population)
    if not silent:
        fields |= {"v_threshold": spread(population.thresholds), "v_reset": spread(0.0)}
    kind = ("Cuba" if has_current else "") + ("LI" if has_current or leaks else "I")
    return getattr(nir, kind + ("" if silent else "F"))(**fields)


def _never_fires(population: Population) -> bool:
    """Tell if no voltage is above its threshold: it is there to be read."""
    _, highest = voltage_limits(population.vmin, population.vmax)
    least = int(population.thresholds.min())
    return least == MAX_THRESHOLD and highest <= least * STEPS_OF_UNIT


def _tau(decay: int, dt: float) -> float:
    """Time constant of a share that a step loses; of none, the longest that there is."""
    return dt * FORGETS / decay if decay else LONGEST_TAU * dt
