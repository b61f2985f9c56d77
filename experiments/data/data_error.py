"""The one error that unusable data raises."""

from backspike.golden.errors import UserError

__all__ = ["DataError"]


class DataError(UserError):
    """Data that cannot be used; the message is one line that says which, and why."""
