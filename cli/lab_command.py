"""The ``backspike lab`` command: scenes as pages."""

from pathlib import Path

import click

from backspike.cli.console import console
from backspike.cli.options import PATH
from backspike.golden.errors import UserError
from backspike.lab.export import export
from backspike.lab.presets import SCENES

__all__ = ["lab"]


@click.command()
@click.argument("preset", type=click.Choice(list(SCENES)), required=False)
@click.option("--export", "folder", type=PATH, required=True, help="write pages to this folder")
def lab(preset: str | None, folder: Path) -> None:
    """Small networks to watch, neuron by neuron and step by step, on golden core and RTL.

    With --export, each PRESET, or the one that is named, becomes one HTML file that needs nothing
    else.
    """
    if folder.exists() and not folder.is_dir():
        raise UserError(f"--export {folder} must be a folder")
    for name in [preset] if preset else SCENES:
        console.print(str(export(SCENES[name], folder)), highlight=False, soft_wrap=True)
