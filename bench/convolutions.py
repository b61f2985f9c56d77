"""Accuracy of nBP with convolutions, epoch by epoch; on request, learned by a core as well.

``python -m backspike.bench.convolutions --dataset mnist --kernels 32x5x5/2,32x5x5/2 --epochs 10``
"""

import time
from pathlib import Path
from typing import Any

import click

from backspike.cli.engines import ENGINES, make_engine
from backspike.experiments.circuits import CIRCUITS
from backspike.experiments.data.datasets import Dataset
from backspike.experiments.equations_learner import EquationsLearner, EquationsState
from backspike.experiments.inputs import load_data, shortened, training_samples
from backspike.experiments.kernels_text import layer_shapes
from backspike.experiments.learners import CircuitLearner, Learner
from backspike.experiments.runs import Checkpoint
from backspike.experiments.train_loop import train_on
from backspike.golden.engine import all_cycles
from backspike.golden.errors import UserError
from backspike.golden.nbp.arguments import check_convolutions
from backspike.golden.nbp.initial_weights import init_kernels
from backspike.golden.nbp.layer_shapes import LayerShape
from backspike.golden.nbp.learning import LearningOptions

__all__ = ["make_learner"]


def make_learner(
    shapes: tuple[LayerShape, ...],
    learning: LearningOptions,
    seed: int,
    lanes: int,
    engine: str | None,
) -> tuple[Learner, EquationsState]:
    """The equations, or a folded circuit on an engine beside them, and the state of both."""
    check_convolutions(shapes, "circuit", lanes)
    weights = init_kernels(shapes, seed)
    state = EquationsState.fresh(weights, rate=learning.rate, lanes=lanes, seed=seed)
    equations = EquationsLearner(state, learning, shapes=shapes)
    if engine is None:
        return equations, state
    circuit = CIRCUITS["folded"].learn(weights, lanes, learning=learning, seed=seed, shapes=shapes)
    for cost in circuit.program.costs:
        click.echo(f"{cost.name}: {cost.words} words, {cost.lists} lists, {cost.bits} bits")
    click.echo(str(circuit.program.params))
    core = make_engine(engine, circuit.program.params)
    return CircuitLearner(circuit, core, equations), state


def _rates(_context: click.Context, _option: click.Parameter, text: str) -> tuple[int, ...]:
    try:
        return tuple(int(rate) for rate in text.split(","))
    except ValueError:
        raise click.BadParameter(f"numbers separated by commas, not {text!r}") from None


def _tell(learner: Learner, state: Checkpoint, data: Dataset, started: float) -> None:
    """Print a line for an epoch that is done."""
    now = state.history[-1]
    split = "test" if data.x_val is None else "val"
    parts = [f"epoch {state.epoch}", f"train exact {now['train_exact']:.4f}"]
    parts += [f"{split} {name} {now[f'{split}_{name}']:.4f}" for name in ("membrane", "spikes")]
    samples = state.epoch * len(data.y_train)
    parts.append(f"{samples / (time.monotonic() - started):.0f} samples/s")
    if counters := learner.counters():
        parts.append(f"{all_cycles(counters) / samples:.0f} cycles a sample")
        parts.append(f"{learner.mismatches()} weights differ")
    click.echo(", ".join(parts))


@click.command()
@click.option("--dataset", default="mnist", show_default=True, help="Data set.")
@click.option("--data-dir", type=click.Path(path_type=Path), help="Folder of the IDX files.")
@click.option("--encoder", help="How images become spikes.")
@click.option("--validation", type=float, help="Share of the training samples to choose by.")
@click.option("--samples", type=int, help="Train on the first N samples only.")
@click.option("--kernels", default="32x5x5/2,32x5x5/2", show_default=True, help="Convolutions.")
@click.option("--hidden", default="", help="Sizes of dense hidden layers, as 100 or 100,50.")
@click.option("--rates", default="64,256", show_default=True, callback=_rates, help="By layer.")
@click.option("--halving", default=4, show_default=True, help="Epochs until rates are halved.")
@click.option("--margin", default=512, show_default=True)
@click.option("--window", default=16384, show_default=True)
@click.option("--dead-zone", default=64, show_default=True)
@click.option("--shifts", default=0, show_default=True, help="Pixels.")
@click.option("--epochs", default=10, show_default=True, type=click.IntRange(1))
@click.option("--seed", default=1, show_default=True)
@click.option("--lanes", default=16, show_default=True, help="Of the core that is followed.")
@click.option("--engine", type=click.Choice(ENGINES), help="A core that learns the same.")
def main(
    dataset: str,
    data_dir: Path | None,
    encoder: str | None,
    validation: float | None,
    samples: int | None,
    kernels: str,
    hidden: str,
    rates: tuple[int, ...],
    halving: int,
    margin: int,
    window: int,
    dead_zone: int,
    shifts: int,
    epochs: int,
    seed: int,
    lanes: int,
    engine: str | None,
) -> None:
    """Train a network with convolutions and print its accuracies after every epoch."""
    source: dict[str, Any] = {
        "dataset": dataset,
        "data_dir": data_dir,
        "encoder": encoder,
        "validation": validation,
    }
    try:
        data = shortened(load_data(**source), samples)
        moved = training_samples(data, shifts, seed, **source)
        if data.image_shape is None:
            raise UserError(f"{dataset}: the inputs are no images")
        sizes = [int(size) for size in hidden.split(",") if size]
        shapes = layer_shapes(data.image_shape, kernels, (*sizes, data.n_classes))
        learning = LearningOptions(margin, window, dead_zone, rates, halving)
        learner, state = make_learner(shapes, learning, seed, lanes, engine)
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    checkpoint, started = Checkpoint(*state), time.monotonic()
    train_on(
        learner,
        data,
        checkpoint,
        epochs=epochs,
        seed=seed,
        samples=moved,
        shapes=shapes,
        on_epoch=lambda: _tell(learner, checkpoint, data, started),
        check=engine is not None,
    )


if __name__ == "__main__":
    main()
