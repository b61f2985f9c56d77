"""Words that a memory takes, and refusals of others."""

import numpy as np
import pytest
from amaranth import Shape

from backspike.golden.core.golden_core import GoldenCore
from backspike.golden.memory_words import check_words
from backspike.hdl.host_map import MEMORIES
from backspike.hdl.presets import CORE_PRESETS

TINY, EVERYTHING = CORE_PRESETS["tiny"], CORE_PRESETS["tiny-loihi"]


@pytest.mark.parametrize("method", ["read", "write"])
def test_a_memory_that_the_core_lacks_is_refused(method):
    words = {"read": (), "write": ([],)}[method]
    message = r"^memory 'tags' is not in this core, which lacks tags$"
    with pytest.raises(ValueError, match=message):
        getattr(GoldenCore(TINY), method)("tags", *words)


#: Memories whose fields have limits of their own.
LIMITED = {"counters", "axons", "lists", "sparse", "rows", "profiles", "rules", "delays"}


@pytest.mark.parametrize("name", [name for name in MEMORIES if name not in LIMITED])
def test_words_of_every_width_are_taken(name):
    most = (1 << Shape.cast(MEMORIES[name].layout(EVERYTHING)).width) - 1
    words = check_words(EVERYTHING, name, np.array([0, most], np.uint64))
    assert words.tolist() == [0, most]
    assert words.dtype == np.uint64
    if most < (1 << 64) - 1:
        message = f"^words of memory '{name}' must be between 0 and {most}, not {most + 1}$"
        with pytest.raises(ValueError, match=message):
            check_words(EVERYTHING, name, np.array([most + 1], np.uint64))


@pytest.mark.parametrize(
    ("words", "first", "error", "message"),
    [
        ([-1], 0, ValueError, r"words of memory 'rows' must be between 0 and \d+, not -1"),
        ([1.5], 0, TypeError, "words of memory 'rows' must be integers, not float64"),
        (["a"], 0, TypeError, "words of memory 'rows' must be integers, not <U1"),
        ([[1]], 0, ValueError, r"words of .* must have one dimension, not shape \(1, 1\)"),
        (3, 0, ValueError, r"words of memory 'rows' must have one dimension, not shape \(\)"),
        ([1], 1.5, TypeError, r"address in memory 'rows' must be an int, not 1\.5"),
        ([1], -1, ValueError, "address in memory 'rows' must be between 0 and 16, not -1"),
        ([1], 16, ValueError, "address must be between 0 and 15 in memory 'rows', not 16"),
        ([1, 2], 15, ValueError, "address must be between 0 and 15 in memory 'rows', not 16"),
    ],
)
def test_bad_words_are_explained(words, first, error, message):
    with pytest.raises(error, match=f"^{message}$"):
        check_words(TINY, "rows", words, first)
    assert check_words(TINY, "rows", [], 16).size == 0


def test_counters_are_not_written():
    with pytest.raises(ValueError, match=r"^memory 'counters' can only be read$"):
        check_words(TINY, "counters", [0])
