"""Pictures of imported networks."""

import nir
import numpy as np

from backspike import calibrate_nir, compare_nir, read_nir, spike_samples
from backspike.experiments.fidelity_pictures import draw_both, side_marks
from backspike.sim.figures import Picture, new_figure, style

__all__ = ["nir_fidelity"]

STEPS = 60


def nir_fidelity() -> Picture:
    """A population with two large weights, by the errors of its constants and calibrated."""
    rng = np.random.default_rng(1)
    weights = rng.normal(0.1, 0.3, (24, 16))
    weights[3, 0], weights[5, 7] = 40.0, 60.0
    lif = nir.LIF(*(np.full(24, value) for value in (20e-3, 20.0, 0.0, 1.0)))
    graph = nir.NIRGraph.from_list(nir.Input(np.array([16])), nir.Linear(weights), lif)
    coarse = read_nir(graph, dt=1e-3)
    spikes = rng.random((20, STEPS, 16)) < 0.1
    calibrated = calibrate_nir(coarse, spike_samples(coarse, spikes[:10])).imported
    told = []
    with style():
        figure = new_figure(7.6, 5.4)
        panels = {"by the errors of the constants": coarse, "calibrated": calibrated}
        for axes, (title, network) in zip(figure.subplots(2, 1), panels.items(), strict=True):
            found = compare_nir(network, spike_samples(network, spikes[10:]))
            words = draw_both(axes, found, found.groups[0])
            axes.set_title(f"{title}: {found.same_spikes:.0%} of the spikes are the same")
            told.append(f"{title}, {found.same_spikes:.0%} of the spikes are the same. {words}")
        figure.legend(handles=side_marks(), loc="outside lower center", ncols=3)
    return Picture(figure, "; ".join(told))
