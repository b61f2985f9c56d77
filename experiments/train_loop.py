"""Trains epoch after epoch, so that an interrupted run goes on as if nothing had happened."""

import time
from collections.abc import Callable

import numpy as np

from backspike.experiments.data.datasets import Dataset
from backspike.experiments.learners import Learner
from backspike.experiments.runs import Checkpoint, RunConfig, RunFolder
from backspike.golden.nbp.equations import epoch_order, evaluate
from backspike.golden.nbp.interrupts import DeferredInterrupt
from backspike.golden.nbp.learning import Phase

__all__ = ["CHECKPOINT_SECONDS", "run_training"]

#: Longest time between two checkpoints.
CHECKPOINT_SECONDS = 60.0

Samples = Callable[[int, np.ndarray], np.ndarray]


def run_training(
    config: RunConfig,
    data: Dataset,
    samples: Samples,
    learner: Learner,
    state: Checkpoint,
    folder: RunFolder,
    epochs: int,
    *,
    progress: Callable[[Checkpoint], None],
    on_epoch: Callable[[Checkpoint], None],
) -> None:
    """Train until ``epochs`` are done, from wherever ``state`` is; ``state`` follows.

    ``samples`` gives the inputs of some samples in an epoch.

    Writes a checkpoint after each epoch, every minute, and on Ctrl-C, which is raised again.
    """
    totals = dict(state.totals)
    saved = started = time.monotonic()

    def save() -> None:
        # A resumed run starts from the weights of the equations, so they are compared before.
        worst = state.totals.get("mismatches", 0)
        if config.check:
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
        folder.save_checkpoint(config, state)

    try:
        while state.epoch < epochs:
            learner.begin(Phase(state.epoch))
            order = epoch_order(len(data.y_train), config.seed, state.epoch, config.order)
            while state.position < len(order):
                part = order[state.position : state.position + learner.chunk]
                with DeferredInterrupt():
                    x = samples(state.epoch, part)
                    state.hits += learner.learn(x, data.y_train[part])
                    state.position += len(part)
                    if time.monotonic() - saved > CHECKPOINT_SECONDS:
                        save()
                        saved = time.monotonic()
                progress(state)
            with DeferredInterrupt():
                accuracy = evaluate(learner.weights(), data.x_test, data.y_test)
                state.history.append({
                    "epoch": state.epoch + 1,
                    "train_exact": state.hits / len(order),
                    **{f"test_{name}": value for name, value in accuracy._asdict().items()},
                })
                state.epoch, state.position, state.hits = state.epoch + 1, 0, 0
                save()
            progress(state)
            on_epoch(state)
    except KeyboardInterrupt:
        save()
        raise
