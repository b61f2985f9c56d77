"""The one error that a command raises when it cannot do what it was asked for."""

__all__ = ["RunError"]


class RunError(ValueError):
    """The run cannot be done as asked; one line says why."""
