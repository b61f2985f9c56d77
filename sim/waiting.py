"""Work that takes long and cannot say how much of it is left, told while it lasts."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread
from typing import Any, Self

from numba.core import event as numba_event
from rich.console import Console
from rich.text import Text

__all__ = ["Building", "Waiting", "told_kernels"]

#: Seconds after which work is told of, and between two lines where there is no terminal.
PATIENCE, INTERVAL = 1.0, 4.0
_COMPILED = "numba:compile"
_BLINK = 0.5  # seconds between two looks at the time on a terminal


class Waiting:
    """A spinner with the time on a terminal, one line in a notebook; else a line every few seconds.

    Nothing is shown of what is over within ``patience``. It begins as a context, or with the first
    :meth:`say`, and can begin again after its end: parts that follow each other at once are one.

    Parameters
    ----------
    console : Console
        Where it is shown.
    what : str
        The work.
    patience, interval : float
        Seconds before the first word, and between two lines, if not those of all.
    """

    def __init__(
        self,
        console: Console,
        what: str,
        patience: float | None = None,
        interval: float | None = None,
    ) -> None:
        self._console, self._what = console, what
        self._patience = PATIENCE if patience is None else patience
        self._interval = INTERVAL if interval is None else interval
        self._detail, self._over = "", Event()
        self._thread: Thread | None = None
        self._line: Any = None  # in a notebook
        self._begun = self._ended = self._due = float("-inf")

    def __enter__(self) -> Self:
        self.say("")
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    def say(self, detail: str) -> None:
        """Begin, or go on with something else."""
        self._detail = detail
        if self._thread is None:
            now = time.monotonic()
            if now - self._ended > self._patience:
                self._begun, self._due = now, max(self._due, now + self._patience)
            self._over.clear()
            self._thread = Thread(target=self._show, daemon=True)
            self._thread.start()

    def end(self) -> float:
        """End; returns the seconds that it took, 0 if it had not begun."""
        thread, self._thread = self._thread, None
        if thread is None:
            return 0.0
        self._over.set()
        thread.join()
        self._ended = time.monotonic()
        return self._ended - self._begun

    def _show(self) -> None:
        while not self._over.wait(max(0.0, self._due - time.monotonic())):
            if self._console.is_terminal:
                with self._console.status(Text(self._text())) as status:
                    while not self._over.wait(_BLINK):
                        status.update(Text(self._text()))
                return
            if self._console.is_jupyter:
                self._update()
            else:
                self._console.print(self._text(), highlight=False, markup=False, soft_wrap=True)
            self._due = time.monotonic() + self._interval

    def _update(self) -> None:
        """Show the text in a line of the notebook, the same each time."""
        from IPython.display import display  # which whoever shows a notebook has

        text = {"text/plain": self._text()}
        if self._line is None:
            self._line = display(text, raw=True, display_id=True)
        else:
            self._line.update(text, raw=True)

    def _text(self) -> str:
        what = f"{self._what}: {self._detail}" if self._detail else self._what
        return f"{what}, {time.monotonic() - self._begun:.0f} s"


class Building:
    """Tells of a simulator's build, from before its Verilog is made; a context.

    It is a :data:`backspike.sim.engines.verilator_build.BuildProgress`, for whatever builds.
    """

    def __init__(self, console: Console) -> None:
        self._console = console
        self._waiting = Waiting(console, "building the simulator (once: it is kept)")

    def __enter__(self) -> Self:
        self._waiting.say("the design as Verilog")
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    def __call__(self, what: str, done: int, total: int) -> None:
        """Say what is being done, and how many parts of it are."""
        self._waiting.say(f"{what} {done}/{total}" if total > 1 else what)

    def end(self) -> None:
        """Say how long it took, unless that was no time; the first time only."""
        seconds = self._waiting.end()
        if seconds > PATIENCE:
            text = f"the simulator was ready after {seconds:.0f} s"
            self._console.print(text, highlight=False)


class _Compilations(numba_event.Listener):
    """Tells of kernels that numba compiles, each with those that it calls."""

    def __init__(self, waiting: Waiting) -> None:
        self._waiting, self._depth = waiting, 0

    def on_start(self, event: numba_event.Event) -> None:
        """See :class:`numba.core.event.Listener`."""
        self._depth += 1
        self._waiting.say(event.data["dispatcher"].py_func.__name__)

    def on_end(self, event: numba_event.Event) -> None:
        """See :class:`numba.core.event.Listener`."""
        self._depth -= 1
        if not self._depth:
            self._waiting.end()


@contextmanager
def told_kernels(console: Console) -> Iterator[None]:
    """Tell of kernels that are compiled meanwhile: of those that the cache does not have."""
    waiting = Waiting(console, "compiling functions (once: they are kept)")
    listener = _Compilations(waiting)
    numba_event.register(_COMPILED, listener)
    try:
        yield
    finally:
        numba_event.unregister(_COMPILED, listener)
        waiting.end()
