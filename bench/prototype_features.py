"""Prototypes of what a hidden layer of nBP fires, beside those of the inputs, over several seeds.

``python -m backspike.bench.prototype_features --dataset mnist --held-out 10000``

The hidden layer is learned before, and then stays: all by the equations.
"""

from pathlib import Path

import click
import numpy as np
from rich.console import Console
from rich.table import Table

from backspike.bench.continual import (
    MEASURES,
    add_row,
    held_out,
    learned,
    task_options,
)
from backspike.experiments.continual_lessons import Lesson, split_lessons
from backspike.experiments.continual_settings import ContinualSettings
from backspike.experiments.continual_strategies import PrototypeStrategy
from backspike.experiments.inputs import load_data
from backspike.golden.nbp.equations import forward
from backspike.golden.nbp.initial_weights import init_weights
from backspike.golden.nbp.training import epoch_order, train
from backspike.golden.nbp.units import HALF_THETA
from backspike.golden.prototypes.options import PrototypeOptions
from backspike.hdl.params import DEFAULT_LANES

__all__ = ["FEATURES"]

#: What prototypes are of: lessons that the hidden layer has learned before, if it is there, and
#: whether the inputs are there, too.
FEATURES: dict[str, tuple[int | None, bool]] = {
    "inputs": (None, True),
    "hidden layer, random": (0, False),
    "hidden layer, of the first pair": (1, False),
    "hidden layer, of all pairs at once": (5, False),
    "inputs and hidden layer, of the first pair": (1, True),
    "inputs and hidden layer, of all pairs at once": (5, True),
}

#: First bias where inputs and hidden layer are there: twice as many are active, as of inputs alone.
_FIRST_OF_BOTH = 2 * PrototypeOptions.first


def _hidden_weights(lessons: list[Lesson], known: int, hidden: int, seed: int) -> np.ndarray:
    """Weights from the inputs to a hidden layer that learned the first lessons, all at once."""
    settings = ContinualSettings(seed=seed)
    weights = init_weights((lessons[0].x_train.shape[1], hidden, lessons[0].rivals.size), seed)
    if known:
        x = np.concatenate([lesson.x_train for lesson in lessons[:known]])
        y = np.concatenate([lesson.y_train for lesson in lessons[:known]])
        train(weights, x, y, epoch_order(len(y), seed, 0), learning=settings.learning)
    return weights[0]


def _seen(x: np.ndarray, weights: np.ndarray, *, with_inputs: bool) -> np.ndarray:
    """Spikes of a hidden layer, after the inputs if these are there, too."""
    spikes = (forward([weights], x)[0] > HALF_THETA).astype(np.uint8)
    return np.hstack([x, spikes]) if with_inputs else spikes


@click.command()
@task_options
@click.option("--hidden", default=400, type=click.IntRange(1), show_default=True)
@click.option("--per-class", default=40, type=click.IntRange(1, 128), show_default=True)
def main(
    dataset: str, data_dir: Path | None, count: int, hidden: int, per_class: int, seeds: int
) -> None:
    """Print a row for each kind of features."""
    console = Console(width=140)
    lessons = split_lessons(held_out(load_data(dataset, data_dir), count), 2)
    table = Table("prototypes of", "on", *MEASURES, title=f"{dataset}, {seeds} seeds")
    for name, (known, with_inputs) in FEATURES.items():
        results, active = [], 0.0
        for seed in range(1, seeds + 1):
            shown = lessons
            if known is not None:
                weights = _hidden_weights(lessons, known, hidden, seed)
                shown = [
                    lesson._replace(
                        x_train=_seen(lesson.x_train, weights, with_inputs=with_inputs),
                        x_test=_seen(lesson.x_test, weights, with_inputs=with_inputs),
                    )
                    for lesson in lessons
                ]
            active += float(np.mean([lesson.x_test.sum(axis=1).mean() for lesson in shown]))
            n_in, n_out = shown[0].x_train.shape[1], shown[0].rivals.size
            first = _FIRST_OF_BOTH if known is not None and with_inputs else PrototypeOptions.first
            options = PrototypeOptions(per_class=per_class, first=first)
            strategy = PrototypeStrategy(n_in, n_out, options, DEFAULT_LANES, seed)
            results.append(learned(shown, strategy, "prototypes", seed))
        add_row(console, table, results, name, f"{active / seeds:.0f}")
    console.print(table)


if __name__ == "__main__":
    main()
