"""Lines that tell of progress."""

import io

from rich.console import Console

from backspike.experiments.progress import bars, duration, epoch_line, say_interrupted


def printed(act):
    console = Console(file=io.StringIO(), width=200)
    act(console)
    return console.file.getvalue()


def test_an_epoch_is_one_line():
    entry = {
        "epoch": 2, "train_exact": 0.5, "test_exact": 0.25, "test_spikes": 1, "test_membrane": 0,
    }  # fmt: skip
    line = epoch_line(entry, 9, None, 1234.5, 70, 0.1)
    assert line == (
        "epoch 2/9: train exact 0.5000, test exact 0.2500, spikes 1.0000, membrane 0.0000 "
        "(chance 0.10), 1,234 samples/s, 1 min 10 s left"
    )
    assert ", mismatches 3, " in epoch_line(entry, 9, 3, 1.0, 1, 0.1)


def test_an_interrupted_command_is_given_again():
    for command in ("backspike train", "backspike train --resume"):
        text = printed(lambda console, command=command: say_interrupted(console, command))
        assert text == "interrupted; to go on: backspike train --resume\n"


def test_there_are_lines_outside_of_a_terminal():
    now = [0.0]

    def show(console):
        with bars(console, lambda: now[0]) as progress:
            task = progress.add_task("train", total=4000)
            progress.update(task, completed=1000)  # where the run goes on
            for _ in range(298):
                now[0] += 1
                progress.advance(task, 10)
            progress.update(task, completed=4000, description="last")

    lines = printed(show).splitlines()
    assert lines[0] == "train: 1,040 of 4,000, 10/s, 4 min 56 s left"
    assert 60 < len(lines) < 80
    assert lines[-1].startswith("train: 3,")


def test_times_are_in_words():
    assert [duration(s) for s in (0.4, 61, 7299)] == ["0 s", "1 min 1 s", "2 h 1 min"]


def test_a_validation_split_is_told_first():
    accuracy = {"exact": 0.5, "spikes": 0.25, "membrane": 0.75}
    entry = {f"{split}_{name}": v for split in ("test", "val") for name, v in accuracy.items()}
    line = epoch_line({"epoch": 1, "train_exact": 0, **entry}, 1, None, 1, 0, 0.5)
    words = "exact 0.5000, spikes 0.2500, membrane 0.7500"
    assert line == (
        f"epoch 1/1: train exact 0.0000, val {words}, test {words} (chance 0.50), 1 samples/s"
    )
