"""The ``backspike verilog`` and ``backspike rule`` commands: a core and its parameters."""

import json
from pathlib import Path
from typing import Any

import click

from backspike.cli.console import console
from backspike.cli.options import PATH, WHOLE
from backspike.cli.rule_view import show_rule
from backspike.experiments.files import check_file
from backspike.golden.errors import UserError
from backspike.golden.files import replace_file
from backspike.golden.names import unknown
from backspike.golden.rules.microcode import compile_rule
from backspike.hdl.params import CoreParams
from backspike.hdl.presets import CORE_PRESETS
from backspike.hdl.verilog import TOP, core_verilog

__all__ = ["rule", "verilog"]

#: Values of switches, as options name them.
_SWITCHES = {"1": True, "0": False, "true": True, "false": False}


def _params(preset: str, changes: tuple[str, ...]) -> CoreParams:
    """A preset with changes, as options name them."""
    fields: dict[str, object] = {}
    for change in changes:
        name, equals, value = change.partition("=")
        if not (name and equals and value):
            raise UserError(f"--set must be NAME=VALUE, such as lanes=4, not {change!r}")
        if name not in CORE_PRESETS[preset].__dataclass_fields__:
            raise unknown("--set: parameter of the core", name, CORE_PRESETS[preset].settings)
        try:
            fields[name] = json.loads(value)
        except ValueError:
            fields[name] = value
        if isinstance(getattr(CORE_PRESETS[preset], name), bool):
            fields[name] = _SWITCHES.get(value.lower(), value)
    try:
        return CORE_PRESETS[preset].with_(**fields)
    except TypeError as error:
        raise UserError(str(error)) from None


@click.command()
@click.option("--preset", type=click.Choice(list(CORE_PRESETS)), default="default")
@click.option("--set", "changes", multiple=True, metavar="NAME=VALUE", help="change a parameter")
@click.option(
    "--name", default=TOP, show_default=True, help="module; other modules' names begin with it"
)
@click.option("-o", "--out", type=PATH, help="file to write [default: NAME.v]")
def verilog(preset: str, changes: tuple[str, ...], name: str, out: Path | None) -> None:
    """Write the core as one Verilog file."""
    text = core_verilog(_params(preset, changes), name=name)
    file = out or Path(f"{name}.v")
    check_file("--out", file)
    replace_file(file, lambda path: path.write_text(text))
    console.print(f"{file}: {file.stat().st_size:,} bytes, module {name}")


@click.command()
@click.argument("text")
@click.option("--rounding", type=click.Choice(["floor", "stochastic"]), default="floor")
@click.option("--epoch", type=WHOLE(1, 63), default=1, help="steps of a learning epoch")
@click.option("--lava", is_flag=True, help="compile for Lava's arithmetic")
@click.option("--preset", type=click.Choice(list(CORE_PRESETS)), help="refuse what it cannot hold")
@click.option("--set", "changes", multiple=True, metavar="NAME=VALUE", help="change a parameter")
def rule(
    text: str, rounding: Any, epoch: int, lava: bool, preset: str | None, changes: tuple[str, ...]
) -> None:
    """Compile a learning rule, and show its products, its microcode and what it costs."""
    params = _params(preset or "default", changes) if preset or changes else None
    compiled = compile_rule(text, params, rounding=rounding, epoch=epoch, lava=lava)
    show_rule(console, compiled)
