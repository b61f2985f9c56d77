"""Words about a run."""

import io

from rich.console import Console

from backspike.cli.run_messages import summary


def shown(metrics):
    console = Console(file=io.StringIO(), width=100)
    console.print(summary(metrics))
    return console.file.getvalue()


METRICS = {
    "chance": 0.1,
    "dataset": "digits",
    "network": "256-12-10",
    "test_membrane": 0.9,
    "test_spikes": 0.8,
    "test_exact": 0.7,
    "train_exact": 0.6,
    "mismatches": None,
    "cycles_per_sample": None,
    "samples_per_second": 1234.5,
}


def test_accuracies_stand_beside_chance():
    text = shown(METRICS)
    rows = [line.split("│")[1:3] for line in text.splitlines() if line.startswith("│")]
    table = {name.strip(): value.strip() for name, value in rows}
    assert table == {
        "test_membrane": "0.9000",
        "test_spikes": "0.8000",
        "test_exact": "0.7000",
        "train_exact": "0.6000",
        "by chance": "0.1000",
        "samples a second": "1,234",
    }


def test_weights_that_differ_are_counted():
    assert "weights that differ from the golden equations" in shown(METRICS | {"mismatches": 2})
