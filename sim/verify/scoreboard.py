"""Holds one engine against another, and explains the first difference."""

import numpy as np
from amaranth import Shape
from amaranth.lib import data

from backspike.golden.compiler.program import Program
from backspike.golden.engine import Engine, Record, Stimulus
from backspike.hdl.host_map import MEMORIES, REGISTERS
from backspike.hdl.packing import unpack_array, unpack_lanes, unpack_weights
from backspike.hdl.params import CoreParams

__all__ = [
    "compare_memories",
    "compare_records",
    "compare_runs",
    "explain_run",
    "explain_word",
    "load_engine",
]

#: Registers that differ by intention: a golden core has none of a link's reporting.
_UNCOMPARED = ("report",)

#: Units that an address counts, where it counts one thing.
_UNITS = {
    "axons": "axon",
    "lists": "list",
    "sparse": "synapse",
    "rows": "row of compartments",
    "profiles": "profile",
    "bias": "compartment",
    "state": "compartment",
    "rules": "rule",
    "microcode": "instruction",
    "x_traces": "axon",
    "y_traces": "compartment",
}


def compare_records(expected: Record, got: Record) -> str | None:
    """The first spike that is missing or should not be, or ``None``."""
    n = min(expected.steps.size, got.steps.size)
    differ = (expected.steps[:n] != got.steps[:n]) | (
        expected.compartments[:n] != got.compartments[:n]
    )
    if not differ.any() and expected.steps.size == got.steps.size:
        return None
    first = int(np.argmax(differ)) if differ.any() else n

    def spike(record: Record) -> str:
        if first >= record.steps.size:
            return "none"
        return f"step {record.steps[first]} compartment {record.compartments[first]}"

    return f"spike {first}: expected {spike(expected)}, got {spike(got)}"


def compare_memories(expected: Engine, got: Engine) -> str | None:
    """The first word of a memory or register that differs, or ``None``."""
    p = got.params
    for name, memory in MEMORIES.items():
        if name == "counters" or not memory.exists(p):
            continue
        ours, theirs = got.read(name), expected.read(name)
        if name == "registers":
            for skipped in _UNCOMPARED:
                ours[list(REGISTERS).index(skipped)] = theirs[list(REGISTERS).index(skipped)]
        if not np.array_equal(ours, theirs):
            at = int(np.argmax(ours != theirs))
            word = explain_word(p, name, at, theirs[at], ours[at])
            return f"{word} ({np.sum(ours != theirs)} words differ)"
    return None


def compare_runs(
    expected: Engine,
    got: Engine,
    program: Program,
    stimulus: Stimulus,
    n_steps: int,
    seed: int = 0,
) -> tuple[str | None, Record]:
    """Run a program on both engines, and compare spikes, memories, registers and work counters.

    Parameters
    ----------
    seed : int
        Of the random numbers that learning rounds with.

    Returns
    -------
    (str or None, Record)
        The first difference, and the expected record.
    """
    difference = _load(expected, got, program, seed)
    later, record = _run_both(expected, got, stimulus, n_steps)
    return difference or later, record


def explain_run(
    expected: Engine,
    got: Engine,
    program: Program,
    stimulus: Stimulus,
    n_steps: int,
    seed: int = 0,
) -> str:
    """Run a program that is known to differ again, step by step, up to the first difference."""
    _load(expected, got, program, seed)
    for step in range(n_steps):
        now = stimulus.axons[stimulus.steps == step]
        alone = Stimulus(np.zeros(now.size, np.int64), now)
        difference, _ = _run_both(expected, got, alone, 1)
        if difference:
            return f"in step {step}, {difference}"
    return "no difference when run step by step"


def _run_both(
    expected: Engine, got: Engine, stimulus: Stimulus, n_steps: int
) -> tuple[str | None, Record]:
    """Run both engines on; the first difference, or ``None``, and the expected record."""
    before = [_work(engine) for engine in (expected, got)]
    records = [engine.run(n_steps, stimulus) for engine in (expected, got)]
    after = [_work(engine) for engine in (expected, got)]
    difference = (
        compare_records(*records) or compare_memories(expected, got) or _compare_work(before, after)
    )
    return difference, records[0]


def _load(expected: Engine, got: Engine, program: Program, seed: int) -> str | None:
    """Load a program and the generators of both engines; the first difference, or ``None``."""
    for engine in (expected, got):
        load_engine(engine, program, seed)
    difference = compare_memories(expected, got)
    return f"after loading, {difference}" if difference else None


def load_engine(engine: Engine, program: Program, seed: int) -> None:
    """Load a program onto an engine on which anything may have run, with generators of a seed."""
    _blank(engine, program)
    engine.load(program)
    for name, memory in MEMORIES.items():
        if memory.seeds and memory.exists(program.params):
            engine.write(name, memory.seeds(program.params, seed).astype(np.uint64))


def _blank(engine: Engine, program: Program) -> None:
    """Zero the memories that the program does not fill: after power-up they hold anything."""
    p = program.params
    for name, memory in MEMORIES.items():
        if name == "registers" or memory.dynamic or not memory.exists(p):
            continue
        if len(program.memories.get(name, ())) < memory.depth(p):
            engine.write(name, np.zeros(memory.depth(p), np.uint64))


def _work(engine: Engine) -> dict[str, int]:
    """Counters that are the same on every engine: not those of cycles."""
    if not engine.params.counters:
        return {}
    return {
        name: count for name, count in engine.counters().items() if not name.startswith("cycles_")
    }


def _compare_work(before: list[dict[str, int]], after: list[dict[str, int]]) -> str | None:
    """The first counter whose rise differs."""
    for name in after[0]:
        expected, got = (
            late[name] - early[name] for early, late in zip(before, after, strict=True)
        )
        if expected != got:
            return f"counter {name}: expected {expected}, got {got}"
    return None


def _where(p: CoreParams, name: str, at: int) -> str:
    """An address, in terms of what it holds."""
    if name == "registers":
        return f"register {list(REGISTERS)[at]}"
    if name in ("dense", "tags", "delays"):
        groups = p.lanes // p.dense_group
        return f"{name} word {at // groups}, lanes from {at % groups * p.dense_group}"
    if name == "accumulators":
        return f"accumulator of compartment {at % p.compartments}, slot {at // p.compartments}"
    return f"{name} of {_UNITS[name]} {at}" if name in _UNITS else f"{name} {at}"


def explain_word(p: CoreParams, name: str, at: int, expected: int, got: int) -> str:
    """A word of a memory and the fields of it that differ, in terms of what they hold."""
    pair = np.array([expected, got], np.uint64)
    layout = MEMORIES[name].layout(p)
    if isinstance(layout, data.StructLayout):
        columns = unpack_array(layout, pair)
    else:
        assert isinstance(layout, data.ArrayLayout)
        shape = Shape.cast(layout.elem_shape)
        one_group = p.with_(lanes=p.dense_group, dendrite_lanes=1)
        if name == "dense":
            values = unpack_weights(one_group, pair)
        else:
            values = unpack_lanes(one_group, pair, shape.width, is_signed=shape.signed)
        columns = {f"lane {lane}": values[:, lane] for lane in range(p.dense_group)}
    fields = ", ".join(
        f"{field} expected {values[0]}, got {values[1]}"
        for field, values in columns.items()
        if values[0] != values[1]
    )
    return f"{_where(p, name, at)}: {fields}"
