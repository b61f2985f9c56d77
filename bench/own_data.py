"""Small data sets of scikit-learn, learned with defaults only, next to logistic regression.

Wine, breast cancer and the digits 0 to 4, as ``backspike train --dataset FILE.npz`` learns them
without further options: every setting is the default, none was chosen on these test samples. For
each seed, a quarter of the samples of each class is for test, and the weights are drawn anew.
Logistic regression has the same splits, with standardised features. The command fails unless the
means over the seeds reach what is promised.
"""

import json
import tempfile
from collections.abc import Callable
from pathlib import Path

import click
import numpy as np
from rich.console import Console
from rich.table import Table

from backspike.cli.console import console
from backspike.cli.train_run import train_run
from backspike.experiments.files import check_file
from backspike.experiments.settings import TrainSettings
from backspike.golden.errors import UserError
from backspike.golden.files import write_text

__all__ = ["PROMISED", "Samples", "compare", "regression"]

Samples = dict[str, np.ndarray]
"""Content of the file: ``x_train``, ``y_train``, ``x_test``, ``y_test``."""

PROMISED = {"wine": 0.95, "breast cancer": 0.95, "digits 0-4": 0.97}
"""Least mean accuracy (membrane), by data set."""

SEEDS = range(1, 6)


def load(name: str, seed: int) -> Samples:
    """A data set of scikit-learn, split by the seed.

    Raises
    ------
    UserError
        If scikit-learn is not installed.
    """
    try:
        from sklearn import datasets
        from sklearn.model_selection import train_test_split
    except ImportError:
        raise UserError("scikit-learn is not installed: pip install scikit-learn") from None
    loaders: dict[str, Callable[[], tuple[np.ndarray, np.ndarray]]] = {
        "wine": lambda: datasets.load_wine(return_X_y=True),
        "breast cancer": lambda: datasets.load_breast_cancer(return_X_y=True),
        "digits 0-4": lambda: datasets.load_digits(n_class=5, return_X_y=True),
    }
    x, y = loaders[name]()
    parts = train_test_split(x, y, test_size=0.25, random_state=seed, stratify=y)
    return dict(zip(("x_train", "x_test", "y_train", "y_test"), parts, strict=True))


def regression(samples: Samples) -> float:
    """Test accuracy of logistic regression on standardised features."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    model = make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000))
    model.fit(samples["x_train"], samples["y_train"])
    return float(model.score(samples["x_test"], samples["y_test"]))


def trained(samples: Samples, seed: int) -> dict[str, float]:
    """Test accuracies of ``backspike train`` without any option but the file and the seed."""
    with tempfile.TemporaryDirectory(prefix="backspike-") as folder:
        file, out = Path(folder) / "own.npz", Path(folder) / "run"
        np.savez(file, **samples)  # type: ignore[arg-type]
        metrics = train_run(TrainSettings(dataset=str(file), seed=seed, out=out))
    return {name: metrics[f"test_{name}"] for name in ("membrane", "spikes")}


def compare(names: list[str], seeds: list[int]) -> dict[str, dict[str, list[float]]]:
    """Accuracies by data set and method, one per seed."""
    results: dict[str, dict[str, list[float]]] = {}
    for name in names:
        rows = results.setdefault(name, {"membrane": [], "spikes": [], "logistic regression": []})
        for seed in seeds:
            samples = load(name, seed)
            for read_out, value in trained(samples, seed).items():
                rows[read_out].append(value)
            rows["logistic regression"].append(regression(samples))
    return results


@click.command(help=(__doc__ or "").split("\n\n")[0])
@click.option("--seeds", type=click.IntRange(1, 100), default=len(SEEDS), show_default=True)
@click.option("--json", "file", type=click.Path(path_type=Path), help="Write the results here.")
def main(seeds: int, file: Path | None) -> None:
    """Compare, print a table, and fail if a promise is not kept."""
    console.quiet = True  # of each run
    try:
        if file is not None:
            check_file("--json", file)
        results = compare(list(PROMISED), list(range(1, seeds + 1)))
    except UserError as error:
        raise click.ClickException(str(error)) from None
    table = Table("data", "method", "each seed", "mean", "promised")
    kept = True
    for name, rows in results.items():
        for method, values in rows.items():
            promised = PROMISED[name] if method == "membrane" else None
            kept &= promised is None or float(np.mean(values)) >= promised
            each = ", ".join(f"{value:.3f}" for value in values)
            table.add_row(name, method, each, f"{np.mean(values):.3f}", f"{promised or ''}")
    Console(width=100).print(table)
    if file is not None:
        write_text(file, json.dumps(results, indent=1) + "\n")
    if not kept:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
