"""The host's view of a core: its memories, registers, counters, commands and responses.

Everything travels in packets of 32-bit words: a header, then ``length`` words of payload::

    header = operation << 24 | argument << 16 | length

A malformed packet is read to its end, changes nothing, and is answered by ``ERROR``; only of a
SPIKE with an axon out of range do the axons before that fire. Arguments without a meaning are
ignored.

A core stores any word of a memory. Those that refer to what it does not have are refused by hosts
(:mod:`backspike.golden.word_limits`); with them, steps end all the same and change only what steps
change, but nobody says to what. The same holds where ``rows`` or ``input_rows`` are written between
steps: a CLEAR must stand between them.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from amaranth import Shape, signed, unsigned
from amaranth.lib import data, enum

from backspike.hdl import layouts
from backspike.hdl.params import REINFORCEMENTS, CoreParams
from backspike.hdl.seeds import default_seeds, noise_seeds

__all__ = [
    "COUNTERS",
    "COUNTER_BITS",
    "IDENTITY",
    "MAP_VERSION",
    "MEMORIES",
    "OLDEST_PROGRAM",
    "REGISTERS",
    "REWARDS",
    "Command",
    "ErrorCode",
    "Memory",
    "Register",
    "Response",
    "dense_group_layout",
    "group_layout",
    "header",
]

#: First register of every core: "BSPK".
IDENTITY = 0x4253504B
#: Version of this file's content; a host refuses a core with another.
MAP_VERSION = 6
#: Oldest version whose programs do the same on a core of this one.
OLDEST_PROGRAM = 4
#: Counters wrap beyond this many bits.
COUNTER_BITS = 48


class Command(enum.Enum, shape=8):
    """Operations of a host's packet, and their payload."""

    ECHO = 0x01  # any words; answered by ECHO with the same words
    WRITE = 0x02  # argument: memory; [address, data...]; no answer
    READ = 0x03  # argument: memory; [address, number of words]; answered by DATA
    SPIKE = 0x04  # [input axon, ...]: they fire in the next step; no answer
    SPIKE_ROWS = 0x05  # [first input row, spikes of that row, of the next, ...]; no answer
    ADVANCE = 0x06  # [steps]; answered by STEP and SPIKES if they are reported, then by DONE
    CLEAR = 0x07  # no payload: all dynamic state to zero, weights stay; answered by DONE


class Response(enum.Enum, shape=8):
    """Operations of a core's packet, and their payload."""

    ECHO = 0x81  # the words of the command
    DATA = 0x83  # argument: memory; the words read
    STEP = 0x84  # [step]: what follows fired in this step
    SPIKES = 0x85  # [row of compartments, spikes of its lanes]
    DONE = 0x86  # [step]: the number of the next step
    ERROR = 0xEE  # argument: ErrorCode; [header of the refused packet]


class ErrorCode(enum.Enum, shape=8):
    """Reason for which a packet is refused."""

    UNKNOWN_COMMAND = 1
    BAD_LENGTH = 2
    UNKNOWN_MEMORY = 3
    OUT_OF_RANGE = 4
    READ_ONLY = 5


def header(operation: Command | Response, argument: int, length: int) -> int:
    """First word of a packet."""
    return operation.value << 24 | argument << 16 | length


@dataclass(frozen=True)
class Memory:
    """A memory as the host addresses it, in words of 1 or 2 beats."""

    number: int
    layout: Callable[[CoreParams], data.Layout]
    depth: Callable[[CoreParams], int]
    dynamic: bool
    """Whether the core changes it by itself: then it is no part of a program, and CLEAR zeroes it
    (but for ``counters``)."""
    doc: str
    needs: str | None = None
    """The property of :class:`CoreParams` without which a core lacks it."""
    seeds: Callable[[CoreParams, int], np.ndarray] | None = None
    """First words of a core's random generators, from a seed; 0 after power-up."""

    def exists(self, p: CoreParams) -> bool:
        """True if a core has it."""
        return self.needs is None or bool(getattr(p, self.needs))

    def beats(self, p: CoreParams) -> int:
        """32-bit beats of a word on the host's stream."""
        return layouts.beats_of(self.layout(p))


def dense_group_layout(p: CoreParams) -> data.ArrayLayout:
    """Stored weights of neighbouring lanes: what the host reads or writes at once."""
    return data.ArrayLayout(signed(p.weight_bits), p.dense_group)


def group_layout(shape: Callable[[CoreParams], Shape]) -> Callable[[CoreParams], data.Layout]:
    """Words of what lies beside the weights, likewise."""
    return lambda p: data.ArrayLayout(shape(p), p.dense_group)


def _word(shape: Shape) -> Callable[[CoreParams], data.Layout]:
    return lambda p: data.StructLayout({"value": shape})


def _dense_groups(p: CoreParams) -> int:
    """Host words of what dense synapses hold."""
    return p.dense_words * p.lanes // p.dense_group


MEMORIES = {
    "registers": Memory(0, _word(unsigned(32)), lambda p: len(REGISTERS), False, "by number"),
    "counters": Memory(
        1,
        _word(unsigned(COUNTER_BITS)),
        lambda p: len(COUNTERS),
        True,
        "by number, read only",
        needs="counters",
    ),
    "axons": Memory(2, layouts.axon_layout, lambda p: p.axons, False, "by axon"),
    "lists": Memory(3, layouts.list_layout, lambda p: p.lists, False, "by list"),
    "dense": Memory(
        4,
        dense_group_layout,
        _dense_groups,
        False,
        "word * lanes / group + group of lanes; a group is 4 lanes, or all if they are fewer",
    ),
    "sparse": Memory(5, layouts.sparse_layout, lambda p: p.sparse_words, False, "by synapse"),
    "rows": Memory(
        6, layouts.row_layout, lambda p: p.compartment_rows, False, "by row of compartments"
    ),
    "profiles": Memory(7, layouts.profile_layout, lambda p: 16, False, "by profile"),
    "bias": Memory(
        8, layouts.bias_layout, lambda p: p.compartments, False, "by compartment", needs="dynamics"
    ),
    "state": Memory(
        9, layouts.state_layout, lambda p: p.compartments, True, "by compartment", needs="dynamics"
    ),
    "accumulators": Memory(
        10,
        lambda p: data.StructLayout({"value": signed(p.acc_width)}),
        lambda p: p.delay_slots * p.compartments,
        True,
        "slot * compartments + compartment; slot = step % delay slots",
    ),
    "rules": Memory(11, layouts.rule_layout, lambda p: p.rules, False, "by rule", needs="learning"),
    "microcode": Memory(
        12,
        layouts.microcode_layout,
        lambda p: p.microcode_words,
        False,
        "by instruction",
        needs="learning",
    ),
    "x_traces": Memory(
        13, layouts.x_trace_layout, lambda p: p.axons, True, "by axon", needs="has_traces"
    ),
    "y_traces": Memory(
        14,
        layouts.y_trace_layout,
        lambda p: p.compartments,
        True,
        "by compartment",
        needs="has_traces",
    ),
    "random": Memory(
        15,
        _word(unsigned(32)),
        lambda p: p.lanes,
        False,
        "state of each lane's generator, never 0; CLEAR leaves it",
        needs="has_random",
        seeds=default_seeds,
    ),
    "tags": Memory(
        16,
        group_layout(lambda p: signed(layouts.TAG_BITS)),
        _dense_groups,
        False,
        "as `dense`",
        needs="has_tags",
    ),
    "delays": Memory(
        17,
        group_layout(lambda p: unsigned(p.slot_bits)),
        _dense_groups,
        False,
        "as `dense`",
        needs="delays",
    ),
    "noise": Memory(
        18,
        _word(unsigned(32)),
        lambda p: p.dendrite_lanes,
        False,
        "state of each dendrite lane's generator of noise, never 0; CLEAR leaves it",
        needs="noise",
        seeds=noise_seeds,
    ),
}


@dataclass(frozen=True)
class Register:
    """One register: its address in memory 0 is its place in :data:`REGISTERS`."""

    shape: Shape
    """Of the largest core: see :meth:`stored`."""
    reset: int
    doc: str
    writable: bool = True
    needs: str | None = None
    """The property of :class:`CoreParams` without which it reads 0 and cannot be written."""
    channel: int = 0
    """The reinforcement channel that it is of; likewise."""
    most: Callable[[CoreParams], int] | None = None
    """Greatest value that may be written; without it, that of the shape."""

    def exists(self, p: CoreParams) -> bool:
        """True if a core has it."""
        has = self.needs is None or bool(getattr(p, self.needs))
        return has and self.channel < p.reinforcements

    def stored(self, p: CoreParams) -> Shape:
        """Bits that a core stores: as many as its greatest value has."""
        return unsigned(self.most(p).bit_length()) if self.most else self.shape

    def limits(self, p: CoreParams) -> tuple[int, int]:
        """Least and greatest value that hosts may write on a core; of others it looks at the
        lowest bits, and ignores them if they are still out of the range."""
        low = -(1 << (self.shape.width - 1)) if self.shape.signed else 0
        return low, self.most(p) if self.most else low + (1 << self.shape.width) - 1

    def value(self, word: int) -> int:
        """Value of its bits in a host word."""
        word &= (1 << self.shape.width) - 1
        is_negative = self.shape.signed and word >> (self.shape.width - 1)
        return word - (1 << self.shape.width) if is_negative else word


#: Reward traces: the register that each is written and read by, its channel, and which it is.
REWARDS = {
    f"{name}_{channel}" if channel else name: (channel, trace)
    for channel in range(REINFORCEMENTS)
    for name, trace in (("reward", "r1"), ("reward0", "r0"))
}


def _decay(doc: str, needs: str | None = None, channel: int = 0) -> Register:
    """Share of a trace that a step keeps, in 1/65536."""
    return Register(unsigned(17), 0, doc, needs=needs, channel=channel, most=lambda p: 1 << 16)


def _impulse(doc: str, needs: str) -> Register:
    """Amount that a spike adds to a trace, in 1/128."""
    return Register(unsigned(layouts.TRACE_BITS + layouts.IMPULSE_FRACTION), 0, doc, needs=needs)


def _rows(
    doc: str, rows: Callable[[CoreParams], int], *, first: bool = False, needs: str | None = None
) -> Register:
    """Number of ``rows``, or the first of some."""
    return Register(unsigned(16), 0, doc, needs=needs, most=lambda p: rows(p) - first)


def _reward_registers() -> dict[str, Register]:
    """Registers of the channels behind the first."""
    registers = {}
    for name, (channel, trace) in REWARDS.items():
        if channel:
            needs = "has_more_factors" if trace == "r0" else None
            doc = f"as {name[:-2]}{{}}, of channel {channel}"
            registers[name] = Register(signed(8), 0, doc.format(""), needs=needs, channel=channel)
            registers[f"{name}_decay"] = _decay(doc.format("_decay"), needs, channel)
    return registers


REGISTERS: dict[str, Register] = {
    "identity": Register(unsigned(32), IDENTITY, '"BSPK"', writable=False),
    "map_version": Register(unsigned(32), MAP_VERSION, "version of this map", writable=False),
    "fingerprint": Register(unsigned(32), 0, "CRC-32 of the core's parameters", writable=False),
    "step": Register(unsigned(32), 0, "number of the next time step; CLEAR zeroes it"),
    "rows": _rows("rows of compartments in use", lambda p: p.compartment_rows),
    "input_rows": _rows("rows of input axons in use", lambda p: p.input_rows),
    "report": Register(unsigned(1), 0, "1: ADVANCE reports every spike"),
    "learn": Register(unsigned(1), 0, "1: learn at the end of each epoch"),
    "epoch": Register(unsigned(6), 0, "steps of a learning epoch; 0 means 1"),
    "epoch_step": Register(
        unsigned(6), 0, "steps of the current epoch that are done; CLEAR zeroes it", writable=False
    ),
    "reward": Register(signed(8), 0, "write: r1 rises by this in the next step; read: r1"),
    "reward_decay": _decay("r1 keeps this, in 1/65536, per step"),
    "visit": Register(
        unsigned(2),
        0,
        "axons that learning looks at: 0 that spiked in the epoch, 1 also those with x1, 2 all",
        most=lambda p: 2,
    ),
    "learn_first": _rows("first row of axons that learning looks at", lambda p: p.rows, first=True),
    "learn_rows": _rows("rows of axons that learning looks at", lambda p: p.rows),
    "mute_rows": _rows(
        "rows of compartments, the last ones in use, that have no lists: their spikes are "
        "reported and noted, but lead to none",
        lambda p: p.compartment_rows,
        needs="has_mute_rows",
    ),
    "post_first": _rows(
        "first row of compartments that learning waits for",
        lambda p: p.compartment_rows,
        first=True,
        needs="has_waiting",
    ),
    "post_rows": _rows(
        "rows of compartments that learning waits for: without a spike in those in use, an epoch "
        "learns nothing; 0: it waits for none",
        lambda p: p.compartment_rows,
        needs="has_waiting",
    ),
    "x_first": _rows(
        "first row of axons with traces", lambda p: p.rows, first=True, needs="has_traces"
    ),
    "x_rows": _rows("rows of axons with traces", lambda p: p.rows, needs="has_traces"),
    "y_first": _rows(
        "first row of compartments with traces",
        lambda p: p.compartment_rows,
        first=True,
        needs="has_traces",
    ),
    "y_rows": _rows(
        "rows of compartments with traces", lambda p: p.compartment_rows, needs="has_traces"
    ),
    "x1_decay": _decay("x1 keeps this, in 1/65536, per step, rounded randomly", "has_traces"),
    "x1_impulse": _impulse("x1 rises by this, in 1/128, with a spike", "has_traces"),
    "y1_decay": _decay("y1 keeps this, in 1/65536, per step, rounded randomly", "has_traces"),
    "y1_impulse": _impulse("y1 rises by this, in 1/128, with a spike", "has_traces"),
    **{
        f"{name}_{what}": make(f"as {name[0]}1_{what}", "has_more_factors")
        for name in ("x2", "y2", "y3")
        for what, make in (("decay", _decay), ("impulse", _impulse))
    },
    "reward0": Register(signed(8), 0, "as reward, of r0", needs="has_more_factors"),
    "reward0_decay": _decay("as reward_decay, of r0", "has_more_factors"),
    "epochs_done": Register(
        unsigned(16),
        0,
        "learning epochs that are done; CLEAR zeroes it",
        writable=False,
        needs="has_more_factors",
    ),
    "dither": Register(
        unsigned(2),
        0,
        "bits that round at random: 0 drawn, 1 all zeros, 2 all ones",
        needs="has_random",
        most=lambda p: 2,
    ),
    **_reward_registers(),
}

#: What the core counts, in the order of their addresses. The first five are cycles of the
#: hardware's phases; the others count work, and are the same on every engine.
COUNTERS: dict[str, str] = {
    "cycles_host": "cycles spent idle or with commands",
    "cycles_dendrite": "cycles of the dendrite phase",
    "cycles_deliver": "cycles of the axon and synapse phases",
    "cycles_trace": "cycles of the trace updates",
    "cycles_learn": "cycles of the learning phase",
    "steps": "time steps",
    "neuron_updates": "compartments updated",
    "spikes": "spikes of compartments",
    "input_spikes": "spikes of input axons",
    "lists": "synapse lists walked to deliver",
    "synaptic_words": "words of weights delivered",
    "synaptic_ops": "synapses delivered",
    "saturations": "sums that left the range of an accumulator",
    "lists_learned": "synapse lists walked to learn",
    "words_learned": "words of weights that rules were evaluated on",
    "synapses_visited": "synapses that rules were evaluated on",
    "synapses_changed": "weights changed",
}
