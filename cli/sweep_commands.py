"""The ``backspike sweep`` command."""

import json
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from backspike.cli.options import PATH, SIZES, data_options, with_options
from backspike.experiments.files import replace_file
from backspike.experiments.inputs import load_data
from backspike.experiments.progress import bars
from backspike.experiments.sweep import Point, SweepFolder, Task, executor, grid, run_sweep
from backspike.experiments.sweep_report import draw_rows, rows_of, table_of
from backspike.golden.nbp.learning import PAPER

__all__ = ["sweep"]

console = Console()


class _Values(click.ParamType):
    """Whole numbers, such as 1,2,5-8; with ``word``, that word stands for None."""

    name = "values"

    def __init__(self, low: int, high: int, word: str | None = None) -> None:
        self._low, self._high, self._word = low, high, word

    def convert(self, value: Any, param: Any, ctx: Any) -> tuple[int | None, ...]:
        if isinstance(value, tuple):
            return value
        numbers: list[int | None] = []
        for part in value.split(","):
            first, dash, last = part.strip().partition("-")
            if part.strip() == self._word:
                numbers.append(None)
            elif first.isdecimal() and (last.isdecimal() if dash else True):
                numbers += range(int(first), int(last if dash else first) + 1)
            else:
                numbers = []
                break
        if not numbers or not all(n is None or self._low <= n <= self._high for n in numbers):
            word = f" or {self._word!r}" if self._word else ""
            self.fail(
                f"{value!r} is no list of numbers from {self._low} to {self._high}{word}, "
                "such as 1,2,5-8",
                param,
                ctx,
            )
        return tuple(dict.fromkeys(numbers))


#: Options with a list of values each.
_grid_options = with_options(
    click.option("--hidden", multiple=True, type=SIZES, help="may be repeated [default: 400]"),
    click.option("--seeds", default="1-5", type=_Values(0, 1 << 32), show_default=True),
    click.option("--margin", default=(PAPER.margin,), type=_Values(0, 2048)),
    click.option("--window", default=(PAPER.window,), type=_Values(512, 16384)),
    click.option("--dead-zone", default=(PAPER.dead_zone,), type=_Values(0, 4096)),
    click.option("--rate", default=(None,), type=_Values(1, 256, "all"), help="or all"),
    click.option("--halving", default=(PAPER.halving,), type=_Values(0, 10_000)),
    click.option("--shifts", default=(0,), type=_Values(0, 8)),
)


@click.command()
@data_options(dataset="digits")
@_grid_options
@click.option("--epochs", default=10, type=click.IntRange(1), show_default=True)
@click.option("--samples", type=click.IntRange(1), help="train on the first N samples only")
@click.option("--lift", default=0, type=click.IntRange(0, 240), help="raise the output weights")
@click.option("--jobs", type=click.IntRange(1), help="processes  [default: one per core]")
@click.option("--scheduler", metavar="ADDRESS", help="run on the Dask cluster of this scheduler")
@click.option("--out", type=PATH, default=Path("runs/sweep"), show_default=True)
@click.option("--resume", is_flag=True, help="run what is missing in --out; the grid may be wider")
def sweep(
    hidden: tuple[tuple[int, ...], ...],
    seeds: tuple[int, ...],
    margin: tuple[int, ...],
    window: tuple[int, ...],
    dead_zone: tuple[int, ...],
    rate: tuple[int | None, ...],
    halving: tuple[int, ...],
    shifts: tuple[int, ...],
    jobs: int | None,
    scheduler: str | None,
    out: Path,
    resume: bool,
    data_dir: Path | None,
    **shared: Any,
) -> None:
    """Train the equations over a grid of settings and seeds, and compare them.

    Options with values take lists, such as --margin 0,512 --seeds 1-5; every combination is a run.
    What the options mean: backspike train --help. On a cluster, the data must be where its workers
    look for it.
    """
    points = grid(
        hidden=tuple(dict.fromkeys(hidden)) or ((400,),),
        margin=margin,
        window=window,
        dead_zone=dead_zone,
        rate=rate,
        halving=halving,
        shifts=shifts,
        seed=seeds,
    )
    task = Task(data_dir=None if data_dir is None else str(data_dir.absolute()), **shared)
    load_data(task.dataset, data_dir, task.encoder)
    folder = SweepFolder(out)
    folder.begin(task, resume=resume)
    results: dict[Point, dict[str, list[float]]] = {}
    try:
        with executor(jobs, scheduler) as (pool, where), bars(console) as progress:
            console.print(f"{len(points)} runs of {task.epochs} epochs on {where}", highlight=False)
            bar = progress.add_task("sweep", total=len(points))

            def done(point: Point, curves: dict[str, list[float]]) -> None:
                results[point] = curves
                progress.update(bar, completed=len(results))
                console.print(
                    f"{point.name}: membrane {curves['membrane'][-1]:.4f}", highlight=False
                )

            run_sweep(pool, folder, task, points, done)
    except KeyboardInterrupt:
        console.print(f"interrupted after {len(results)} runs; to go on, add --resume")
        raise
    rows = rows_of(results)
    title = f"{task.dataset}, {task.epochs} epochs"
    table = [row._asdict() for row in rows]
    replace_file(out / "table.json", lambda path: path.write_text(json.dumps(table, indent=1)))
    replace_file(out / "sweep.png", lambda path: draw_rows(rows, path, title))
    console.print(table_of(rows, title))
    console.print(f"figure: {out / 'sweep.png'}", highlight=False, soft_wrap=True)
