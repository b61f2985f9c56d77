"""Options that several commands have, and their types."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

__all__ = ["ENGINES", "PATH", "SIZES", "data_options", "lanes_option"]

ENGINES = ("golden", "verilator")
PATH = click.Path(path_type=Path)

Decorator = Callable[[Callable[..., None]], Callable[..., None]]


class _Sizes(click.ParamType):
    """Sizes of hidden layers, such as 400,400."""

    name = "sizes"

    def convert(self, value: Any, param: Any, ctx: Any) -> tuple[int, ...]:
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


def data_options(dataset: str | None) -> Decorator:
    """Options that say which samples; ``dataset`` is the default."""
    options = (
        click.option(
            "--dataset",
            default=dataset,
            show_default=dataset is not None,
            help="digits, mnist, fashion-mnist, FILE.npz",
        ),
        click.option("--data-dir", type=PATH, help="folder of IDX files"),
        click.option("--encoder", help="how images become spikes, such as crop:4,threshold:0.5"),
    )

    def decorate(command: Callable[..., None]) -> Callable[..., None]:
        for option in reversed(options):
            command = option(command)
        return command

    return decorate
