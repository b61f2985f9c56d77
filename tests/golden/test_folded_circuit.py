"""The folded circuit on the golden core against the equations, weight by weight."""

from itertools import pairwise

import numpy as np
import pytest

from backspike.golden.compiler import compile_network
from backspike.golden.core import GoldenCore
from backspike.golden.equations import feedback_matrices, train
from backspike.golden.folded_circuit import (
    folded_circuit,
    folded_inference,
    folded_steps,
    folded_stimulus,
    read_folded,
)


def learned(engine, program, steps, x, y):
    """Weights after learning all samples on an engine."""
    engine.load(program)
    engine.run(steps * len(x), folded_stimulus(program, x, y, steps=steps), record=False)
    return read_folded(program, engine.read("dense"))


@pytest.mark.parametrize("seed", range(24))
def test_it_learns_what_the_equations_say(seed, folded_case):
    layers, lanes, weights, x, y = folded_case(seed)
    program = compile_network(folded_circuit(weights), lanes=lanes)
    got = learned(GoldenCore(program.params), program, folded_steps(layers), x, y)
    expected = [w.copy() for w in weights]
    train(expected, x, y)
    assert any((a != b).any() for a, b in zip(expected, weights, strict=True)), "nothing learned"
    for k, (a, b) in enumerate(zip(got, expected, strict=True), 1):
        assert np.array_equal(a, b), f"W{k} of {layers}, {lanes} lanes"


@pytest.mark.parametrize("variant", ["random", "direct"])
@pytest.mark.parametrize("seed", range(12))
def test_feedback_through_random_matrices_follows_its_equations(seed, variant, folded_case):
    layers, lanes, weights, x, y = folded_case(seed)
    direct = variant == "direct"
    feedback = feedback_matrices(layers, direct=direct)
    network = folded_circuit(weights, feedback=feedback, direct=direct)
    program = compile_network(network, lanes=lanes)
    got = learned(GoldenCore(program.params), program, folded_steps(layers, direct=direct), x, y)
    expected = [w.copy() for w in weights]
    train(expected, x, y, variant=variant)
    for k, (a, b, before) in enumerate(zip(got, expected, weights, strict=True), 1):
        assert np.array_equal(a, b), f"W{k} of {layers}, {lanes} lanes"
        assert k == len(weights) or (b != before).any(), f"W{k} learned nothing"
    stored = program.placements
    assert {name for name in stored if name[0] == "B"} == {f"B{k}" for k in range(2, len(layers))}


@pytest.mark.parametrize("seed", range(6))
def test_the_delta_rule_follows_its_equations(seed, folded_case):
    layers, lanes, weights, x, y = folded_case(seed)
    layers, weights = (layers[0], layers[1]), weights[:1]
    y = y % layers[1]
    program = compile_network(folded_circuit(weights, any_sum=True), lanes=lanes)
    (got,) = learned(GoldenCore(program.params), program, 2, x, y)
    expected = [weights[0].copy()]
    train(expected, x, y, variant="delta")
    assert np.array_equal(got, expected[0])
    assert (got != weights[0]).any()


@pytest.mark.parametrize("seed", range(6))
def test_every_weight_is_stored_once(seed, folded_case):
    layers, lanes, weights, *_ = folded_case(seed)
    program = compile_network(folded_circuit(weights), lanes=lanes)
    words = sum(n * -(-after // lanes) for n, after in pairwise(layers))
    placed = {int(word) for p in program.placements.values() for word in p.words}
    assert len(placed) == sum(layers[:-1])
    assert program.params.dense_words < max(64, 2 * words)


def test_inference_gives_the_sums_and_the_spikes_of_the_output(folded_case):
    layers, _, weights, x, _ = folded_case(4)
    program = compile_network(folded_inference(weights), lanes=4)
    core = GoldenCore(program.params)
    core.load(program)
    steps = len(layers)
    first, size = program.populations["o_v"]
    out, _ = program.populations["o"]
    for sample in x[:20]:
        record = core.run(steps, folded_stimulus(program, sample[None], steps=steps))
        active = sample
        for w in weights:
            total = active.astype(np.int64) @ w
            active = (total > 512).astype(np.uint8)
        assert np.array_equal(core._state.v[first : first + size], 64 * total)
        fired = np.sort(record.compartments - out)
        assert np.array_equal(fired[(fired >= 0) & (fired < size)], np.flatnonzero(active))
