"""One sample in a network that learns over time: spikes and errors, step by step."""

import re
from collections.abc import Mapping

import numpy as np

from backspike.sim.figures import Picture, colour, new_figure, style

__all__ = ["plot_sample"]

#: Populations in a picture, each with its hue.
_SHOWN = {r"h\d+": "blue", r"e\d+\+": "green", r"e\d+-": "red", r"d\+": "green", r"d-": "red"}


def plot_sample(
    x: np.ndarray, rasters: Mapping[str, np.ndarray], per_step: int, title: str
) -> Picture:
    """Spikes of inputs, (steps of data, inputs), and of populations, (time steps, neurons).

    ``per_step`` is the number of time steps of a step of data.
    """
    steps = len(x)
    bands = [("x", x.astype(bool), "ink")]
    for pattern, hue in _SHOWN.items():
        for name, raster in rasters.items():
            if re.fullmatch(pattern, name):
                bands.append((name, _by_data(raster, steps, per_step), hue))
    heights = [0.4 + 1.2 * min(1.0, band.shape[1] / 100) for _, band, _ in bands]
    with style():
        figure = new_figure(min(12.0, 2.5 + 0.25 * steps), 1.2 + sum(heights))
        all_axes = figure.subplots(len(bands), 1, sharex=True, height_ratios=heights)
        for axes, (name, band, hue) in zip(all_axes, bands, strict=True):
            at, neurons = np.nonzero(band)
            axes.vlines(at, neurons - 0.4, neurons + 0.4, color=colour(hue), lw=1.6)
            axes.set(ylim=(band.shape[1] - 0.5, -0.5), yticks=[])
            axes.set_ylabel(f"{name} ({band.shape[1]})", rotation=0, ha="right", va="center")
        all_axes[-1].set(xlabel="step of data", xlim=(-0.6, steps - 0.4))
        figure.suptitle(title, x=0.01, ha="left")
    told = ", ".join(f"{int(band.sum())} of {name}" for name, band, _ in bands)
    return Picture(figure, f"{title}: in {steps} steps of data, spikes: {told}")


def _by_data(raster: np.ndarray, steps: int, per_step: int) -> np.ndarray:
    """Spikes within each step of data; a last one, which only forgets marks, is left out."""
    spikes: np.ndarray = raster[: steps * per_step].reshape(steps, per_step, -1)
    return np.logical_or.reduce(spikes, axis=1)
