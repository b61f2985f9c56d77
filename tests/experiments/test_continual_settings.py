"""Settings of continual learning, and what such a run is."""

from backspike.experiments.continual_settings import ContinualSettings
from backspike.experiments.option import options_of
from backspike.experiments.settings import TrainSettings, run_identity
from backspike.golden.nbp.learning import LearningOptions


def test_defaults_go_beyond_the_paper():
    assert ContinualSettings().learning == LearningOptions(margin=512, window=16384, dead_zone=64)


def test_epochs_are_part_of_such_a_run():
    run = run_identity(ContinualSettings(), (4, 2), {"data": "d"})
    assert run["epochs"] == 1
    assert "epochs" not in run_identity(TrainSettings(), (4, 2), {"data": "d", "init": None})
    assert set(run) == {
        *("dataset", "encoder", "labels", "scale", "inputs", "data", "samples", "protocol"),
        *(
            "classes",
            "orders",
            "remedies",
            "kept",
            "per_class",
            "circuit",
            "engine",
            "lanes",
            "layers",
        ),
        *("epochs", "seed", "learning"),
    }


def test_ranges_are_those_of_training():
    train, continual = options_of(TrainSettings), options_of(ContinualSettings)
    for name in set(train) & set(continual):
        assert (train[name].low, train[name].high) == (continual[name].low, continual[name].high)
