"""Going on with what was interrupted: its settings come from its folder."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

import click

from backspike.experiments.checkpoint import Checkpoint
from backspike.experiments.option import Option, options_of
from backspike.experiments.runs import RunFolder
from backspike.golden.errors import UserError
from backspike.golden.names import listed

__all__ = ["given_options", "resumed_settings", "resumed_state"]

Settings = TypeVar("Settings")

#: What a run keeps of these is compared by what they hold, or mean.
_COMPARED_LATER = ("dataset", "rule")


def given_options(values: Mapping[str, Any]) -> dict[str, Any]:
    """Those of a command's values that its user gave, and that are no defaults."""
    context = click.get_current_context()
    source = click.core.ParameterSource.DEFAULT
    return {
        name: value
        for name, value in values.items()
        if context.get_parameter_source(name) is not source
    }


def resumed_settings(kind: type[Settings], out: Path, given: Mapping[str, Any]) -> Settings:
    """Settings of the run in a folder, with what its user gave anew.

    Raises
    ------
    UserError
        If there is no run, or an option that is part of it is not as it was.
    """
    folder = RunFolder(out)
    folder.check_out(resume=True, demo=False)
    stored, settings = folder.load_settings(), folder.settings_as(kind)
    known = options_of(kind)
    for name, value in given.items():
        part = name in known and (known[name].in_run or name == "preset")
        if not part or name in _COMPARED_LATER or stored is None:
            continue
        if value != getattr(settings, name):
            shown = _shown(name, known[name], getattr(settings, name))
            raise UserError(
                f"--resume: {_shown(name, known[name], value)} is not of the run in {out}, which "
                f"has {shown}"
            )
    return folder.settings_as(kind, given)


def resumed_state(folder: RunFolder, identity: Mapping[str, Any], epochs: int) -> Checkpoint:
    """The state that a run with that identity goes on from, until so many epochs are done.

    Raises
    ------
    UserError
        If its checkpoint cannot be read, is of another run, or has begun more epochs.
    """
    state = folder.load_checkpoint(identity)
    begun = state.epoch + (state.position > 0)
    if epochs < begun:
        raise UserError(
            f"--epochs must be at least {begun}, the epochs that the checkpoint has begun, "
            f"not {epochs}"
        )
    return state


def _shown(name: str, option: Option, value: Any) -> str:
    """An option as one gives it."""
    flag = option.flag or f"--{name.replace('_', '-')}"
    if value is None or value == ():
        return f"{flag} none" if option.kind is tuple else f"no {flag}"
    if option.kind is bool:
        return flag if value else f"--no-{name}"
    return f"{flag} {listed(value)}"
