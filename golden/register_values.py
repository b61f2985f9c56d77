"""Values that the registers of a core may have, checked before any engine writes them."""

import numpy as np

from backspike.golden.errors import UserError, check_int
from backspike.golden.names import unknown
from backspike.hdl.host_map import REGISTERS, Register
from backspike.hdl.params import CoreParams

#: Parameters that give a core what is named otherwise.
_PARAMETERS = {"random": "stochastic", "waiting": "learning"}

__all__ = ["check_register", "check_register_words", "find_register", "register_word"]


def check_register(p: CoreParams, name: str, value: object) -> int:
    """``value`` as an int, if the host may write it to the register ``name`` of a core.

    Raises
    ------
    TypeError
        If it is no integer.
    ValueError
        If there is no such register, the core lacks it, it can only be read, or the value is out
        of its range.
    """
    register = find_register(p, name)
    if not register.writable:
        raise UserError(f"register {name!r} can only be read")
    check_int(f"register {name!r}", value, *register.limits(p))
    return int(value)  # type: ignore[call-overload]


def find_register(p: CoreParams, name: str) -> Register:
    """A register that a core has.

    Raises
    ------
    UserError
        If there is none of that name, or the core lacks it.
    """
    if not isinstance(name, str) or name not in REGISTERS:
        known = [n for n, r in REGISTERS.items() if r.writable and r.exists(p)]
        raise unknown("register", name, known)
    register = REGISTERS[name]
    if not register.exists(p):
        raise UserError(f"register {name!r} needs {_lacking(p, register)}")
    return register


def check_register_words(p: CoreParams, words: np.ndarray, first: int) -> dict[str, int]:
    """Values, by name, of words from address ``first`` on; those that a core ignores are left out.

    Raises
    ------
    ValueError
        If a value is out of its register's range.
    """
    values = {}
    for name, word in zip(list(REGISTERS)[first:], words.tolist(), strict=False):
        register = REGISTERS[name]
        if register.writable and register.exists(p):
            negative = register.shape.signed and word >> 31 == 1
            values[name] = check_register(p, name, word - (1 << 32) if negative else word)
    return values


def register_word(value: int) -> np.ndarray:
    """Host word, uint64, of a value, which may be negative."""
    return np.array([value & 0xFFFFFFFF], np.uint64)


def _lacking(p: CoreParams, register: Register) -> str:
    """Parameter of a core that would have a register that this one lacks."""
    if register.channel >= p.reinforcements:
        return f"more reinforcement channels than the core has (reinforcements={p.reinforcements})"
    lacked = str(register.needs).removeprefix("has_")
    if lacked in ("mute_rows", "waiting") and p.compact:
        return "a core that is not compact"
    return f"a core with {_PARAMETERS.get(lacked, lacked)}"
