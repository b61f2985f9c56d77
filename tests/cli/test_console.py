"""The terminal of the commands: one, so that its width and its output are theirs all."""

from importlib import import_module

import pytest

from backspike.cli.console import console, verdict

COMMANDS = (
    "main",
    "demo_command",
    "train_run",
    "continual_commands",
    "sweep_commands",
    "fpga_commands",
)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_writes_to_it(name):
    assert import_module(f"backspike.cli.{name}").console is console


def test_it_writes_to_standard_output_as_it_is_now(capsys):
    console.print(verdict("[/red]x", good=True), "[/red]y", highlight=False)
    assert capsys.readouterr().out.strip() == "[/red]x [/red]y"
