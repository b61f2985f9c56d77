"""Progress of a run that trains."""

from backspike.cli.console import console
from backspike.cli.training_progress import followed
from backspike.experiments.checkpoint import Checkpoint


def test_a_line_for_each_epoch_from_wherever_a_run_is():
    state = Checkpoint([], [], epoch=1, position=5, totals={"mismatches": 2.0})
    with console.capture() as capture, followed(state, 10, 3, check=True, guessed=0.25) as progress:
        progress.show(0)
        state.epoch, state.position = 2, 0
        state.history.append({"epoch": 2, "train_membrane": 0.5, "test_membrane": 0.75})
        progress.tell()
    (line,) = [line for line in capture.get().splitlines() if "train membrane" in line]
    assert line.startswith(
        "epoch 2/3: train membrane 0.5000, test membrane 0.7500 (chance 0.25), mismatches 2, "
    )
    assert line.endswith("left")
