"""Pictures of short runs."""

import contextlib
import io
import runpy
import tempfile
from pathlib import Path

import numpy as np

from backspike.experiments.circuits import CIRCUITS
from backspike.experiments.data.datasets import load_dataset
from backspike.experiments.equations_learner import EquationsLearner, EquationsState
from backspike.experiments.learners import CircuitLearner
from backspike.experiments.raster_pictures import groups_of, plot_raster
from backspike.experiments.rasters import sample_inputs
from backspike.experiments.results import telling_sample
from backspike.experiments.runs import Checkpoint
from backspike.experiments.train_loop import train_on
from backspike.golden.core.golden_core import GoldenCore
from backspike.golden.nbp.initial_weights import init_weights
from backspike.sim.figures import Picture

__all__ = ["demo_raster", "first_network"]

TUTORIAL = Path(__file__).parents[1] / "tutorial"
LAYERS, EPOCHS = (256, 64, 10), 3


def demo_raster() -> Picture:
    """A sample that the paper's circuit gets wrong after some epochs, and learns from."""
    data, way = load_dataset("digits"), CIRCUITS["paper"]
    state = EquationsState.fresh(init_weights(LAYERS, 1, 64), variant=way.variant)
    equations = EquationsLearner(state, variant=way.variant)
    train_on(equations, data, Checkpoint(*state), epochs=EPOCHS, seed=1)
    weights = equations.weights()
    circuit = way.learn(weights, 16)
    engine = GoldenCore(circuit.program.params)
    learner = CircuitLearner(circuit, engine, equations)
    n = telling_sample(weights, data)
    x, y = data.x_test[n : n + 1], data.y_test[n : n + 1]
    groups = groups_of(learner.spikes(x, y), sample_inputs(circuit, x, y), circuit.words)
    title = f"A {y[0]} that fires a wrong output, and is learned, in the paper's circuit, 256-64-10"
    return plot_raster(groups, title, circuit.labels)


def first_network() -> Picture:
    """The tutorial's network, on the golden core."""
    with (
        tempfile.TemporaryDirectory() as folder,
        contextlib.chdir(folder),
        contextlib.redirect_stdout(io.StringIO()),
    ):
        found = runpy.run_path(str(TUTORIAL / "first_network.py"))["golden"]
    weights = found["w:synapses"][-1]
    words = (
        f"{found.steps} steps: {len(found.spikes['pixels'].steps)} spikes of pixels, "
        f"{len(found.spikes['cells'].steps)} of cells; weights at the end from "
        f"{np.min(weights)} to {np.max(weights)}"
    )
    return Picture(found.plot(), words)
