"""The paper's circuit in the RTL: every spike and weight of the recorded circuits."""

import numpy as np
import pytest

from backspike.golden.compiler.compiler import compile_network
from backspike.golden.nbp.initial_weights import init_weights
from backspike.golden.nbp.paper_circuit import (
    FIRST_STEP,
    SAMPLE_STEPS,
    paper_circuit,
    read_matrices,
    stimulus,
)
from backspike.sim.engines.verilator import VerilatorEngine

RECORDED_SAMPLES = 12  # spikes of at least so many are on record
CHECKED_SAMPLES = 100  # weights after so many are
#: Layers of the larger of the recorded circuits, whose core, built once, holds both.
LARGEST = (400, 400, 10)

COPIES = {
    "W1": "W1",
    "W1_copy": "W1",
    "W1_copy2": "W1",
    "W2": "W2",
    "W2_copy": "W2",
    "W2_copy2": "W2",
    "W2T_plus": "W2T_plus",
    "W2T_minus": "W2T_minus",
}


@pytest.mark.parametrize("name", ["mnist10_h100", "mnist20_h400"])
def test_recorded_circuit(name, vectors):
    reference = np.load(vectors(f"ref_{name}.npz"))
    circuit = np.load(vectors(f"circuit_{name}.npz"))
    weights = [reference["W1_0"], reference["W2_0"]]
    layers = (*weights[0].shape, weights[1].shape[1])
    x = np.unpackbits(reference["x"], axis=1)[:, : layers[0]]
    y = reference["target"].astype(np.int64)
    core = compile_network(paper_circuit(LARGEST, init_weights(LARGEST, seed=1))).params
    program = compile_network(paper_circuit(layers, weights), core)
    engine = VerilatorEngine(program.params)
    engine.load(program)

    n = RECORDED_SAMPLES
    n_steps = FIRST_STEP + SAMPLE_STEPS * n
    record = engine.run(n_steps, stimulus(program, x[:n], y[:n]))
    for population, (first, size) in program.populations.items():
        recorded = np.unpackbits(circuit[f"spk_{population}"], axis=1)[:n_steps, :size]
        differs = np.argwhere(record.raster(n_steps, first, size) != recorded)
        assert not len(differs), f"{population} first differs in step, neuron {differs[0]}"
    assert len(record.steps) > n_steps

    rest = slice(n, CHECKED_SAMPLES)
    n_steps = SAMPLE_STEPS * (CHECKED_SAMPLES - n)
    engine.run(n_steps, stimulus(program, x[rest], y[rest], first=False), record=False)
    matrices = read_matrices(program, engine.read("dense"))
    engine.close()
    assert set(matrices) == set(COPIES)
    for matrix, recorded in COPIES.items():
        differing = np.count_nonzero(matrices[matrix] != circuit[f"{recorded}_{CHECKED_SAMPLES}"])
        assert differing == 0, f"{differing} weights of {matrix} differ"
    assert np.any(matrices["W1"] != weights[0])
