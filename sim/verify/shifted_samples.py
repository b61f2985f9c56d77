"""A small network that knows classes of spike rates, and samples of other classes than it knows."""

import nir
import numpy as np

from backspike.golden.nir.reference import run_float
from backspike.golden.nir.to_network import read_nir

__all__ = ["ShiftedSamples"]

INPUTS, HIDDEN, CLASSES, STEPS = 24, 32, 4, 30


class ShiftedSamples:
    """Poisson spikes at the rates of one of four prototypes, before and after two thirds of the
    inputs have changed places, and a network of two layers for those before.

    Attributes
    ----------
    graph : nir.NIRGraph
        Random weights, and then those of the mean rates of each class; steps of 1 s.
    """

    def __init__(self, seed: int) -> None:
        rng = np.random.default_rng(seed)
        self._rates = rng.choice([0.03, 0.25], (CLASSES, INPUTS))
        self._places = np.arange(INPUTS)
        self._places[: INPUTS * 2 // 3] = rng.permutation(INPUTS * 2 // 3)
        first = rng.normal(0.05, 0.25, (HIDDEN, INPUTS))
        x, y = self.draw(40, seed, shifted=False)
        hidden = read_nir(_graph(first), dt=1.0)
        rates = run_float(hidden, {"input": x.astype(float)}).spikes["lif"].mean(axis=1)
        means = np.array([rates[y == label].mean(axis=0) for label in range(CLASSES)])
        self.graph = _graph(first, 0.05 + 3 * (means - means.mean(axis=0)))

    def draw(self, count: int, seed: int, *, shifted: bool = True) -> tuple[np.ndarray, np.ndarray]:
        """Samples, bool, (count, steps, inputs), and their labels, int64."""
        rng = np.random.default_rng([seed, shifted])
        y = np.arange(count) % CLASSES
        rates = self._rates[:, self._places] if shifted else self._rates
        return rng.random((count, STEPS, INPUTS)) < rates[y][:, None], y


def _graph(*layers: np.ndarray) -> nir.NIRGraph:
    """Layers of leaky neurons with these weights, (out, in)."""
    nodes = [nir.Input(np.array([INPUTS]))]
    for weights in layers:
        lif = nir.LIF(*(np.full(len(weights), value) for value in (5.0, 5.0, 0.0, 1.0)))
        nodes += [nir.Linear(weights), lif]
    return nir.NIRGraph.from_list(*nodes)
