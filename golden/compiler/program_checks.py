"""Checks of what a program is made of, in memory and in a file."""

from collections.abc import Mapping
from math import prod

import numpy as np

from backspike.golden.array_file import ArrayHeader
from backspike.golden.errors import UserError
from backspike.golden.memory_words import check_words
from backspike.golden.register_values import check_register
from backspike.golden.word_limits import check_image
from backspike.hdl.host_map import MEMORIES, REGISTERS
from backspike.hdl.params import CoreParams

__all__ = ["check_contents", "check_headers"]

#: First part of the names of the arrays in a file of a program.
_ARRAYS = ("memory", "placement", "addresses", "entries")


def check_contents(
    p: CoreParams, memories: Mapping[str, np.ndarray], registers: Mapping[str, int]
) -> None:
    """Check memories and registers of a program.

    Raises
    ------
    ValueError
        If a memory or register is none that a program sets, a memory is too long, or a word or a
        value is none that the core can hold, by itself or with the others.
    """
    for name, words in memories.items():
        _check_depth(p, name, len(words))
        check_words(p, name, words)
    for name, value in registers.items():
        if name not in REGISTERS or not REGISTERS[name].writable:
            raise UserError(f"a program cannot set register {name!r}")
        if REGISTERS[name].exists(p):
            check_register(p, name, value)
    check_image(p, memories, registers)


def check_headers(p: CoreParams, headers: Mapping[str, ArrayHeader]) -> None:
    """Check names and sizes of the arrays in a file, before any is unpacked.

    Raises
    ------
    UserError
        If one is none that a program has, or has more words than the memory of the core.
    """
    for name, header in headers.items():
        kind, slash, rest = name.partition("/")
        if name != "meta" and (not slash or kind not in _ARRAYS):
            raise UserError(f"it holds {name!r}, which no program has")
        if kind == "memory":
            _check_depth(p, rest, prod(header.shape))


def _check_depth(p: CoreParams, name: str, count: int) -> None:
    """Raise unless a program may set so many words of a memory."""
    if name not in MEMORIES or name == "registers" or MEMORIES[name].dynamic:
        raise UserError(f"a program cannot set memory {name!r}")
    if count > (depth := MEMORIES[name].depth(p)):
        raise UserError(f"memory {name!r} must have at most {depth} words, not {count}")
