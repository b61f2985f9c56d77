"""Garbage collection while a design is made."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["collecting_rarely"]

#: Objects that may come before the youngest are looked through; Python's own number is hundreds.
_YOUNG = 200_000


@contextmanager
def collecting_rarely() -> Iterator[None]:
    """Look for garbage rarely: a design in the making is millions of objects that all stay.

    To look through them again and again takes a third of the time.
    """
    before = gc.get_threshold()
    gc.set_threshold(_YOUNG, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
