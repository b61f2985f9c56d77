"""Curves of a run over its epochs, and what is forgotten."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from matplotlib.ticker import MaxNLocator

from backspike.experiments.continual import LessonsResult
from backspike.sim.figures import Picture, colour, new_figure, style
from backspike.sim.labels import End, label_ends

__all__ = ["COLOURS", "CURVES", "draw_cells", "plot_curves", "plot_lessons"]

COLOURS = 3
"""Channels of an image that is drawn in red, green and blue."""

#: Entries of a history, each with its label, hue and line.
CURVES = {
    "test_membrane": ("membrane", "blue", "-"),
    "test_spikes": ("spikes", "red", "-"),
    "test_exact": ("exact", "green", "-"),
    "train_exact": ("exact, training", "soft", "--"),
}
#: The same of a network that learns over time.
_OVER_TIME = {"train_membrane": ("membrane, training", "soft", "--")}
_CHANCE: dict[str, Any] = {"color": colour("soft"), "ls": ":", "lw": 1.2}
_STRONG = 0.7  # share from which on a cell is so dark that its text is light


def plot_curves(
    history: Sequence[Mapping[str, float]], title: str, *, chance: float | None = None
) -> Picture:
    """Accuracy after each epoch, by all read-outs that it has; of a single epoch, as bars from 0 to
    1.

    ``chance`` is the accuracy of a guess.
    """
    last = history[-1]
    curves = {name: curve for name, curve in (CURVES | _OVER_TIME).items() if name in last}
    with style():
        figure = new_figure(5.4, 3.4 if len(history) > 1 else 2.2)
        axes = figure.subplots()
        (_draw_epochs if len(history) > 1 else _draw_bars)(axes, history, chance, curves)
        axes.set_title(title)
    when = "after one epoch" if len(history) == 1 else f"after {last['epoch']:g} epochs"
    values = ", ".join(
        f"{'on the test split, ' if name == 'test_membrane' else ''}{label} "
        + (f"from {history[0][name]:.3f} to " if len(history) > 1 else "")
        + f"{last[name]:.3f}"
        for name, (label, _, _) in curves.items()
    )
    guess = "" if chance is None else f"; a guess is right in {chance:.3f}"
    return Picture(figure, f"Accuracy {when}: {values}{guess}")


def _draw_epochs(
    axes: Axes,
    history: Sequence[Mapping[str, float]],
    chance: float | None,
    curves: Mapping[str, tuple[str, str, str]],
) -> None:
    epochs = [entry["epoch"] for entry in history]
    marker = "o" if len(epochs) <= 40 else ""
    ends = []
    for name, (label, hue, line) in curves.items():
        values = [entry[name] for entry in history]
        dots = marker if line == "-" else ""
        axes.plot(epochs, values, color=colour(hue), ls=line, marker=dots, ms=3)
        ends.append(End(epochs[-1], values[-1], f"{label} {values[-1]:.3f}", hue))
    lowest = min(entry[name] for entry in history for name in curves)
    low = min(0.9, math.floor(10 * lowest) / 10)
    axes.set(xlabel="epoch", ylabel="accuracy", ylim=(low, 1), xlim=(min(1, epochs[0]), epochs[-1]))
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.grid(lw=0.6)
    if chance is not None and chance >= low:
        axes.axhline(chance, **_CHANCE)
        place: dict[str, Any] = {"xytext": (-4, 3), "textcoords": "offset points", "ha": "right"}
        axes.annotate("chance", (epochs[-1], chance), fontsize=8, **place)
    label_ends(axes, ends)


def _draw_bars(
    axes: Axes,
    history: Sequence[Mapping[str, float]],
    chance: float | None,
    curves: Mapping[str, tuple[str, str, str]],
) -> None:
    (entry,) = history
    labels, hues, _ = zip(*curves.values(), strict=True)
    bars = axes.barh(labels, [entry[name] for name in curves], color=[colour(hue) for hue in hues])
    axes.bar_label(bars, fmt="%.3f", padding=4, fontsize=9)
    axes.invert_yaxis()
    axes.set(xlabel="accuracy after one epoch", xlim=(0, 1.12), xticks=np.linspace(0, 1, 6))
    axes.tick_params("y", length=0)
    if chance is not None:
        axes.axvline(chance, **_CHANCE)
        axes.annotate("chance", (chance, 0), (3, 12), textcoords="offset points", fontsize=8)


def draw_cells(axes: Axes, shares: np.ndarray, texts: Mapping[tuple[int, int], str]) -> None:
    """A matrix of cells, row 0 on top, the fuller the larger their share; NaN is none."""
    rows, columns = shares.shape
    for (row, column), share in np.ndenumerate(shares):
        if share > 0:
            cell = Rectangle((column - 0.5, row - 0.5), 1, 1, color=colour("blue"), lw=0)
            cell.set_alpha(float(share))
            axes.add_patch(cell)
    for (row, column), text in texts.items():
        ink = colour("ground" if shares[row, column] > _STRONG else "ink")
        axes.text(column, row, text, ha="center", va="center", fontsize=8, color=ink)
    axes.set(xlim=(-0.5, columns - 0.5), ylim=(rows - 0.5, -0.5), aspect="equal")
    axes.tick_params(length=0)
    axes.spines[:].set(visible=True, color=colour("rule"))


def plot_lessons(
    results: Mapping[str, LessonsResult], labels: Sequence[str], title: str
) -> Picture:
    """A matrix per remedy: the lesson that was just learned downwards, the tested one across."""
    count = len(labels)
    size = 0.9 + 0.42 * count
    with style():
        figure = new_figure(size * len(results), size + 0.7)
        all_axes = figure.subplots(1, len(results), squeeze=False)[0]
        for axes, (name, result) in zip(all_axes, results.items(), strict=True):
            # Lessons that are still to come are no memory: they stay blank.
            known = np.where(np.tri(count, dtype=bool), result.accuracy, np.nan)
            percent = {
                (int(t), int(j)): f"{100 * known[t, j]:.0f}" for t, j in np.argwhere(np.tri(count))
            }
            draw_cells(axes, known, percent)
            axes.set_xticks(range(count), labels, rotation=45, ha="right")
            axes.set_yticks(range(count), labels)
            axes.set_title(f"{name}: {result.final:.1%} at the end")
            axes.set_xlabel("tested on, %")
        all_axes[0].set_ylabel("after learning")
        figure.suptitle(title, x=0.01, ha="left")
    ends = ", ".join(f"{name} {result.final:.3f}" for name, result in results.items())
    return Picture(
        figure,
        f"Accuracy on each lesson while one after the other is learned: at the end, in all, {ends}",
    )
