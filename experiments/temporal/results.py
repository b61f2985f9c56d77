"""Results of a run that learns over time: metrics, weights, pictures, and one page."""

import json
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from backspike.experiments.evaluation import chance
from backspike.experiments.mistakes import count_confusions, plot_confusion, short
from backspike.experiments.pages import render_page
from backspike.experiments.pictures import plot_curves
from backspike.experiments.results import costs_of
from backspike.experiments.runs import Checkpoint, RunFolder
from backspike.experiments.series.bundled import BUNDLED
from backspike.experiments.temporal.data import TemporalData
from backspike.experiments.temporal.learner import TemporalLearner
from backspike.experiments.temporal.pictures import plot_sample
from backspike.experiments.temporal.report_terms import TERMS
from backspike.golden.temporal.rules import temporal_steps
from backspike.golden.temporal.samples import TemporalSamples

__all__ = ["accuracies", "temporal_metrics", "write_temporal"]

CHECKED = "golden equations of learning over time: every weight after every epoch"


def accuracies(learner: TemporalLearner, data: TemporalData) -> dict[str, float]:
    """Accuracies on test samples and, if some were set aside, validation samples."""
    splits = {"test": data.test, "val": data.validation}
    return {
        f"{name}_membrane": float(np.mean(learner.equations.predict(samples) == samples.y))
        for name, samples in splits.items()
        if samples is not None
    }


def temporal_metrics(
    identity: Mapping[str, Any], data: TemporalData, state: Checkpoint, command: str
) -> dict[str, Any]:
    """Content of ``metrics.json`` after at least one epoch of the run with that identity."""
    trained = state.epoch * len(data.train.y) + state.position
    names = ("circuit", "encoder", "engine", "labels", "validation", "layers", "learning", "seed")
    last, check = state.history[-1], identity["check"]
    return {
        "dataset": data.series.name,
        "finished": True,
        **{name: identity[name] for name in names},
        "network": "-".join(map(str, identity["layers"])),
        "class_names": list(data.series.class_names),
        "epochs": state.epoch,
        "samples_trained": trained,
        "chance": chance(data.test.y),
        **{name: value for name, value in last.items() if name != "epoch"},
        "checked_against": CHECKED if check else None,
        "mismatches": int(state.totals["mismatches"]) if check else None,
        **costs_of(state, trained),
        "command": command,
    }


def write_temporal(
    folder: RunFolder, data: TemporalData, learner: TemporalLearner, metrics: dict[str, Any]
) -> None:
    """Write all files of a run but its checkpoint; ``metrics.json`` last."""
    started = time.monotonic()
    folder.write_arrays("weights.npz", learner.equations.weights.named())
    folder.write("program.npz", learner.program().save)
    name = metrics["dataset"]
    name = name if name in BUNDLED else short(Path(name).name)
    title = f"{name}, {metrics['network']}"
    found = learner.equations.predict(data.test)
    counts = count_confusions(data.test.y, found, data.series.n_classes)
    metrics["confusion"] = counts.tolist()
    shown = _telling(data.test, found)
    sample = data.test.of(slice(shown, shown + 1))
    pictures = {
        "curves": plot_curves(metrics["history"], title, chance=metrics["chance"]),
        "confusion": plot_confusion(counts, data.series.class_names),
        "sample": plot_sample(
            sample.x[0, : sample.lengths[0]],
            learner.spikes(sample, sample.y),
            temporal_steps(len(metrics["layers"]) - 1),
            f"Test sample {shown} (class {short(data.series.class_names[sample.y[0]])}), {title}",
        ),
    }
    for key, picture in pictures.items():
        folder.write(f"{key}.svg", picture.save)
    page = render_page(
        "temporal/report.html.j2",
        pictures,
        TERMS,
        m=metrics,
        name=name,
        active=data.active,
    )
    folder.write_text("report.html", page)
    metrics["seconds_report"] = time.monotonic() - started
    folder.write_text("metrics.json", json.dumps(metrics, indent=2) + "\n")


def _telling(samples: TemporalSamples, found: np.ndarray) -> int:
    """The first sample that is taken for another class, so that there are errors; else 0."""
    return int(np.argmax(found != samples.y))
