"""Progress: bars with rate and time left on a terminal only, and a line per epoch everywhere."""

from collections.abc import Mapping

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from backspike.sim.engines.verilator_build import BuildProgress

__all__ = ["bars", "build_progress", "epoch_line", "say_interrupted"]


class _Rate(ProgressColumn):
    """Samples per second."""

    def render(self, task: Task) -> Text:
        return Text(f"{task.speed:,.0f}/s" if task.speed else "", style="cyan")


def bars(console: Console) -> Progress:
    """A bar with what is done, how fast, and the time left; none outside of a terminal."""
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        _Rate(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=console,
        disable=not console.is_terminal,
    )


def epoch_line(entry: Mapping[str, float], epochs: int, mismatches: int | None, rate: float) -> str:
    """The line for a finished epoch, of its entry in the history."""
    parts = [
        f"epoch {entry['epoch']}/{epochs}: train exact {entry['train_exact']:.4f}",
        f"test exact {entry['test_exact']:.4f}",
        f"spikes {entry['test_spikes']:.4f}",
        f"membrane {entry['test_membrane']:.4f}",
    ]
    if mismatches is not None:
        parts.append(f"mismatches {mismatches}")
    return ", ".join([*parts, f"{rate:,.0f} samples/s"])


def build_progress(console: Console) -> BuildProgress:
    """Says what the build of a simulator is doing."""

    def tell(what: str, done: int, total: int) -> None:
        if done == 0:
            console.print(f"building the simulator: {what} ({total} files)", highlight=False)

    return tell


def say_interrupted(console: Console, command: str) -> None:
    """Say how to go on with a run that was interrupted, of the command that it was begun with."""
    again = f"{command.removesuffix(' --resume')} --resume"
    console.print(f"interrupted; to go on: {again}", highlight=False, soft_wrap=True)
