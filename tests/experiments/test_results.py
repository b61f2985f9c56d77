"""Results of a run: metrics, and pictures that are whole or not there."""

import json

import numpy as np
import pytest

from backspike.experiments import results
from backspike.experiments.data.datasets import load_dataset
from backspike.experiments.results import metrics_of
from backspike.experiments.runs import Checkpoint
from backspike.experiments.settings import TrainSettings, run_identity
from backspike.golden.nbp.layer_shapes import dense_shapes
from backspike.sim.figures import Picture

SMALL = ["--hidden", "12", "--samples", "60"]
PAPER = ["--circuit", "paper", "--engine", "golden", "--lanes", "4"]


@pytest.mark.usefixtures("empty_pictures")
@pytest.mark.parametrize("name", ["curves", "weights", "raster"])
def test_picture_that_fails_leaves_the_old_one(backspike, name, tmp_path, monkeypatch):
    train = ("train", *SMALL, *PAPER, "--out", tmp_path)
    assert backspike(*train, "--epochs", "1").returncode == 0
    file = tmp_path / f"{name}.svg"
    old = file.read_bytes()
    draw = getattr(results, f"plot_{name}")

    class Failing(Picture):
        def save(self, path, kind=None):
            path.write_text("half")
            raise OSError(28, "No space left on device")

    def failing(*values, **options):
        made = draw(*values, **options)
        return Failing(made.figure, made.words)

    monkeypatch.setattr(results, f"plot_{name}", failing)
    done = backspike(*train, "--epochs", "2", "--resume")
    assert done.returncode == 2
    assert "No space left on device" in done.stderr
    assert file.read_bytes() == old
    assert not list(tmp_path.glob("tmp*"))


def test_metrics_are_per_sample():
    data = load_dataset("digits")
    settings = TrainSettings(engine="golden", circuit="folded", check=True, shifts=2, rate=9)
    run = run_identity(settings, (256, 400, 10), {"data": "d", "init": None})
    totals = {
        "seconds_build": 1.0, "seconds_train": 2.0, "seconds_check": 3.0, "mismatches": 4,
        "cycles_deliver": 28740, "cycles_learn": 14370, "spikes": 0, "input_spikes": 0,
        "synaptic_ops": 1437, "synapses_visited": 0, "neuron_updates": 0,
    }  # fmt: skip
    entry = {"epoch": 1, "train_exact": 0.5, "test_exact": 1, "test_spikes": 1, "test_membrane": 1}
    state = Checkpoint([], [], epoch=1, history=[entry], totals=totals)
    metrics = metrics_of(run, data, dense_shapes((256, 400, 10)), state, "backspike train")
    assert metrics["samples_trained"] == len(data.y_train) == 1437
    assert metrics["cycles_per_sample"] == 30
    assert metrics["energy_per_sample_joule"] == pytest.approx(23.6e-12)
    assert metrics["samples_per_second"] == 1437 / 2
    assert metrics["mismatches"] == 4
    assert metrics["checked_against"].startswith("golden equations: every weight")
    assert (metrics["learning"]["rate"], metrics["learning"]["shifts"]) == (9, 2)
    assert json.loads(json.dumps(metrics))["layers"] == [256, 400, 10]
    assert (metrics["network"], metrics["image"]) == ("256-400-10", (8, 8, 4))


def test_the_telling_sample_is_one_that_is_read_wrongly():
    data = load_dataset("digits")
    silent = [np.zeros((256, 10), np.int16)]
    assert results.telling_sample(silent, data) == 0
    nines = [np.zeros((256, 10), np.int16)]
    nines[0][:, 9] = 254
    n = results.telling_sample(nines, data)
    assert data.y_test[n] != 9, "the class is silent, and another one fires"
