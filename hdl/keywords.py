"""Keywords of calls: an unknown one is refused with those that there are, the nearest first."""

import functools
import inspect
from collections.abc import Callable, Iterable
from difflib import SequenceMatcher, get_close_matches
from typing import Any, TypeVar, cast

__all__ = ["check_keywords", "names_keywords"]

Called = TypeVar("Called", bound=Callable[..., Any])


def check_keywords(what: str, keywords: Iterable[str], known: Iterable[str]) -> None:
    """Raise TypeError for the first keyword that is not known.

    Parameters
    ----------
    what : str
        The callable, such as ``connect()``.
    keywords, known : iterable of str
        Those of a call, and those that there are.
    """
    names = list(known)
    for keyword in keywords:
        if keyword not in names:
            near = sorted(names, key=lambda name: -SequenceMatcher(None, keyword, name).ratio())
            meant = get_close_matches(keyword, names, 1)
            hint = f" (did you mean {meant[0]}?)" if meant else ""
            raise TypeError(
                f"keyword of {what} must be one of {', '.join(near)}, not {keyword!r}{hint}"
            )


def names_keywords(called: Called) -> Called:
    """Decorator of a function or class, whose calls are checked by :func:`check_keywords`."""
    if isinstance(called, type):
        method = called.__init__  # type: ignore[misc]
        called.__init__ = _checked(method, f"{called.__name__}()")  # type: ignore[misc]
        return called
    return cast(Called, _checked(called, f"{called.__name__}()"))


def _checked(called: Callable[..., Any], what: str) -> Callable[..., Any]:
    signature = inspect.signature(called)
    names = [name for name in signature.parameters if name != "self"]
    known = frozenset(names)

    @functools.wraps(called)
    def checked(*arguments: Any, **keywords: Any) -> Any:
        if not keywords.keys() <= known:
            check_keywords(what, keywords, names)
        try:
            return called(*arguments, **keywords)
        except TypeError:
            # Its own, unless the call itself does not fit: looked at only now, since it is slow.
            try:
                signature.bind(*arguments, **keywords)
            except TypeError as error:
                raise TypeError(f"{what}: {error}; it takes {', '.join(names)}") from None
            raise

    return checked
