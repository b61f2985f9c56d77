"""The paper's circuit on the core of a run."""

import pytest

from backspike.cli.paper_part import PaperPart
from backspike.cli.prepared_run import prepare
from backspike.experiments.circuits import CIRCUITS
from backspike.experiments.settings import TrainSettings


def run_of(tmp_path, *hidden):
    settings = {"circuit": "folded", "engine": "golden", "lanes": 4, "samples": 50, "epochs": 1}
    return prepare(TrainSettings(out=tmp_path, hidden=hidden, **settings))


@pytest.mark.parametrize("hidden", [(2,), (80, 6)])
def test_one_core_holds_both_circuits(tmp_path, hidden):
    run = run_of(tmp_path, *hidden)
    core = PaperPart(run, 9).core
    folded = CIRCUITS["folded"].learn(run.weights, core, learning=run.settings.learning)
    assert folded.program.params == core
    assert core.columns
    assert core.lanes == 4


def test_what_no_core_holds_is_refused(tmp_path):
    with pytest.raises(ValueError, match="size of population"):
        PaperPart(run_of(tmp_path, 20_000), 9)
