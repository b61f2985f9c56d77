"""Constants of learning over time, checked: see :mod:`backspike.golden.temporal.circuit`."""

from dataclasses import dataclass, replace
from typing import Literal

from backspike.golden.errors import check_bool, check_int, check_number
from backspike.golden.names import unknown
from backspike.hdl.layouts import TRACE_MAX

__all__ = ["Eligibility", "Errors", "TemporalOptions"]

Errors = Literal["every", "end"]
Eligibility = Literal["trace", "tag"]

#: Longest time constant of any, in steps of data.
_MAX_TAU = 1000.0
_BOXES = tuple(1 << n for n in range(15))
#: Time constants, and whether they may be 0.
_TAUS = {
    "tau": False,
    "tau_out": False,
    "tau_trace": False,
    "tau_trace_out": True,
    "tau_current": True,
}
_CHOICES = {"errors": ("every", "end"), "eligibility": ("trace", "tag")}


@dataclass(frozen=True, kw_only=True)
class TemporalOptions:
    """Constants of a network that learns over time. Thresholds are in weight units, time constants
    in steps of data.

    Attributes
    ----------
    recurrent : bool
        Hidden neurons have synapses onto each other, which learn, too.
    tau, tau_out, tau_trace : float
        Time constants of hidden voltages, of outputs, and of the traces of spikes, up to 1000.
    tau_trace_out : float
        That of the traces that output weights learn by, if not 0: as long as ``tau_out``, they are
        what an output holds. It takes a second trace, ``x2``.
    tau_current : float
        Second time constant of hidden neurons, of their currents; 0 forgets a current at once.
    adaptation : int
        What a spike takes from the neuron's own current in the next step of data, 0 to 255.
    threshold, box : int
        Of hidden neurons, 1 to 65536; errors reach those whose voltage comes within ``box``, a
        power of two up to the threshold.
    in_exponent : int
        An input's spike adds its weight times ``2**in_exponent``, 0 to 7, and that weight learns by
        as much less: few inputs need large weights, all others stay as fine as the threshold is
        high.
    goal, margin : int
        An output is right above ``goal + margin`` for the class of a sample, and up to
        ``goal - margin`` for others (a bound below 0 itself counts as above): -65536 to 65536, and
        0 to 65535.
    dead_zone : int
        What an error that comes back must exceed, 0 to 65536.
    errors : {"every", "end"}
        Steps of data with errors: all from ``settle`` on, or the last one alone.
    settle : int
        First step with errors; the last one always has them.
    eligibility : {"trace", "tag"}
        What an error meets: the trace of the synapse's source, or a tag in which the products of
        traces and boxes are summed.
    tag_leak : int
        A tag loses ``2**-tag_leak`` of itself in a step of data, 1 to 7; with 0, nothing.
    impulse, impulse_out : int
        What a spike adds to a trace, 1 to 127; ``impulse_out`` to the second one.
    rate, rate_out : int
        Steps of hidden and output weights, in 1/128 of a trace, 1 to 255, rounded at random.
    halving : int
        Epochs after which rates are half of what they were; 0 keeps them.

    Raises
    ------
    TypeError, ValueError
        If a field is out of its range.
    """

    recurrent: bool = False
    tau: float = 10.0
    tau_out: float = 20.0
    tau_trace: float = 10.0
    tau_trace_out: float = 0.0
    tau_current: float = 0.0
    adaptation: int = 0
    threshold: int = 256
    box: int = 128
    in_exponent: int = 0
    goal: int = 256
    margin: int = 128
    dead_zone: int = 0
    errors: Errors = "every"
    settle: int = 0
    eligibility: Eligibility = "trace"
    tag_leak: int = 4
    impulse: int = 12
    impulse_out: int = 12
    rate: int = 2
    rate_out: int = 8
    halving: int = 0

    def __post_init__(self) -> None:
        check_bool("recurrent", self.recurrent)
        for name, can_be_0 in _TAUS.items():
            value = check_number(name, getattr(self, name))
            if not (0.5 <= value <= _MAX_TAU or (can_be_0 and value == 0)):
                least = "0, or " if can_be_0 else ""
                raise ValueError(f"{name} must be {least}between 0.5 and {_MAX_TAU:g}, not {value}")
        check_int("adaptation", self.adaptation, 0, 255)
        check_int("threshold", self.threshold, 1, 1 << 16)
        if self.box not in _BOXES or self.box > self.threshold:
            raise ValueError(
                f"box must be a power of 2 up to the threshold, {self.threshold}, not {self.box!r}"
            )
        check_int("in_exponent", self.in_exponent, 0, 7)
        check_int("margin", self.margin, 0, (1 << 16) - 1)
        check_int("goal", self.goal, -1 << 16, 1 << 16)
        check_int("dead_zone", self.dead_zone, 0, 1 << 16)
        for name, words in _CHOICES.items():
            if getattr(self, name) not in words:
                raise unknown(name, getattr(self, name), words)
        check_int("settle", self.settle, 0, 1 << 20)
        if self.settle and self.errors == "end":
            raise ValueError(f"settle must be 0 with errors at the end, not {self.settle}")
        check_int("tag_leak", self.tag_leak, 0, 7)
        check_int("impulse", self.impulse, 1, TRACE_MAX)
        check_int("impulse_out", self.impulse_out, 1, TRACE_MAX)
        check_int("rate", self.rate, 1, 255)
        check_int("rate_out", self.rate_out, 1, 255)
        check_int("halving", self.halving, 0, 10_000)

    def in_epoch(self, epoch: int) -> "TemporalOptions":
        """Options with the rates of an epoch, from 0."""
        if not self.halving:
            return self
        factor = 2.0 ** (-epoch / self.halving)
        rate, rate_out = (max(1, round(r * factor)) for r in (self.rate, self.rate_out))
        return replace(self, rate=rate, rate_out=rate_out, halving=0)

    @property
    def rate_in(self) -> int:
        """Rate of the weights of inputs."""
        return max(1, round(self.rate / 2**self.in_exponent))

    def asks(self, steps: int) -> range:
        """Steps of data of a sample with errors."""
        first = steps - 1 if self.errors == "end" else min(self.settle, steps - 1)
        return range(first, steps)
