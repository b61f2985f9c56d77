"""Mutants that no test can find, since nothing that the core promises differs: with the reason."""

import tomllib
from collections import Counter
from pathlib import Path

from backspike.golden.errors import UserError
from backspike.sim.verify.mutation.mutants import Key

__all__ = ["read_equivalents"]

_FIELDS = {"file": str, "line": str, "old": str, "new": str, "reason": str}


def read_equivalents(path: Path) -> dict[Key, str]:
    """Reason of each equivalent mutant, from tables ``[[mutant]]`` of a file in TOML.

    Each has the ``file``, the ``line`` of the fault, what was ``old`` and ``new``, and a
    ``reason``; ``nth`` tells equal ones apart, from 0, which is left out.

    Raises
    ------
    UserError
        If the file or a table is not like that.
    """
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8")).get("mutant", [])
    except (OSError, ValueError) as error:
        raise UserError(f"{path}: not a readable TOML file ({error})") from None
    found: dict[Key, str] = {}
    for number, table in enumerate(tables, 1):
        kinds = {name: type(value) for name, value in table.items() if name != "nth"}
        if kinds != _FIELDS or not isinstance(table.get("nth", 0), int) or not table["reason"]:
            fields = ", ".join(_FIELDS)
            raise UserError(f"{path}: mutant {number} must have the texts {fields}, not {table}")
        key = (table["file"], table["line"], table["old"], table["new"], table.get("nth", 0))
        if key in found:
            raise UserError(f"{path}: mutant {number} is there twice: {table['line']}")
        found[key] = table["reason"]
    return found


def lost_equivalents(equivalent: dict[Key, str], mutants: set[Key]) -> list[Key]:
    """Equivalent mutants that the sources no longer have."""
    files = Counter(key[0] for key in mutants)
    return [key for key in equivalent if key[0] in files and key not in mutants]
