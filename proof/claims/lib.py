"""Claims about what all rooms use: buffers, tables, arithmetic."""

from collections.abc import Callable
from functools import partial

from amaranth import Const, Mux, Shape, Signal, Value, signed
from amaranth.lib import data

from backspike.golden.core import arith as golden
from backspike.hdl.lib import arith
from backspike.hdl.lib.held_lookup import HeldLookup
from backspike.hdl.lib.memory import LookupTable
from backspike.hdl.lib.stream_buffer import StreamBuffer
from backspike.proof.bench import Bench
from backspike.proof.checker import Pipeline
from backspike.proof.claims.accesses import assume_two_cycles
from backspike.proof.formula import formula
from backspike.proof.proof import Proof
from backspike.proof.streams import claim_order
from backspike.proof.symbols import Symbol, symbol

__all__ = ["PROOFS"]


def _buffer(depth: int) -> Bench:
    bench = Bench()
    dut = bench.add("dut", StreamBuffer(4, depth=depth))
    claim_order(bench, dut.i, dut.o, depth)
    return bench


def _table() -> Bench:
    """Each transfer picks up the word that the host wrote last to its address."""
    bench = Bench()
    m, row = bench.m, data.StructLayout({"a": 3})
    dut = bench.add("dut", LookupTable(depth=4, row=row, carry=data.StructLayout({"c": 2})))
    claim_order(bench, dut.i, dut.o, 1, expected=dut.i.p.carry, got=dut.o.p.carry)
    bench.assume((dut.host.address < 4) | ~dut.host.en)
    address, known, word = bench.constant(range(4), "address"), Signal(), Signal(3)
    with m.If(dut.host.en & dut.host.write & (dut.host.address == address)):
        m.d.sync += [known.eq(1), word.eq(dut.host.w_data)]
    taken = dut.i.valid & dut.i.ready
    asks = Signal()
    with m.If(taken):
        m.d.sync += asks.eq(dut.i.p.address == address)
    here = dut.o.valid & asks & known
    bench.claim("the row is what was written last", Value.cast(dut.o.p.row) == word, where=here)
    bench.reach("a written row comes", here & (word == 5))
    return bench


def _held(halved: bool) -> Bench:
    """Each transfer waits, and picks up the word that the host wrote last to its address."""
    bench = Bench()
    m, row = bench.m, data.StructLayout({"a": 3})
    carry = data.StructLayout({"c": 2})
    dut = bench.add("dut", HeldLookup(depth=4, row=row, carry=carry, halved=halved))
    host, left = dut.host, dut.o.valid & dut.o.ready
    bench.assume((host.address < 4) | ~host.en)
    if halved:
        assume_two_cycles(bench, host)
    bench.claim("a transfer comes as it leaves", (dut.i.valid & dut.i.ready) == left)
    bench.claim("its carry is its own", dut.o.p.carry.c == dut.i.p.carry.c, where=dut.o.valid)
    address, known, word = bench.constant(range(4), "address"), Signal(), Signal(3)
    with m.If(host.en & host.write & (host.address == address)):
        m.d.sync += [known.eq(1), word.eq(host.w_data)]
    here = dut.o.valid & (dut.i.p.address == address) & known
    bench.claim("the row is what was written last", Value.cast(dut.o.p.row) == word, where=here)
    bench.reach("a written row comes", here & (word == 5))
    waits = Signal(range(4))
    m.d.sync += waits.eq(Mux(dut.i.valid & ~dut.o.valid, waits + 1, 0))
    bench.claim("a row comes soon", waits <= 1 + halved)
    return bench


def _same(
    name: str, width: int, rtl: Callable[[Value], Value], kernel: Callable[..., int], *rest: int
) -> Bench:
    """A function of the RTL is a kernel of the golden core, for all numbers of a width."""
    bench = Bench()
    value = bench.free(signed(width), "value")
    expected = formula(
        bench.m, kernel, lambda run: {"result": run(symbol(value, signed(width)), *rest)}
    )["result"]
    bench.claim(f"{name} is that of the golden core", rtl(value) == expected)
    bench.reach(f"{name} changes a number", rtl(value) != value)
    return bench


def _scale() -> Bench:
    """``scale`` is ``weight * 2**exponent``, rounded down."""
    bench = Bench()
    weight, exponent = bench.free(signed(10), "weight"), bench.free(signed(4), "exponent")
    exact = weight * Mux(exponent >= 0, Const(1) << exponent.as_unsigned()[:3], 1)
    halves = Const(1) << (-exponent).as_unsigned()[:4]
    result, low = arith.scale(weight, exponent), Mux(exponent < 0, halves, 1)
    bench.claim("not above", result * low <= exact)
    bench.claim("not below", (result + 1) * low > exact)
    bench.reach("it rounds", result * low < exact)
    return bench


def _narrowed(rtl: Callable[[Value, Shape], Value], bits: int) -> Callable[[Value], Value]:
    return lambda value: rtl(value, signed(bits))


def _lemma(name: str, width: int, bits: int) -> Proof:
    """The same function of RTL and golden core, of numbers of ``width`` bits."""
    rtl = {
        "saturate": _narrowed(arith.saturate, bits),
        "wrap": _narrowed(arith.wrap, bits),
        "shift_to_zero": lambda value: arith.shift_to_zero(value, bits),
    }[name]
    bench = partial(_same, name, width, rtl, getattr(golden, name), bits)
    words = f"`{name}` of {width} bits by {bits} is that of the golden core, for all numbers"
    return Proof(f"{name}-{width}-{bits}", "hdl/lib/arith.py", words, bench, Pipeline(1))


def lemmas() -> dict[str, Callable]:
    """Functions of the RTL that stand for kernels of the golden core in larger formulas."""
    return {
        "shift_to_zero": lambda number, bits: _applied(arith.shift_to_zero, number, bits),
        "saturate": lambda number, bits: _applied(arith.saturate, number, signed(bits)),
        "wrap": lambda number, bits: _applied(arith.wrap, number, signed(bits)),
    }


def _applied(function: Callable, number: Symbol, how: object) -> Symbol:
    return symbol(function(number.value, how))


#: Widths at which the RTL uses each function.
_WIDTHS = {
    "saturate": [(25, 24), (26, 24), (19, 18), (13, 12), (28, 18)],
    "wrap": [(26, 24), (19, 18), (46, 36)],
    "shift_to_zero": [(37, 12), (38, 12), (29, 7)],
}

PROOFS = [
    *(
        Proof(
            f"stream-buffer-{depth}",
            "hdl/lib/stream_buffer.py",
            "words leave as they came: none lost, none twice, in their order; an offer stays",
            partial(_buffer, depth),
        )
        for depth in (1, 2)
    ),
    Proof(
        "lookup-table",
        "hdl/lib/memory.py",
        "every transfer picks up the row that was written last at its address, in order",
        _table,
    ),
    *(
        Proof(
            f"lookup-{name}",
            "hdl/lib/held_lookup.py",
            f"every transfer waits for the row that was written last at its address ({name} rows)",
            partial(_held, name == "halved"),
        )
        for name in ("whole", "halved")
    ),
    Proof("scale", "hdl/lib/arith.py", "`scale` rounds down, for all numbers", _scale, Pipeline(1)),
    *(_lemma(name, width, bits) for name, widths in _WIDTHS.items() for width, bits in widths),
]
