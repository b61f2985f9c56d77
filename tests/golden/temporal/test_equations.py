"""Learning over time: the equations beside the circuit on the golden core, sample by sample."""

from itertools import pairwise

import numpy as np
import pytest

from backspike.golden.compiler.compiler import compile_network
from backspike.golden.core.golden_core import GoldenCore
from backspike.golden.engine import write_register
from backspike.golden.temporal.circuit import TemporalWeights, temporal_circuit
from backspike.golden.temporal.equations import TemporalEquations
from backspike.golden.temporal.options import TemporalOptions
from backspike.golden.temporal.samples import TemporalSamples


@pytest.mark.parametrize("seed", range(24))
def test_every_weight_and_random_number_is_that_of_the_circuit(temporal_case, seed):
    case = temporal_case(seed)
    core, equations = GoldenCore(case.program.params), case.equations()
    core.load(case.program)
    for number, _ in enumerate(case.run(core)):
        equations.learn(case.samples.of(slice(number, number + 1)))
        for name, matrix in equations.weights.named().items():
            found = case.program.matrix(core, name)
            np.testing.assert_array_equal(found, matrix, f"{name}, sample {number}")
        np.testing.assert_array_equal(core.read("random"), equations.random)
    assert core.counters()["saturations"] == 0
    before, after = case.weights.named(), equations.weights.named()
    assert any((before[name] != after[name]).any() for name in before), "nothing learned"


@pytest.mark.parametrize("seed", range(4))
def test_predictions_are_those_of_the_circuit_and_change_nothing(temporal_case, seed):
    case = temporal_case(seed)
    core, equations = GoldenCore(case.program.params), case.equations()
    core.load(case.program)
    write_register(core, "learn", 0)
    first, size = case.program.populations["o"]
    predicted = equations.predict(case.samples)
    for label, _ in zip(predicted, case.run(core, learn=False), strict=True):
        words = core.read("state", first, size)
        voltages = ((words >> np.uint64(24)) & np.uint64(0xFFFFFF)).astype(np.int64)
        voltages[voltages >= 1 << 23] -= 1 << 24
        assert label == np.argmax(voltages)
    for name, matrix in case.weights.named().items():
        np.testing.assert_array_equal(equations.weights.named()[name], matrix)
    np.testing.assert_array_equal(equations.random, case.program.memories["random"])


def test_samples_are_learned_alike_together_and_one_by_one(temporal_case):
    case = temporal_case(1)
    together, alone, told = case.equations(), case.equations(), []
    hits = together.learn(case.samples, told.append)
    parts = [case.samples.of(slice(n, n + 1)) for n in range(len(case.samples.y))]
    assert hits == sum(map(alone.learn, parts))
    assert sum(told) == len(parts)
    for a, b in zip(together.weights.forward, alone.weights.forward, strict=True):
        np.testing.assert_array_equal(a, b)


def test_rates_fall_by_epochs(temporal_case):
    case = temporal_case(0)
    case.options = type(case.options)(**vars(case.options) | {"rate": 100, "halving": 1})
    moved = []
    for epoch in (0, 3):
        equations = case.equations()
        equations.begin(epoch)
        equations.learn(case.samples)
        change = equations.weights.forward[0].astype(int) - case.weights.forward[0]
        moved.append(np.abs(change).sum())
    assert moved[0] > 2 * moved[1] > 0


@pytest.mark.parametrize("eligibility", ["trace", "tag"])
def test_it_learns_which_of_two_inputs_came_first(eligibility):
    rng = np.random.default_rng(3)
    layers = (20, 30, 2)
    errors, rate = ("end", 24) if eligibility == "tag" else ("every", 2)
    forward = [2 * rng.integers(-40, 60, sizes).astype(np.int16) for sizes in pairwise(layers)]
    among = [2 * rng.integers(-15, 16, (30, 30)).astype(np.int16)]
    options = TemporalOptions(
        recurrent=True,
        errors=errors,
        eligibility=eligibility,
        rate=rate,
        rate_out=4,
        tau_trace_out=20.0,
    )
    weights = TemporalWeights(forward, among)
    program = compile_network(temporal_circuit(weights, options), lanes=4)
    x = np.zeros((2, 6, 20), np.uint8)
    x[0, 0, :10] = x[0, 5, 10:] = x[1, 5, :10] = x[1, 0, 10:] = 1
    samples = TemporalSamples(x, np.array([6, 6]), np.array([0, 1]))
    random = program.memories["random"].astype(np.uint32)
    equations = TemporalEquations(program, weights, options, random)
    for _ in range(100):
        equations.learn(samples)
    assert equations.predict(samples).tolist() == [0, 1]
