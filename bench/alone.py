"""A benchmark as a command of its own: ``python -m backspike.bench.NAME``."""

from collections.abc import Callable
from pathlib import Path

import click

__all__ = ["alone"]


def alone(run: Callable[[Path | None], object], about: str | None) -> click.Command:
    """The command that runs a benchmark, with the folder of MNIST's files as its argument.

    ``about`` is the module's docstring, of which ``--help`` shows the first paragraph.
    """

    @click.command(help=(about or "").split("\n\n")[0], context_settings={"max_content_width": 100})
    @click.argument("data_dir", type=click.Path(path_type=Path), required=False)
    def command(data_dir: Path | None) -> None:
        run(data_dir)

    return command
