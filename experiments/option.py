"""Options as data: fields of a settings class, from which a command line is made."""

import json
import math
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from backspike.golden.errors import UserError

__all__ = ["Option", "checked_value", "option", "options_of"]

#: Kinds of values in words, and the types that a file may have for them.
_KINDS: dict[type, tuple[str, tuple[type, ...]]] = {
    str: ("a text", (str,)),
    int: ("a whole number", (int,)),
    float: ("a number", (int, float)),
    bool: ("true or false", (bool,)),
    Path: ("a path", (str, Path)),
}


@dataclass(frozen=True)
class Option:
    """One option.

    Attributes
    ----------
    kind : type
        ``str``, ``int``, ``float``, ``Path``, ``bool``, or ``tuple`` for sizes of layers.
    default : object
        Value if it is not given. A ``bool`` without one can be said and denied.
    help : str, optional
        The line that explains it.
    low, high : int or float, optional
        Least and largest value.
    ranged : bool
        True if the command line refuses other values, not the code that takes them.
    choices : tuple of str
        All values, if they are few.
    multiple : bool
        True if it may be repeated.
    listed : bool
        True if it may be several, separated by commas: a tuple of them, or one alone.
    shown : bool
        True if the help names the default.
    flag : str, optional
        Its name on the command line, if not that of the field.
    also : tuple of str
        Other names on the command line.
    metavar : str, optional
        Word for the value in the help.
    in_run : bool
        True if it is part of what a run is: then a checkpoint goes on only with the same.
    """

    kind: type = str
    default: Any = None
    help: str | None = None
    low: float | None = None
    high: float | None = None
    ranged: bool = True
    choices: tuple[str, ...] = ()
    multiple: bool = False
    listed: bool = False
    shown: bool = False
    flag: str | None = None
    also: tuple[str, ...] = ()
    metavar: str | None = None
    in_run: bool = True


def option(kind: type = str, default: Any = None, help: str | None = None, **more: Any) -> Any:
    """A field of a settings class; ``more`` as of :class:`Option`."""
    made = Option(kind, default, help, **more)
    return field(default=default, metadata={"option": made})


def options_of(settings: type) -> dict[str, Option]:
    """The options of a settings class by name, in their order."""
    return {f.name: f.metadata["option"] for f in fields(settings) if "option" in f.metadata}


def checked_value(what: str, option: Option, value: Any) -> Any:
    """A value in a file, as the option has it: a tuple of a list, a path of a text.

    Parameters
    ----------
    what : str
        The file and the field, for the error.

    Raises
    ------
    UserError
        If it is of another kind, out of range, or none of the choices.
    """
    several = option.kind is tuple or option.multiple
    one = int if option.kind is tuple else option.kind
    if value is None and option.default is None:
        return None
    may_be_listed = several or (option.listed and value)
    if may_be_listed and isinstance(value, list | tuple):
        if all(_fits(option, one, part) for part in value):
            return tuple(value)
    elif not several and _fits(option, one, value):
        return Path(value) if one is Path else value
    raise UserError(f"{what} must be {_expected(option, one, several)}, not {_as_json(value)}")


def _fits(option: Option, kind: type, value: Any) -> bool:
    """True if an option may have the value, or have it among several."""
    if not isinstance(value, _KINDS[kind][1]) or isinstance(value, bool) != (kind is bool):
        return False
    if kind in (int, float):
        return _in_range(option, value)
    return not option.choices or value in option.choices


def _in_range(option: Option, value: Any) -> bool:
    """True if an option may have the number."""
    if option.choices:  # texts, as a command line has them
        return str(value) in option.choices
    low = 1 if option.kind is tuple else option.low
    least, most = -math.inf if low is None else low, option.high
    return math.isfinite(value) and least <= value <= (math.inf if most is None else most)


def _expected(option: Option, kind: type, several: bool) -> str:
    """Values that an option may have, in words."""
    words = _KINDS[kind][0]
    if option.kind is tuple:
        words = "sizes of layers from 1 on"
    elif option.choices:
        words = f"one of {', '.join(option.choices)}"
    elif option.low is not None:
        words += f" from {option.low} " + ("on" if option.high is None else f"to {option.high}")
    words += ", or a list of such" if option.listed else ""
    return f"a list of {words}" if several else words


def _as_json(value: Any) -> str:
    """A value as the file has it, if it is long its beginning."""
    return f"{json.dumps(value, default=str):.60}"
