"""Claims about the dendrite phase: sums and compartments."""

from functools import partial
from typing import Any

from amaranth import Array, Mux, Signal, Value, signed
from amaranth.lib import data

from backspike.golden.core.arith import saturate, wrap
from backspike.golden.core.dendrite_kernels import crosses, update_compartment
from backspike.golden.core.state import Size
from backspike.hdl.dendrite.accumulators import Accumulators
from backspike.hdl.dendrite.lif import LifUpdate, ThresholdUpdate
from backspike.hdl.layouts import bias_layout, profile_layout, state_layout
from backspike.hdl.params import CoreParams, Overflow
from backspike.proof.bench import Bench
from backspike.proof.checker import Induction, Pipeline
from backspike.proof.claims.cores import small
from backspike.proof.claims.lib import lemmas
from backspike.proof.formula import formula
from backspike.proof.proof import Proof
from backspike.proof.symbols import Record, Symbol, choose, symbol

__all__ = ["PROOFS"]


def _accumulators(p: CoreParams) -> Bench:
    """One sum, any one, against its own account: every synapse is added once, in its order."""
    bench = Bench()
    m, dut = bench.m, bench.add("dut", Accumulators(p))
    host, taken, sweep = dut.memories.accumulators, dut.taken, dut.clear
    bench.assume((host.address < p.delay_slots * p.compartments) | ~host.en)
    bench.assume((host.en + sweep.en + (taken.en | taken.clear)) <= 1)
    bench.assume(~(taken.en & taken.clear) | (taken.row != taken.clear_row))
    slot, row = bench.constant(p.slot_bits, "slot"), bench.constant(1, "row")
    place = slot * p.compartment_rows + row

    total, known = Signal(signed(p.acc_width)), Signal()
    delay = dut.i.delays[0] if p.delays else dut.i.word.delay
    due = (dut.slot + 1 + delay)[: p.slot_bits]
    ours = dut.i.valid & (due == slot) & (dut.i.word.row == row) & dut.i.word.mask[0]
    weight, exponent = symbol(dut.i.weights[0]), dut.i.word.exponent
    addend = (weight.value << (exponent + 8).as_unsigned()[:4]) >> 8
    narrow = wrap if p.overflow is Overflow.WRAP else saturate
    exact = symbol(total + addend)
    added = formula(m, narrow, lambda run: {"sum": run(exact, p.acc_width)})["sum"]
    swept = (taken.clear & (dut.slot == slot) & (taken.clear_row == row)) | (
        sweep.en & (sweep.address == place)
    )
    written = host.en & host.write & (host.address == (place << p.lane_bits))
    set_anew, anew = swept | written, Mux(written, host.w_data[: p.acc_width], 0)
    with m.If(ours):
        m.d.sync += total.eq(added)
    with m.If(set_anew):
        m.d.sync += [total.eq(anew), known.eq(1)]

    stored = total  # what the memory holds: it lags by as many words as are on their way
    for _ in range(dut.latency - 1):
        later = Signal.like(total, name="stored")
        m.d.sync += later.eq(Mux(set_anew, anew, stored))
        stored = later
    words = Array(bench.words(0, p.delay_slots * p.compartment_rows, p.acc_width))
    bench.claim("the memory has the sum", words[place].as_signed() == stored, where=known)
    reads = taken.en & (dut.slot == slot) & (taken.row == row) & known
    bench.claim(
        "every synapse was added once",
        dut.taken.sums[0] == bench.past(total, "total"),
        where=bench.past(reads, "reads"),
    )
    bench.reach("a sum of two words is taken", reads & (total == 7))
    return bench


def _fields(bench: Bench, layout: data.StructLayout, value: Value, cycles: int) -> dict[str, Any]:
    """Symbols of the fields of a word, so many cycles later."""
    word = data.View(layout, bench.past(Value.cast(value), "word", cycles))
    return {str(name): symbol(word[name]) for name, _ in layout}


def _profile(bench: Bench, p: CoreParams, dut: Any, cycles: int) -> dict[str, Any]:
    """Constants of a compartment, in the ranges that the host map gives them."""
    profile = _fields(bench, profile_layout(p), dut.profile, cycles)
    if p.dynamics:
        limits = {"decay_u": 4096, "decay_v": 4096, "vmin": 23}
        for name, high in limits.items():
            bench.assume(dut.profile[name] <= high)
            profile[name] = Symbol(profile[name].value, 0, high)
    return {"reset": 0, "vmin": 23, "vmax": 7, **profile}


def _lif(p: CoreParams, *, decay: int | None = None) -> Bench:
    """A compartment's step is the golden core's, for all states, constants and sums.

    With a ``decay``, this is the one of u and v: products by a constant are no products.
    """
    bench = Bench()
    dut = bench.add("dut", LifUpdate(p), en=1, **({} if decay is None else {"profile": None}))
    if decay is not None:
        bench.m.d.comb += dut.profile.eq(bench.free(profile_layout(p), "profile"))
        bench.m.d.comb += [dut.profile.decay_u.eq(decay), dut.profile.decay_v.eq(decay)]
    cycles = dut.latency
    sums = symbol(bench.past(dut.sum, "sum", cycles))
    negate = symbol(bench.past(dut.negate, "negate", cycles))
    may_fire = symbol(bench.past(dut.may_fire, "may_fire", cycles))

    def run(kernel: Any) -> dict[str, Any]:
        drive = Record({
            "sum": choose(negate, -sums, sums),
            "may_fire": may_fire,
            "current": 0,
            "voltage": 0,
            "membrane": 0,
        })
        neuron = Record({"due": 0, **_fields(bench, state_layout(p), dut.state, cycles)})
        profile = Record(_profile(bench, p, dut, cycles))
        bias = Record(_fields(bench, bias_layout(p), dut.bias, cycles))
        spike = kernel(Size.of(p), profile, bias, drive, neuron)
        return {"spike": spike, **{str(name): vars(neuron)[name] for name, _ in state_layout(p)}}

    expected = formula(bench.m, update_compartment, run, lemmas())
    bench.claim("spike", dut.spike == expected.pop("spike"))
    for name, value in expected.items():
        bench.claim(name, dut.next_state[name] == value)
    bench.reach("it fires", dut.spike)
    return bench


def _threshold(p: CoreParams) -> Bench:
    """Without a state, a compartment fires where its sum is beyond its threshold."""
    bench = Bench()
    dut = bench.add("dut", ThresholdUpdate(p), en=1)
    cycles = dut.latency
    sums = symbol(bench.past(dut.sum, "sum", cycles))
    negate = symbol(bench.past(dut.negate, "negate", cycles))
    drive = Record({"may_fire": symbol(bench.past(dut.may_fire, "may_fire", cycles))})

    def run(kernel: Any) -> dict[str, Any]:
        taken = choose(negate, -sums, sums)
        voltage = lemmas()["wrap"](taken, 18) if p.overflow is Overflow.WRAP else taken
        profile = Record(_profile(bench, p, dut, cycles))
        return {"spike": kernel(profile, drive, voltage << 6)}

    expected = formula(bench.m, crosses, run)
    bench.claim("spike", dut.spike == expected["spike"])
    bench.reach("it fires", dut.spike)
    return bench


_VARIANTS = {
    "pipelined": small(),
    "compact": small(compact=True),
    "wrapping": small(overflow=Overflow.WRAP),
    "delays": small(delays=True, delay_slots=4),
}
_NEURONS = {
    "zero": small(acc_width=18),
    "wrapping": small(acc_width=18, overflow=Overflow.WRAP),
}
_SUMS = "every delivered synapse is added exactly once to its sum, which saturates or wraps"
_STEP = "a compartment's step is that of the golden core, for all states, constants and sums"

PROOFS = [
    *(
        Proof(
            f"accumulators-{name}",
            "hdl/dendrite/accumulators.py",
            _SUMS,
            partial(_accumulators, p),
            Induction(6),
        )
        for name, p in _VARIANTS.items()
    ),
    *(
        Proof(f"lif-{name}", "hdl/dendrite/lif.py", _STEP, partial(_lif, p), Pipeline(11))
        for name, p in _NEURONS.items()
    ),
    *(
        Proof(
            f"lif-subtract-{decay}",
            "hdl/dendrite/lif.py",
            f"the same with resets by subtraction, where decays are {decay}",
            partial(_lif, small(acc_width=18, subtract=True), decay=decay),
            Pipeline(11),
        )
        for decay in (0, 4096)
    ),
    *(
        Proof(
            f"threshold-{overflow}",
            "hdl/dendrite/lif.py",
            "without dynamics, a compartment fires where the golden core's does, for all inputs",
            partial(_threshold, small(dynamics=False, acc_width=18, overflow=overflow)),
            Pipeline(5),
        )
        for overflow in Overflow
    ),
]
