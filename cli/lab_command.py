"""The ``backspike lab`` command: scenes to watch and to change, in a browser."""

import webbrowser
from pathlib import Path

import click

from backspike.cli.console import console
from backspike.cli.options import PATH, WHOLE
from backspike.golden.errors import UserError
from backspike.lab.export import export
from backspike.lab.presets import SCENES
from backspike.lab.server import Laboratory

__all__ = ["lab"]


@click.command()
@click.argument("preset", type=click.Choice(list(SCENES)), required=False)
@click.option("--port", default=0, type=WHOLE(0, 65535), help="[default: any that is free]")
@click.option("--no-browser", is_flag=True, help="only print the address")
@click.option("--export", "folder", type=PATH, help="write pages to this folder instead")
def lab(preset: str | None, port: int, no_browser: bool, folder: Path | None) -> None:
    """Small networks to watch and to change, step by step, on golden core and RTL.

    A page in the browser, which is served to this machine only. With --export, each PRESET, or the
    one that is named, becomes one HTML file that needs nothing else.
    """
    if folder is not None:
        _export([preset] if preset else list(SCENES), folder)
        return
    laboratory = Laboratory(port)
    address = laboratory.address(preset or next(iter(SCENES)))
    console.print(f"the laboratory is at {address}", highlight=False, soft_wrap=True)
    console.print("Ctrl-C ends it", highlight=False)
    if not no_browser:
        webbrowser.open(address)
    laboratory.serve()


def _export(names: list[str], folder: Path) -> None:
    if folder.exists() and not folder.is_dir():
        raise UserError(f"--export {folder} must be a folder")
    for name in names:
        console.print(str(export(SCENES[name], folder)), highlight=False, soft_wrap=True)
