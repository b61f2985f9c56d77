"""Random programs and stimuli, valid but nasty, at the level of memory words.

Targets overlap, synapses hit the same accumulator back to back, delays and exponents take every
value, weights stand at their rails, thresholds are extreme. For checking engines on each other.
"""

from collections.abc import Callable

import numpy as np

from backspike.golden.compiler.program import Program
from backspike.golden.engine import Stimulus
from backspike.hdl import layouts
from backspike.hdl.host_map import REGISTERS, REWARDS
from backspike.hdl.layouts import ListKind, SignMode, Visit
from backspike.hdl.learning.traces import trace_constants
from backspike.hdl.packing import pack_array, pack_lanes, pack_weights
from backspike.hdl.params import CoreParams
from backspike.sim.verify.random_rules import random_rules

__all__ = ["random_program", "random_stimulus"]

_RAILS = np.array([layouts.WEIGHT_MIN, -1, 0, 1, layouts.WEIGHT_MAX])


def random_program(rng: np.random.Generator, params: CoreParams) -> Program:
    """A program that uses every memory of a core of ``params``; equal for equal ``rng``.

    It is valid: lists stay within their memories and targets, delays within
    ``params.max_delay``; of the rows that share sums, only the lowest clears them; and a word of
    weights is in one plastic list of one axon at most, unless the core has columns and it is dense.
    """
    p = params
    rows = int(rng.integers(max(1, p.compartment_rows // 2), p.compartment_rows + 1))
    input_rows = int(rng.integers(1, p.input_rows + 1))
    lists, private, shared = _random_lists(rng, p, rows)
    memories = {
        "axons": _random_axons(rng, p, private, shared),
        "lists": pack_array(layouts.list_layout(p), **lists),
        "dense": pack_weights(p, _random_weights(rng, p, (p.dense_words, p.lanes))),
        "sparse": _random_sparse(rng, p, rows),
        "rows": _random_rows(rng, p, rows, input_rows),
        "profiles": _random_profiles(rng, p),
    }
    if p.dynamics:
        memories["bias"] = _random_bias(rng, p)
    shape = (p.dense_words, p.lanes)
    if p.has_tags:
        tags = rng.integers(-256, 256, shape)
        memories["tags"] = pack_lanes(p, tags, layouts.TAG_BITS)
    if p.delays:
        delays = rng.integers(0, p.max_delay + 1, shape)
        memories["delays"] = pack_lanes(p, delays, p.slot_bits)
    mute_rows = int(rng.integers(rows + 1)) if rng.random() < 0.2 and p.has_mute_rows else 0
    registers = {"rows": rows, "input_rows": input_rows, "mute_rows": mute_rows}
    if rng.random() < 0.5:  # just before a wrap of the step counter, or anywhere
        registers["step"] = (1 << 32) - int(rng.integers(1, 9))
    if p.learning:
        memories |= random_rules(rng, p)
        registers |= _learning_registers(rng, p, rows, input_rows)
    return Program(p, memories, registers)


def random_stimulus(rng: np.random.Generator, program: Program, n_steps: int) -> Stimulus:
    """Input spikes for ``n_steps`` steps: some silent, some sparse, some with every axon."""
    axons = program.registers["input_rows"] * program.params.lanes
    density = rng.choice([0.0, 0.02, 0.1, 0.5, 1.0], n_steps, p=[0.3, 0.2, 0.3, 0.15, 0.05])
    fires = rng.random((n_steps, axons)) < density[:, None]
    steps, numbers = np.nonzero(fires)
    return Stimulus(steps, numbers)


def _random_weights(rng: np.random.Generator, p: CoreParams, shape: tuple[int, ...]) -> np.ndarray:
    """Weights of any size, a third of them at a rail or around 0, as far as ``p`` stores them."""
    anything = rng.integers(layouts.WEIGHT_MIN, layouts.WEIGHT_MAX + 1, shape)
    weights = np.where(rng.random(shape) < 1 / 3, rng.choice(_RAILS, shape), anything)
    return weights & -(1 << p.weight_low)


def _random_lists(
    rng: np.random.Generator, p: CoreParams, rows: int
) -> tuple[dict[str, np.ndarray], np.ndarray, np.ndarray]:
    """Fields of every list descriptor; lists whose words no other such list has; sharable ones."""
    n = p.lists
    columns = 0.15 if p.columns else 0.0
    kind = rng.choice([k.value for k in ListKind], n, p=[0.45 - columns, 0.45, 0.1, columns])
    dense, sparse = kind == ListKind.DENSE.value, kind == ListKind.SPARSE.value
    column = kind == ListKind.COLUMN.value
    row = np.where(dense | column, rng.integers(0, rows, n), 0)
    longest = np.select(
        [dense, sparse, column],
        [
            np.minimum(rows - row, p.dense_words) * p.lanes,
            np.full(n, min(p.sparse_words, p.compartments)),
            np.minimum((rows - row) * p.lanes, p.dense_words),
        ],
        1,
    )
    short = np.minimum(longest, np.where(sparse, 12, 3 * p.lanes))
    count = rng.integers(1, np.where(rng.random(n) < 0.1, longest, short) + 1)
    widest = layouts.widest_stride(p)
    stride = rng.integers(1, np.clip(p.dense_words // count, 1, widest) + 1)
    words = np.select([dense, column], [-(-count // p.lanes), (count - 1) * stride + 1], count)
    depth = np.where(sparse, p.sparse_words, p.dense_words)
    address = np.where(
        dense | sparse | column,
        rng.integers(0, np.maximum(1, depth - words + 1)),
        rng.integers(0, 1 << layouts.REWARD_BITS, n),
    )
    private, shared = np.zeros(n, bool), dense & p.columns
    for mine, end in ((dense & ~shared, p.dense_words), (sparse, p.sparse_words)):
        first = 0
        for number in rng.permutation(np.flatnonzero(mine)):
            if first + words[number] <= end and rng.random() < 0.7:
                address[number], private[number] = first, True
                first += words[number]
    fields = {
        "kind": kind,
        "address": address,
        "row": row,
        "count": count,
        "exponent": rng.integers(-8, 8, n),
        "delay": rng.integers(0, p.max_delay + 1, n),
        "rule": rng.integers(0, p.rules, n),
        "sign": rng.choice([s.value for s in SignMode], n),
        "lsb": np.where(rng.random(n) < 0.5, rng.integers(0, 2, n), rng.integers(2, 9, n)),
    }
    if p.columns:
        post = rng.integers(0, np.where(dense, rows - -(-count // p.lanes), 0) + 1)
        fields |= {
            "post": np.where(column, stride % widest, post),
            "rotate": rng.integers(0, p.lanes, n),
            "negate": rng.integers(0, 2, n),
        }
    return fields, private, shared


def _random_rows(rng: np.random.Generator, p: CoreParams, rows: int, input_rows: int) -> np.ndarray:
    """Rows of which some share sums, some watch rows above them, and some are gated."""
    n = p.compartment_rows
    sums = np.where(rng.random(n) < 0.7, np.arange(n), rng.integers(0, n, n))
    watch = np.zeros(n, bool)
    if p.watch:
        watch[: rows - 1] = rng.random(rows - 1) < 0.3
        for row in np.flatnonzero(watch):
            sums[row] = rng.choice(np.flatnonzero(~watch[row + 1 : rows])) + row + 1
    lowest = np.array([np.argmax((sums == source) & ~watch) for source in sums])
    fields = {
        "profile": rng.integers(0, 16, n),
        "sums": sums,
        "keep": (lowest != np.arange(n)) | watch,
        "negate": rng.integers(0, 2, n),
    }
    if p.has_epochs:
        in_use = np.r_[0:rows, p.compartment_rows : p.compartment_rows + input_rows]
        fields |= {
            "gating": rng.choice([g.value for g in layouts.Gate], n, p=[0.7, 0.15, 0.15]),
            "gate": rng.choice(in_use, n),
        }
    if p.noise:
        fields |= {
            "noise_mantissa": rng.integers(-64, 64, n),
            "noise_exponent": rng.choice([0, 0, 6, 10, 15], n),
            "noisy": rng.integers(0, 2, n),
        }
    if p.watch:
        fields["watch"] = watch
    return pack_array(layouts.row_layout(p), **fields)


def _random_axons(
    rng: np.random.Generator, p: CoreParams, private: np.ndarray, shared: np.ndarray
) -> np.ndarray:
    """Up to four lists each, or none; a ``private`` list is plastic for at most one axon."""
    lists = rng.integers(1, min(4, p.lists) + 1, p.axons)
    lists[rng.random(p.axons) < 0.2] = 0
    silent = np.where(rng.random(p.axons) < 0.3, rng.integers(0, lists + 1), 0)
    first = rng.integers(0, p.lists - lists + 1) % p.lists
    plastic = np.zeros(p.axons, np.int64)
    free = private | shared
    for axon in rng.permutation(p.axons) if p.learning else ():
        own = free[first[axon] : first[axon] + lists[axon]]
        plastic[axon] = own.size if own.all() else np.argmin(own)
        taken = slice(first[axon], first[axon] + plastic[axon])
        free[taken] = shared[taken]
    return pack_array(
        layouts.axon_layout(p), list=first, lists=lists - silent, plastic=plastic, silent=silent
    )


def _random_sparse(rng: np.random.Generator, p: CoreParams, rows: int) -> np.ndarray:
    """Synapses, half of them onto the target or the lane of the one before."""
    n = p.sparse_words
    target = rng.integers(0, rows * p.lanes, n)
    choice = rng.random(n)
    before = np.roll(target, 1)
    target = np.where(choice < 0.25, before, target)
    neighbour = (before + p.lanes) % (rows * p.lanes)
    target = np.where((choice >= 0.25) & (choice < 0.5), neighbour, target)
    wide = p.with_(weight_bits=9)  # a sparse synapse stores every bit
    tags = {"tag": rng.integers(-256, 256, n)} if p.has_tags else {}
    return pack_array(
        layouts.sparse_layout(p),
        **tags,
        weight=_random_weights(rng, wide, (n,)),
        target=target,
        exponent=rng.integers(-8, 8, n),
        delay=rng.integers(0, p.max_delay + 1, n),
    )


def _random_profiles(rng: np.random.Generator, p: CoreParams) -> np.ndarray:
    """Thresholds from 0 to out of reach, decays from none to at once, all rails of v."""
    decays = np.array([0, 1, 128, 2048, 4095, 4096])

    def decay() -> np.ndarray:
        any_decay = rng.integers(0, 4097, 16)
        return np.where(rng.random(16) < 0.5, rng.choice(decays, 16), any_decay)

    columns = {
        "decay_u": decay(),
        "decay_v": decay(),
        "threshold": (1 << rng.integers(0, 18, 16)) - 1,
        "refractory": np.where(rng.random(16) < 0.7, 1, rng.integers(1, 64, 16)),
        "vmin": rng.integers(0, 24, 16),
        "vmax": np.where(rng.random(16) < 0.7, 7, rng.integers(0, 8, 16)),
        "window": np.where(rng.random(16) < 0.7, 0, rng.integers(1, 16, 16)),
    }
    if p.subtract:
        columns["reset"] = rng.choice([reset.value for reset in layouts.Reset], 16)
    layout = layouts.profile_layout(p)
    return pack_array(layout, **{str(name): columns[str(name)] for name, _ in layout})


def _random_bias(rng: np.random.Generator, p: CoreParams) -> np.ndarray:
    """Mostly none, some small, some extreme."""
    n = p.compartments
    mantissa = np.where(rng.random(n) < 0.6, 0, rng.integers(-4096, 4096, n))
    return pack_array(layouts.bias_layout(p), mantissa=mantissa, exponent=rng.integers(0, 8, n))


def _learning_registers(
    rng: np.random.Generator, p: CoreParams, rows: int, input_rows: int
) -> dict[str, int]:
    """Registers of learning and of the decay of traces."""
    x_first = int(rng.integers(0, p.rows))
    in_use = np.r_[0:rows, p.compartment_rows : p.compartment_rows + input_rows]
    learn_first = int(rng.choice(in_use))
    y_first = int(rng.integers(0, rows))

    def decay() -> int:
        return int(rng.choice([0, 32768, 60000, 65535, 65536, int(rng.integers(65537))]))

    post_first = int(rng.integers(0, p.compartment_rows))
    waits = p.has_waiting and rng.random() < 0.3
    whole = rng.random() < 0.5
    return {
        "learn": int(rng.random() < 0.9),
        "epoch": int(rng.choice([0, 1, 2, 3, 5])) if p.has_epochs else 1,
        "learn_first": 0 if whole else learn_first,
        "learn_rows": p.compartment_rows + input_rows
        if whole
        else int(rng.integers(0, p.compartment_rows + input_rows - learn_first + 1)),
        "post_first": post_first,
        "post_rows": int(rng.integers(1, p.compartment_rows - post_first + 1)) if waits else 0,
        "visit": int(rng.choice([v.value for v in Visit])),
        "x_first": 0 if whole else x_first,
        "x_rows": p.compartment_rows + input_rows
        if whole
        else int(rng.integers(0, p.rows - x_first + 1)),
        "y_first": 0 if whole else y_first,
        "y_rows": rows if whole else int(rng.integers(0, p.compartment_rows - y_first + 1)),
        **{
            name: decay() if name.endswith("decay") else int(rng.integers(0, 1 << 14))
            for name in trace_constants(p)
        },
        **_more_registers(rng, p, decay),
    }


def _more_registers(
    rng: np.random.Generator, p: CoreParams, decay: Callable[[], int]
) -> dict[str, int]:
    """Registers that not every core has."""
    registers = {"dither": int(rng.choice([0, 0, 0, 1, 2]))} if p.has_random else {}
    for name in REWARDS:
        if REGISTERS[name].exists(p):
            registers |= {name: int(rng.integers(-128, 128)), f"{name}_decay": decay()}
    return registers
