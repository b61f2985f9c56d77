"""Words about a run: what it is, what it came to, where its results are."""

from pathlib import Path
from typing import Any

from rich.table import Table

from backspike.cli.console import console, verdict
from backspike.cli.prepared_run import Run
from backspike.experiments.checkpoint import Checkpoint
from backspike.experiments.kernels_text import network_text
from backspike.golden.names import counted, listed

__all__ = ["say_what", "say_where", "summary"]

VALIDATION = ("val_membrane", "val_spikes", "val_exact")


def say_what(run: Run, state: Checkpoint) -> None:
    """The header: data, network, how it learns, and where its results go."""
    settings, data = run.settings, run.data
    counts = f"{len(data.y_train):,} samples to learn from"
    if data.y_val is not None:
        counts += f", {len(data.y_val):,} to choose settings on"
    options = {**run.identity["learning"], "shifts": settings.shifts}
    learning = ", ".join(
        f"{name.replace('_', ' ')} {'always' if value is None else listed(value)}"
        for name, value in options.items()
    )
    begun = f" from {state.epoch} on" if state.epoch or state.position else ""
    for line in (
        f"{data.name}: {counts}, {len(data.y_test):,} to test; {data.preparation}",
        f"{network_text(run.shapes)}, {settings.circuit} on {settings.engine}; {learning}",
        f"{counted(settings.epochs, 'epoch')}{begun}; results in {settings.out}",
    ):
        console.print(line, highlight=False, soft_wrap=True)


def summary(metrics: dict[str, Any]) -> Table:
    """The results that matter, with the accuracy of always saying the same class."""
    table = Table(title=f"{metrics['dataset']}, {metrics['network']}")
    table.add_column("result")
    table.add_column("value", justify="right")
    train = ("train_exact", "train_membrane")
    for name in (*VALIDATION, "test_membrane", "test_spikes", "test_exact", *train):
        if metrics.get(name) is not None:
            table.add_row(name, f"{metrics[name]:.4f}")
    table.add_row("by chance", f"{metrics['chance']:.4f}")
    if metrics["mismatches"] is not None:
        differing = metrics["mismatches"]
        label = "weights that differ from the golden equations"
        table.add_row(label, verdict(str(differing), good=not differing))
    if metrics["cycles_per_sample"]:
        table.add_row("cycles a sample", f"{metrics['cycles_per_sample']:,.0f}")
    table.add_row("samples a second", f"{metrics['samples_per_second']:,.0f}")
    return table


def say_where(metrics: dict[str, Any], out: Path) -> None:
    """Print where the report is, and the time that each part took."""
    console.print(f"report: {out / 'report.html'}", highlight=False, soft_wrap=True)
    console.print(
        f"build {metrics['seconds_build']:.1f} s, train {metrics['seconds_train']:.1f} s, "
        f"check against the equations {metrics['seconds_check']:.1f} s, "
        f"report {metrics['seconds_report']:.1f} s",
        highlight=False,
    )
