"""Kernels as circuits: the formula of a kernel gives what the kernel gives."""

import random

import numpy as np
import pytest
from amaranth import Module, Signal, signed
from amaranth.sim import Simulator

from backspike.golden.core import arith
from backspike.proof.formula import formula
from backspike.proof.symbols import Record, symbol


def values(build, cases, shapes):
    """Results of a circuit for each case."""
    m = Module()
    inputs = [Signal(shape) for shape in shapes]
    outputs = {name: Signal.like(value) for name, value in build(m, inputs).items()}
    made = build(m, inputs)
    m.d.comb += [outputs[name].eq(value) for name, value in made.items()]
    found = []

    async def bench(ctx):
        for case in cases:
            for port, number in zip(inputs, case, strict=True):
                ctx.set(port, number)
            await ctx.delay(1e-6)
            found.append({name: ctx.get(port) for name, port in outputs.items()})

    simulator = Simulator(m)
    simulator.add_testbench(bench)
    simulator.run()
    return found


def mixed(a, b, record):
    """All that kernels do with numbers."""
    total = a * 3 - b + (1 << (b & 3))
    if a < b <= 9 and not record.flag:
        total += max(a, b, 2)
        if total > 12:
            record.flag = 2
    elif a == b or b in (4, -3):
        total = -total >> 1
    record.total = total if record.flag != 2 else min(total, 7)
    return total != a


@pytest.mark.parametrize("seed", range(2))
def test_a_formula_gives_what_its_kernel_gives(seed):
    rng = random.Random(seed)
    cases = [(rng.randrange(-16, 16), rng.randrange(-16, 16), rng.randrange(2)) for _ in range(300)]

    def run_on(a, b, flag):
        def run(function):
            record = Record({"flag": flag, "total": 0})
            differs = function(a, b, record)
            return {"differs": differs, "total": record.total, "flag": record.flag}

        return run

    def build(m, inputs):
        return formula(m, mixed, run_on(*(symbol(port) for port in inputs)))

    for case, found in zip(cases, values(build, cases, [signed(5), signed(5), 1]), strict=True):
        assert found == {name: int(n) for name, n in run_on(*case)(mixed).items()}


def test_kernels_that_are_called_may_be_replaced_by_their_lemmas():
    def build(m, inputs):
        lemmas = {"shift_to_zero": lambda number, bits: number + bits}
        return formula(m, arith.leak, lambda run: {"result": run(symbol(inputs[0]), 4095)}, lemmas)

    assert values(build, [(5,), (-9,)], [signed(8)]) == [{"result": 17}, {"result": 3}]


def filled(values, flag, number):
    """An array that is filled where a flag says so."""
    if flag:
        values[:] = number
    return values


def test_an_array_is_filled_without_two_ways():
    def build(m, inputs):
        flag, number = (symbol(port) for port in inputs)
        tried = []

        def run(kernel):
            first, second = kernel(np.array([5, 6], dtype=object), flag, number)
            tried.append(1)
            return {"first": first, "second": second}

        results = formula(m, filled, run)
        assert tried == [1]
        return results

    expected = [{"first": 5, "second": 6}, {"first": 3, "second": 3}]
    assert values(build, [(0, 3), (1, 3)], [1, 2]) == expected
