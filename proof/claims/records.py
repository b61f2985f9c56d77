"""Arrays, words and random numbers of symbols, for kernels of the golden core."""

from collections.abc import Callable
from typing import Any

import numpy as np
from amaranth import Value
from amaranth.lib import data

from backspike.proof.bench import Bench
from backspike.proof.symbols import symbol

__all__ = ["any_random", "array", "past_word"]


def array(*rows: Any) -> np.ndarray:
    """Symbols in an array, as kernels index them."""
    return np.array(rows, dtype=object)


def past_word(bench: Bench, value: Any, cycles: int = 1) -> Any:
    """A word so many cycles ago, with its fields."""
    return data.View(value.shape(), bench.past(Value.cast(value), "word", cycles))


def any_random(value: Value) -> dict[str, Callable]:
    """Kernels of random numbers, for any numbers."""
    return {"draw": lambda bank: None, "random_fraction": lambda core, lane, bits: symbol(value)}
