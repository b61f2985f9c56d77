"""Pictures of numbers that long runs have left in ``docs/data``."""

import json
from pathlib import Path
from typing import Any

import numpy as np

from backspike.bench import accuracy, learning_rules
from backspike.experiments.continual import LessonsResult
from backspike.experiments.pictures import plot_curves, plot_lessons
from backspike.sim.figures import Picture

__all__ = ["continual_split", "fashion_mnist_equations", "mnist_equations", "mnist_rtl"]
__all__ += ["rules_digits"]

DATA = Path(__file__).parents[1] / "data"


def _read(name: str) -> dict[str, Any]:
    return json.loads((DATA / f"{name}.json").read_text())


def mnist_equations() -> Picture:
    """Five seeds of 60 epochs."""
    return accuracy.draw(_read("mnist_equations"))


def fashion_mnist_equations() -> Picture:
    """Five seeds of 40 epochs."""
    return accuracy.draw(_read("fashion_mnist_equations"))


def mnist_rtl() -> Picture:
    """Five epochs in the RTL: those of the equations with the same seed, as no weight differs."""
    run = _read("mnist_equations")["runs"]["1"]
    names = {name: name if name == "train_exact" else f"test_{name}" for name in run}
    history = [
        {"epoch": epoch + 1} | {names[name]: run[name][epoch] for name in run} for epoch in range(5)
    ]
    return plot_curves(history, "mnist, 400-400-10, folded circuit in the RTL")


def rules_digits() -> Picture:
    """nBP and its alternatives: ``python -m backspike.bench.learning_rules --out``."""
    recorded = _read("rules_digits")
    rows = [learning_rules.Result(**row) for row in recorded["results"]]
    return learning_rules.draw(rows, recorded["title"])


def continual_split() -> Picture:
    """One pair of digits after the other: ``continual.json`` of the run."""
    recorded = _read("continual_split")
    results = {
        name: LessonsResult(
            *(np.array(remedy[part]) for part in ("accuracy", "untrained")), remedy["mismatches"]
        )
        for name, remedy in recorded["remedies"].items()
    }
    return plot_lessons(results, recorded["lessons"], recorded["title"])
