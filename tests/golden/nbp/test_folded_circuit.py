"""The folded circuit on the golden core against the equations, weight by weight."""

from itertools import pairwise

import numpy as np
import pytest

from backspike.experiments.circuits import CIRCUITS
from backspike.experiments.equations_learner import EquationsLearner, EquationsState
from backspike.experiments.learners import CircuitLearner
from backspike.golden.compiler.compiler import compile_network
from backspike.golden.core.golden_core import GoldenCore
from backspike.golden.nbp.equations import forward
from backspike.golden.nbp.feedback import feedback_matrices
from backspike.golden.nbp.folded_circuit import (
    folded_circuit,
    folded_inference,
    folded_steps,
)
from backspike.golden.nbp.folded_host import (
    folded_stimulus,
    learn_registers,
    rate_words,
    read_folded,
)
from backspike.golden.nbp.learning import PAPER, LearningOptions, TrainingPhase, random_states
from backspike.golden.nbp.training import train
from backspike.hdl.layouts import state_layout
from backspike.hdl.packing import unpack_array


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


@pytest.mark.parametrize("seed", range(24))
def test_with_a_margin_and_steps_at_random(seed, folded_case, beyond_the_paper):
    layers, lanes, weights, x, y = folded_case(seed)
    learning = beyond_the_paper(seed)
    program = compile_network(folded_circuit(weights, learning=learning, seed=seed), lanes=lanes)
    core = GoldenCore(program.params)
    core.load(program)
    expected = [w.copy() for w in weights]
    random = None if learning.rate is None else random_states(lanes, seed)
    steps = folded_steps(layers)
    for epoch, part in enumerate((slice(0, 120), slice(120, None))):
        if random is not None:
            core.write("microcode", rate_words(program, learning, epoch))
        spikes = folded_stimulus(program, x[part], y[part], steps=steps)
        core.run(steps * len(y[part]), spikes, record=False)
        train(
            expected, x[part], y[part], learning=learning, phase=TrainingPhase(epoch), random=random
        )
        got = read_folded(program, core.read("dense"))
        for k, (a, b) in enumerate(zip(got, expected, strict=True), 1):
            assert np.array_equal(a, b), f"W{k} of {layers}, {lanes} lanes, {learning}"
        if random is not None:
            assert np.array_equal(core.read("random"), random)
    assert any((a != b).any() for a, b in zip(expected, weights, strict=True)), "nothing learned"


def test_a_rate_has_a_rule_of_its_own(folded_case):
    weights = folded_case(0)[2]
    with pytest.raises(ValueError, match="rule must be left out"):
        folded_circuit(weights, rule="dw = 4*x0*y0", learning=LearningOptions(rate=128))


@pytest.mark.parametrize("seed", range(12))
def test_rivals_and_frozen_layers(seed, folded_case, beyond_the_paper):
    layers, lanes, weights, x, y = folded_case(seed)
    learning = beyond_the_paper(seed) if seed % 2 else PAPER
    circuit = CIRCUITS["folded"].learn(weights, lanes, learning=learning, seed=seed, rivals=True)
    program = circuit.program
    state = EquationsState.fresh(weights, rate=learning.rate, lanes=lanes, seed=seed)
    equations = EquationsLearner(state, learning)
    learner = CircuitLearner(circuit, GoldenCore(program.params), equations)
    assert learn_registers(program, 0).items() <= program.registers.items()
    rng = np.random.default_rng(seed)
    for n, part in enumerate(np.array_split(np.arange(len(y)), 5)):
        frozen = n % (len(weights))
        before = [w.copy() for w in state.weights]
        learner.begin(TrainingPhase(n, rng.random(layers[-1]) < 0.5, frozen))
        learner.learn(x[part], y[part])
        assert not learner.mismatches(), f"{layers}, {lanes} lanes, {learning}, part {n}"
        for a, b in zip(before[:frozen], state.weights[:frozen], strict=True):
            assert np.array_equal(a, b)
        learner.begin(TrainingPhase())


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


def test_the_delta_rule_takes_no_hidden_layer(folded_case):
    _, _, weights, *_ = folded_case(0)
    with pytest.raises(ValueError, match=r"^layers must be the sizes of one input and one output"):
        folded_circuit(weights, any_sum=True)


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
        assert np.array_equal(core._state.neurons["v"][first : first + size], 64 * total)
        fired = np.sort(record.compartments - out)
        assert np.array_equal(fired[(fired >= 0) & (fired < size)], np.flatnonzero(active))


@pytest.mark.parametrize("lanes", [1, 4, 8])
@pytest.mark.parametrize("seed", range(8))
def test_convolutions_learn_what_the_equations_say(seed, lanes, convolution_case):
    shapes, weights, x, y = convolution_case(seed, lanes)
    rates = [None, 100, (60, 256)][seed % 3]
    learning = LearningOptions(512, 16384, 10 * seed, rates, halving=1 if rates else 0)
    network = folded_circuit(weights, shapes=shapes, learning=learning, seed=seed)
    program = compile_network(network, lanes=lanes)
    core = GoldenCore(program.params)
    core.load(program)
    expected, steps = [w.copy() for w in weights], folded_steps([0, *shapes])
    random = None if rates is None else random_states(lanes, seed)
    for epoch, part in enumerate((slice(0, 60), slice(60, 100))):
        if rates is not None:
            core.write("microcode", rate_words(program, learning, epoch))
        spikes = folded_stimulus(program, x[part], y[part], steps=steps)
        core.run(steps * len(y[part]), spikes, record=False)
        phase = TrainingPhase(epoch)
        options = {"learning": learning, "phase": phase, "random": random}
        train(expected, x[part], y[part], shapes=shapes, **options)
        got = read_folded(program, core.read("dense"))
        for k, (a, b) in enumerate(zip(got, expected, strict=True), 1):
            assert np.array_equal(a, b), f"W{k} of {shapes}, {learning}"
        if random is not None:
            assert np.array_equal(core.read("random"), random)
    for k, (a, b) in enumerate(zip(expected, weights, strict=True), 1):
        assert (a != b).any(), f"W{k} of {shapes} learned nothing"


def test_inference_with_convolutions(convolution_case):
    shapes, weights, x, _ = convolution_case(1, 4)
    program = compile_network(folded_inference(weights, shapes), lanes=4)
    core = GoldenCore(program.params)
    core.load(program)
    for sample, expected in zip(x[:20], forward(weights, x[:20], shapes)[-1], strict=True):
        core.clear()
        core.run(len(shapes) + 1, folded_stimulus(program, sample[None], steps=1), record=False)
        first, size = program.populations["o_v"]
        state = unpack_array(state_layout(program.params), core.read("state"))
        assert (state["v"][first : first + size] == 64 * expected).all()
