"""Lines that tell of progress."""

import io

from rich.console import Console

from backspike.experiments.progress import bars, build_progress, epoch_line, say_interrupted


def printed(act):
    console = Console(file=io.StringIO(), width=200)
    act(console)
    return console.file.getvalue()


def test_an_epoch_is_one_line():
    entry = {
        "epoch": 2, "train_exact": 0.5, "test_exact": 0.25, "test_spikes": 1, "test_membrane": 0,
    }  # fmt: skip
    line = epoch_line(entry, 9, None, 1234.5)
    assert line == (
        "epoch 2/9: train exact 0.5000, test exact 0.2500, spikes 1.0000, membrane 0.0000, "
        "1,234 samples/s"
    )
    assert ", mismatches 3, " in epoch_line(entry, 9, 3, 1.0)


def test_each_part_of_a_build_is_told_once():
    def build(console):
        tell = build_progress(console)
        for done in range(3):
            tell("compile", done, 3)

    assert printed(build) == "building the simulator: compile (3 files)\n"


def test_an_interrupted_command_is_given_again():
    for command in ("backspike train", "backspike train --resume"):
        text = printed(lambda console, command=command: say_interrupted(console, command))
        assert text == "interrupted; to go on: backspike train --resume\n"


def test_there_are_no_bars_outside_of_a_terminal():
    def show(console):
        with bars(console) as progress:
            progress.update(progress.add_task("train", total=3), advance=1)

    assert printed(show) == ""
