"""The folded circuit in the RTL: random networks, and the network of the paper on MNIST."""

import os
from pathlib import Path

import numpy as np
import pytest

from backspike.experiments.circuits import CIRCUITS
from backspike.experiments.data.datasets import load_dataset
from backspike.experiments.equations_learner import EquationsLearner, EquationsState
from backspike.experiments.learners import CircuitLearner
from backspike.golden.compiler.compiler import compile_network
from backspike.golden.nbp.folded_circuit import folded_circuit, folded_steps
from backspike.golden.nbp.folded_host import folded_stimulus, read_folded
from backspike.golden.nbp.initial_weights import init_weights
from backspike.golden.nbp.learning import LearningOptions, TrainingPhase, random_states
from backspike.golden.nbp.training import train
from backspike.hdl.params import CoreParams
from backspike.sim.engines.verilator import VerilatorEngine

DATA = Path(os.environ.get("BACKSPIKE_DATA", "BACKSPIKE_DATA is not set"))
#: One core, built once, for every small network of as many lanes.
SMALL = {
    lanes: CoreParams(
        compartments=512,
        input_axons=128,
        lists=1024,
        dense_words=2048,
        sparse_words=64,
        lanes=lanes,
        dendrite_lanes=min(lanes, 4),
        delay_slots=2,
        weight_bits=8,
        traces=False,
        rules=2,
        microcode_words=8,
    )
    for lanes in (2, 8)
}

#: A core for small networks with convolutions.
WIDE = SMALL[8].with_(
    compartments=2560,
    input_axons=192,
    lists=4608,
    dense_words=1024,
    lanes=4,
    dendrite_lanes=2,
)


@pytest.mark.parametrize("lanes", SMALL)
def test_random_networks(lanes, folded_case, compare):
    """Sizes that are no multiples of the lanes, 1 to 3 hidden layers, one class and ten."""
    engine = VerilatorEngine(SMALL[lanes])
    for seed in range(10):
        layers, _, weights, x, y = folded_case(seed)
        for name in ("folded", "random-feedback", "direct-feedback"):
            compare(engine, weights, x, y, name)
        compare(engine, weights[:1], x, y % layers[1], "delta")
    engine.close()


@pytest.mark.parametrize("lanes", SMALL)
def test_random_networks_beyond_the_paper(lanes, folded_case, beyond_the_paper):
    engine = VerilatorEngine(SMALL[lanes])
    for seed in range(10):
        layers, _, weights, x, y = folded_case(seed)
        learning = beyond_the_paper(seed)
        circuit = CIRCUITS["folded"].learn(
            weights, SMALL[lanes], learning=learning, seed=seed, rivals=True
        )
        state = EquationsState.fresh(weights, rate=learning.rate, lanes=lanes, seed=seed)
        learner = CircuitLearner(circuit, engine, EquationsLearner(state, learning))
        for n, part in enumerate(np.array_split(np.arange(len(y)), 3)):
            named = np.random.default_rng(n).random(layers[-1]) < 0.5 if n else None
            learner.begin(TrainingPhase(n, named, frozen=n % 2))
            learner.learn(x[part], y[part])
            assert not learner.mismatches(), f"{layers}, {learning}, part {n}"
        assert any((a != b).any() for a, b in zip(state.weights, weights, strict=True))
        for states in state.random:
            assert np.array_equal(engine.read("random"), states)
    engine.close()


@pytest.mark.parametrize(
    "core",
    [WIDE, WIDE.with_(compact=True, single_port=True)],
    ids=["fast", "compact with single-port memory"],
)
def test_random_convolutions(core, convolution_case):
    engine = VerilatorEngine(core)
    for seed in (0, 1, 2, 3, 4, 5, 6, 7, 9):
        shapes, weights, x, y = convolution_case(seed, core.lanes)
        rate = [None, 100, (60, 256)][seed % 3]
        learning = LearningOptions(512, 16384, 10 * seed, rate, halving=1 if rate else 0)
        network = folded_circuit(weights, shapes=shapes, learning=learning, seed=seed)
        program, steps = compile_network(network, core), folded_steps([0, *shapes])
        engine.load(program)
        expected = [w.copy() for w in weights]
        random = None if rate is None else random_states(core.lanes, seed)
        spikes = folded_stimulus(program, x, y, steps=steps)
        engine.run(steps * len(y), spikes, record=False)
        train(expected, x, y, shapes=shapes, learning=learning, random=random)
        for k, w in enumerate(read_folded(program, engine.read("dense"))):
            assert np.array_equal(w, expected[k]), f"W{k + 1} of {shapes}, {learning}"
            assert (w != weights[k]).any(), f"W{k + 1} of {shapes} learned nothing"
        if random is not None:
            assert np.array_equal(engine.read("random"), random)
    engine.close()


@pytest.mark.skipif(not (DATA / "mnist").is_dir(), reason=f"MNIST is not in {DATA}")
def test_samples_of_mnist(compare):
    data = load_dataset("mnist", data_dir=DATA)
    layers = (data.n_in, 400, 10)
    weights = init_weights(layers, seed=1)
    engine = VerilatorEngine(CIRCUITS["folded"].learn(weights, 16).program.params)
    compare(engine, weights, data.x_train[:500], data.y_train[:500])
    engine.close()
