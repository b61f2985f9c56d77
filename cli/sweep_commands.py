"""The ``backspike sweep`` command."""

import json
import shlex
from collections.abc import Mapping
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import click

from backspike.cli.console import console
from backspike.cli.going_on import given_options
from backspike.cli.options import PATH, TEXT, VALUES, WHOLE, Decorator, options, with_options
from backspike.experiments.files import held_out
from backspike.experiments.inputs import load_data
from backspike.experiments.kernels_text import layer_shapes
from backspike.experiments.option import options_of
from backspike.experiments.presets import PRESETS
from backspike.experiments.progress import bars, say_interrupted
from backspike.experiments.settings import DATA, TrainSettings, hidden_sizes
from backspike.experiments.sweep import Point, SweepFolder, Task, executor, grid, run_sweep
from backspike.experiments.sweep_report import draw_rows, rows_of, table_of
from backspike.golden.errors import UserError
from backspike.golden.files import replace_file, write_text
from backspike.golden.names import counted

__all__ = ["sweep"]


#: Settings with a list of values each, and the word for None among them.
GRID = {
    "margin": None,
    "window": None,
    "dead_zone": None,
    "rate": "all",
    "halving": None,
    "shifts": None,
}


def _lists(**words: str | None) -> Decorator:
    """Options with a list of values each; the word, if there is one, stands for None."""
    known = options_of(Point)

    def listed(name: str, word: str | None) -> Decorator:
        one = known[name]
        values = VALUES(int(one.low or 0), int(one.high or 0), word, one.listed)
        also = "; 64/256: by layer of weights" if one.listed else ""
        flag, help = f"--{name.replace('_', '-')}", word and f"or {word}{also}"
        return click.option(flag, type=values, help=help)

    return with_options(*(listed(name, word) for name, word in words.items()))


@click.command()
@options(Task, *DATA)
@options(
    Point,
    "kernels",
    "hidden",
    kernels={"multiple": True, "help": "convolutions, or none: may be repeated"},
    hidden={
        "multiple": True,
        "default": None,
        "help": "may be repeated [default: 400; with kernels: none]",
    },
)
@click.option("--seeds", default="1-5", type=VALUES(0, 1 << 32), show_default=True)
@options(
    TrainSettings,
    "preset",
    preset={
        "default": "recommended",
        "shown": True,
        "help": "what the following are if they are left out",
    },
)
@_lists(**GRID)
@options(Task, "epochs", "samples", "lift")
@click.option("--jobs", type=WHOLE(1), help="processes  [default: one per core]")
@click.option(
    "--scheduler", type=TEXT, metavar="ADDRESS", help="run on the Dask cluster of this scheduler"
)
@click.option("--out", type=PATH, default=Path("runs/sweep"), show_default=True)
@click.option("--resume", is_flag=True, help="run what is missing in --out; the grid may be wider")
def sweep(**values: Any) -> None:
    """Train the equations over a grid of settings and seeds, and compare them.

    Options with values take lists, such as --margin 0,512 --seeds 1-5; every combination is a run.
    What the options mean: backspike train --help. With --validation, or data with a validation
    split, the accuracies are those on it, and the test split is not looked at. On a cluster, the
    data must be where its workers look for it.
    """
    folder, resume = SweepFolder(values["out"]), values.pop("resume")
    if resume:
        values = values | folder.options() | given_options(values)
        values.pop("resume", None)
    _refuse_unused(values, given_options(values))
    points = _points(values)
    task = Task(**{f.name: values[f.name] for f in fields(Task)})
    if task.data_dir is not None:
        task = replace(task, data_dir=str(Path(task.data_dir).absolute()))
    data = load_data(**task.source)
    for point in points:
        layer_shapes(data.image_shape, point.kernels, (data.n_in, *point.hidden, data.n_classes))
    folder.check(task, resume=resume)
    with held_out(folder.path):
        folder.begin(task, values, resume=resume)
        _run(folder, task, points, values, "test" if data.x_val is None else "validation")


def _points(values: Mapping[str, Any]) -> list[Point]:
    """Every combination; what is not given is that of the preset, and what goes with kernels."""
    preset = PRESETS[values["preset"]](values["epochs"])
    chosen = {
        name: values[name] or (getattr(preset, name, options_of(Point)[name].default),)
        for name in GRID
    }
    points: dict[Point, None] = {}
    for text in values["kernels"] or ("none",):
        kernels = None if text == "none" else text
        hidden = values["hidden"] or (hidden_sizes(None, kernels),)
        made = grid(kernels=(kernels,), hidden=hidden, **chosen, seed=values["seeds"])
        points |= dict.fromkeys(made)
    return list(points)


def _refuse_unused(values: Mapping[str, Any], chosen: Mapping[str, Any]) -> None:
    """Raise if an option was given that could do nothing."""
    if "jobs" in chosen and values["scheduler"] is not None:
        raise UserError(f"--jobs {chosen['jobs']} is for this machine, not for a --scheduler")
    rates = values["rate"] or (PRESETS[values["preset"]](values["epochs"]).rate,)
    if "halving" in chosen and set(rates) == {None}:
        raise UserError("--halving is for random steps: it does nothing without a --rate")


def _run(
    folder: SweepFolder, task: Task, points: list[Point], values: dict[str, Any], split: str
) -> None:
    """Run all points in a folder of this process alone, and report."""
    out, epochs = folder.path, counted(task.epochs, "epoch")
    results: dict[Point, dict[str, list[float]]] = {}
    try:
        with (
            executor(values["jobs"], values["scheduler"]) as (pool, where),
            bars(console) as progress,
        ):
            console.print(f"{counted(len(points), 'run')} of {epochs} on {where}", highlight=False)
            bar = progress.add_task("sweep", total=len(points))

            def done(point: Point, curves: dict[str, list[float]]) -> None:
                results[point] = curves
                progress.update(bar, completed=len(results))
                console.print(
                    f"{point.name}: membrane {curves['membrane'][-1]:.4f}", highlight=False
                )

            run_sweep(pool, folder, task, points, done)
    except KeyboardInterrupt:
        say_interrupted(console, f"backspike sweep --out {shlex.quote(str(out))}")
        raise
    rows = rows_of(results)
    title = f"{task.dataset}, {epochs}"
    table = [row._asdict() for row in rows]
    write_text(out / "table.json", json.dumps(table, indent=1))
    replace_file(out / "sweep.png", draw_rows(rows, title, split).save)
    console.print(table_of(rows, f"{title}, {split} accuracy"))
    console.print(f"figure: {out / 'sweep.png'}", highlight=False, soft_wrap=True)
