"""From patterns and effective weights to what synapse memory stores."""

import enum
from collections.abc import Sequence

import numpy as np

from backspike.golden.errors import check_finite, check_int, check_numbers
from backspike.hdl.layouts import WEIGHT_MAX, WEIGHT_MIN, SignMode

__all__ = [
    "Pattern",
    "check_signs",
    "encode_weights",
    "expand_pairs",
    "lsb_of",
    "shaped_ints",
    "shaped_weights",
    "sign_mode",
    "weight_range",
]

_EXPONENT_MIN, _EXPONENT_MAX = -8, 7


class Pattern(enum.StrEnum):
    """Choice of the neurons of a source and a target that are connected."""

    ONE_TO_ONE = "one-to-one"
    ONE_TO_ALL = "one-to-all"
    ALL_TO_ALL = "all-to-all"
    EXPLICIT = "explicit"

    @classmethod
    def of(
        cls, where: str, pattern: object, sources: int, targets: int
    ) -> tuple["Pattern", np.ndarray]:
        """A pattern by its name, and the pairs of an explicit one, int64, (synapses, 2).

        Raises
        ------
        ValueError
            If it is unknown, does not fit the sizes, or names a neuron that is not there.
        """
        none = np.zeros((0, 2), np.int64)
        names = [kind.value for kind in cls if kind is not cls.EXPLICIT]
        expected = f"pattern of {where} must be one of {', '.join(names)} or pairs"
        if isinstance(pattern, str):
            if pattern not in names:
                raise ValueError(f"{expected}, not {pattern!r}")
            if pattern == cls.ONE_TO_ONE and sources != targets:
                raise ValueError(
                    f"pattern of {where}: one-to-one needs as many targets as sources ({sources}), "
                    f"not {targets}"
                )
            if pattern == cls.ONE_TO_ALL and sources != 1:
                raise ValueError(
                    f"pattern of {where}: one-to-all needs one source neuron, not {sources}"
                )
            return cls(pattern), none
        if not isinstance(pattern, Sequence | np.ndarray):
            raise TypeError(f"{expected}, not {pattern!r}")
        pairs = check_numbers(f"pairs of {where}", pattern)
        if pairs.ndim != 2 or pairs.shape[1:] != (2,) or not len(pairs):
            raise ValueError(
                f"pairs of {where} must have shape (synapses, 2), at least one, not {pairs.shape}"
            )
        if pairs.dtype.kind not in "iu":
            raise ValueError(f"pairs of {where} must be integers, not {pairs.dtype}")
        for column, side, size in ((0, "source", sources), (1, "target", targets)):
            worst = pairs[:, column].min(), pairs[:, column].max()
            for value in worst:
                check_int(f"{side} neuron in the pairs of {where}", value, 0, size - 1)
        return cls.EXPLICIT, pairs.astype(np.int64)


def expand_pairs(
    pattern: Pattern, pairs: np.ndarray, sources: int, targets: int
) -> tuple[np.ndarray, np.ndarray]:
    """Source and target neuron of each synapse, int64, in the order of the weights, row by row."""
    if pattern is Pattern.EXPLICIT:
        return pairs[:, 0], pairs[:, 1]
    if pattern is Pattern.ONE_TO_ONE:
        return np.arange(sources), np.arange(targets)
    return np.repeat(np.arange(sources), targets), np.tile(np.arange(targets), sources)


def shaped_weights(
    where: str, weights: object, pattern: Pattern, pairs: np.ndarray, sources: int, targets: int
) -> np.ndarray:
    """Effective weights, float64, in the shape of the pattern.

    Raises
    ------
    ValueError
        If the shape does not fit or a weight is not finite.
    """
    shape: tuple[int, ...] = (sources, targets)
    if pattern is Pattern.EXPLICIT:
        shape = (len(pairs),)
    elif pattern is Pattern.ONE_TO_ONE:
        shape = (sources,)
    effective = check_numbers(f"weights of {where}", weights).astype(np.float64)
    check_finite(f"weights of {where}", effective)
    allowed = [(), shape, (targets,)] if pattern is Pattern.ONE_TO_ALL else [(), shape]
    if effective.shape not in allowed:
        raise ValueError(
            f"weights of {where} must be one number or have shape {shape}, not {effective.shape}"
        )
    return np.ascontiguousarray(np.broadcast_to(effective, shape))


def shaped_ints(
    what: str,
    values: object,
    shape: tuple[int, ...],
    low: int,
    high: int,
    *,
    one_source: bool = False,
) -> np.ndarray | None:
    """Values that synapses have beside their weights, int16; None stays None.

    With ``one_source``, they need no dimension for the source.

    Raises
    ------
    ValueError
        If the shape does not fit or a value is not whole or out of its range.
    """
    if values is None:
        return None
    array = check_numbers(what, values)
    if array.shape not in ((), shape, shape[one_source:]):
        raise ValueError(f"{what} must be one number or have shape {shape}, not {array.shape}")
    bad = array[(array % 1 != 0) | (array < low) | (array > high)]
    if bad.size:
        raise ValueError(f"{what} must be whole and between {low} and {high}, not {bad.flat[0]}")
    return np.ascontiguousarray(np.broadcast_to(array, shape).astype(np.int16))


def sign_mode(where: str, sign: object) -> SignMode:
    """A sign mode, or the one of a name.

    Raises
    ------
    ValueError
        If there is none.
    """
    if isinstance(sign, SignMode):
        return sign
    names = [mode.name.lower() for mode in SignMode]
    if not isinstance(sign, str) or sign.lower() not in names:
        raise ValueError(f"sign of {where} must be one of {', '.join(names)}, not {sign!r}")
    return SignMode[sign.upper()]


def check_signs(where: str, weights: np.ndarray, sign: SignMode) -> None:
    """Raise ValueError for a fixed weight that has not the sign of its connection."""
    bad = {
        SignMode.MIXED: np.zeros(weights.shape, bool),
        SignMode.EXCITATORY: weights < 0,
        SignMode.INHIBITORY: weights > 0,
    }[sign]
    if bad.any():
        least = "0 or more" if sign is SignMode.EXCITATORY else "0 or less"
        raise ValueError(
            f"weight of {where} must be {least} with sign={sign.name.lower()!r}, "
            f"not {weights[bad][0]:g}"
        )


def lsb_of(where: str, bits: int, sign: SignMode) -> int:
    """Rounding unit, as its exponent, of learning weights with ``bits`` bits."""
    most = 9 if sign is SignMode.MIXED else 8
    check_int(f"bits of {where}", bits, 1, most)
    return most - bits


def weight_range(sign: SignMode, lsb: int) -> tuple[int, int]:
    """Least and greatest weight that learning reaches; both are multiples of ``2**lsb``."""
    high = WEIGHT_MAX + 1 - (1 << lsb)
    return {
        SignMode.MIXED: (WEIGHT_MIN, high),
        SignMode.EXCITATORY: (0, high),
        SignMode.INHIBITORY: (-high, 0),
    }[sign]


def encode_weights(
    where: str,
    weights: np.ndarray,
    exponent: int | None,
    *,
    learned: tuple[SignMode, int] | None = None,
) -> tuple[np.ndarray, np.ndarray]:
    """Split effective weights into what is stored and exponents.

    Parameters
    ----------
    where : str
        The connection, for errors.
    weights : numpy.ndarray
        Effective weights, float64, any shape.
    exponent : int, optional
        Else the smallest from 0 on that fits all weights; where none does and they are not
        learned, the smallest for each.
    learned : (SignMode, int), optional
        Sign mode and ``lsb`` of weights that learn.

    Returns
    -------
    stored : numpy.ndarray
        int16, same shape.
    exponents : numpy.ndarray
        int8, shape () or that of ``stored``.

    Raises
    ------
    TypeError, ValueError
        If ``exponent`` is out of range, or a weight cannot be stored exactly.
    """
    low, high = weight_range(*learned) if learned else (WEIGHT_MIN, WEIGHT_MAX)
    unit = 1 << learned[1] if learned else 1
    if exponent is not None:
        check_int(f"exponent of {where}", exponent, _EXPONENT_MIN, _EXPONENT_MAX)
    tried = range(_EXPONENT_MAX + 1) if exponent is None else (exponent,)
    stored = np.zeros(weights.shape, np.int16)
    exponents = np.zeros(weights.shape, np.int8)
    left = np.ones(weights.shape, bool)
    for candidate in tried:
        scaled = np.ldexp(weights, -candidate)
        fits = (scaled % unit == 0) & (low <= scaled) & (scaled <= high)
        if fits.all():
            return scaled.astype(np.int16), np.array(candidate, np.int8)
        new = left & fits
        stored[new] = scaled[new].astype(np.int16)
        exponents[new] = candidate
        left &= ~fits
    if exponent is None and not learned and not left.any():
        return stored, exponents
    bad = weights[left][0] if left.any() else weights.flat[np.argmax(np.abs(weights))]
    times = f"2**{exponent}" if exponent is not None else "one power of 2 from 1 to 128"
    raise ValueError(
        f"weight of {where} must be a multiple of {unit} from {low} to {high}, times {times}, "
        f"not {bad:g}"
    )
