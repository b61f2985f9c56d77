"""Members that only some cores have."""

__all__ = ["when"]


def when(present: object, members: dict) -> dict:
    """``members`` of a signature or a layout if ``present`` is true, else none."""
    return members if present else {}
