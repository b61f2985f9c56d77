"""Memories of the golden core, decoded to arrays that numba kernels work on."""

from typing import NamedTuple

import numpy as np

from backspike.hdl import layouts
from backspike.hdl.host_map import COUNTERS, REGISTERS
from backspike.hdl.params import CoreParams, Overflow

__all__ = [
    "COUNTER",
    "MICROCODE_FIELDS",
    "REGISTER",
    "ROW_FIELDS",
    "RULE_FIELDS",
    "SPARSE_FIELDS",
    "CoreState",
    "Size",
]

#: Places of registers and counters in their arrays.
REGISTER = {name: number for number, name in enumerate(REGISTERS)}
COUNTER = {name: number for number, name in enumerate(COUNTERS)}

#: A core with every field in its words: a core that lacks some has the others in these places.
_EVERYTHING = CoreParams(
    more_factors=True, history=2, tags=True, delays=True, lava=True, noise=True, reinforcements=2
)
PROFILE_FIELDS = [str(name) for name, _ in layouts.profile_layout(_EVERYTHING)]
ROW_FIELDS = [str(name) for name, _ in layouts.row_layout(_EVERYTHING)]
SPARSE_FIELDS = [str(name) for name, _ in layouts.sparse_layout(_EVERYTHING)]
RULE_FIELDS = [str(name) for name, _ in layouts.rule_layout(_EVERYTHING)]
MICROCODE_FIELDS = [str(name) for name, _ in layouts.microcode_layout(_EVERYTHING)]

Columns = dict[str, np.ndarray]


class Size(NamedTuple):
    """The parameters that kernels need."""

    lanes: int
    compartments: int
    delay_slots: int
    acc_width: int
    wraps: bool
    weight_low: int
    traces: bool
    more_factors: bool
    history: int
    tags: bool
    delays: bool
    lava: bool
    max_delay: int
    random: bool
    noise: bool
    dendrite_lanes: int
    epochs: bool
    columns: bool
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
            traces=p.has_traces,
            more_factors=p.has_more_factors,
            history=p.history if p.has_history else 1,
            tags=p.has_tags,
            delays=p.delays,
            lava=p.has_lava,
            max_delay=p.max_delay,
            random=p.has_random,
            noise=p.noise,
            dendrite_lanes=p.dendrite_lanes,
            epochs=p.has_epochs,
            columns=p.columns,
            operations=p.operations,
        )


class CoreState(NamedTuple):
    """Every memory and register, decoded. Arrays of rows are flat: compartment or axon number.

    ``registers`` and ``counters`` are in the order of the host map; ``reward`` has, for each
    channel, r1, what has been added for the next step, r0, and what has been added to that. ``x``,
    ``x_then`` and ``x_time`` are the fields of ``x_traces``, ``x_past`` the traces after each step
    of the last epoch; likewise y. ``spikes`` holds this step's spikes, by axon, ``seen`` those of
    the epoch so far, and ``pending`` the input spikes of the next.
    """

    registers: np.ndarray
    counters: np.ndarray
    reward: np.ndarray
    axon_list: np.ndarray
    axon_lists: np.ndarray
    axon_plastic: np.ndarray
    axon_silent: np.ndarray
    lists: np.ndarray
    dense: np.ndarray
    sparse: np.ndarray
    rows: np.ndarray
    profiles: np.ndarray
    bias: np.ndarray
    u: np.ndarray
    v: np.ndarray
    refractory: np.ndarray
    accumulators: np.ndarray
    rules: np.ndarray
    microcode: np.ndarray
    tags: np.ndarray
    delays: np.ndarray
    x: np.ndarray
    x_then: np.ndarray
    x_time: np.ndarray
    x_past: np.ndarray
    y: np.ndarray
    y_then: np.ndarray
    y_time: np.ndarray
    y_past: np.ndarray
    random: np.ndarray
    noise: np.ndarray
    seen: np.ndarray
    spikes: np.ndarray
    pending: np.ndarray

    @classmethod
    def zero(cls, p: CoreParams, n_registers: int, n_counters: int) -> "CoreState":
        """Everything zero, as a core powers up; generators are not: see the host map."""

        def columns(layout: object) -> int:
            return len(list(layout))  # type: ignore[call-overload]

        return cls(
            registers=np.zeros(n_registers, np.int64),
            counters=np.zeros(n_counters, np.int64),
            reward=np.zeros(4 * p.reinforcements, np.int64),
            axon_list=np.zeros(p.axons, np.int64),
            axon_lists=np.zeros(p.axons, np.int64),
            axon_plastic=np.zeros(p.axons, np.int64),
            axon_silent=np.zeros(p.axons, np.int64),
            lists=np.zeros((p.lists, columns(layouts.list_layout(p))), np.int64),
            dense=np.zeros((p.dense_words, p.lanes), np.int16),
            sparse=np.zeros((p.sparse_words, len(SPARSE_FIELDS)), np.int64),
            rows=np.zeros((p.compartment_rows, len(ROW_FIELDS)), np.int64),
            profiles=_profiles(p),
            bias=np.zeros((p.compartments, 2), np.int64),
            u=np.zeros(p.compartments, np.int64),
            v=np.zeros(p.compartments, np.int64),
            refractory=np.zeros(p.compartments, np.int64),
            accumulators=np.zeros((p.delay_slots, p.compartments), np.int32),
            rules=np.zeros((p.rules, len(RULE_FIELDS)), np.int64),
            microcode=np.zeros((p.microcode_words, len(MICROCODE_FIELDS)), np.int64),
            tags=np.zeros((p.dense_words if p.has_tags else 0, p.lanes), np.int16),
            delays=np.zeros((p.dense_words if p.delays else 0, p.lanes), np.int16),
            x=np.zeros((p.axons, 2), np.int64),
            x_then=np.zeros((p.axons, 2), np.int64),
            x_time=np.zeros(p.axons, np.int64),
            x_past=np.zeros((p.history, p.axons if p.has_history else 0, 2), np.int64),
            y=np.zeros((p.compartments, 3), np.int64),
            y_then=np.zeros((p.compartments, 3), np.int64),
            y_time=np.zeros(p.compartments, np.int64),
            y_past=np.zeros((p.history, p.compartments if p.has_history else 0, 3), np.int64),
            random=np.zeros(p.lanes if p.has_random else 0, np.uint32),
            noise=np.zeros(p.dendrite_lanes if p.noise else 0, np.uint32),
            seen=np.zeros(p.axons, np.bool_),
            spikes=np.zeros(p.axons, np.bool_),
            pending=np.zeros(p.input_axons, np.bool_),
        )


def _profiles(p: CoreParams) -> np.ndarray:
    """Profiles of 0, but for what a core without ``dynamics`` does in their place."""
    profiles = np.zeros((16, len(PROFILE_FIELDS)), np.int64)
    if not p.dynamics:
        for name, value in layouts.STATELESS.items():
            profiles[:, PROFILE_FIELDS.index(name)] = value
    return profiles
