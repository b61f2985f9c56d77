"""Claims about the traces of neurons and of rewards."""

from functools import partial
from typing import Any

import numpy as np
from amaranth import Mux
from amaranth.lib import data

from backspike.golden.core import kernels, trace_kernels
from backspike.golden.core.arith import saturate
from backspike.golden.core.state import Size
from backspike.hdl.layouts import REWARD_BITS
from backspike.hdl.learning.epoch_lane import EpochLane
from backspike.hdl.learning.reward_trace import RewardTrace
from backspike.hdl.learning.step_lane import StepLane
from backspike.hdl.params import CoreParams
from backspike.proof.bench import Bench
from backspike.proof.checker import Pipeline
from backspike.proof.claims.cores import learns
from backspike.proof.claims.records import any_random, array, past_word
from backspike.proof.formula import formula
from backspike.proof.proof import Proof
from backspike.proof.symbols import Record, Symbol, symbol

__all__ = ["PROOFS"]


def _side(p: CoreParams, word: Any, decays: data.View, impulses: data.View) -> Record:
    """The traces of one neuron, and how they move."""
    kinds = range(p.y_kinds)
    named = {
        name: array([symbol(word[f"{field}{kind + 1}"]) for kind in kinds])
        for name, field in (("now", "trace"), ("then", "then"))
        if name == "now" or p.has_history
    }
    if p.has_history:
        named |= {"time": array(symbol(word["time"])), "past": np.zeros((p.history, 1, 3), object)}
    return Record({
        "traces": Record(named),
        "kinds": p.y_kinds,
        "decays": [symbol(decays.decay[kind]) for kind in kinds],
        "impulses": [symbol(impulses.impulse[kind]) for kind in kinds],
    })


def _word_of(p: CoreParams, side: Any) -> dict[str, Any]:
    """The word of a neuron that a kernel has left."""
    traces = side.traces
    result = {f"trace{kind + 1}": traces.now[0, kind] for kind in range(p.y_kinds)}
    if p.has_history:
        result |= {f"then{kind + 1}": traces.then[0, kind] for kind in range(p.y_kinds)}
        result["time"] = traces.time[0]
    return result


def _step(p: CoreParams) -> Bench:
    """A step of the traces of a neuron is the golden core's."""
    bench = Bench()
    dut = bench.add("dut", StepLane(p), en=1)
    before, fired = past_word(bench, dut.word), symbol(bench.past(dut.fired, "fired"))
    # Decays are of the cycle of the word, impulses of the next one.
    decays, impulses = past_word(bench, dut.constants), dut.constants

    def run(kernel: Any) -> dict[str, Any]:
        side: Any = _side(p, before, decays, impulses)
        kernel(Record({"size": Size.of(p), "random": None}), side, 0, [fired])
        return _word_of(p, side)

    random = any_random(bench.past(dut.random, "random"))
    for name, value in formula(bench.m, trace_kernels._move, run, random).items():
        bench.claim(f"{name} is the golden core's", dut.kept[name] == value)
    last = f"trace{p.y_kinds}"
    bench.reach("a trace rises to its most", (dut.kept[last] == 127) & (before[last] == 100))
    return bench


def _note(p: CoreParams) -> Bench:
    """The note of a spike within an epoch is that of the golden core."""
    bench = Bench()
    dut = bench.add("dut", EpochLane(p))
    bench.assume(dut.epoch_step < 63)
    before, constants = past_word(bench, dut.word), past_word(bench, dut.constants)
    names = ("epoch_step", "fired", "random", "on_x", "note")
    then = {name: bench.past(getattr(dut, name), name) for name in names}

    def run(kernel: Any) -> dict[str, Any]:
        side: Any = _side(p, before, constants, constants)
        side.rounds_up = symbol(then["on_x"]) if p.has_lava else False
        registers = Record({"epoch_step": Symbol(then["epoch_step"], 0, 62)})
        spikes = [symbol(then["fired"])]
        size = Size.of(p)
        core = Record({"size": size, "registers": registers, "spikes": spikes, "random": None})
        kernel(core, side, 0)
        return _word_of(p, side)

    random = any_random(then["random"])
    for name, value in formula(bench.m, trace_kernels._note, run, random).items():
        bench.claim(f"{name} is noted", dut.kept[name] == value, where=then["note"])
    raised = dut.kept.trace1 != before.trace1
    bench.reach("a spike before the last one is added", then["note"] & raised)
    return bench


def _epoch(p: CoreParams) -> Bench:
    """A step of an epoch, decay and then impulses, is the golden core's."""
    bench = Bench()
    dut = bench.add("dut", EpochLane(p))
    before, kept = past_word(bench, dut.kept, 2), dut.kept
    step, random = bench.past(dut.step, "step"), bench.past(dut.random, "random", 2)
    bench.assume((dut.step > 0) & (dut.step < 64))
    held = bench.past(dut.random, "random") == random
    moves = bench.past(dut.decay & ~dut.note & ~dut.add, "decay", 2) & held
    moves &= bench.past(dut.add & ~dut.note, "add")
    decays, impulses = past_word(bench, dut.constants, 2), past_word(bench, dut.constants)

    def run(word: Any, kernel: Any, last: Any) -> dict[str, Any]:
        side: Any = _side(p, word, decays, impulses)
        kernel(Record({"size": Size.of(p), "random": None}), side, 0, last)
        return _word_of(p, side)

    hits = [symbol(before.time == step)]
    move, keep = trace_kernels._move, trace_kernels._keep
    moved = formula(bench.m, move, lambda kernel: run(before, kernel, hits), any_random(random))
    of = Symbol(step, 1, 63)
    after = formula(bench.m, keep, lambda kernel: run(moved, kernel, of))
    for name, value in after.items():
        bench.claim(f"{name} is the golden core's", kept[name] == value, where=moves)
    last = f"trace{p.y_kinds}"
    was_moved = bench.past(dut.moved[-1], "moved") == moved[last]
    bench.claim("what is kept of the step is the same", was_moved, where=moves)
    bench.reach("a spike of this step counts", moves & (before.time == step) & (step == 3))
    return bench


def _reward() -> Bench:
    """A reward trace after a step is the golden core's, from what has come since the last one.

    What waits for a step may be anything, as the host can set it: so one cycle between that and
    the step, with any impulse, stands for all.
    """
    bench = Bench()
    dut = bench.add("dut", RewardTrace())
    value, decay = dut.value, dut.decay
    # As it says: the next step comes at least two cycles after a change.
    for cycles in (1, 2):
        for number in (value, decay):
            bench.assume(~dut.step | (bench.past(number, "number", cycles) == number))
    step, clear = bench.past(dut.step), bench.past(dut.clear)
    add, impulse, anew = (bench.past(of, "of", 2) for of in (dut.add, dut.impulse, dut.set_value))
    sets, forgets = bench.past(dut.set, "sets", 2), bench.past(dut.clear | dut.step, "forgets", 2)
    first_forgets = bench.past(dut.clear | dut.step, "first_forgets", 3)
    first = Mux(first_forgets, 0, bench.past(dut.set_value, "first", 3))
    known = first_forgets | bench.past(dut.set, "first_sets", 3)
    # Of the cycle in which the RTL multiplies.
    reward, kept = bench.past(value, "reward", 3), bench.past(decay, "kept", 3)

    total = symbol(first) + symbol(impulse)
    added = formula(bench.m, saturate, lambda run: {"sum": run(total, REWARD_BITS)})["sum"]
    waits = Mux(forgets, 0, Mux(sets, anew, Mux(add, added, first)))
    numbers = [symbol(number) for number in (reward, kept, waits)]
    (expected,) = formula(bench.m, kernels._decayed, lambda run: {"": run(*numbers)}).values()
    bench.claim("a step decays and adds", value == expected, where=step & ~clear & known)
    bench.claim("a clear forgets", value == 0, where=clear)
    bench.claim("else it stays", value == bench.past(value), where=~step & ~clear)
    rises = (value == 127) & (bench.past(value) == 120)
    bench.reach("it saturates", step & known & add & rises & (kept == 65536))
    return bench


_EPOCHS = learns(more_factors=True, epochs=True, history=2, lava=True)
PROOFS = [
    *(
        Proof(
            f"traces-step-{name}",
            "hdl/learning/step_lane.py",
            f"a step of a neuron's traces is that of the golden core, for all inputs ({name})",
            partial(_step, p),
            Pipeline(2),
        )
        for name, p in {
            "one": learns(),
            "all": learns(more_factors=True),
        }.items()
    ),
    Proof(
        "traces-note",
        "hdl/learning/epoch_lane.py",
        "what is noted of a spike within an epoch is what the golden core notes, for all inputs",
        partial(_note, _EPOCHS),
        Pipeline(2),
    ),
    Proof(
        "traces-epoch",
        "hdl/learning/epoch_lane.py",
        "a step of an epoch, decay and then impulses, is that of the golden core, for all inputs",
        partial(_epoch, _EPOCHS),
        Pipeline(3),
    ),
    Proof(
        "reward-trace",
        "hdl/learning/reward_trace.py",
        "a reward trace after a step is that of the golden core, from all that has come since",
        _reward,
        Pipeline(5),
    ),
]
