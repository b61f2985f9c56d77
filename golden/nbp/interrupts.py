"""Ctrl-C that waits for a good moment."""

import signal
import threading
from types import FrameType, TracebackType

__all__ = ["DeferredInterrupt"]


class DeferredInterrupt:
    """Hold back Ctrl-C while a piece of work must not be torn apart.

    Used as a context. A first SIGINT inside it is remembered; `check` at a point where everything
    is consistent, or else the end of the context, hands it to the handler from before
    (Python's own raises `KeyboardInterrupt`). A second SIGINT goes straight through, so that
    work that hangs can still be stopped. Outside the main thread, where Python allows no signal
    handlers and delivers no signals, the context does nothing.
    """

    def __init__(self) -> None:
        self._frame: FrameType | None = None
        self._pending = False
        self._active = False

    def __enter__(self) -> "DeferredInterrupt":
        self._previous = signal.getsignal(signal.SIGINT)
        in_main = threading.current_thread() is threading.main_thread()
        self._active = in_main and callable(self._previous)
        if self._active:
            signal.signal(signal.SIGINT, self._remember)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._active:
            signal.signal(signal.SIGINT, self._previous)
            if kind is None:
                self.check()

    def check(self) -> None:
        """Deliver a SIGINT that came since the last check."""
        if self._pending and callable(self._previous):
            self._pending = False
            self._previous(signal.SIGINT, self._frame)

    def _remember(self, number: int, frame: FrameType | None) -> None:
        if self._pending:
            self.check()
        self._pending, self._frame = True, frame
