"""Edits of a scene: values that were typed, checked one by one; errors say where and why."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from backspike.experiments.rule_description import cells, facts, microcode
from backspike.golden.errors import UserError
from backspike.golden.rules.microcode import compile_rule
from backspike.golden.rules.rule import RuleError
from backspike.lab.scene import Field, Scene

__all__ = ["EditError", "Mistake", "checked", "described"]

#: Characters of a rule: more than any core has instructions for.
_LONGEST = 1000


@dataclass(frozen=True)
class Mistake:
    """An edit that cannot be.

    Attributes
    ----------
    field : str or None
        Name of the field; None for a network that does not come to be for another reason.
    message : str
    position : int or None
        Index of the character of a rule, from 0.
    """

    field: str | None
    message: str
    position: int | None = None


class EditError(UserError):
    """Edits of a scene that cannot be; ``mistakes`` has each of them."""

    def __init__(self, mistakes: list[Mistake]) -> None:
        self.mistakes = mistakes
        super().__init__("; ".join(mistake.message for mistake in mistakes))

    def as_data(self) -> list[dict[str, Any]]:
        """The mistakes as JSON may have them."""
        return [asdict(mistake) for mistake in self.mistakes]


def checked(scene: Scene, edits: Mapping[str, object]) -> dict[str, Any]:
    """Values of all fields of a scene, with edits.

    Raises
    ------
    EditError
        If there is no such field, or it cannot have that value.
    """
    fields = {field.name: field for field in scene.fields}
    values, mistakes = scene.values, []
    for name, value in edits.items():
        if name not in fields:
            mistakes.append(Mistake(None, f"{scene.name} has no field {name!r:.40}"))
            continue
        try:
            values[name] = _CHECKS[fields[name].kind](scene, fields[name], value)
        except EditError as error:
            mistakes += error.mistakes
    if mistakes:
        raise EditError(mistakes)
    return values


def described(scene: Scene, text: object) -> dict[str, Any]:
    """Microcode, facts and cost of a rule, as JSON may have them.

    Raises
    ------
    EditError
        If it is no rule of the scene's core.
    """
    rule = _checked_rule(scene, Field("rule", "learning rule", "", kind="rule"), text)
    compiled = compile_rule(rule, scene.core)
    names, rows = microcode(compiled)
    added, whole = cells(compiled)
    return {"fields": names, "rows": rows, "facts": facts(compiled), "added": added, "cells": whole}


def _checked_rule(scene: Scene, field: Field, value: object) -> str:
    """A text that is a rule of the scene's core."""
    if not isinstance(value, str) or len(value) > _LONGEST:
        what = f"{field.label} must be a text of at most {_LONGEST} characters"
        raise EditError([Mistake(field.name, what)])
    try:
        compile_rule(value, scene.core)
    except RuleError as error:
        line = str(error).partition("\n")[0]
        raise EditError([Mistake(field.name, line, error.position)]) from None
    except ValueError as error:
        raise EditError([Mistake(field.name, str(error))]) from None
    return value


def _checked_picture(scene: Scene, field: Field, value: object) -> str:
    """A text of as many pixels as the field has."""
    count = len(str(field.value))
    if not isinstance(value, str) or len(value) != count or set(value) - {"0", "1"}:
        raise EditError([Mistake(field.name, f"{field.label} must be {count} pixels, 0 or 1 each")])
    return value


def _checked_number(scene: Scene, field: Field, value: object) -> int | float:
    """A number within the range of its field, on its steps."""
    whole = float(field.step).is_integer()
    right = not isinstance(value, bool) and isinstance(value, int if whole else int | float)
    if not right or not field.low <= value <= field.high:  # type: ignore[operator]
        kind = "a whole number" if whole else "a number"
        what = f"{field.label} must be {kind} from {field.low} to {field.high}, not {value!r:.40}"
        raise EditError([Mistake(field.name, what)])
    assert isinstance(value, int | float)
    if whole and (value - field.low) % field.step:
        what = f"{field.label} must be a multiple of {field.step}, not {value}"
        raise EditError([Mistake(field.name, what)])
    return value if whole else float(value)


_CHECKS = {"number": _checked_number, "rule": _checked_rule, "picture": _checked_picture}
