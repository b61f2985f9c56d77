"""Groups of neurons: populations of compartments, inputs, and parts of them."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any, Literal, cast

import numpy as np

from backspike.golden.errors import check_bool, check_int, check_numbers
from backspike.golden.network.neuron_constants import FORGETS, MAX_THRESHOLD, bias_words, decay_of
from backspike.hdl.layouts import STATELESS, NoiseTarget, Reset

__all__ = ["MAX_SIZE", "Input", "Neurons", "Part", "Population", "check_size"]

#: Neurons of one group; an axon number of a core has 14 bits.
MAX_SIZE = 16384
_WINDOWS = (0, *(1 << n for n in range(1, 16)))
#: Fields of a population that mean nothing without a state.
_OF_STATE = {"sums_of", "bias", "decay_u", "decay_v", "tau_u", "tau_v", "refractory", "reset",
             "vmin", "vmax", "noise", "noisy"}  # fmt: skip
#: Fields of a population that are one of some words.
_CHOICES = {
    "reset": ("zero", "subtract", "delayed"),
    "noisy": ("current", "voltage"),
    "gated_by": ("spike", "silence"),
}


@dataclass(frozen=True, eq=False)
class Input:
    """Axons that the host drives: a spike in step t reaches its targets in step t + 1 + delay."""

    name: str
    size: int

    def __post_init__(self) -> None:
        check_int(f"size of input {self.name!r}", self.size, 1, MAX_SIZE)

    def __getitem__(self, index: int | slice) -> "Part":
        return _part(self, index)


@dataclass(frozen=True, eq=False)
class Population:
    """Compartments of equal constants. Voltages and currents are in 1/64 of a weight unit.

    Parameters
    ----------
    name : str
    size : int
        Compartments, 1 to 16384.
    threshold : int, or float or array-like of them
        Fires where the voltage is above so many weight units, whole, 0 to 131071: one for all, or
        one for each. Neurons of one row of a core must have the same, and all rows together at
        most 16 different sets of constants.
    bias : array-like of float
        Added to the voltage in every step, in weight units: one for all, or one for each. 64
        times it must be a mantissa of -4096 to 4095 times a power of two up to 128.
    decay_u, decay_v : int
        Share of current and voltage that is lost per step, in 1/4096, 0 to 4096.
    tau_u, tau_v : float, optional
        Time constants in steps instead, up to 8191 or infinite: a step keeps ``exp(-1 / tau)``,
        rounded to 1/4096; 0 forgets at once.
    refractory : int
        Steps from a spike to the next one possible, 1 to 63. Until then, the voltage stays at what
        the reset has left.
    reset : {"zero", "subtract", "delayed"}
        What a spike does to the voltage: it becomes 0, or falls by the threshold, at once or in the
        next step, after its decay.
    vmin, vmax : int
        The voltage stays from ``1 - 2**vmin``, 0 to 23, to ``2**(9 + 2 * vmax) - 1``, 0 to 7.
    window : int
        Fires only where the voltage is at most this many weight units above the threshold: a
        power of two from 2 to 32768; 0 for no such limit.
    sums_of : Population, optional
        Has no synapses of its own: takes the sums of another population, neuron by neuron.
    watches : Population, optional
        Has neither synapses nor a state: compares the voltage that its neighbour in another
        population has in this step, before a reset, with its own threshold and window.
    negate : bool
        Takes the negative of the sums, or of the voltage that it watches.
    noise : (int, int), optional
        Mantissa, -64 to 63, and exponent, 1 to 15, or 0 for none, of noise in every step:
        ``(r + 64 * mantissa) * 2**(exponent - 7)``, truncated towards zero, where ``r`` is uniform
        from -128 to 127, in 1/64 of a weight unit.
    noisy : {"current", "voltage"}
        What the noise is added to.
    gate : Population or Input, optional
        A neuron may fire only if its neighbour in ``gate`` fired in an earlier step of the
        learning epoch or, if ``gated_by`` is "silence", if that did not fire.

    Raises
    ------
    TypeError, ValueError
        If a field is out of its range; the message names the population, the field and the range.
    """

    name: str
    size: int
    threshold: int | float | Sequence[float] | np.ndarray
    bias: object = 0
    decay_u: int = FORGETS
    decay_v: int = FORGETS
    tau_u: float | None = None
    tau_v: float | None = None
    refractory: int = 1
    reset: Literal["zero", "subtract", "delayed"] = "zero"
    vmin: int = 23
    vmax: int = 7
    window: int = 0
    sums_of: "Population | None" = None
    watches: "Population | None" = None
    negate: bool = False
    noise: tuple[int, int] = (0, 0)
    noisy: Literal["current", "voltage"] = "current"
    gate: "Population | Input | None" = None
    gated_by: Literal["spike", "silence"] = "spike"

    def __post_init__(self) -> None:
        ranges = {
            "size": (1, MAX_SIZE),
            "decay_u": (0, FORGETS),
            "decay_v": (0, FORGETS),
            "refractory": (1, 63),
            "vmin": (0, 23),
            "vmax": (0, 7),
        }
        for field, (low, high) in ranges.items():
            what = f"{field} of population {self.name!r}"
            check_int(what, getattr(self, field), low, high)
        check_bool(f"negate of population {self.name!r}", self.negate)
        if not isinstance(self.window, int | np.integer) or self.window not in _WINDOWS:
            raise ValueError(
                f"window of population {self.name!r} must be 0 or a power of 2 from 2 to 32768, "
                f"not {self.window!r}"
            )
        if not isinstance(self.noise, tuple | list) or len(self.noise) != 2:
            raise TypeError(
                f"noise of population {self.name!r} must be (mantissa, exponent), "
                f"not {self.noise!r}"
            )
        mantissa, exponent = self.noise
        check_int(f"mantissa of the noise of population {self.name!r}", mantissa, -64, 63)
        check_int(f"exponent of the noise of population {self.name!r}", exponent, 0, 15)
        for field, words in _CHOICES.items():
            if str(word := getattr(self, field)) not in words:
                raise ValueError(
                    f"{field} of population {self.name!r} must be "
                    f"{' or '.join(map(repr, words))}, not {word!r}"
                )
        for field in ("sums_of", "watches"):
            if not isinstance(group := getattr(self, field), Population | None):
                raise TypeError(
                    f"{field} of population {self.name!r} must be a population, not {group!r}"
                )
        if not isinstance(self.gate, Population | Input | None):
            raise TypeError(
                f"gate of population {self.name!r} must be a population or an input, "
                f"not {self.gate!r}"
            )
        for field in ("sums_of", "watches", "gate"):
            group = getattr(self, field)
            if group is not None and group.size != self.size:
                raise ValueError(
                    f"{field} of population {self.name!r} must have {self.size} neurons, "
                    f"not {group.size}"
                )
        if self.sums_of is not None:
            self._check_partner("sums_of", self.sums_of, "synapses of its own")
        if self.watches is not None:
            self._check_partner("watches", self.watches, "a voltage of its own")
            self._check_stateless(self.watches)
        for state in "uv":
            self._take_tau(state)
        _ = self.biases, self.thresholds

    def _check_partner(self, field: str, partner: "Population", what: str) -> None:
        """Raise ValueError unless a partner has what the population takes from it."""
        where = f"{field} of population {self.name!r} must have {what}, and {partner.name!r}"
        if partner.watches is not None:
            raise ValueError(f"{where} watches {partner.watches.name!r}")
        if field == "sums_of" and partner.sums_of is not None:
            raise ValueError(f"{where} takes those of {partner.sums_of.name!r}")

    def _check_stateless(self, watched: "Population") -> None:
        """Raise ValueError if a population that watches another has constants of a state."""
        for constant in fields(self):
            value, default = getattr(self, constant.name), cast(Any, constant.default)
            if constant.name in _OF_STATE and not np.array_equal(value, default):
                raise ValueError(
                    f"{constant.name} of population {self.name!r} must be {default!r}, not "
                    f"{getattr(value, 'name', value)!r}: it watches {watched.name!r}, and has no "
                    "state of its own"
                )

    def _take_tau(self, state: str) -> None:
        """Set a decay by its time constant, if there is one."""
        tau, decay = getattr(self, f"tau_{state}"), getattr(self, f"decay_{state}")
        if tau is None:
            return
        what = f"tau_{state} of population {self.name!r}"
        if decay != FORGETS:
            raise ValueError(f"{what} and decay_{state} say the same: give one of them")
        object.__setattr__(self, f"decay_{state}", decay_of(what, tau))

    def __getitem__(self, index: int | slice) -> "Part":
        return _part(self, index)

    def _one_or_each(self, what: str, value: object) -> np.ndarray:
        """One number for all compartments, or one for each."""
        numbers = check_numbers(what, value)
        if numbers.shape not in ((), (self.size,)):
            raise ValueError(f"{what} must be one number or {self.size}, not shape {numbers.shape}")
        return numbers

    @cached_property
    def thresholds(self) -> np.ndarray:
        """Threshold of each compartment, int64, shape (size,)."""
        what = f"threshold of population {self.name!r}"
        values = self._one_or_each(what, self.threshold)
        wrong = values[~((values >= 0) & (values <= MAX_THRESHOLD) & (np.floor(values) == values))]
        if wrong.size:
            raise ValueError(
                f"{what} must be whole and between 0 and {MAX_THRESHOLD}, not {wrong.flat[0]}"
            )
        return np.broadcast_to(values.astype(np.int64), (self.size,))

    @property
    def row_noise(self) -> dict[str, int]:
        """Noise of its rows, by field of ``layouts.row_layout``."""
        target = NoiseTarget[self.noisy.upper()].value
        return {"noise_mantissa": self.noise[0], "noise_exponent": self.noise[1], "noisy": target}

    def profile(self, neuron: int = 0) -> dict[str, int]:
        """Constants of a row of compartments, by field of ``layouts.profile_layout``, with the
        threshold of a neuron of the row."""
        names = ("decay_u", "decay_v", "refractory", "vmin", "vmax")
        fields = {name: int(getattr(self, name)) for name in names}
        fields["window"] = _WINDOWS.index(self.window)
        fields["reset"] = Reset[self.reset.upper()].value
        return fields | {"threshold": int(self.thresholds[neuron])}

    @property
    def has_dynamics(self) -> bool:
        """True if it needs a core with ``dynamics``: its spikes depend on more than its sums.

        ``vmin`` alone makes no difference: a core without ``dynamics`` forgets every voltage.
        """
        if self.watches is not None:
            return True
        names = [name for name in STATELESS if name != "vmin"]
        differs = any(self.profile()[name] != STATELESS[name] for name in names)
        return differs or bool(self.biases[0].any()) or bool(self.noise[1])

    @cached_property
    def biases(self) -> tuple[np.ndarray, np.ndarray]:
        """Mantissa and exponent of each compartment's bias, int64, shape (size,)."""
        what = f"bias of population {self.name!r}"
        biases = self._one_or_each(what, self.bias).astype(np.float64)
        return bias_words(what, np.broadcast_to(biases, (self.size,)))


@dataclass(frozen=True, eq=False)
class Part:
    """``size`` neurons of a group from ``first`` on."""

    owner: Population | Input
    first: int
    size: int

    def __getitem__(self, index: int | slice) -> "Part":
        """A part of it; neurons are numbered from its first on."""
        inner = _part(self, index)
        return Part(self.owner, self.first + inner.first, inner.size)


Neurons = Population | Input | Part


def check_size(what: str, part: Part, size: int) -> None:
    """Raise ValueError unless a part has so many neurons, from the first of its group on."""
    if part.first or part.size != size:
        raise ValueError(
            f"{what} must be {size} neurons from the first on, not {part.size} from {part.first}"
        )


def _part(group: Neurons, index: int | slice) -> Part:
    """One neuron, or a run of them."""
    owner = group.owner if isinstance(group, Part) else group
    if isinstance(index, slice):
        chosen = range(group.size)[index]
        if chosen.step != 1 or not chosen:
            raise IndexError(f"part of {owner.name!r} must be a run of neurons, not {index}")
        return Part(owner, chosen.start, len(chosen))
    check_int(f"neuron of {owner.name!r}", index, 0, group.size - 1)
    return Part(owner, int(index), 1)
