"""Progress of a run that trains: a bar, and a line for every finished epoch above it."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NamedTuple

from backspike.cli.console import console
from backspike.experiments.checkpoint import Checkpoint
from backspike.experiments.progress import bars, epoch_line

__all__ = ["Followed", "followed"]


class Followed(NamedTuple):
    """Functions that the training loop calls."""

    show: Callable[[int], None]
    """After some samples."""
    tell: Callable[[], None]
    """After an epoch."""


@contextmanager
def followed(
    state: Checkpoint, samples: int, epochs: int, *, check: bool, guessed: float
) -> Iterator[Followed]:
    """Follow the training of so many samples an epoch, wherever ``state`` is.

    ``guessed`` is the accuracy of always saying the same class; with ``check``, lines tell how many
    weights differ from the equations.
    """
    begun, before = time.monotonic(), state.epoch * samples + state.position
    with bars(console) as progress:
        task = progress.add_task("train", total=epochs * samples)

        def show(_: int = 0) -> None:
            done = state.epoch * samples + state.position
            epoch = min(state.epoch + 1, epochs)
            progress.update(task, completed=done, description=f"epoch {epoch}/{epochs}")

        def tell() -> None:
            nonlocal begun, before
            show()
            now, done = time.monotonic(), state.epoch * samples
            rate = (done - before) / max(now - begun, 1e-9)
            begun, before = now, done
            mismatches = int(state.totals["mismatches"]) if check else None
            left = (epochs * samples - done) / rate if rate else 0.0
            line = epoch_line(state.history[-1], epochs, mismatches, rate, left, guessed)
            console.print(line, highlight=False, soft_wrap=True)

        show()
        yield Followed(show, tell)
