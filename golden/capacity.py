"""The error of a network that does not fit a core."""

__all__ = ["CapacityError", "check_capacity"]


class CapacityError(ValueError):
    """A network needs more of a resource than the core has."""


def check_capacity(resource: str, need: int, limit: int, advice: str = "") -> None:
    """Raise :class:`CapacityError` if ``need`` of ``resource`` exceeds ``limit``."""
    if need > limit:
        hint = f"; {advice}" if advice else ""
        raise CapacityError(f"{resource}: the network needs {need}, the limit is {limit}{hint}")
