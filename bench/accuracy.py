"""Test accuracy of the nBP equations, epoch by epoch: numbers as JSON, curves as a picture.

``python -m backspike.bench.accuracy --dataset mnist --epochs 60 --seed 1 --out mnist.json``
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click
import numpy as np
from rich.progress import Progress

from backspike.experiments.data.datasets import DEFAULT_ENCODERS, Dataset, load_dataset
from backspike.experiments.data.source import DataError
from backspike.experiments.equations_learner import EquationsLearner, EquationsState
from backspike.experiments.pictures import CURVES
from backspike.experiments.runs import Checkpoint
from backspike.experiments.train_loop import train_on
from backspike.golden.nbp.equations import Accuracy
from backspike.golden.nbp.initial_weights import init_weights
from backspike.sim.figures import Picture, colour, new_figure, style
from backspike.sim.labels import End, label_ends

__all__ = ["draw", "learn", "summarise"]

READ_OUTS = Accuracy._fields
#: Colours of the read-outs, as in the report of a run.
HUES = {name: CURVES[f"test_{name}"][1] for name in READ_OUTS}
LAST = 5  # the figure of merit is the best of so many last epochs


def learn(
    dataset: Dataset, hidden: Sequence[int], epochs: int, seed: int, progress: Progress
) -> dict[str, list[float]]:
    """Train from random weights and evaluate after every epoch.

    Returns
    -------
    dict
        Test accuracy per epoch, as fractions, for each read-out, and ``train_exact``: the exact
        hits in training, each before its own update.
    """
    weights = init_weights([dataset.n_in, *hidden, dataset.n_classes], seed)
    equations = EquationsState.fresh(weights)
    state = Checkpoint(*equations)
    task = progress.add_task(f"seed {seed}", total=epochs * len(dataset.y_train))

    def tell() -> None:
        membrane = state.history[-1]["test_membrane"]
        progress.update(task, description=f"seed {seed}, membrane {membrane:.4f}")

    train_on(
        EquationsLearner(equations),
        dataset,
        state,
        epochs=epochs,
        seed=seed,
        on_epoch=tell,
        progress=lambda done: progress.advance(task, done),
    )
    curves = {name: [entry[f"test_{name}"] for entry in state.history] for name in READ_OUTS}
    return curves | {"train_exact": [round(entry["train_exact"], 6) for entry in state.history]}


def summarise(runs: dict[str, dict[str, list[float]]]) -> dict[str, dict[str, float]]:
    """The best test accuracy of the last epochs, per seed and read-out."""
    return {
        seed: {name: max(curves[name][-LAST:]) for name in READ_OUTS}
        for seed, curves in runs.items()
    }


@style()
def draw(result: Mapping[str, Any]) -> Picture:
    """Curves of one result: every seed thin, their mean bold.

    The figures beside the curves are each seed's best of the last epochs, averaged over the seeds.
    """
    figure = new_figure(7, 4)
    axes = figure.subplots()
    epochs = np.arange(1, result["epochs"] + 1)
    ends, told = [], []
    for name, hue in HUES.items():
        curves = 100 * np.array([run[name] for run in result["runs"].values()])
        axes.plot(epochs, curves.T, color=colour(hue), linewidth=0.6, alpha=0.5)
        mean = curves.mean(axis=0)
        axes.plot(epochs, mean, color=colour(hue), linewidth=2)
        best = curves[:, -LAST:].max(axis=1)
        ends.append(End(epochs[-1], mean[-1], f"{name} {best.mean():.1f}", hue))
        told.append(f"{name} {mean[0]:.1f} to {best.mean():.1f}")
    title = f"{result['dataset']} {'-'.join(map(str, result['layers']))}"
    axes.set(
        title=f"{title}, nBP equations (seeds {', '.join(result['runs'])}; mean bold)",
        xlabel=f"epoch (right: best of the last {LAST}, mean of the seeds)",
        ylabel="test accuracy, %",
        xlim=(1, max(2, epochs[-1])),
    )
    axes.locator_params(axis="x", integer=True)
    axes.grid(lw=0.6)
    label_ends(axes, ends)
    return Picture(figure, f"{title}, test accuracy over {epochs[-1]} epochs, %: {', '.join(told)}")


@click.command()
@click.option("--dataset", "name", default="mnist", show_default=True, help="Data set.")
@click.option("--data-dir", type=click.Path(path_type=Path), help="Folder of the IDX files.")
@click.option("--hidden", default="400", show_default=True, help="Sizes, as 400 or 400,400.")
@click.option("--epochs", default=60, show_default=True, type=click.IntRange(1))
@click.option("--seed", "seeds", multiple=True, default=[1], type=int, help="May be repeated.")
@click.option("--out", required=True, type=click.Path(path_type=Path), help="JSON to write.")
@click.option("--picture", type=click.Path(path_type=Path), help="SVG or PNG to write.")
def main(
    name: str,
    data_dir: Path | None,
    hidden: str,
    epochs: int,
    seeds: Sequence[int],
    out: Path,
    picture: Path | None,
) -> None:
    """Train the equations and record the test accuracy after every epoch."""
    try:
        dataset = load_dataset(name, data_dir=data_dir, progress=True)
        sizes = [int(size) for size in hidden.split(",")]
    except DataError as error:
        raise click.UsageError(str(error)) from None
    except ValueError:
        raise click.BadParameter(f"sizes separated by commas, not {hidden!r}") from None
    with Progress() as progress:
        runs = {str(seed): learn(dataset, sizes, epochs, seed, progress) for seed in seeds}
    result = {
        "dataset": name,
        "encoder": DEFAULT_ENCODERS.get(name),
        "layers": [dataset.n_in, *sizes, dataset.n_classes],
        "variant": "circuit",
        "epochs": epochs,
        "train_samples": len(dataset.y_train),
        "test_samples": len(dataset.y_test),
        f"best_of_last_{LAST}": summarise(runs),
        "runs": runs,
    }
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(json.dumps(result, indent=1) + "\n")
    if picture is not None:
        picture.parent.mkdir(parents=True, exist_ok=True)
        draw(result).save(picture)
    for seed, best in summarise(runs).items():
        line = ", ".join(f"{read_out} {value:.4f}" for read_out, value in best.items())
        click.echo(f"{name}, seed {seed}, best of the last {LAST} epochs: {line}")


if __name__ == "__main__":
    main()
