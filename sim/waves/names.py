"""Names that a VCD may have, and that viewers tell apart."""

import re
from collections.abc import Iterable

__all__ = ["vcd_names"]

#: No printable ASCII, or of a meaning to viewers: levels, ranges of bits, comments.
_UNSAFE = re.compile(r"[^!-~]|[][.\\{}\"'#;:,()]")


def vcd_names(names: Iterable[str]) -> dict[str, str]:
    """Names as a VCD may have them: printable ASCII without spaces, none empty, each another.

    What is not is written as ``_``, and so is what viewers take for levels of the hierarchy or for
    ranges of bits, and a ``$`` at the beginning, which would end the file's header; equal ones get
    a number.
    """
    made: dict[str, str] = {}
    used: set[str] = set()
    for name in dict.fromkeys(names):
        plain = re.sub(r"^\$", "_", _UNSAFE.sub("_", name)) or "_"
        number = 2
        unique = plain
        while unique in used:
            unique, number = f"{plain}_{number}", number + 1
        made[name] = unique
        used.add(unique)
    return made
