"""Benches: which inputs are free, and which are driven."""

import pytest
from amaranth import Shape, signed
from amaranth.hdl import Fragment

from backspike.hdl.lib.stream_buffer import StreamBuffer
from backspike.proof.bench import Bench


@pytest.fixture
def bench():
    """A bench that ends as a design: Amaranth warns of what is never one."""
    made = Bench()
    yield made
    Fragment.get(made.m, None)


def test_inputs_are_free_unless_they_are_driven(bench):
    dut = bench.add("dut", StreamBuffer(4), o__ready=1)
    names = [port.name for port in bench.ports]
    assert names == ["clk", "dut__i__payload", "dut__i__valid"]
    assert bench.subjects == [dut]


def test_shapes_of_free_inputs(bench):
    assert Shape.cast(bench.free(signed(5), "a").shape()) == signed(5)
    assert len(bench.free(range(9), "b")) == 4


def test_words_of_a_memory_are_the_same_each_time(bench):
    words = bench.words(0, 4, 3)
    assert [len(word) for word in words] == [3] * 4
    assert bench.words(0, 4, 3) is words


def test_a_cycle_is_the_same_each_time(bench):
    assert not bench.is_timed
    assert bench.cycle(2) is bench.cycle(2)
    assert bench.is_timed
