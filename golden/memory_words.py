"""Words of a core's memories, checked before any engine writes them."""

import numpy as np
from amaranth import Shape

from backspike.golden.errors import UserError, check_int
from backspike.golden.names import find_memory
from backspike.golden.word_limits import check_fields
from backspike.hdl.params import CoreParams

__all__ = ["check_words"]


def check_words(p: CoreParams, name: str, words: object, first: int = 0) -> np.ndarray:
    """Host words for a memory, uint64, from address ``first`` on.

    Raises
    ------
    TypeError
        If the words or the address are no integers.
    ValueError
        If they have no single dimension, are wider than a word, do not fit the memory, or have a
        field that the core cannot hold; or the memory can only be read.
    """
    memory = find_memory(p, name)
    if name == "counters":
        raise UserError("memory 'counters' can only be read")
    array = np.asarray(words)
    what = f"words of memory {name!r}"
    if array.ndim != 1:
        raise UserError(f"{what} must have one dimension, not shape {array.shape}")
    if array.size and array.dtype.kind not in "iu":
        raise TypeError(f"{what} must be integers, not {array.dtype}")
    depth = memory.depth(p)
    check_int(f"address in memory {name!r}", first, 0, depth)
    if first + array.size > depth:
        raise UserError(
            f"address must be between 0 and {depth - 1} in memory {name!r}, "
            f"not {first + array.size - 1}"
        )
    most = (1 << Shape.cast(memory.layout(p)).width) - 1
    wrong = array[(array < 0) | (array > np.uint64(most))] if array.size else array
    if wrong.size:
        raise UserError(f"{what} must be between 0 and {most}, not {wrong[0]}")
    checked = array.astype(np.uint64)
    check_fields(p, name, checked, first)
    return checked
