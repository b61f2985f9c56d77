"""cocotb test of the paper's circuit: the core learns, beside the golden core and the equations."""

import cocotb
import numpy as np

from backspike.golden.compiler.compiler import compile_network
from backspike.golden.nbp.feedback import backward_copies
from backspike.golden.nbp.initial_weights import init_weights
from backspike.golden.nbp.paper_circuit import paper_circuit, read_matrices
from backspike.golden.nbp.stimulus import FIRST_STEP, SAMPLE_STEPS, stimulus
from backspike.golden.nbp.training import train
from backspike.sim.engines.cocotb_bfm import core_test
from backspike.sim.verify.scoreboard import compare_runs

LAYERS = (13, 7, 3)
SAMPLES = 6
WEIGHTS = init_weights(LAYERS, seed=3, lift=64)
PROGRAM = compile_network(paper_circuit(LAYERS, WEIGHTS), lanes=4)
PARAMS = PROGRAM.params


@cocotb.test()
@core_test(PARAMS)
def paper_circuit_learns(link, engine, golden):
    """Every spike, memory and counter of the golden core, and all weights of the equations."""
    rng = np.random.default_rng(cocotb.RANDOM_SEED)
    x = (rng.random((SAMPLES, LAYERS[0])) < 0.4).astype(np.uint8)
    y = rng.integers(0, LAYERS[-1], SAMPLES)
    n_steps = FIRST_STEP + SAMPLE_STEPS * SAMPLES
    spikes = stimulus(PROGRAM, x, y)
    difference = compare_runs(golden, engine, PROGRAM, spikes, n_steps)[0]
    assert difference is None, difference

    weights, backward = [w.copy() for w in WEIGHTS], backward_copies(WEIGHTS)
    train(weights, x, y, variant="paper", backward=backward)
    matrices = read_matrices(PROGRAM, engine.read("dense"))
    for name, expected in (
        ("W1", weights[0]),
        ("W2", weights[1]),
        ("W2T_plus", weights[1].T),
        ("W2T_minus", backward[1].T),
    ):
        assert np.array_equal(matrices[name], expected), name
    for before, after in zip(WEIGHTS, weights, strict=True):
        assert np.any(before != after)
