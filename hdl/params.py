"""Build-time size of a neurocore: one frozen, validated object that all else derives from."""

import enum
from dataclasses import asdict, dataclass, fields, replace
from numbers import Integral
from typing import Any
from zlib import crc32

from backspike.hdl.keywords import check_keywords, names_keywords

__all__ = [
    "DEFAULT_LANES",
    "MAX_OPERATIONS",
    "REINFORCEMENTS",
    "CoreParams",
    "Overflow",
]

#: Synapses that a core delivers or learns in a cycle, unless its size is chosen.
DEFAULT_LANES = 16

#: Most reinforcement channels.
REINFORCEMENTS = 4
#: Most coefficients, and most lane operations, that a rule can have.
MAX_OPERATIONS = 8

#: Least and greatest value of every number that is no power of two.
_RANGES = {
    "lists": (2, 65536),
    "dense_words": (2, 1 << 20),
    "sparse_words": (2, 1 << 20),
    "acc_width": (12, 18),
    "weight_bits": (1, 9),
    "rules": (2, 16),
    "microcode_words": (8, 1024),
}
#: The same of every power of two; of ``dendrite_lanes``, ``lanes`` is the greatest.
_POWERS = {
    "delay_slots": (2, 64),
    "operations": (2, MAX_OPERATIONS),
    "history": (1, 64),
    "reinforcements": (1, REINFORCEMENTS),
}
#: Features that are younger than saved programs: a core without them is what it was.
_NEWER = ("subtract", "watch")


class Overflow(enum.StrEnum):
    """Behaviour of an accumulator, a current or a biased current beyond its width."""

    SATURATE = "saturate"
    """Clamp, and count (the default: a strongly inhibited compartment stays silent)."""

    WRAP = "wrap"
    """Two's complement, as on Loihi (``acc_width`` 16 there)."""


@names_keywords
@dataclass(frozen=True, kw_only=True, repr=False)
class CoreParams:
    """Size and options of one neurocore. Everything else is derived from it.

    Compartments stand in *rows* of ``lanes``: compartment ``c`` is lane ``c % lanes`` of row
    ``c // lanes``. Axons share that numbering: axon ``c`` carries the spikes of compartment ``c``,
    and the input axons of the host follow, in rows of their own.

    Parameters
    ----------
    compartments : int
        Compartments, a multiple of ``lanes``, at least two rows, at most 16384.
    input_axons : int
        Axons that the host drives, a multiple of ``lanes``, at least two rows, at most 16384.
    lists : int
        Synapse list descriptors, 2 to 65536.
    dense_words : int
        Words of ``lanes`` weights for dense lists, 2 to 1048576.
    sparse_words : int
        Single synapses for sparse lists, 2 to 1048576.
    lanes : int
        Synapses that one cycle delivers or learns: 1, 2, 4, 8, 16 or 32.
    dendrite_lanes : int
        Compartments that one cycle updates: a power of two, at most ``lanes``.
    delay_slots : int
        Accumulators per compartment, a power of two, 2 to 64. The longest delay is two less
        (Loihi: 8 to 64).
    acc_width : int
        Width of a signed accumulator in weight units, 12 to 18 bits. 18 bits fill the 24 bits of
        a current exactly (a current is 64 weight units).
    overflow : Overflow
        What accumulators and currents do beyond their width.
    weight_bits : int
        Stored bits of a dense weight, 1 to 9: 9 hold -256 to 255, 8 the even ones of them, and n
        the multiples of ``2**(9 - n)``.
    learning : bool
        Whether the core has a learning engine.
    traces : bool
        Whether axons and compartments have traces, x1 and y1 (only with ``learning``).
    more_factors : bool
        Whether rules have r0, u1 to u9 and sgn() and, with ``traces``, x2, y2 and y3 (only with
        ``learning``).
    history : int
        Longest learning epoch within which traces can be read at the time of a spike, a power of
        two, 1 to 64 (only with ``traces`` and ``epochs``). With 1, they move in every step and are
        read at the end of an epoch.
    tags : bool
        Whether every synapse has a tag, signed, 9 bits (only with ``learning``).
    delays : bool
        Whether every synapse has a delay of its own, in dense lists, too, which rules can change.
    lava : bool
        Whether rules are evaluated as Lava's bit-approximate engine does it: see
        ``docs/learning.md`` (only with ``learning``).
    reinforcements : int
        Reinforcement channels, 1, 2 or 4. Each has reward traces of its own, r1 and, with
        ``more_factors``, r0; a rule names its channel.
    stochastic : bool
        Whether rules and traces can round at random (only with ``learning``).
    epochs : bool
        Whether a learning epoch can be longer than one step (only with ``learning``). Then
        compartments can be gated by what fired earlier in the epoch, too.
    columns : bool
        Whether dense words can be read by column, so that spikes go back through the synapses
        that they came by, and other compartments than its targets can teach a list.
    single_port : bool
        Whether the memory of dense words may have a single port, as the large ones of some FPGAs:
        learning then pauses to read while it writes, and takes up to twice as long. In a
        ``compact`` core, those of axons and lists may, too, and are read and written in halves.
    dynamics : bool
        Whether compartments have currents, voltages, biases and refractory times. Without, every
        step stands alone: a compartment fires where its sum is above its threshold, and within
        its window.
    noise : bool
        Whether rows of compartments can have noise on their currents or voltages (only with
        ``dynamics``).
    subtract : bool
        Whether populations can subtract their threshold from the voltage, where they fire or a step
        later, rather than set it to 0 (only with ``dynamics``).
    watch : bool
        Whether rows of compartments can watch the voltages of other rows, with a threshold and a
        window of their own (only with ``dynamics``).
    rules : int
        Learning rules, 2 to 16.
    microcode_words : int
        Instructions of all rules together, 8 to 1024.
    operations : int
        Coefficients of a rule, and its lane operations: 2, 4 or 8.
    counters : bool
        Whether the core counts its cycles and its work.
    compact : bool
        Whether the core is small rather than fast, with the same results: it delivers a word in
        every other cycle, learns one word at a time, and has fewer registers on long ways.

    Raises
    ------
    TypeError, ValueError
        If a field has the wrong type or range; the message names the field and the legal range.
    """

    compartments: int = 1024
    input_axons: int = 512
    lists: int = 4096
    dense_words: int = 8192
    sparse_words: int = 4096
    lanes: int = DEFAULT_LANES
    dendrite_lanes: int = 4
    delay_slots: int = 8
    acc_width: int = 18
    overflow: Overflow = Overflow.SATURATE
    weight_bits: int = 9
    learning: bool = True
    traces: bool = True
    more_factors: bool = False
    history: int = 1
    tags: bool = False
    delays: bool = False
    lava: bool = False
    reinforcements: int = 1
    stochastic: bool = True
    epochs: bool = True
    columns: bool = True
    single_port: bool = False
    dynamics: bool = True
    noise: bool = False
    subtract: bool = False
    watch: bool = False
    rules: int = 4
    microcode_words: int = 64
    operations: int = MAX_OPERATIONS
    counters: bool = True
    compact: bool = False

    def __post_init__(self) -> None:
        for name, value in list(vars(self).items()):
            if not isinstance(value, int) and isinstance(value, Integral):  # such as numpy's
                object.__setattr__(self, name, int(value))
        _require_power_of_two("lanes", self.lanes, 1, 32)
        _require_power_of_two("dendrite_lanes", self.dendrite_lanes, 1, self.lanes)
        for name in ("compartments", "input_axons"):
            _require_int(name, getattr(self, name), 2 * self.lanes, 16384)
            if getattr(self, name) % self.lanes:
                raise ValueError(
                    f"{name} must be a multiple of lanes ({self.lanes}), not {getattr(self, name)}"
                )
        for name, limits in _RANGES.items():
            _require_int(name, getattr(self, name), *limits)
        for name, limits in _POWERS.items():
            _require_power_of_two(name, getattr(self, name), *limits)
        for name in _SWITCHES:
            if not isinstance(getattr(self, name), bool):
                raise TypeError(f"{name} must be True or False, not {getattr(self, name)!r}")
        try:
            object.__setattr__(self, "overflow", Overflow(self.overflow))
        except ValueError:
            names = ", ".join(Overflow)
            raise ValueError(f"overflow must be one of {names}, not {self.overflow!r}") from None
        for name in ("noise", "subtract", "watch"):
            if getattr(self, name) and not self.dynamics:
                raise ValueError(f"{name} must be False in a core with dynamics=False, not True")
        if self.list_bits > 64:
            raise ValueError(
                f"a list descriptor must fit 64 bits, not {self.list_bits}: lower compartments, "
                f"dense_words, sparse_words, delay_slots or rules"
            )

    def __repr__(self) -> str:
        values = {**asdict(self), "overflow": str(self.overflow)}
        changed = [
            f"{field.name}={values[field.name]!r}"
            for field in fields(self)
            if values[field.name] != field.default
        ]
        return f"CoreParams({', '.join(changed)})"

    @property
    def has_traces(self) -> bool:
        """True if axons and compartments have traces."""
        return self.learning and self.traces

    @property
    def x_kinds(self) -> int:
        """Traces of an axon: x1, or x1 and x2."""
        return 2 if self.has_more_factors else 1

    @property
    def y_kinds(self) -> int:
        """Traces of a compartment: y1, or y1 to y3."""
        return 3 if self.has_more_factors else 1

    @property
    def has_more_factors(self) -> bool:
        """True if rules have r0, u_k and sgn and, with traces, x2, y2 and y3."""
        return self.learning and self.more_factors

    @property
    def has_history(self) -> bool:
        """True if traces can be read at the time of a spike within an epoch."""
        return self.has_traces and self.has_epochs and self.history > 1

    @property
    def has_tags(self) -> bool:
        """True if synapses have tags."""
        return self.learning and self.tags

    @property
    def has_learned_delays(self) -> bool:
        """True if rules change delays."""
        return self.learning and self.delays

    @property
    def has_targets(self) -> bool:
        """True if rules change more than weights."""
        return self.has_tags or self.has_learned_delays

    @property
    def has_lava(self) -> bool:
        """True if rules are evaluated as Lava does."""
        return self.learning and self.lava

    @property
    def has_random(self) -> bool:
        """True if there are random numbers."""
        return self.learning and self.stochastic

    @property
    def has_epochs(self) -> bool:
        """True if a learning epoch can be longer than one step."""
        return self.learning and self.epochs

    @property
    def has_mute_rows(self) -> bool:
        """True if delivery can be told of rows without lists; a compact core looks at each."""
        return not self.compact

    @property
    def has_waiting(self) -> bool:
        """True if learning can wait for rows; a compact core looks at every list."""
        return self.learning and not self.compact

    @property
    def halves_tables(self) -> bool:
        """True if axons and lists are in memory with one port, in two words each; the host's
        accesses to any memory then stay for two cycles."""
        return self.compact and self.single_port

    @property
    def compartment_rows(self) -> int:
        """Rows of compartments; the rows of input axons follow them."""
        return self.compartments // self.lanes

    @property
    def input_rows(self) -> int:
        """Rows of input axons."""
        return self.input_axons // self.lanes

    @property
    def rows(self) -> int:
        """Rows of axons: those of compartments and those of inputs."""
        return self.compartment_rows + self.input_rows

    @property
    def axons(self) -> int:
        """Axons in all: one per compartment, and the input axons behind them."""
        return self.compartments + self.input_axons

    @property
    def lane_bits(self) -> int:
        """Bits that number a lane; 0 with one lane."""
        return (self.lanes - 1).bit_length()

    @property
    def slot_bits(self) -> int:
        """Bits that number a delay slot."""
        return (self.delay_slots - 1).bit_length()

    @property
    def max_delay(self) -> int:
        """Longest synaptic delay in time steps, beyond the one step that every spike takes."""
        return self.delay_slots - 2

    @property
    def dense_group(self) -> int:
        """Weights that the host reads or writes at once in a dense word."""
        return min(self.lanes, 4)

    @property
    def weight_low(self) -> int:
        """Bits of a weight that dense memory does not store, always 0."""
        return 9 - self.weight_bits

    @property
    def list_bits(self) -> int:
        """Bits of a list descriptor, which must fit a host word: see ``layouts.list_layout``."""
        words = max(self.dense_words, self.sparse_words, 256)
        numbers = [words, self.compartment_rows, self.compartments + 1, self.rules]
        if self.columns:
            numbers += [self.compartment_rows, self.lanes, 2]
        return 12 + self.slot_bits + sum(max(1, (n - 1).bit_length()) for n in numbers)

    @property
    def settings(self) -> dict[str, Any]:
        """Fields by name, as they are saved; newer features only where the core has them."""
        fields = asdict(self).items()
        return {name: value for name, value in fields if value or name not in _NEWER}

    def fingerprint(self) -> int:
        """32 bits that tell two configurations apart; the core reports them to its host."""
        text = ",".join(f"{key}={value}" for key, value in sorted(self.settings.items()))
        return crc32(text.encode())

    def with_(self, **changes: Any) -> "CoreParams":
        """Copy with some fields changed, validated again."""
        check_keywords("CoreParams.with_()", changes, (field.name for field in fields(self)))
        return replace(self, **changes)


#: Fields that are True or False.
_SWITCHES = [field.name for field in fields(CoreParams) if field.type is bool]


def _require_int(name: str, value: object, low: int, high: int) -> int:
    """Return ``value``, an ``int`` in ``[low, high]``; raise for anything else."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(f"{name} must be an int, not {value!r}")
    if not low <= value <= high:
        raise ValueError(f"{name} must be between {low} and {high}, not {value}")
    return value


def _require_power_of_two(name: str, value: object, low: int, high: int) -> None:
    """Raise unless ``value`` is a power of two in ``[low, high]``."""
    number = _require_int(name, value, low, high)
    if number & (number - 1):
        raise ValueError(f"{name} must be a power of two, not {value}")
