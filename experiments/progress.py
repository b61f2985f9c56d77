"""Progress: bars on a terminal, lines elsewhere, both with rate and time left."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Protocol

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.text import Text

__all__ = ["Bars", "bars", "duration", "epoch_line", "say_interrupted"]

#: Seconds between two lines of progress where there is no terminal: short for minutes, then more
#: and more, a share of the time that has passed.
SHORTEST_SILENCE, LONGEST_SILENCE, SHARE = 4.0, 60.0, 1 / 60


class _Rate(ProgressColumn):
    """Samples per second."""

    def render(self, task: Task) -> Text:
        return Text(f"{task.speed:,.0f}/s" if task.speed else "", style="cyan")


class Bars(Protocol):
    """Progress of tasks, a context: what :class:`rich.progress.Progress` has, and others may."""

    def add_task(self, description: str, *, total: float | None) -> TaskID:
        """Begin a task of so many parts."""
        ...

    def update(
        self, task: TaskID, /, *, completed: float | None = None, description: str | None = None
    ) -> None:
        """Say how many parts are done, and what is being done now."""
        ...

    def advance(self, task: TaskID, /, advance: float = 1) -> None:
        """Say that more parts are done."""
        ...


class _Log:
    """Progress as lines, every few seconds at first and more and more seldom."""

    def __init__(self, console: Console, clock: Callable[[], float]) -> None:
        self._console, self._clock = console, clock
        self._task, self._total, self._done = "", 0.0, 0.0

    def add_task(self, description: str, *, total: float | None) -> TaskID:
        """See :meth:`Bars.add_task`; one task is followed at a time."""
        self._task, self._total, self._done = description, total or 0.0, 0.0
        self._begun = self._said = self._clock()
        self._before: float | None = None
        return TaskID(0)

    def update(
        self, task: TaskID, /, *, completed: float | None = None, description: str | None = None
    ) -> None:
        """See :meth:`Bars.update`."""
        self._task = description or self._task
        self._done = self._done if completed is None else completed
        if self._before is None:  # where a run goes on, not all was done now
            self._before = self._done
        now = self._clock()
        spent = now - self._begun
        if now - self._said < min(LONGEST_SILENCE, max(SHORTEST_SILENCE, spent * SHARE)):
            return
        self._said = now
        rate = (self._done - self._before) / spent
        left = (self._total - self._done) / rate if rate else 0.0
        line = f"{self._task}: {self._done:,.0f} of {self._total:,.0f}"
        if rate:
            line += f", {rate:,.0f}/s" if rate >= 1 else f", {duration(1 / rate)} each"
        if self._done < self._total and rate:
            line += f", {duration(left)} left"
        self._console.print(line, highlight=False, soft_wrap=True)

    def advance(self, task: TaskID, /, advance: float = 1) -> None:
        """See :meth:`Bars.advance`."""
        if self._before is None:
            self._before = 0.0
        self.update(task, completed=self._done + advance)


def duration(seconds: float) -> str:
    """A time in words: ``12 s``, ``3 min 5 s``, ``2 h 10 min``."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


@contextmanager
def bars(console: Console, clock: Callable[[], float] = time.monotonic) -> Iterator[Bars]:
    """A bar with what is done, how fast, and the time left; lines with the same elsewhere."""
    if not console.is_terminal:
        yield _Log(console, clock)
        return
    with Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        _Rate(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=console,
    ) as progress:
        yield progress


def epoch_line(
    entry: Mapping[str, float],
    epochs: int,
    mismatches: int | None,
    rate: float,
    left: float,
    chance: float,
) -> str:
    """The line for a finished epoch, of its entry in the history.

    ``rate`` is in samples a second, ``left`` in seconds; ``chance`` is the accuracy of always
    saying the same class.
    """
    parts = []
    for split in ("train", "val", "test"):
        found = {name: entry.get(f"{split}_{name}") for name in ("exact", "spikes", "membrane")}
        told = [f"{name} {value:.4f}" for name, value in found.items() if value is not None]
        parts += [f"{split} {told[0]}", *told[1:]] if told else []
    parts[0] = f"epoch {entry['epoch']}/{epochs}: {parts[0]}"
    parts[-1] += f" (chance {chance:.2f})"
    if mismatches is not None:
        parts.append(f"mismatches {mismatches}")
    parts.append(f"{rate:,.0f} samples/s")
    if left:
        parts.append(f"{duration(left)} left")
    return ", ".join(parts)


def say_interrupted(console: Console, command: str) -> None:
    """Say how to go on with a run that was interrupted, of the command that it was begun with."""
    again = f"{command.removesuffix(' --resume')} --resume"
    with suppress(OSError):  # the terminal may be gone
        console.print(f"interrupted; to go on: {again}", highlight=False, soft_wrap=True)
