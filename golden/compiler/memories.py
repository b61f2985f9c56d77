"""Words of a core's memories, from a network that is placed and whose lists are laid out."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import numpy as np

from backspike.golden.compiler.placement import row_columns
from backspike.golden.compiler.use import Use
from backspike.golden.rules.microcode import rule_memories
from backspike.hdl.host_map import MEMORIES
from backspike.hdl.layouts import TAG_BITS, profile_layout, widest_stride
from backspike.hdl.packing import pack_array, pack_lanes, pack_rows, pack_weights
from backspike.hdl.params import CoreParams

__all__ = ["network_memories"]


def network_memories(use: Use, core: CoreParams) -> dict[str, np.ndarray]:
    """Host words, uint64, of every memory that is not empty, by name in ``host_map.MEMORIES``.

    Memories and fields that a smaller core lacks, the network does not use.
    """
    tables, seed = use.tables, use.network.seed
    lists = tables.lists | {"post": tables.lists["post"] % widest_stride(core)}
    axons = {
        "list": tables.first,
        "lists": tables.lists_of - tables.silent_of,
        "plastic": tables.plastic_of,
        "silent": tables.silent_of,
    }
    packed = partial(_packed, core)
    words: dict[str, Callable[[], np.ndarray]] = {
        "axons": lambda: packed("axons", axons),
        "lists": lambda: packed("lists", lists),
        "sparse": lambda: packed("sparse", tables.sparse),
        "rows": lambda: packed("rows", row_columns(use.network, use.layout, core.compartments)),
        "profiles": lambda: pack_rows(profile_layout(core), use.layout.profiles),
        "bias": lambda: packed("bias", _bias_columns(use)),
        "rules": lambda: rule_memories(core, use.rules)["rules"],
        "microcode": lambda: rule_memories(core, use.rules)["microcode"],
        "dense": lambda: pack_weights(core, tables.dense),
        "tags": lambda: pack_lanes(core, tables.tags, TAG_BITS),
        "delays": lambda: pack_lanes(core, tables.delays, core.slot_bits),
    }
    memories = {name: make() for name, make in words.items() if MEMORIES[name].exists(core)}
    memories |= {
        name: memory.seeds(core, seed).astype(np.uint64)
        for name, memory in MEMORIES.items()
        if memory.seeds and memory.exists(core)
    }
    return {name: made for name, made in memories.items() if len(made)}


def _packed(core: CoreParams, memory: str, columns: Mapping[str, object]) -> np.ndarray:
    """Words of a memory with the fields that the core has."""
    layout: Any = MEMORIES[memory].layout(core)
    return pack_array(layout, **{field: columns[field] for field, _ in layout})


def _bias_columns(use: Use) -> dict[str, np.ndarray]:
    """Columns of ``layouts.bias_layout`` for the compartments of the rows in use."""
    layout = use.layout
    mantissa = np.zeros(layout.compartments, np.int64)
    exponent = np.zeros(layout.compartments, np.int64)
    for name, population in use.network.populations.items():
        span = slice(layout.populations[name], layout.populations[name] + population.size)
        mantissa[span], exponent[span] = population.biases
    return {"mantissa": mantissa, "exponent": exponent}
