"""From a network to the words of a core's memories, or to an error that says what does not fit."""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from backspike.golden.compiler.costs import synapse_costs
from backspike.golden.compiler.lists import SynapseTables, build_tables
from backspike.golden.compiler.placement import Layout, is_dense, place, row_columns
from backspike.golden.compiler.program import Program
from backspike.golden.errors import CapacityError, check_capacity
from backspike.golden.network.network import Network
from backspike.golden.network.neurons import Part
from backspike.golden.network.trace_constants import TRACE_NAMES
from backspike.golden.rules.microcode import CompiledRule, channels_for, needs_of
from backspike.hdl import layouts
from backspike.hdl.host_map import MEMORIES, REWARDS
from backspike.hdl.layouts import Visit
from backspike.hdl.packing import pack_array, pack_lanes, pack_weights
from backspike.hdl.params import DEFAULT_LANES, CoreParams
from backspike.hdl.seeds import default_seeds, noise_seeds

__all__ = ["CapacityError", "compile_network"]

_PROFILES = MEMORIES["profiles"].depth(CoreParams())
_LISTS_OF_AXON = (1 << layouts.axon_layout(CoreParams())["lists"].width) - 1
#: Memories of a core that is made to fit are multiples of this.
_GRAIN = 64


def compile_network(
    network: Network, params: CoreParams | None = None, **overrides: object
) -> Program:
    """Compile a network.

    Parameters
    ----------
    network : Network
    params : CoreParams, optional
        The core. Without it, the smallest that fits.
    **overrides
        Fields of ``CoreParams``, such as ``lanes``, of a core that is otherwise made to fit.

    Raises
    ------
    CapacityError
        If the network does not fit; the message names the resource, the need and the limit.
    TypeError, ValueError
        If the network has no population, both ``params`` and overrides are given, or an override
        is no valid parameter.
    """
    if params is not None and overrides:
        raise TypeError("give params or fields of them, not both")
    if not network.populations:
        raise ValueError("network must have at least one population")
    least = params or _least(overrides)
    layout = place(network, least.lanes)
    rules, rule_numbers = _rules(network)
    fixed = params is not None or "compartments" in overrides
    compartments = least.compartments if fixed else max(least.compartments, layout.compartments)
    check_capacity("compartments", layout.compartments, compartments)
    tables = build_tables(network, layout, compartments, rule_numbers)
    need = _need(network, layout, rules, tables)
    core = params or _fitting(need, least, overrides)
    _check_fit(need, core)
    return Program(
        params=core,
        memories=_memories(network, layout, tables, rules, core),
        registers=_registers(network, layout, rules, compartments),
        populations={
            name: (layout.populations[name], group.size)
            for name, group in network.populations.items()
        },
        inputs={name: (layout.inputs[name], group.size) for name, group in network.inputs.items()},
        placements=tables.placements,
        costs=tuple(synapse_costs(network, core)),
    )


def _rules(network: Network) -> tuple[list[CompiledRule], dict[str, int]]:
    """The different rules, and the number of the rule of each plastic connection."""
    rules: dict[tuple[object, ...], CompiledRule] = {}
    numbers: dict[str, int] = {}
    for name, connection in network.connections.items():
        if connection.rule is not None:
            rules.setdefault(connection.rule.key, connection.rule)
            numbers[name] = list(rules).index(connection.rule.key)
    return list(rules.values()), numbers


def _need(
    network: Network, layout: Layout, rules: list[CompiledRule], tables: SynapseTables
) -> dict[str, int]:
    """What the network needs of each resource."""
    needs = [needs_of(rule) for rule in rules]

    def most(name: str) -> int:
        return max((need[name] for need in needs), default=0)

    connections = network.connections.values()
    own_delays = [
        c for c in connections if c.delays is not None and is_dense(network, c, layout.lanes)
    ]
    more = network.trace_constants.fractional or any(r.trace == "r0" for r in network.rewards)
    channels = [1, *(channels_for(reward.reinforcement) for reward in network.rewards)]
    delays = [int(np.max(c.delay if c.delays is None else c.delays)) for c in connections]
    delays += [t.delay for t in network.transposes.values()]
    delays += [c.delay for c in network.convolutions.values()]
    return {
        "compartments": layout.compartments,
        "input_axons": layout.input_axons,
        "profiles": len(layout.profiles),
        "lists": len(tables.lists["kind"]),
        "lists of one axon": int(tables.lists_of.max(initial=0)),
        "dense_words": len(tables.dense),
        "sparse_words": len(tables.sparse["weight"]),
        "weight_bits": _weight_bits(network, layout, tables),
        "delay": max(delays, default=0),
        "learning": int(bool(rules or network.rewards)),
        "rules": len(rules),
        "operations": most("operations"),
        "microcode_words": sum(len(rule.instructions) for rule in rules),
        "traces": most("traces"),
        "more_factors": max(most("more_factors"), int(more)),
        "history": max(most("history"), 1),
        "reinforcements": max(most("reinforcements"), *channels),
        "tags": int(any(c.tags is not None for c in connections)),
        "delays": max(most("delays"), int(bool(own_delays))),
        "lava": int(network.lava and bool(rules)),
        "stochastic": max(most("traces"), most("stochastic")),
        "epochs": int(network.epoch > 1 or any(p.gate for p in network.populations.values())),
        "dynamics": int(any(p.has_dynamics for p in network.populations.values())),
        "noise": int(any(p.noise[1] for p in network.populations.values())),
        "columns": int(
            bool(network.transposes or network.teachers) or any(s.negate for s in network.shares)
        ),
    }


def _weight_bits(network: Network, layout: Layout, tables: SynapseTables) -> int:
    """Fewest bits that hold every dense weight, and what learning makes of it."""
    learned = [
        connection.lsb
        for connection in network.connections.values()
        if connection.rule is not None and is_dense(network, connection, layout.lanes)
    ]
    used = np.bitwise_or.reduce(tables.dense, axis=None, dtype=np.int64) | (1 << 8)
    low = int(used & -used).bit_length() - 1
    return 9 - min([low, *learned])


def _least(overrides: Mapping[str, object]) -> CoreParams:
    """A core of two rows with ``overrides``, to check these on their own."""
    # One dendrite lane suits any number of lanes, and defaults are multiples of it.
    lanes = CoreParams(dendrite_lanes=1).with_(lanes=overrides.get("lanes", DEFAULT_LANES)).lanes
    return CoreParams().with_(**{
        "lanes": lanes,
        "dendrite_lanes": min(lanes, CoreParams().dendrite_lanes),
        "compartments": 2 * lanes,
        "input_axons": 2 * lanes,
        **overrides,
    })


def _fitting(
    need: Mapping[str, int], least: CoreParams, overrides: Mapping[str, object]
) -> CoreParams:
    """The smallest core with ``overrides``; memories of synapses grow in grains."""

    def grains(words: int) -> int:
        return max(1, math.ceil(words / _GRAIN)) * _GRAIN

    fields: dict[str, object] = {
        "compartments": max(need["compartments"], least.compartments),
        "input_axons": max(2, math.ceil(need["input_axons"] / least.lanes)) * least.lanes,
        "lists": grains(need["lists"]),
        "dense_words": grains(need["dense_words"]),
        "sparse_words": grains(need["sparse_words"]),
        "delay_slots": 1 << (need["delay"] + 1).bit_length(),
        "weight_bits": need["weight_bits"],
        "learning": bool(need["learning"]),
        "rules": max(2, need["rules"]),
        "microcode_words": max(8, need["microcode_words"]),
        "traces": bool(need["traces"]),
        "stochastic": bool(need["stochastic"]),
        "more_factors": bool(need["more_factors"]),
        "history": need["history"],
        "reinforcements": need["reinforcements"],
        "tags": bool(need["tags"]),
        "delays": bool(need["delays"]),
        "lava": bool(need["lava"]),
        "epochs": bool(need["epochs"]),
        "noise": bool(need["noise"]),
        "columns": bool(need["columns"]),
    }
    try:
        return least.with_(**{**fields, **overrides})
    except ValueError as error:
        raise CapacityError(f"no core is large enough for the network: {error}") from None


def _check_fit(need: Mapping[str, int], core: CoreParams) -> None:
    """Raise unless every resource suffices."""
    switches = {
        "learning": (core.learning, "has rules or rewards"),
        "traces": (core.has_traces, "uses traces in its rules"),
        "stochastic": (core.has_random, "rounds at random"),
        "dynamics": (core.dynamics, "has decays, biases, refractory times, noise or limits of v"),
        "noise": (core.noise, "has noise"),
        "epochs": (core.has_epochs, "has longer epochs or gates"),
        "columns": (core.columns, "has transposes, teachers or weights that are subtracted"),
        "more_factors": (core.has_more_factors, "uses x2, y2, y3, r0, u_k, sgn or fractions"),
        "tags": (core.has_tags, "has tags"),
        "delays": (core.delays, "has dense synapses with delays of their own"),
        "lava": (core.has_lava, "learns in Lava's arithmetic"),
    }
    for name, (there, what) in switches.items():
        if need[name] and not there:
            raise CapacityError(f"{name}: the network {what}, the core has {name}=False")
    if core.has_lava and need["learning"] and not need["lava"]:
        raise CapacityError("lava: the core learns in Lava's arithmetic, the network does not")
    limits = {
        "compartments": core.compartments,
        "input_axons": core.input_axons,
        "profiles": _PROFILES,
        "lists": core.lists,
        "lists of one axon": _LISTS_OF_AXON,
        "dense_words": core.dense_words,
        "sparse_words": core.sparse_words,
        "delay": core.max_delay,
        "history": core.history if core.has_history else 1,
        "reinforcements": core.reinforcements,
        "rules": core.rules,
        "microcode_words": core.microcode_words,
        "operations": core.operations,
    }
    for resource, limit in limits.items():
        check_capacity(resource, need[resource], limit)
    check_capacity(
        "weight_bits", need["weight_bits"], core.weight_bits, "n bits hold multiples of 2**(9 - n)"
    )


def _memories(
    network: Network,
    layout: Layout,
    tables: SynapseTables,
    rules: list[CompiledRule],
    core: CoreParams,
) -> dict[str, np.ndarray]:
    """Words of every memory that is not empty."""
    layout_of: dict[str, Any] = {name: memory.layout(core) for name, memory in MEMORIES.items()}
    mantissa = np.zeros(layout.compartments, np.int64)
    exponent = np.zeros(layout.compartments, np.int64)
    for name, population in network.populations.items():
        span = slice(layout.populations[name], layout.populations[name] + population.size)
        mantissa[span], exponent[span] = population.biases
    columns: dict[str, Mapping[str, object]] = {
        "axons": {
            "list": tables.first,
            "lists": tables.lists_of - tables.silent_of,
            "plastic": tables.plastic_of,
            "silent": tables.silent_of,
        },
        "lists": tables.lists,
        "sparse": tables.sparse,
        "rows": row_columns(network, layout, core.compartments),
        "profiles": {
            name: [profile[name] for profile in layout.profiles] for name in layout.profiles[0]
        },
        "bias": {"mantissa": mantissa, "exponent": exponent},
    }
    if rules:
        counts = np.array([len(rule.instructions) for rule in rules])
        rows = [row for rule in rules for row in rule.instructions]
        columns["microcode"] = {name: [row[name] for row in rows] for name in rows[0]}
        columns["rules"] = {
            "start": np.cumsum(counts) - counts,
            "count": counts,
            "pre": [rule.pre.value for rule in rules],
            "post": [rule.post.value for rule in rules],
            "stochastic": [int(rule.stochastic) for rule in rules],
            "recall": [int(rule.recalls) for rule in rules],
            "channel": [rule.reinforcement for rule in rules],
        }
    memories = {
        # What a smaller core lacks, the network does not use.
        name: pack_array(layout_of[name], **{field: columns[name][field] for field, _ in fields})
        for name, fields in layout_of.items()
        if name in columns and MEMORIES[name].exists(core)
    }
    memories["dense"] = pack_weights(core, tables.dense)
    if core.has_tags:
        memories["tags"] = pack_lanes(core, tables.tags, layouts.TAG_BITS)
    if core.delays:
        memories["delays"] = pack_lanes(core, tables.delays, core.slot_bits)
    if core.has_random:
        memories["random"] = default_seeds(core, network.seed).astype(np.uint64)
    if core.noise:
        memories["noise"] = noise_seeds(core, network.seed).astype(np.uint64)
    return {name: words for name, words in memories.items() if len(words)}


def _registers(
    network: Network, layout: Layout, rules: list[CompiledRule], compartments: int
) -> dict[str, int]:
    """Registers of the network; those of traces cover the rows that rules look at."""
    visit = max((rule.pre.value for rule in rules), default=Visit.SPIKED.value)
    plastic: set[int] = set()
    x_rows: set[int] = set()
    y_rows: set[int] = set()
    for connection in network.connections.values():
        if connection.rule is None:
            continue
        rule = connection.rule.rule
        plastic |= _rows(layout, connection.source, compartments)
        # With a history, the times of spikes are noted beside traces: both sides need them.
        timed = network.epoch > 1 and needs_of(connection.rule)["traces"]
        if timed or rule.uses("x1") or rule.uses("x2"):
            x_rows |= _rows(layout, connection.source, compartments)
        if timed or any(map(rule.uses, ("y1", "y2", "y3"))):
            taught = [t.by[:] for t in network.teachers if t.connection == connection.name]
            for part in taught or [connection.target]:
                y_rows |= _rows(layout, part, compartments)
    traces, lava = network.trace_constants, network.lava
    return {
        "rows": len(layout.row_profiles),
        "input_rows": -(-layout.input_axons // layout.lanes),
        "learn": int(bool(rules)),
        "epoch": network.epoch,
        **{
            f"{name}_decay": _decay(traces.reward_taus(trace)[channel])
            for name, (channel, trace) in REWARDS.items()
        },
        "visit": visit,
        **_span("learn", plastic),
        **_span("x", x_rows),
        **_span("y", y_rows),
        **{f"{name}_impulse": _impulse(getattr(traces, name)[0], lava) for name in TRACE_NAMES},
        **{f"{name}_decay": _decay(getattr(traces, name)[1]) for name in TRACE_NAMES},
    }


def _span(name: str, rows: set[int]) -> dict[str, int]:
    """Registers of a range that covers ``rows``."""
    first = min(rows, default=0)
    return {f"{name}_first": first, f"{name}_rows": max(rows, default=-1) + 1 - first}


def _rows(layout: Layout, part: Part, compartments: int) -> set[int]:
    """Rows of axons that a part lies in."""
    first = layout.first_axon(part, compartments)
    return set(range(first // layout.lanes, (first + part.size - 1) // layout.lanes + 1))


def _impulse(impulse: float, lava: bool) -> int:
    """An impulse in 1/128. Lava's fraction of 8 bits meets 7 random ones, and counts double."""
    whole, fraction = divmod(impulse, 1)
    return int(whole) * 128 + min(int(fraction * (256 if lava else 128)), 127)


def _decay(tau: float) -> int:
    """What a trace with time constant ``tau`` steps keeps per step, in 1/65536.

    The closest number with which every trace, rounded up or down, is what the exact factor gives.
    """
    if not tau:
        return 0
    factor = math.exp(-1 / tau)
    traces = range(1 << layouts.TRACE_BITS)
    closest = round(factor * 65536)
    for decay in sorted(range(closest - 2, closest + 3), key=lambda n: abs(n - factor * 65536)):
        if all(
            h * decay >> 16 == math.floor(factor * h)
            and -(-h * decay >> 16) == math.ceil(factor * h)
            for h in traces
        ):
            return decay
    return closest
