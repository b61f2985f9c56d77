"""The one error that unusable data raises."""

__all__ = ["DataError"]


class DataError(ValueError):
    """Data that cannot be used; the message is one line that says which, and why."""
