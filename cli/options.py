"""Options that several commands have, and their types."""

import shlex
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from backspike.golden.nbp.learning import PAPER, RATE_ONE, Learning

__all__ = [
    "BOARD_ENGINES",
    "ENGINES",
    "PATH",
    "SIZES",
    "command_line",
    "data_options",
    "lanes_option",
    "learning_options",
    "with_options",
]

ENGINES = ("golden", "verilator")
#: Engines whose core is a board's: the board, or its synthesised netlist in Verilator.
BOARD_ENGINES = ("fpga", "netlist")
PATH = click.Path(path_type=Path)

Decorator = Callable[[Callable[..., None]], Callable[..., None]]


def command_line() -> str:
    """What was typed, to be given again."""
    return shlex.join(["backspike", *sys.argv[1:]])


class _Sizes(click.ParamType):
    """Sizes of hidden layers, such as 400,400, or none."""

    name = "sizes"

    def convert(self, value: Any, param: Any, ctx: Any) -> tuple[int, ...]:
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


class _Lanes(click.Choice):
    """A number of lanes, as int."""

    def convert(self, value: Any, param: Any, ctx: Any) -> Any:
        return int(super().convert(value, param, ctx))


def lanes_option(where: str) -> Decorator:
    """``--lanes``, None if it is not given; ``where`` it counts begins its help."""
    choice = _Lanes(["1", "2", "4", "8", "16", "32"])
    return click.option("--lanes", type=choice, help=f"{where}[default: 16]")


def with_options(*options: Decorator) -> Decorator:
    """One decorator for several, in the order in which ``--help`` lists them."""

    def decorate(command: Callable[..., None]) -> Callable[..., None]:
        for option in reversed(options):
            command = option(command)
        return command

    return decorate


def data_options(dataset: str | None) -> Decorator:
    """Options that say which samples; ``dataset`` is the default."""
    return with_options(
        click.option(
            "--dataset",
            default=dataset,
            show_default=dataset is not None,
            help="digits, mnist, fashion-mnist, FILE.npz",
        ),
        click.option("--data-dir", type=PATH, help="folder of IDX files"),
        click.option("--encoder", help="how images become spikes, such as crop:4,threshold:0.5"),
    )


def learning_options(defaults: Learning = PAPER) -> Decorator:
    """What is learned beyond the paper; see `backspike.golden.nbp.learning`."""
    return with_options(
        click.option(
            "--margin",
            default=defaults.margin,
            type=int,
            show_default=True,
            help="outputs learn until they are so far beyond theta/2 = 512; a multiple of 128",
        ),
        click.option(
            "--window",
            default=defaults.window,
            type=int,
            show_default=True,
            help="how far outputs may be from there and still learn; a power of 2",
        ),
        click.option(
            "--dead-zone",
            default=defaults.dead_zone,
            type=int,
            show_default=True,
            help="hidden neurons ignore errors up to this",
        ),
        click.option(
            "--rate",
            default=defaults.rate,
            type=click.IntRange(1, RATE_ONE),
            help="take a step with probability RATE/256, drawn in the core  [default: always]",
        ),
        click.option(
            "--halving",
            default=defaults.halving,
            type=click.IntRange(0, 10_000),
            help="halve the rate every so many epochs  [default: 0, never]",
        ),
    )
