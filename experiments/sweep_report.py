"""A sweep's results as rows, one per setting, over its seeds: the table and the figure."""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any, NamedTuple

import numpy as np
from matplotlib.lines import Line2D
from rich.table import Table

from backspike.experiments.sweep import LAST, Point
from backspike.golden.names import listed
from backspike.sim.figures import Picture, colour, new_figure, style

__all__ = ["Row", "draw_rows", "rows_of", "table_of"]

#: Ways of reading, each with its hue.
READ_OUTS = {"membrane": "blue", "spikes": "red"}


class Row(NamedTuple):
    """All seeds of one setting."""

    setting: dict[str, Any]
    """Fields of :class:`Point` but the seed."""
    seeds: list[int]
    best: dict[str, list[float]]
    """By way of reading: the best of the last epochs, per seed."""
    last: dict[str, list[float]]
    """Likewise, after the last epoch."""

    def mean(self, read_out: str) -> float:
        """Of the seeds' best."""
        return float(np.mean(self.best[read_out]))


def rows_of(results: Mapping[Point, Mapping[str, Sequence[float]]]) -> list[Row]:
    """One row per setting, the best by membrane first."""
    rows: dict[tuple[Any, ...], Row] = {}
    for point in sorted(results, key=lambda point: point.seed):
        curves = results[point]
        setting = {f.name: getattr(point, f.name) for f in fields(point) if f.name != "seed"}
        empty: list[dict[str, list[float]]] = [{name: [] for name in READ_OUTS} for _ in range(2)]
        row = rows.setdefault(tuple(setting.values()), Row(setting, [], *empty))
        row.seeds.append(point.seed)
        for name in READ_OUTS:
            row.best[name].append(max(curves[name][-LAST:]))
            row.last[name].append(curves[name][-1])
    return sorted(rows.values(), key=lambda row: -row.mean("membrane"))


def _varied(rows: Sequence[Row]) -> list[str]:
    """Fields that differ between the rows."""
    return [name for name in rows[0].setting if len({str(row.setting[name]) for row in rows}) > 1]


def _text(name: str, value: Any) -> str:
    """The value of a setting, as it is given."""
    if value is None or value == ():
        return "all" if name == "rate" else "none"
    return listed(value)


def table_of(rows: Sequence[Row], title: str) -> Table:
    """Mean and spread over the seeds; settings that all rows share are in the title."""
    varied = _varied(rows)
    shared = (f"{k} {_text(k, v)}" for k, v in rows[0].setting.items() if k not in varied)
    table = Table(title=f"{title}: {', '.join(shared)}", title_justify="left")
    for name in varied:
        table.add_column(name, justify="right", overflow="fold")
    table.add_column("seeds", justify="right")
    for name in READ_OUTS:
        table.add_column(f"{name}, best of last {LAST}", justify="right")
        table.add_column("last", justify="right")
    for row in rows:
        cells = [_text(name, row.setting[name]) for name in varied]
        cells.append(str(len(row.seeds)))
        for name in READ_OUTS:
            best = row.best[name]
            cells.append(f"{np.mean(best):.4f} ± {np.std(best):.4f}")
            cells.append(f"{np.mean(row.last[name]):.4f}")
        table.add_row(*cells)
    return table


@style()
def draw_rows(rows: Sequence[Row], title: str, split: str = "test") -> Picture:
    """A line per setting: a dot per seed, and a bar at their mean, for both ways of reading."""
    varied = _varied(rows)
    labels = [
        ", ".join(f"{name} {_text(name, row.setting[name])}" for name in varied) or "all runs"
        for row in rows
    ]
    figure = new_figure(8, 1.8 + 0.32 * len(rows))
    axes = figure.subplots()
    y = np.arange(len(rows))
    for offset, (name, hue) in zip((-0.12, 0.12), READ_OUTS.items(), strict=True):
        look: dict[str, Any] = {"color": colour(hue), "ls": ""}
        for n, row in enumerate(rows):
            values = np.array(row.best[name])
            heights = np.full(len(values), n + offset)
            axes.plot(values, heights, marker="o", ms=4, alpha=0.5, **look)
        means = [row.mean(name) for row in rows]
        axes.plot(means, y + offset, marker="|", ms=11, mew=2, label=f"{name}, mean", **look)
    axes.set_yticks(y, labels)
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.set(xlabel=f"{split} accuracy, best of the last {LAST} epochs", title=title)
    axes.grid(lw=0.6)
    marks, _ = axes.get_legend_handles_labels()
    marks.append(Line2D([], [], color=colour("soft"), marker="o", ms=4, ls="", label="a seed"))
    figure.legend(handles=marks, loc="outside lower right", ncols=len(marks))
    told = ", ".join(f"{name} {rows[0].mean(name):.4f}" for name in READ_OUTS)
    return Picture(figure, f"{title}: the best of {len(rows)} settings, {labels[0]}, has {told}")
