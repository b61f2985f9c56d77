"""What kernels work on in proofs."""

from amaranth import Signal
from amaranth.hdl import Fragment
from amaranth.lib import data

from backspike.proof.bench import Bench
from backspike.proof.claims.records import any_random, array, past_word


def test_an_array_is_indexed_as_kernels_do():
    values = array([1, 2], [3, 4])
    assert values[1, 0] == 3
    assert list(values[:, 1]) == [2, 4]


def test_a_word_keeps_its_fields():
    bench = Bench()
    word = past_word(bench, Signal(data.StructLayout({"a": 2, "b": 3})), 2)
    assert len(word.b) == 3
    Fragment.get(bench.m, None)


def test_random_numbers_are_any():
    kernels = any_random(Signal(16))
    assert kernels["draw"](None) is None
    assert kernels["random_fraction"](None, 0, 16).high == 65535
