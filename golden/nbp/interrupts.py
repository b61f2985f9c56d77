"""Ctrl-C, and other signals to stop, that wait for a good moment."""

import signal
import threading
from collections.abc import Callable
from types import FrameType, TracebackType
from typing import Any

__all__ = ["DeferredInterrupt"]

_STOPS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class DeferredInterrupt:
    """Hold back signals to stop while a piece of work must not be torn apart.

    Used as a context. A first SIGINT, SIGTERM or SIGHUP inside it is remembered; `check` at a point
    where everything is consistent, or else the end of the context, hands it to the handler from
    before (Python's own raises `KeyboardInterrupt`). A second one goes straight through, so that
    work that hangs can still be stopped. A signal without a handler of Python keeps its effect.
    Outside the main thread, where Python allows no signal handlers and delivers no signals, the
    context does nothing.
    """

    def __init__(self) -> None:
        self._frame: FrameType | None = None
        self._pending: int | None = None
        self._before: dict[int, Callable[[int, FrameType | None], Any]] = {}

    def __enter__(self) -> "DeferredInterrupt":
        if threading.current_thread() is threading.main_thread():
            handlers = {number: signal.getsignal(number) for number in _STOPS}
            self._before = {int(n): handler for n, handler in handlers.items() if callable(handler)}
            for number in self._before:
                signal.signal(number, self._remember)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)
        if kind is None:
            self.check()

    def check(self) -> None:
        """Deliver a signal that came since the last check."""
        if self._pending is not None:
            number, self._pending = self._pending, None
            self._before[number](number, self._frame)

    def _remember(self, number: int, frame: FrameType | None) -> None:
        if self._pending is not None:
            self.check()
        self._pending, self._frame = number, frame
