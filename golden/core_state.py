"""Memories of the golden core, decoded to arrays that numba kernels work on."""

from typing import NamedTuple

import numpy as np

from backspike.hdl import layouts
from backspike.hdl.host_map import COUNTERS, REGISTERS
from backspike.hdl.params import CoreParams

__all__ = ["COUNTER", "REGISTER", "CoreState", "Size"]

#: Places of registers and counters in their arrays.
REGISTER = {name: number for number, name in enumerate(REGISTERS)}
COUNTER = {name: number for number, name in enumerate(COUNTERS)}

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
    random: bool
    epochs: bool
    columns: bool


class CoreState(NamedTuple):
    """Every memory and register, decoded. Arrays of rows are flat: compartment or axon number.

    ``registers`` and ``counters`` are in the order of the host map; ``reward`` is r1 and what has
    been added for the next step. ``spikes`` holds this step's spikes, by axon, ``seen`` those of
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
    x1: np.ndarray
    y1: np.ndarray
    random: np.ndarray
    seen: np.ndarray
    spikes: np.ndarray
    pending: np.ndarray

    @classmethod
    def zero(cls, p: CoreParams, n_registers: int, n_counters: int) -> "CoreState":
        """Everything zero, as a core powers up (``random`` excepted, which its host map says)."""

        def columns(layout: object) -> int:
            return len(list(layout))  # type: ignore[call-overload]

        return cls(
            registers=np.zeros(n_registers, np.int64),
            counters=np.zeros(n_counters, np.int64),
            reward=np.zeros(2, np.int64),
            axon_list=np.zeros(p.axons, np.int64),
            axon_lists=np.zeros(p.axons, np.int64),
            axon_plastic=np.zeros(p.axons, np.int64),
            axon_silent=np.zeros(p.axons, np.int64),
            lists=np.zeros((p.lists, columns(layouts.list_layout(p))), np.int64),
            dense=np.zeros((p.dense_words, p.lanes), np.int16),
            sparse=np.zeros((p.sparse_words, columns(layouts.sparse_layout(p))), np.int64),
            rows=np.zeros((p.compartment_rows, columns(layouts.row_layout(p))), np.int64),
            profiles=np.zeros((16, columns(layouts.profile_layout(p))), np.int64),
            bias=np.zeros((p.compartments, 2), np.int64),
            u=np.zeros(p.compartments, np.int64),
            v=np.zeros(p.compartments, np.int64),
            refractory=np.zeros(p.compartments, np.int64),
            accumulators=np.zeros((p.delay_slots, p.compartments), np.int32),
            rules=np.zeros((p.rules, columns(layouts.rule_layout(p))), np.int64),
            microcode=np.zeros((p.microcode_words, columns(layouts.microcode_layout(p))), np.int64),
            x1=np.zeros(p.axons, np.int64),
            y1=np.zeros(p.compartments, np.int64),
            random=np.zeros(p.lanes if p.has_random else 0, np.uint32),
            seen=np.zeros(p.axons, np.bool_),
            spikes=np.zeros(p.axons, np.bool_),
            pending=np.zeros(p.input_axons, np.bool_),
        )
