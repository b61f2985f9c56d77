"""Trains epoch after epoch, so that an interrupted run goes on as if nothing had happened."""

import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

import numpy as np

from backspike.experiments.data.datasets import Dataset
from backspike.experiments.learners import Learner
from backspike.experiments.runs import Checkpoint
from backspike.golden.nbp.arguments import Shapes
from backspike.golden.nbp.equations import evaluate
from backspike.golden.nbp.interrupts import DeferredInterrupt
from backspike.golden.nbp.learning import TrainingPhase
from backspike.golden.nbp.training import epoch_order

__all__ = [
    "CHECKPOINT_SECONDS",
    "Epoch",
    "Samples",
    "accuracies",
    "learn_epochs",
    "shuffled_epochs",
    "train_on",
]

#: Longest time between two checkpoints.
CHECKPOINT_SECONDS = 60.0

#: Inputs, of an epoch and the numbers of some samples.
Samples = Callable[[int, np.ndarray], np.ndarray]


class Epoch(NamedTuple):
    """Samples in the order in which they are learned."""

    phase: TrainingPhase
    inputs: Callable[[slice], Any]
    """Inputs of a part of them, as the learner takes them: mostly uint8 (samples, n_in)."""
    classes: np.ndarray
    """Of all of them, (samples,)."""


def shuffled_epochs(
    samples: Samples,
    classes: np.ndarray,
    *,
    seed: int,
    order: str = "shuffled",
    first: int = 0,
    end: int,
) -> Iterator[Epoch]:
    """Epochs ``first`` to ``end - 1`` of samples, in the order of :func:`epoch_order`."""
    for number in range(first, end):
        numbers = epoch_order(len(classes), seed, number, order)

        def inputs(part: slice, number: int = number, numbers: np.ndarray = numbers) -> np.ndarray:
            return samples(number, numbers[part])

        yield Epoch(TrainingPhase(number), inputs, classes[numbers])


def learn_epochs(
    learner: Learner,
    epochs: Iterable[Epoch],
    state: Checkpoint,
    *,
    on_end: Callable[[int], None] = lambda samples: None,
    on_epoch: Callable[[], None] = lambda: None,
    progress: Callable[[int], None] = lambda samples: None,
    write: Callable[[Checkpoint], None] | None = None,
    check: bool = True,
) -> None:
    """Learn epochs, the first of them from ``state.position`` on; ``state`` follows.

    Parameters
    ----------
    on_end : callable
        Told of an epoch's end before the checkpoint, with the number of its samples: adds to the
        history of ``state`` what they came to.
    on_epoch : callable
        Told of it once that is safe.
    progress : callable
        Told of the number of samples that were just learned.
    write : callable, optional
        Writes a checkpoint: after each epoch, every minute, and on Ctrl-C, which is raised again.
    check : bool
        True if a checkpoint compares a circuit with the equations.
    """
    totals = dict(state.totals)
    saved = started = time.monotonic()

    def save() -> None:
        # A resumed run starts from the weights of the equations, so they are compared before.
        worst = state.totals.get("mismatches", 0)
        if check:
            worst = max(worst, learner.mismatches())
        checked = learner.seconds_check
        spent = {
            "seconds_check": checked,
            "seconds_train": time.monotonic() - started - checked,
            **learner.counters(),
        }
        state.totals = totals | {name: totals.get(name, 0) + n for name, n in spent.items()}
        state.totals["mismatches"] = worst
        state.weights, state.backward, state.random = learner.arrays()
        if write:
            write(state)

    try:
        for epoch in epochs:
            learner.begin(epoch.phase)
            while state.position < len(epoch.classes):
                part = slice(state.position, state.position + learner.chunk)
                classes = epoch.classes[part]
                with DeferredInterrupt():
                    state.hits += learner.learn(epoch.inputs(part), classes)
                    state.position += len(classes)
                    if write and time.monotonic() - saved > CHECKPOINT_SECONDS:
                        save()
                        saved = time.monotonic()
                progress(len(classes))
            with DeferredInterrupt():
                state.epoch += 1
                on_end(len(epoch.classes))
                state.position = state.hits = 0
                save()
            on_epoch()
    except KeyboardInterrupt:
        save()
        raise


def accuracies(
    weights: list[np.ndarray], data: Dataset, shapes: Shapes | None = None
) -> dict[str, float]:
    """By each way of reading: ``test_exact`` and so on and, if there is such a split, ``val_``."""
    splits = {"test": (data.x_test, data.y_test)}
    if data.x_val is not None and data.y_val is not None:
        splits["val"] = data.x_val, data.y_val
    return {
        f"{split}_{name}": value
        for split, (x, y) in splits.items()
        for name, value in evaluate(weights, x, y, shapes)._asdict().items()
    }


def train_on(
    learner: Learner,
    data: Dataset,
    state: Checkpoint,
    *,
    epochs: int,
    seed: int,
    order: str = "shuffled",
    samples: Samples | None = None,
    shapes: Shapes | None = None,
    on_epoch: Callable[[], None] = lambda: None,
    progress: Callable[[int], None] = lambda samples: None,
    write: Callable[[Checkpoint], None] | None = None,
    check: bool = True,
) -> None:
    """Train on a data set until ``epochs`` are done, from wherever ``state`` is.

    After each epoch, the history of ``state`` gets the :func:`accuracies`. ``samples`` gives the
    inputs, if they are not those of ``data``; ``shapes`` are those of the layers of weights, if not
    all are matrices; the rest is that of :func:`learn_epochs`.
    """

    def test(count: int) -> None:
        exact = {"epoch": state.epoch, "train_exact": state.hits / count}
        state.history.append(exact | accuracies(learner.weights(), data, shapes))

    learn_epochs(
        learner,
        shuffled_epochs(
            samples or (lambda epoch, numbers: data.x_train[numbers]),
            data.y_train,
            seed=seed,
            order=order,
            first=state.epoch,
            end=epochs,
        ),
        state,
        on_end=test,
        on_epoch=on_epoch,
        progress=progress,
        write=write,
        check=check,
    )
