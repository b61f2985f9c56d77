"""Runs that are ready to learn."""

import numpy as np

from backspike.cli.prepared_run import begin, make_learner, prepare
from backspike.experiments.runs import RunFolder
from backspike.experiments.settings import TrainSettings
from backspike.hdl.params import CoreParams

SMALL = {"hidden": (8,), "samples": 50, "epochs": 1}


def test_a_prepared_run_has_its_settings_filled_in(tmp_path):
    run = prepare(TrainSettings(out=tmp_path, **SMALL))
    assert run.settings.rate == 256
    assert run.stored["engine"] is None
    assert run.stored["halving"] == 1
    state = begin(RunFolder(tmp_path), run)
    assert all(map(np.array_equal, state.weights, run.weights))


def test_a_circuit_is_compiled_for_the_core_of_the_run(tmp_path):
    run = prepare(TrainSettings(out=tmp_path, circuit="folded", engine="golden", lanes=4, **SMALL))
    assert run.core == 4
    large = CoreParams(compartments=128, input_axons=512, lanes=4)
    for core in (4, large):
        changed = run._replace(core=core)
        circuit, learner = make_learner(changed, begin(RunFolder(tmp_path), changed))
        assert (circuit.program.params == large) == (core == large)
        assert all(map(np.array_equal, learner.weights(), run.weights))
