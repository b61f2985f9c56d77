"""Errors that a user can cause, and the checks that raise them."""

import numpy as np

__all__ = ["CapacityError", "NoEffectWarning", "UserError", "check_capacity", "check_int"]


class UserError(ValueError):
    """A request that cannot be carried out; the message is one line that says what, and why."""


class NoEffectWarning(UserWarning):
    """A part of a network can have no effect; the message names it, and says why."""


class CapacityError(UserError):
    """A network needs more of a resource than the core has."""


def check_capacity(resource: str, need: int, limit: int, advice: str = "") -> None:
    """Raise :class:`CapacityError` if ``need`` of ``resource`` exceeds ``limit``."""
    if need > limit:
        hint = f"; {advice}" if advice else ""
        raise CapacityError(f"{resource}: the network needs {need}, the limit is {limit}{hint}")


def check_int(what: str, value: object, low: int, high: int) -> None:
    """Raise TypeError or ValueError unless ``value`` is an integer from ``low`` to ``high``."""
    if isinstance(value, bool) or not isinstance(value, int | np.integer):
        raise TypeError(f"{what} must be an int, not {value!r}")
    if not low <= value <= high:
        raise ValueError(f"{what} must be between {low} and {high}, not {value}")
