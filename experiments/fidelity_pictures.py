"""Pictures of a fidelity report: spikes of both sides, and rates of the one against the other."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from backspike.golden.names import counted
from backspike.golden.nir.fidelity import Fidelity, GroupFidelity
from backspike.sim.figures import Picture, colour, new_figure, style

__all__ = ["SIDES", "draw_both", "fidelity_pictures", "plot_both", "plot_rates", "side_marks"]

#: Most neurons and steps of a raster, and panels in a row.
_ROWS, _STEPS, _COLUMNS = 48, 240, 3
_WIDTH, _ROW = 7.6, 0.075  # inches
#: Places along an axis of rates: neurons at one of them are one dot.
_PLACES = 150
#: Sides that a spike is on, with its hue and, for those who see no hues, its height.
SIDES = {"both": ("soft", 0.3), "float only": ("blue", 0.48), "core only": ("red", 0.48)}


def fidelity_pictures(fidelity: Fidelity) -> dict[str, Picture]:
    """Of populations that fire: a raster of each, by ``raster`` and its number, and ``rates``."""
    spiking = [group for group in fidelity.groups if group.spikes_float + group.spikes_core]
    pictures = {f"raster{n}": plot_both(fidelity, group) for n, group in enumerate(spiking)}
    return pictures | ({"rates": plot_rates(spiking)} if spiking else {})


def plot_both(fidelity: Fidelity, group: GroupFidelity) -> Picture:
    """Spikes of a population in the sample that is shown: see :func:`draw_both`."""
    with style():
        figure = new_figure(_WIDTH, 1.1 + _ROW * max(min(group.neurons, _ROWS), 8))
        words = draw_both(figure.subplots(), fidelity, group)
        figure.legend(handles=side_marks(), loc="outside lower center", ncols=len(SIDES))
    return Picture(figure, words)


def draw_both(axes: Axes, fidelity: Fidelity, group: GroupFidelity) -> str:
    """Draw spikes that both sides have, and those of one alone; returns it in words.

    Of many neurons, those that differ most come first, then those that fire most.
    """
    shown = fidelity.shown
    floats, cores = (
        side[group.name].reshape(fidelity.steps, -1)[:_STEPS]
        for side in (shown.spikes_float, shown.spikes_core)
    )
    wrong, all_spikes = (floats != cores).sum(axis=0), (floats | cores).sum(axis=0)
    chosen = np.sort(np.lexsort((-all_spikes, -wrong))[:_ROWS])
    rasters = dict(zip(SIDES, (floats & cores, floats & ~cores, cores & ~floats), strict=True))
    steps = len(floats)
    for side, raster in rasters.items():
        hue, height = SIDES[side]
        times, rows = np.nonzero(raster[:, chosen])
        width = 1.2 if side == "both" else 2.2
        axes.vlines(times, rows - height, rows + height, color=colour(hue), lw=width)
    axes.set(xlim=(-0.8, steps - 0.2), ylim=(len(chosen) - 0.4, -0.6), xlabel="step")
    ticks = np.unique(np.linspace(0, len(chosen) - 1, min(5, len(chosen))).astype(int))
    axes.set_yticks(ticks, [f"{chosen[n]:,}" for n in ticks], fontsize=8)
    axes.set_ylabel("neuron")
    most = "" if len(chosen) == group.neurons else f", {len(chosen)} of {group.neurons:,}"
    axes.set_title(f"{group.name}{most}, sample {shown.sample}")
    told = ", ".join(f"{int(raster.sum()):,} {side}" for side, raster in rasters.items())
    return (
        f"Spikes of {group.name} in sample {shown.sample}, the first {counted(steps, 'step')}, "
        f"on the float side and on the core: {told}"
    )


def side_marks() -> list[Line2D]:
    """Entries of a legend."""
    return [Line2D([], [], color=colour(hue), lw=3, label=s) for s, (hue, _) in SIDES.items()]


def plot_rates(groups: Sequence[GroupFidelity]) -> Picture:
    """Rate of every neuron on the core over that in the float graph, a panel for a population."""
    columns = min(_COLUMNS, len(groups))
    rows = -(-len(groups) // columns)
    with style():
        figure = new_figure(2.5 * columns + 0.4, 2.5 * rows + 0.3)
        panels = figure.subplots(rows, columns, squeeze=False).reshape(-1)
        for axes, group in zip(panels, groups, strict=False):
            _draw_rates(axes, group)
        for axes in panels[len(groups) :]:
            axes.set_visible(False)
    told = "; ".join(
        f"{group.name}: mean error {group.rate_error:.2g}, at most {group.rate_error_max:.2g}"
        for group in groups
    )
    return Picture(figure, f"Spikes a step of each neuron, float against core. {told}")


def _draw_rates(axes: Axes, group: GroupFidelity) -> None:
    both = np.stack([group.rates_float, group.rates_core])
    most = float(both.max())
    both = np.unique(np.rint(both * (_PLACES / most)), axis=1) * (most / _PLACES)
    top = 1.05 * most
    axes.plot([0, top], [0, top], color=colour("rule"), lw=1, zorder=0)
    axes.plot(*both, "o", ms=3, color=colour("blue"), alpha=0.6, mew=0)
    axes.set(xlim=(0, top), ylim=(0, top), aspect="equal", title=group.name)
    axes.set(xlabel="float, spikes a step", ylabel="core")
    axes.locator_params(nbins=4)
