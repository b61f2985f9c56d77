"""Progress bars: rate and time left on a terminal, and silence elsewhere."""

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

from backspike.sim.verilator_build import Progress as Build

__all__ = ["bars", "build_progress"]


class _Rate(ProgressColumn):
    """Samples per second."""

    def render(self, task: Task) -> Text:
        return Text(f"{task.speed:,.0f}/s" if task.speed else "", style="cyan")


def bars(console: Console) -> Progress:
    """A bar with what is done, how fast, and the time left."""
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        _Rate(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=console,
    )


def build_progress(console: Console) -> Build:
    """Says what the build of a simulator is doing."""

    def tell(what: str, done: int, total: int) -> None:
        if done == 0:
            console.print(f"building the simulator: {what} ({total} files)", highlight=False)

    return tell
