"""Pictures of results: rasters, lines over the steps, and matrices of weights."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from backspike.golden.names import unknown
from backspike.sim.figures import colour, diverging, new_figure, style
from backspike.sim.labels import LINE_POINTS, spread
from backspike.sim.palette import CYCLE
from backspike.sim.simulation.recorded import Recorded

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["plot_recorded"]

#: Most values that are drawn as lines; of more, a picture of the last.
_LINES = 16
_RASTER_POINTS = 130.0  # least height of a raster
_LABELS = {
    "v": "voltage of {}\n(weight units)",
    "u": "current of {}\n(weight units)",
    "w": "weights of {}",
    "tag": "tags of {}",
    "delay": "delays of {}\n(steps)",
}


@style()
def plot_recorded(result: Recorded, names: Sequence[str]) -> "Figure":
    """Panels of a raster and of probes; see :meth:`.result.Result.plot`."""
    for name in names:
        if not isinstance(name, str) or name not in list(result):
            raise unknown("name of a result", name, result)
    groups = [name.partition(":")[2] for name in names if name.startswith("spikes:")]
    probes = [name for name in names if not name.startswith("spikes:")]
    panels = len(probes) + bool(groups)
    tallest = max(2.5, 0.3 + LINE_POINTS / 72 * len(groups))
    heights = [tallest] * bool(groups) + [1.6] * len(probes)
    figure = new_figure(8, 0.6 + sum(heights))
    rows = figure.subplots(max(1, panels), 1, squeeze=False, height_ratios=heights or [1])[:, 0]
    if groups:
        _raster(rows[0], result, groups)
    for axes, name in zip(rows[bool(groups) :], probes, strict=False):
        _probe(axes, result, name)
    return figure


def _hue(number: int) -> str:
    """Colour of a group or a line."""
    return colour(CYCLE[number % len(CYCLE)])


def _over_steps(axes: "Axes", result: Recorded, what: str) -> None:
    """Labels of a panel over the steps."""
    axes.set(xlabel="step", ylabel=what)
    axes.set_xlim(result.first - 0.5, result.first + max(1, result.steps) - 0.5)
    axes.locator_params(axis="x", integer=True)


def _raster(axes: "Axes", result: Recorded, groups: Sequence[str]) -> None:
    """Spikes of groups, the first on top, each with its name at the side."""
    bottom, ticks = 0, []
    for number, name in enumerate(reversed(groups)):
        events = result.spikes[name]
        marks = "|" if result.steps * events.size > 200 else "o"
        axes.plot(
            events.steps,
            events.neurons + bottom,
            marks,
            color=_hue(len(groups) - 1 - number),
            markersize=max(2.0, min(6.0, 120 / max(1, events.size))),
        )
        if bottom:
            axes.axhline(bottom - 0.5, color=colour("rule"), linewidth=0.8)
        ticks.append(bottom + (events.size - 1) / 2)
        bottom += events.size
    _over_steps(axes, result, "neuron, by group")
    height = max(1, bottom)
    gap = height * min(1 / len(groups), LINE_POINTS / _RASTER_POINTS)
    places = spread(ticks, gap)
    low, high = min(-0.5, places[0] - gap / 2), max(height - 0.5, places[-1] + gap / 2)
    axes.set_ylim(low, high)
    axes.set_yticks(places, list(reversed(groups)))
    axes.tick_params("y", length=0)


def _probe(axes: "Axes", result: Recorded, name: str) -> None:
    """Lines over the steps, or the last of many values as a picture."""
    kind, _, owner = name.partition(":")
    array, times = result.arrays[name], result.times[name]
    what = _LABELS.get(kind, f"{kind} of {{}}" if owner else kind).format(owner)
    if array.ndim > 2 and array[:1].size > _LINES and len(array):
        _matrix(axes, array[-1], what, f"{what}, after step {times[-1]}")
        return
    values = array.reshape(len(array), int(np.prod(array.shape[1:])))
    shown = values[:, :_LINES]
    for number, line in enumerate(shown.T):
        axes.plot(times, line, color=_hue(number), linewidth=1.2)
    for threshold in result.thresholds.get(owner, ()) if kind == "v" else ():
        axes.axhline(threshold, color=colour("soft"), linestyle="--", linewidth=1)
        axes.annotate(
            "threshold",
            (1, threshold),
            xycoords=("axes fraction", "data"),
            ha="right",
            va="bottom",
            fontsize="small",
        )
    if values.shape[1] > _LINES:
        axes.set_title(f"the first {_LINES} of {values.shape[1]}", fontsize="small", loc="left")
    _over_steps(axes, result, what)


def _matrix(axes: "Axes", values: np.ndarray, what: str, title: str) -> None:
    """Weights as a picture, with a colour bar; kernels side by side."""
    if values.ndim == 4:
        height, width, channels_in, channels_out = values.shape
        values = values.transpose(2, 0, 3, 1).reshape(channels_in * height, channels_out * width)
    limit = float(np.abs(values).max()) or 1.0
    image = axes.imshow(
        np.atleast_2d(values), cmap=diverging(), vmin=-limit, vmax=limit, aspect="auto"
    )
    axes.figure.colorbar(image, ax=axes, label=what.partition(" of ")[0])
    axes.set(xlabel="target", ylabel="source")
    axes.set_title(title.replace("\n", " "), fontsize="small", loc="left")
