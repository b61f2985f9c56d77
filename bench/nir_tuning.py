"""Float networks of scikit-learn whose last layer goes on learning on the core, for another sensor.

``python -m backspike.bench.nir_tuning``

An MLPClassifier learns the embedded digits, 8 x 8 pixels, and is converted; then the sensor is
mounted upside down. The last layer learns the training samples as the sensor has them, on the
golden core; the samples for validation choose the epoch that is kept. Splits are those of
``backspike.bench.conversion``. The command fails unless the core gets as good as is promised.
"""

import json
from dataclasses import asdict, dataclass, fields
from pathlib import Path

import click
import numpy as np
from rich.console import Console
from rich.table import Table

from backspike.bench.conversion import HIDDEN, split, train
from backspike.cli.options import PATH
from backspike.experiments.files import check_file
from backspike.experiments.progress import bars
from backspike.golden.conversion.convert import convert
from backspike.golden.errors import UserError
from backspike.golden.files import write_text
from backspike.golden.nir.samples import Samples, spike_samples
from backspike.golden.nir.tuning import core_accuracy, tune_nir

__all__ = ["PROMISED", "Found", "measure", "turned"]

#: Steps of a sample, in each of which a pixel spikes with the probability of its brightness.
STEPS, EPOCHS = 32, 5
SEEDS = 3
#: Least mean accuracy after learning on the samples that are upside down.
PROMISED = 0.85


@dataclass(frozen=True)
class Found:
    """Accuracies of one seed on its test samples.

    Attributes
    ----------
    seed : int
    network : float
        Of the float network, on upright digits.
    upright, turned : float
        Of the core before it learns.
    turned_after, upright_after : float
        Of the core when it has learned digits that are upside down.
    """

    seed: int
    network: float
    upright: float
    turned: float
    turned_after: float
    upright_after: float


def turned(x: np.ndarray) -> np.ndarray:
    """Digits (n, 64) upside down: the pixels in the opposite order."""
    return x[:, ::-1]


def measure(seed: int, hidden: tuple[int, ...] = HIDDEN, epochs: int = EPOCHS) -> Found:
    """Train, convert, and let the core learn.

    Raises
    ------
    UserError
        If scikit-learn is not installed.
    """
    digits = split(seed)
    model = train(digits, hidden, seed)
    made = convert(model, digits["x_train"])

    def samples(part: str, upside_down: bool, number: int) -> Samples:
        x = digits[f"x_{part}"]
        x = turned(x) if upside_down else x
        spikes = made.spikes(x, STEPS, code="bernoulli", seed=10 * seed + number)
        return spike_samples(made.imported, spikes, digits[f"y_{part}"])

    learned, aside, test = (
        samples(part, True, number) for number, part in enumerate(("train", "val", "test"))
    )
    upright = samples("test", False, 3)
    found = tune_nir(made.imported, learned, validation=aside, epochs=epochs, seed=seed)
    before, after = made.imported, found.imported
    return Found(
        seed,
        float(model.score(digits["x_test"], digits["y_test"])),
        core_accuracy(before, upright),
        core_accuracy(before, test),
        core_accuracy(after, test),
        core_accuracy(after, upright),
    )


@click.command(help=(__doc__ or "").split("\n\n")[0])
@click.option("--seeds", type=click.IntRange(1, 100), default=SEEDS, show_default=True)
@click.option("--json", "file", type=PATH, help="Write the results here.")
def main(seeds: int, file: Path | None) -> None:
    """Measure, print a table, and fail if the promise is not kept."""
    console = Console(width=100)
    rows = []
    try:
        if file is not None:
            check_file("--json", file)
        with bars(console) as progress:
            task = progress.add_task("tune", total=seeds)
            for seed in range(1, seeds + 1):
                rows.append(measure(seed))
                progress.update(task, completed=seed)
    except UserError as error:
        raise click.ClickException(str(error)) from None
    names = [field.name for field in fields(Found)]
    table = Table(*(name.replace("_", " ") for name in names))
    numbers = [[getattr(row, name) for name in names[1:]] for row in rows]
    means = np.mean(numbers, axis=0)
    for label, values in (*zip((str(r.seed) for r in rows), numbers, strict=True), ("mean", means)):
        table.add_row(label, *(f"{value:.4f}" for value in values))
    for column in table.columns:
        column.justify = "right"
    console.print(table)
    if file is not None:
        write_text(file, json.dumps([asdict(row) for row in rows], indent=1) + "\n")
    after = float(np.mean([row.turned_after for row in rows]))
    if after < PROMISED:
        console.print(f"upside down: {after:.4f}, less than the promised {PROMISED}")
        raise SystemExit(1)


if __name__ == "__main__":
    main()
