"""Claims about buffers, tables and arithmetic: proved, and found where they are not true."""

from functools import partial

from amaranth import signed

from backspike.golden.core import arith as golden
from backspike.hdl.lib import arith
from backspike.hdl.lib.stream_buffer import StreamBuffer
from backspike.proof.bench import Bench
from backspike.proof.checker import Pipeline
from backspike.proof.claims import lib
from backspike.proof.streams import claim_order


def test_they_are_proved(proved):
    proved(lib.PROOFS, "stream-buffer-1", "stream-buffer-2", "saturate-13-12")
    proved(lib.PROOFS, "lookup-table", "lookup-whole", "lookup-halved")


def test_a_function_that_is_not_the_golden_cores_is_found(broken):
    rtl = lambda value: arith.wrap(value, signed(12))  # noqa: E731
    bench = partial(lib._same, "saturate", 13, rtl, golden.saturate, 12)
    assert broken(bench, Pipeline(1)) == ["open: saturate is that of the golden core"]


def test_a_buffer_with_more_words_than_it_says_is_found(broken):
    def bench():
        made = Bench()
        dut = made.add("dut", StreamBuffer(4, depth=2))
        claim_order(made, dut.i, dut.o, 1)
        return made

    assert "broken in cycle 3: at most 1 words are on their way" in broken(bench)
