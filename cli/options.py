"""Options of commands, made from :mod:`backspike.experiments.settings`, and their click types."""

import math
import shlex
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from backspike.experiments.option import Option, options_of

__all__ = [
    "NAME",
    "PATH",
    "REAL",
    "SIZES",
    "TEXT",
    "VALUES",
    "WHOLE",
    "Decorator",
    "command_line",
    "options",
    "with_options",
]

#: Most numbers in one run of a list.
_MOST = 10_000

Decorator = Callable[[Callable[..., None]], Callable[..., None]]


def command_line() -> str:
    """The command as it was typed, to be given again."""
    return shlex.join(["backspike", *sys.argv[1:]])


class _Path(click.Path):
    """Name of a file or folder, which is not empty."""

    def convert(self, value: Any, param: Any, ctx: Any) -> Any:
        if value == "":
            self.fail("it names no file: it is empty", param, ctx)
        return super().convert(value, param, ctx)


PATH = _Path(path_type=Path)
NAME = _Path()


class _Text(click.types.StringParamType):
    """Text that is more than spaces."""

    def convert(self, value: Any, param: Any, ctx: Any) -> Any:
        text = super().convert(value, param, ctx)
        if not text.strip():
            self.fail("it is empty: leave the option out", param, ctx)
        return text


TEXT = _Text()


class WHOLE(click.IntRange):
    """Whole number in a range."""

    def convert(self, value: Any, param: Any, ctx: Any) -> Any:
        try:
            int(value)
        except ValueError:
            limits = self._describe_range()
            self.fail(f"{value!r} is no whole number in the range {limits}", param, ctx)
        return super().convert(value, param, ctx)


class _Told(click.types.IntParamType):
    """Whole number of a range that is told of what is no number, and that others check."""

    def __init__(self, low: Any, high: Any) -> None:
        self._range = WHOLE(low, high)

    def convert(self, value: Any, param: Any, ctx: Any) -> Any:
        try:
            return int(value)
        except ValueError:
            return self._range.convert(value, param, ctx)


class REAL(click.FloatRange):
    """Number in a range, and no NaN."""

    def convert(self, value: Any, param: Any, ctx: Any) -> Any:
        try:
            is_number = math.isfinite(float(value))
        except ValueError:
            is_number = False
        if not is_number:
            limits = self._describe_range()
            self.fail(f"{value!r} is no number in the range {limits}", param, ctx)
        return super().convert(value, param, ctx)


class _Sizes(click.ParamType):
    """Sizes of hidden layers, such as 400,400, or none."""

    name = "sizes"

    def convert(self, value: Any, param: Any, ctx: Any) -> tuple[int, ...]:
        if isinstance(value, tuple):
            return value
        if value == "none":
            return ()
        try:
            sizes = tuple(int(part) for part in value.split(","))
        except ValueError:
            sizes = ()
        if not sizes or min(sizes) < 1 or max(sizes) > 16384:
            self.fail(f"{value!r} is no list of sizes from 1 to 16384, such as 400", param, ctx)
        return sizes


SIZES = _Sizes()


class _Listed(click.ParamType):
    """Whole numbers in a range, separated by commas; one alone is itself."""

    name = "values"

    def __init__(self, low: Any, high: Any) -> None:
        self._one = WHOLE(low, high)

    def convert(self, value: Any, param: Any, ctx: Any) -> int | tuple[int, ...]:
        if not isinstance(value, str):
            return value
        numbers = tuple(self._one.convert(part, param, ctx) for part in value.split(","))
        return numbers if len(numbers) > 1 else numbers[0]


class _Number(click.Choice):
    """One of a few whole numbers, as int."""

    def convert(self, value: Any, param: Any, ctx: Any) -> Any:
        return int(super().convert(value, param, ctx))


class VALUES(click.ParamType):
    """Whole numbers, such as 1,2,5-8; with ``word``, that word stands for None.

    If each may be ``listed``, 64/256 is one value: a tuple.
    """

    name = "values"

    def __init__(self, low: int, high: int, word: str | None = None, listed: bool = False) -> None:
        self._low, self._high, self._word, self._listed = low, high, word, listed

    def convert(self, value: Any, param: Any, ctx: Any) -> tuple[Any, ...]:
        if isinstance(value, tuple):
            return value
        runs = [self._run(part.strip()) for part in value.split(",")]
        if not all(runs):
            word = f" or {self._word!r}" if self._word else ""
            also = ", or 64/256 for one value by layer" if self._listed else ""
            self.fail(
                f"{value!r} is no list of numbers from {self._low} to {self._high}{word}, "
                f"such as 1,2,5-8{also}",
                param,
                ctx,
            )
        return tuple(dict.fromkeys(one for run in runs for one in run))

    def _run(self, text: str) -> Sequence[int | tuple[int, ...] | None]:
        """Values of a part; none if it is no such."""
        if text == self._word:
            return [None]
        sign = "/" if self._listed and "/" in text else "-"
        ends = text.split(sign)
        if not all(end.isdecimal() and self._low <= int(end) <= self._high for end in ends):
            return []
        numbers = tuple(int(end) for end in ends)
        if sign == "/":
            return [numbers]
        run = range(numbers[0], numbers[-1] + 1)
        return run if len(ends) <= 2 and len(run) <= _MOST else []


def with_options(*options: Decorator) -> Decorator:
    """One decorator for several, in the order in which ``--help`` lists them."""

    def decorate(command: Callable[..., None]) -> Callable[..., None]:
        for option in reversed(options):
            command = option(command)
        return command

    return decorate


def options(settings: type, *names: str, **changes: dict[str, Any]) -> Decorator:
    """Options of a settings class, all or those named, in that order.

    Parameters
    ----------
    settings : type
        A class whose fields are made by :func:`backspike.experiments.settings.option`.
    names : str
        Fields; all, if there are none.
    changes : dict
        By field: what this command has otherwise, as fields of :class:`Option`.
    """
    known = options_of(settings)
    return with_options(
        *(click_option(n, replace(known[n], **changes.get(n, {}))) for n in names or known)
    )


def click_option(name: str, option: Option) -> Decorator:
    """The click option ``--name``, passed on as ``name``."""
    flag = option.flag or f"--{name.replace('_', '-')}"
    if option.kind is bool:
        switch = option.default is None
        declared = f"{flag}/--no-{name}" if switch else flag
        return click.option(
            declared, is_flag=not switch or None, default=option.default, help=option.help
        )
    return click.option(
        flag,
        *option.also,
        name,
        type=_type_of(option),
        default=option.default,
        show_default=option.shown,
        multiple=option.multiple,
        metavar=option.metavar,
        help=option.help,
    )


def _type_of(option: Option) -> Any:
    if option.choices:
        return (_Number if option.kind is int else click.Choice)(option.choices)
    if option.listed:
        return _Listed(option.low, option.high)
    ranges: dict[type, Any] = {int: WHOLE, float: REAL}
    if option.kind in ranges and (option.low, option.high) != (None, None):
        kind = _Told if option.kind is int and not option.ranged else ranges[option.kind]
        return kind(option.low, option.high)
    types: dict[type, Any] = {str: TEXT, Path: PATH, tuple: SIZES}
    return types.get(option.kind, option.kind)
