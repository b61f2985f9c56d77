"""Handwritten digits with a first layer that learns from no labels: STDP, then nBP on the last.

For comparison, the last layer also learns on the random first layer.
"""

from dataclasses import dataclass

import numpy as np
from matplotlib.figure import Figure

from backspike.experiments.data.datasets import Dataset, load_dataset
from backspike.experiments.examples.example import Example, MakeEngine, Outcome
from backspike.experiments.train_loop import shuffled_epochs
from backspike.experiments.weight_pictures import draw_fields
from backspike.golden.compiler.compiler import compile_network
from backspike.golden.engine import Engine, write_register
from backspike.golden.nbp.equations import evaluate
from backspike.golden.nbp.folded_circuit import FOLDED_RULE
from backspike.golden.nbp.hybrid_circuit import (
    CODE_STEP,
    HYBRID_STEPS,
    STDP_RULE,
    hybrid_circuit,
    hybrid_phases,
    hybrid_stimulus,
)
from backspike.golden.nbp.initial_weights import init_weights
from backspike.hdl.params import DEFAULT_LANES
from backspike.sim.figures import new_figure, style

__all__ = ["EXAMPLE", "LIFT", "Hybrid", "Sizes"]

LIFT = 64
_CHUNK = 64  # samples of one run


@dataclass(frozen=True)
class Sizes:
    """Sizes of the hybrid, and amounts of learning."""

    hidden: int = 64
    winners: int = 4
    stdp_epochs: int = 1
    nbp_epochs: int = 8
    seed: int = 1


class Hybrid:
    """The hybrid circuit on an engine, phase by phase.

    Parameters
    ----------
    data : Dataset
    sizes : Sizes
    make : callable
        Makes the engine.
    """

    def __init__(self, data: Dataset, sizes: Sizes, make: MakeEngine) -> None:
        self.data, self.sizes = data, sizes
        layers = (data.n_in, sizes.hidden, data.n_classes)
        weights = init_weights(layers, sizes.seed, LIFT)
        network = hybrid_circuit(weights, sizes.winners, seed=sizes.seed)
        self.program = compile_network(network, lanes=DEFAULT_LANES)
        self.engine: Engine = make(self.program)
        self.engine.load(self.program)

    def learn(self, phase: str, epochs: int) -> None:
        """Learn the training split, so many times: the ``first`` layer or the ``last`` one."""
        x, y = self.data.x_train, self.data.y_train
        order = shuffled_epochs(lambda _, numbers: x[numbers], y, seed=self.sizes.seed, end=epochs)
        for epoch in order:
            self.learn_samples(phase, epoch.inputs(slice(None)), epoch.classes)

    def learn_samples(self, phase: str, x: np.ndarray, y: np.ndarray) -> None:
        """Learn these samples once."""
        self._enter(phase)
        for part in _parts(len(y)):
            self._run(x[part], y[part], record=False)

    def codes(self, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        """Spikes of the hidden layer to samples, uint8, shape (samples, hidden)."""
        self._enter("none")
        return np.concatenate([self._run(x[p], y[p], record=True) for p in _parts(len(y))])

    def accuracy(self) -> float:
        """On the test split; the largest sum of the last layer counts."""
        x, y = self.data.x_test, self.data.y_test
        return evaluate([self.weights("W2")], self.codes(x, y), y).membrane

    def weights(self, name: str) -> np.ndarray:
        """W1 or W2, int16, as they are now."""
        return np.ascontiguousarray(self.program.matrix(self.engine, name))

    def _enter(self, phase: str) -> None:
        for name, value in hybrid_phases(self.program)[phase].items():
            write_register(self.engine, name, value)

    def _run(self, x: np.ndarray, y: np.ndarray, *, record: bool) -> np.ndarray:
        """Run samples; returns the codes of the hidden layer, uint8, if they are recorded."""
        n_steps = HYBRID_STEPS * len(y)
        got = self.engine.run(n_steps, hybrid_stimulus(self.program, x, y), record=record)
        raster = got.raster(n_steps, *self.program.populations["h"])
        return raster[CODE_STEP::HYBRID_STEPS].astype(np.uint8)


def _parts(count: int) -> list[slice]:
    return [slice(start, start + _CHUNK) for start in range(0, count, _CHUNK)]


def _run(make: MakeEngine) -> Outcome:
    data, sizes = load_dataset("digits"), Sizes()
    plain = Hybrid(data, sizes, make)
    plain.learn("last", sizes.nbp_epochs)
    without = plain.accuracy()
    hybrid = Hybrid(data, sizes, make)
    hybrid.learn("first", sizes.stdp_epochs)
    hybrid.learn("last", sizes.nbp_epochs)
    accuracy = hybrid.accuracy()
    facts = {
        "accuracy, first layer by STDP": accuracy,
        "accuracy, first layer left at random": without,
    }
    figure = _figure(hybrid.weights("W1"), data.image_shape)
    return Outcome(facts, accuracy >= 0.75 and accuracy > without + 0.1, figure)


@style()
def _figure(w1: np.ndarray, image_shape: tuple[int, int, int] | None) -> Figure:
    figure = new_figure(9, 4)
    axes = figure.subplots()
    weights = draw_fields(axes, w1, image_shape)
    axes.set_title("Input weights of the first layer, after STDP")
    figure.colorbar(weights, ax=axes, label="negative inhibits, positive excites", shrink=0.7)
    return figure


EXAMPLE = Example(
    name="hybrid",
    about="digits, first layer by STDP without labels, last layer by nBP",
    rules=(STDP_RULE, FOLDED_RULE),
    run=_run,
)
