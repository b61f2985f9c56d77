"""The spikes of samples in a circuit, every population a band and every time step a column."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from backspike.experiments.population_texts import GATES, ROLES, Described, Words, describe
from backspike.sim.figures import Picture, colour, new_figure, style

__all__ = ["Group", "groups_of", "plot_raster"]

_COLUMN, _BAND, _SIDE, _HEAD = 0.86, 0.34, 1.25, 0.95  # inches
_LARGE = 40  # neurons from which on a band is higher
_CROWD = 512  # neurons from which on their dashes would lie upon each other
_SHARES = 48  # dashes in the place of those of a crowd
_FAINTEST = 0.2


class Group(NamedTuple):
    """Neurons that stand together, and their spikes."""

    name: str
    raster: np.ndarray
    """Bool, (steps, size)."""
    described: Described

    @property
    def size(self) -> int:
        """Number of neurons."""
        return self.raster.shape[1]

    @property
    def hue(self) -> str:
        """Colour of its role."""
        return ROLES[self.described.role]

    @property
    def height(self) -> float:
        """Of its band, in bands of a few neurons."""
        return 0.7 if self.size == 1 else 1.0 if self.size <= _LARGE else 1.6


def groups_of(
    rasters: Mapping[str, np.ndarray], inputs: Mapping[str, np.ndarray], words: Words
) -> list[Group]:
    """Groups from top to bottom: inputs that spike, populations, and all gates as one.

    Parameters
    ----------
    rasters, inputs : mapping of str to numpy.ndarray
        Spikes of each population and each input, bool, shape (steps, size).
    words : mapping of str to tuple of str
        Roles and descriptions: those of the circuit.
    """
    found = {name: spikes for name, spikes in inputs.items() if spikes.any()}
    found |= {name: spikes for name, spikes in rasters.items() if not GATES.fullmatch(name)}
    gates = [spikes for name, spikes in rasters.items() if GATES.fullmatch(name)]
    if gates:
        found["gates"] = np.concatenate(gates, axis=1)
    return [Group(name, spikes, describe(words, name)) for name, spikes in found.items()]


def plot_raster(groups: Sequence[Group], title: str, labels: Sequence[str]) -> Picture:
    """Every group a band; every time step a column, labelled with what happens in it.

    ``labels`` are descriptions of each step of a sample.
    """
    tops = np.cumsum([0.0, *(group.height for group in groups)])
    n_steps, bottom = len(groups[0].raster), float(tops[-1])
    steps = [step % len(labels) for step in range(n_steps)]
    width, height = _COLUMN * max(4, n_steps) + _SIDE, _BAND * bottom + _HEAD
    with style():
        figure = new_figure(width, height)
        axes = figure.subplots()
        for number, (group, top) in enumerate(zip(groups, tops, strict=False)):
            if number % 2:
                end = top + group.height
                axes.axhspan(top, end, color=colour("panel"), lw=0, zorder=0)
            _draw(axes, group, top)
        axes.vlines(range(1, n_steps), 0, bottom, color=colour("rule"), lw=0.6, zorder=1)
        axes.set(xlim=(0, n_steps), ylim=(bottom, 0))
        heads = [f"{step}\n{labels[step]}" for step in steps]
        axes.set_xticks(np.arange(n_steps) + 0.5, heads, fontsize=8)
        middles = (tops[:-1] + tops[1:]) / 2
        axes.set_yticks(middles, [f"{group.name} ({group.size})" for group in groups], fontsize=9)
        axes.tick_params(length=0, labeltop=True, labelbottom=False, labelcolor=colour("ink"))
        axes.spines[:].set_visible(False)
        drawn = {group.described.role for group in groups}
        marks = [
            Line2D([], [], color=colour(hue), lw=3, label=role)
            for role, hue in ROLES.items()
            if role in drawn
        ]
        figure.legend(handles=marks, loc="outside lower center", ncols=len(marks))
        figure.suptitle(title, x=0.01, ha="left")
    return Picture(figure, f"{title}: {_told(groups, steps)}")


def _draw(axes: Axes, group: Group, top: float) -> None:
    """A dash for each spike, neuron 0 on top; of a crowd, one for those that lie side by side, the
    fuller the more of them there are."""
    count = group.size if group.size < _CROWD else _SHARES
    edges = np.linspace(0, group.size, count + 1).astype(int)
    spikes = np.add.reduceat(group.raster.astype(int), edges[:-1], axis=1)
    steps, places = np.nonzero(spikes)
    shares = (spikes / np.diff(edges))[steps, places]
    heights = top + group.height * (0.1 + 0.8 * (places + 0.5) / count)
    thick = float(np.clip(0.8 * 72 * _BAND * group.height / count, 0.9, 4))
    dashes = axes.hlines(heights, steps + 0.2, steps + 0.8, color=colour(group.hue), lw=thick)
    if count < group.size:
        dashes.set_alpha((_FAINTEST + (1 - _FAINTEST) * shares).tolist())


def _told(groups: Sequence[Group], steps: Sequence[int]) -> str:
    """Spikes of each group in each step, in words."""
    told = []
    for column, step in enumerate(steps):
        counts = [(int(g.raster[column].sum()), g.name) for g in groups if g.name != "gates"]
        spikes = ", ".join(f"{count} of {name}" for count, name in counts if count)
        told.append(f"step {step}: {spikes or 'nothing'}")
    return "; ".join(told)
