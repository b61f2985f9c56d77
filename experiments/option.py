"""Options as data: fields of a settings class, from which a command line is made."""

from dataclasses import dataclass, field, fields
from typing import Any

__all__ = ["Option", "option", "options_of"]


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
    shown : bool
        True if the help names the default.
    flag : str, optional
        Its name on the command line, if not that of the field.
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
    shown: bool = False
    flag: str | None = None
    metavar: str | None = None
    in_run: bool = True


def option(kind: type = str, default: Any = None, help: str | None = None, **more: Any) -> Any:
    """A field of a settings class; ``more`` as of :class:`Option`."""
    made = Option(kind, default, help, **more)
    return field(default=default, metadata={"option": made})


def options_of(settings: type) -> dict[str, Option]:
    """The options of a settings class by name, in their order."""
    return {f.name: f.metadata["option"] for f in fields(settings) if "option" in f.metadata}
