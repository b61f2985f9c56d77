"""Payloads between the parts: they hold what every size and feature of a core needs."""

import pytest
from amaranth import Module, Shape, Signal
from amaranth.lib import data
from amaranth.sim import Simulator

from backspike.hdl.layouts import list_layout, widest_stride, x_trace_layout
from backspike.hdl.payloads import (
    activity_layout,
    delivered_weight,
    is_traced,
    list_job_layout,
    plan_layout,
    row_spikes_layout,
    served_axon_layout,
    source_layout,
    source_traces,
    word_layout,
)

EVERYTHING = {"more_factors": True, "history": 4, "tags": True, "delays": True}
FEATURES = [{}, EVERYTHING, {"learning": False}, {"columns": False}, {"traces": False}]


def fields(layout):
    return {str(name): Shape.cast(field.shape) for name, field in layout}


@pytest.mark.parametrize("lanes", [1, 8])
@pytest.mark.parametrize("changes", FEATURES, ids=str)
def test_numbers_reach_the_last_one(lanes, changes, small):
    p = small(lanes, rows=6, input_rows=3, **changes)
    for layout in (row_spikes_layout(p), activity_layout(p)):
        assert fields(layout)["row"].width == (p.rows - 1).bit_length()
        assert fields(layout)["bits"].width == lanes
    assert fields(served_axon_layout(p))["axon"].width == (p.axons - 1).bit_length()
    word = fields(word_layout(p))
    assert 1 << word["address"].width >= max(p.dense_words, p.sparse_words)
    assert ("column" in word) == ("negate" in word) == p.columns
    if p.columns:
        assert 1 << word["stride"].width > widest_stride(p)
    assert ("rule" in word) == ("source" in word) == p.learning
    plan = fields(plan_layout(p))
    assert 1 << plan["last"].width > 2 * p.compartments, "first + count must not wrap"
    assert fields(list_job_layout(p))["list"].width == Shape.cast(list_layout(p)).width


@pytest.mark.parametrize("changes", FEATURES, ids=str)
def test_a_served_axon_carries_its_source(changes, small):
    p = small(2, **changes)
    source, axon = fields(source_layout(p)), fields(served_axon_layout(p))
    assert {name: axon[name] for name in source} == source
    assert set(axon) == {"axon", *source}


def test_a_negated_weight_fits(small):
    for columns, most in ((True, 256), (False, 255)):
        shape = delivered_weight(small(columns=columns))
        assert shape.signed
        assert (1 << (shape.width - 1)) - 1 >= most
        assert -(1 << (shape.width - 1)) <= -256


def evaluate(value, *settings):
    """A combinational value, with signals set."""
    out = Signal(Shape.cast(value.shape()) if hasattr(value, "shape") else 1)
    m = Module()
    m.d.comb += out.eq(value)
    seen = []

    async def bench(ctx):
        for signal, number in settings:
            ctx.set(signal, number)
        await ctx.delay(1e-9)
        seen.append(ctx.get(out))

    simulator = Simulator(m)
    simulator.add_testbench(bench)
    simulator.run()
    return seen[0]


def test_the_traces_of_a_source_are_the_word_of_their_memory(small, words):
    p = small(2, **EVERYTHING)
    layout = x_trace_layout(p)
    traces = words.fields(layout)
    whole = layout.const(traces).as_bits()
    source = Signal(source_layout(p))
    low = 7  # x1 comes first
    got = evaluate(
        source_traces(p, source).as_value(),
        (source.x1, whole & ((1 << low) - 1)),
        (source.more, whole >> low),
    )
    assert got == whole


@pytest.mark.parametrize("name", ["trace1", "trace2", "then1", "then2", "time"])
def test_a_trace_counts_and_its_time_does_not(name, small):
    layout = x_trace_layout(small(2, **EVERYTHING))
    word = Signal(data.UnionLayout({"all": layout}))
    assert evaluate(is_traced(word.all), (word.all[name], 1)) == (name != "time")
    assert not evaluate(is_traced(word.all))
