"""Arrays of ports, lane by lane."""

from collections.abc import Iterable
from typing import Any

__all__ = ["each"]


def each(sinks: Iterable[Any], sources: Iterable[Any]) -> list[Any]:
    """Statements that assign every one of ``sources`` to its sink.

    Raises
    ------
    ValueError
        If there are more of the ones than of the others.
    """
    return [sink.eq(source) for sink, source in zip(sinks, sources, strict=True)]
