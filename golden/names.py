"""Words for users: errors that list the names that there are, and counts of things."""

from collections.abc import Collection, Iterable, Mapping
from difflib import get_close_matches
from typing import TypeVar

from backspike.golden.errors import UnknownNameError, UserError
from backspike.hdl.host_map import MEMORIES, Memory
from backspike.hdl.params import CoreParams

__all__ = ["Named", "counted", "find_memory", "free_name", "listed", "unknown"]

Value = TypeVar("Value")
#: Most names that are listed; of more, those that are close.
_LISTED = 24


def counted(n: int, one: str) -> str:
    """A number of things in words, such as ``1 epoch`` and ``1,437 samples``."""
    return f"{n:,} {one}" + ("" if n == 1 else "s")


def listed(value: object) -> str:
    """A value in words, and several of them with commas between."""
    return ",".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def unknown(what: str, name: object, names: Iterable[str], more: str = "") -> UnknownNameError:
    """The error for a name of ``what`` that is not among ``names``."""
    known = list(names)
    close = get_close_matches(str(name), known, len(known)) if len(known) > _LISTED else known
    shown = [*(close or known[:_LISTED]), *(["..."] if len(close or known) < len(known) else [])]
    one = f"one of {', '.join(shown)}" if known else "left out: there is none"
    return UnknownNameError(f"{what} must be {one}, not {name!r}{more}")


class Named(dict[str, Value]):
    """Things of a kind by name.

    Parameters
    ----------
    what : str
        The kind, in the error for a name that is not there.
    items : mapping
    """

    what = "name"

    def __init__(self, what: str, items: Mapping[str, Value]) -> None:
        super().__init__(items)
        self.what = what

    def __getitem__(self, name: str) -> Value:
        if not isinstance(name, str) or name not in self:  # lists and arrays have no hash
            raise unknown(self.what, name, self)
        return super().__getitem__(name)


def free_name(name: str, taken: Collection[str]) -> str:
    """A name that is not taken, from one that may be."""
    while name in taken:
        name += "_"
    return name


def find_memory(params: CoreParams, name: str) -> Memory:
    """A memory that a core has.

    Raises
    ------
    UnknownNameError
        If there is none of that name; says in which memory a field of that name is.
    UserError
        If this core lacks it.
    """
    memory = MEMORIES.get(name) if isinstance(name, str) else None
    if memory is None:
        there = [other for other, found in MEMORIES.items() if found.exists(params)]
        homes = [other for other in there if str(name) in _fields(MEMORIES[other], params)]
        more = f"; {name!r} is a field of the words of {', '.join(homes)}" if homes else ""
        raise unknown("memory", name, there, more)
    if not memory.exists(params):
        lacked = str(memory.needs).removeprefix("has_")
        raise UserError(f"memory {name!r} is not in this core, which lacks {lacked}")
    return memory


def _fields(memory: Memory, params: CoreParams) -> list[object]:
    """Names of the fields of a memory's words, or numbers of lanes."""
    return [field for field, _ in memory.layout(params)]
