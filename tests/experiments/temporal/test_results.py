"""Results of a run that learns over time."""

import json

import numpy as np

from backspike.experiments.checkpoint import Checkpoint
from backspike.experiments.equations_learner import EquationsState
from backspike.experiments.runs import RunFolder
from backspike.experiments.temporal.data import load_temporal
from backspike.experiments.temporal.learner import TemporalLearner
from backspike.experiments.temporal.results import accuracies, temporal_metrics, write_temporal
from backspike.experiments.temporal.settings import TemporalSettings, temporal_identity
from backspike.golden.compiler.compiler import compile_network
from backspike.golden.temporal.circuit import temporal_circuit
from backspike.golden.temporal.initial_weights import initial_weights


def test_files_of_a_run(series_file, tmp_path):
    settings = TemporalSettings(dataset=str(series_file), hidden=(12,), epochs=1).settled()
    data = load_temporal(str(series_file), str(settings.encoder), validation=0.2)
    layers, learning = (data.encoder.inputs, 12, 2), settings.learning
    weights = initial_weights(
        layers, threshold=learning.threshold, active=data.active, recurrent=True, seed=1
    )
    program = compile_network(temporal_circuit(weights, learning), lanes=4)
    random = program.memories["random"].astype(np.uint32)
    arrays = EquationsState(list(weights.named().values()), [], [random])
    learner = TemporalLearner(program, learning, arrays, layers)
    hits = learner.learn(data.train, data.train.y)
    state = Checkpoint(*arrays, epoch=1, totals=dict.fromkeys(
        ("mismatches", "seconds_train", "seconds_check", "seconds_build"), 0.0
    ))  # fmt: skip
    found = accuracies(learner, data)
    assert set(found) == {"test_membrane", "val_membrane"}
    state.history = [{"epoch": 1, "train_membrane": hits / len(data.train.y)} | found]
    identity = temporal_identity(settings, layers, {"data": data.digest()})
    metrics = temporal_metrics(identity, data, state, "backspike train")
    folder = RunFolder(tmp_path / "run")
    write_temporal(folder, data, learner, metrics)
    files = {file.name for file in (tmp_path / "run").iterdir()}
    assert files == {
        "metrics.json", "report.html", "weights.npz", "program.npz", "curves.svg",
        "confusion.svg", "sample.svg",
    }  # fmt: skip
    read = json.loads((tmp_path / "run" / "metrics.json").read_text())
    assert read["test_membrane"] == found["test_membrane"]
    assert np.trace(read["confusion"]) == round(found["test_membrane"] * len(data.test.y))
    assert read["learning"]["recurrent"] is True
    with np.load(tmp_path / "run" / "weights.npz") as saved:
        assert list(saved) == ["W1", "W2", "R1"]
    page = (tmp_path / "run" / "report.html").read_text()
    assert "rises.npz" in page
    assert page.count("<svg") == 3
