"""Constants of neurons as a core stores them: decays of time constants, words of biases."""

import math

import numpy as np

from backspike.golden.errors import check_finite, check_number

__all__ = [
    "FORGETS",
    "MAX_THRESHOLD",
    "STEPS_OF_UNIT",
    "bias_words",
    "decay_of",
    "voltage_limits",
]

#: A decay that forgets at once.
FORGETS = 4096
#: Steps of voltages, currents and biases in a weight unit.
STEPS_OF_UNIT = 64
#: Greatest threshold, in weight units.
MAX_THRESHOLD = (1 << 17) - 1
_BIAS_LIMIT = 1 << 12


def voltage_limits(vmin: int, vmax: int) -> tuple[int, int]:
    """Lowest and highest voltage of a population with these constants, in 1/64 of a weight unit."""
    return 1 - (1 << vmin), (1 << (9 + 2 * vmax)) - 1


def decay_of(what: str, tau: float) -> int:
    """Share, in 1/4096, that a state with a time constant of ``tau`` steps loses in a step.

    Raises
    ------
    TypeError, ValueError
        If it is no number, below 0, or so long that nothing is lost, but not infinite; the message
        begins with ``what``.
    """
    tau = check_number(f"{what}, in steps,", tau)
    kept = math.exp(-1 / tau) if tau > 0 else 0
    lost = FORGETS - round(FORGETS * kept)
    if not tau >= 0 or (not lost and math.isfinite(tau)):
        raise ValueError(f"{what} must be between 0 and 8191 steps, or infinite, not {tau:g}")
    return lost


def bias_words(what: str, biases: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mantissa and exponent of each bias, in weight units, int64, shape as that of ``biases``.

    Raises
    ------
    ValueError
        If one cannot be stored; the message begins with 64 times ``what``.
    """
    check_finite(what, biases)
    wanted = biases * float(STEPS_OF_UNIT)
    mantissas = np.zeros(wanted.shape, np.int64)
    exponents = np.zeros(wanted.shape, np.int64)
    left = np.ones(wanted.shape, bool)
    for exponent in range(8):
        scaled = wanted / (1 << exponent)
        fits = left & (scaled == np.floor(scaled))
        fits &= (scaled >= -_BIAS_LIMIT) & (scaled < _BIAS_LIMIT)
        mantissas[fits] = scaled[fits].astype(np.int64)
        exponents[fits] = exponent
        left &= ~fits
    if left.any():
        raise ValueError(
            f"64 times the {what} must be -4096 to 4095 times a power of 2 up to 128, "
            f"and {wanted[left][0]:g} does not fit"
        )
    return mantissas, exponents
