"""Memories of the golden core, decoded to arrays that numba kernels work on."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import numpy as np
from amaranth.lib import data

from backspike.hdl import layouts
from backspike.hdl.host_map import COUNTERS, REGISTERS
from backspike.hdl.params import CoreParams, Overflow

__all__ = ["CoreState", "Fields", "Size", "Traces"]

#: One word of a memory in a kernel: its fields by name.
Fields = Any

#: A core with every field in its words: in a core that lacks some, these are 0.
_EVERYTHING = CoreParams(
    more_factors=True,
    history=2,
    tags=True,
    delays=True,
    lava=True,
    noise=True,
    subtract=True,
    watch=True,
    reinforcements=2,
)


def _record(names: Iterable[str], aliases: Mapping[str, str] | None = None) -> np.dtype:
    """Fields of 64 bits, some of them under a second name."""
    places = {name: 8 * number for number, name in enumerate(names)}
    size = 8 * len(places)
    places |= {alias: places[name] for alias, name in (aliases or {}).items()}
    formats = [np.int64] * len(places)
    return np.dtype(
        {
            "names": list(places),
            "formats": formats,
            "offsets": list(places.values()),
            "itemsize": size,
        },
        align=True,
    )


def _fields(layout: data.StructLayout, aliases: Mapping[str, str] | None = None) -> np.dtype:
    """Words of a layout."""
    return _record([str(name) for name, _ in layout], aliases)


_REGISTERS, _COUNTERS = _record(REGISTERS), _record(COUNTERS)
_AXON = _fields(layouts.axon_layout(_EVERYTHING))
_LIST = _fields(
    layouts.list_layout(_EVERYTHING),
    {alias: name for kind in layouts.LIST_FIELDS.values() for alias, name in kind.items()},
)
_SPARSE = _fields(layouts.sparse_layout(_EVERYTHING))
_ROW = _fields(layouts.row_layout(_EVERYTHING))
_PROFILE = _fields(layouts.profile_layout(_EVERYTHING))
_BIAS = _fields(layouts.bias_layout(_EVERYTHING))
_NEURON = _fields(layouts.state_layout(_EVERYTHING))
_RULE = _fields(layouts.rule_layout(_EVERYTHING))
_MICROCODE = _fields(layouts.microcode_layout(_EVERYTHING))
#: Reward traces of a channel, and what is added to each for the next step.
_REWARD = _record(["r1", "r1_next", "r1_decay", "r0", "r0_next", "r0_decay"])
#: Inputs that a compartment takes in a step, beside its bias; and its voltage before a reset.
_DRIVE = _record(["sum", "may_fire", "current", "voltage", "membrane"])


class Size(NamedTuple):
    """The parameters that kernels need."""

    lanes: int
    compartments: int
    delay_slots: int
    acc_width: int
    wraps: bool
    weight_low: int
    learning: bool
    traces: bool
    more_factors: bool
    history: int
    tags: bool
    delays: bool
    lava: bool
    max_delay: int
    random: bool
    noise: bool
    watch: bool
    dendrite_lanes: int
    epochs: bool
    columns: bool
    widest_stride: int
    operations: int

    @classmethod
    def of(cls, p: CoreParams) -> "Size":
        """Those of a core."""
        return cls(
            lanes=p.lanes,
            compartments=p.compartments,
            delay_slots=p.delay_slots,
            acc_width=p.acc_width,
            wraps=p.overflow is Overflow.WRAP,
            weight_low=p.weight_low,
            learning=p.learning,
            traces=p.has_traces,
            more_factors=p.has_more_factors,
            history=p.history if p.has_history else 1,
            tags=p.has_tags,
            delays=p.delays,
            lava=p.has_lava,
            max_delay=p.max_delay,
            random=p.has_random,
            noise=p.noise,
            watch=p.watch,
            dendrite_lanes=p.dendrite_lanes,
            epochs=p.has_epochs,
            columns=p.columns,
            widest_stride=layouts.widest_stride(p),
            operations=p.operations,
        )


class Traces(NamedTuple):
    """Traces of axons (two kinds) or of compartments (three), int64."""

    now: np.ndarray
    """Shape (n, kinds)."""
    then: np.ndarray
    """After the step of the last spike, or the first step of the epoch; shape (n, kinds)."""
    time: np.ndarray
    """Step of the epoch, from 1, of the last spike; 0 is none; shape (n,)."""
    past: np.ndarray
    """After each step of the last epoch; shape (history, n, kinds)."""

    @classmethod
    def zero(cls, p: CoreParams, n: int, kinds: int) -> "Traces":
        """Without a spike."""
        return cls(
            now=np.zeros((n, kinds), np.int64),
            then=np.zeros((n, kinds), np.int64),
            time=np.zeros(n, np.int64),
            past=np.zeros((p.history, n if p.has_history else 0, kinds), np.int64),
        )

    def columns(self) -> dict[str, np.ndarray]:
        """Views by their names in the layouts of traces."""
        columns = {f"trace{kind}": column for kind, column in enumerate(self.now.T, 1)}
        columns |= {f"then{kind}": column for kind, column in enumerate(self.then.T, 1)}
        return columns | {"time": self.time}


class CoreState(NamedTuple):
    """Size, and every memory and register, decoded.

    Words of memories are records with the fields of their layouts. Arrays of rows are flat:
    compartment or axon number.
    """

    size: Size
    registers: Fields
    """Fields named as in the host map; but rewards and their decays are in ``rewards``."""
    counters: Fields
    rewards: np.ndarray
    """By channel."""
    axons: np.ndarray
    lists: np.ndarray
    """Also with the names of ``layouts.LIST_FIELDS``."""
    dense: np.ndarray
    """Weights, int16, shape (words, lanes)."""
    sparse: np.ndarray
    rows: np.ndarray
    profiles: np.ndarray
    bias: np.ndarray
    neurons: np.ndarray
    """The memory ``state``."""
    accumulators: np.ndarray
    """Shape (slots, compartments)."""
    rules: np.ndarray
    microcode: np.ndarray
    tags: np.ndarray
    """As ``dense``."""
    delays: np.ndarray
    """As ``dense``."""
    x: Traces
    y: Traces
    random: np.ndarray
    noise: np.ndarray
    seen: np.ndarray
    """Spikes of the epoch so far, by axon."""
    spikes: np.ndarray
    """Spikes of the step, by axon."""
    pending: np.ndarray
    """Input spikes of the next step."""
    membranes: np.ndarray
    """Dendrite: voltages before their resets, for rows that watch; not of those rows."""
    drives: np.ndarray
    """Dendrite: what the compartments of a row take, by lane."""
    hits: np.ndarray
    """Traces: spikes of a row in a step of the epoch, by lane."""
    coefficients: np.ndarray
    """Learning: of the rule that is set up."""
    lane_ops: np.ndarray
    """Learning: addresses of its lane operations."""
    before: np.ndarray
    """Learning: weights, tags and delays of a word, int64, shape (3, lanes)."""
    after: np.ndarray
    """Learning: what they become, likewise."""
    product: np.ndarray
    """Learning: the running product, by lane."""
    factor: np.ndarray
    """Learning: the factor that it is multiplied by, by lane."""

    @classmethod
    def zero(cls, p: CoreParams) -> "CoreState":
        """Everything zero, as a core powers up; generators are not: see the host map."""
        words = p.dense_words
        return cls(
            size=Size.of(p),
            registers=np.zeros(1, _REGISTERS)[0],
            counters=np.zeros(1, _COUNTERS)[0],
            rewards=np.zeros(p.reinforcements, _REWARD),
            axons=np.zeros(p.axons, _AXON),
            lists=np.zeros(p.lists, _LIST),
            dense=np.zeros((words, p.lanes), np.int16),
            sparse=np.zeros(p.sparse_words, _SPARSE),
            rows=np.zeros(p.compartment_rows, _ROW),
            profiles=_profiles(p),
            bias=np.zeros(p.compartments, _BIAS),
            neurons=np.zeros(p.compartments, _NEURON),
            accumulators=np.zeros((p.delay_slots, p.compartments), np.int32),
            rules=np.zeros(p.rules, _RULE),
            microcode=np.zeros(p.microcode_words, _MICROCODE),
            tags=np.zeros((words if p.has_tags else 0, p.lanes), np.int16),
            delays=np.zeros((words if p.delays else 0, p.lanes), np.int16),
            x=Traces.zero(p, p.axons, 2),
            y=Traces.zero(p, p.compartments, 3),
            random=np.zeros(p.lanes if p.has_random else 0, np.uint32),
            noise=np.zeros(p.dendrite_lanes if p.noise else 0, np.uint32),
            seen=np.zeros(p.axons, np.bool_),
            spikes=np.zeros(p.axons, np.bool_),
            pending=np.zeros(p.input_axons, np.bool_),
            membranes=np.zeros(p.compartments if p.watch else 0, np.int64),
            drives=np.zeros(p.lanes, _DRIVE),
            hits=np.zeros(p.lanes, np.bool_),
            coefficients=np.zeros(p.operations, np.int64),
            lane_ops=np.zeros(p.operations, np.int64),
            before=np.zeros((3, p.lanes), np.int64),
            after=np.zeros((3, p.lanes), np.int64),
            product=np.zeros(p.lanes, np.int64),
            factor=np.zeros(p.lanes, np.int64),
        )

    def clear(self) -> None:
        """Zero all dynamic state; weights, programs and generators stay."""
        arrays = [self.neurons, self.accumulators, *self.x, *self.y]
        for array in (*arrays, self.seen, self.spikes, self.pending):
            array[...] = np.zeros((), array.dtype)
        for name in ("r1", "r1_next", "r0", "r0_next"):
            self.rewards[name] = 0
        for name in ("step", "epoch_step", "epochs_done"):
            self.registers[name] = 0


def _profiles(p: CoreParams) -> np.ndarray:
    """Profiles of 0, but for what a core without ``dynamics`` does in their place."""
    profiles = np.zeros(16, _PROFILE)
    if not p.dynamics:
        for name, value in layouts.STATELESS.items():
            profiles[name] = value
    return profiles
