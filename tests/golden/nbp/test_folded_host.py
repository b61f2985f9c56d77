"""The host's part in the folded circuit: spikes, registers, microcode and weights."""

import numpy as np
import pytest

from backspike.golden.compiler.compiler import compile_network
from backspike.golden.nbp.folded_circuit import folded_circuit, folded_inference
from backspike.golden.nbp.folded_host import (
    folded_stimulus,
    learn_registers,
    rate_words,
    read_folded,
)
from backspike.golden.nbp.initial_weights import init_weights
from backspike.golden.nbp.learning import LearningOptions

LAYERS = (5, 4, 6, 3)
WEIGHTS = init_weights(LAYERS, 1)
X = np.array([[1, 0, 0, 0, 1], [0, 1, 0, 0, 0]])
Y = np.array([2, 0])


def compiled(**options):
    return compile_network(folded_circuit(WEIGHTS, **options), lanes=4)


def spikes_of(stimulus):
    return list(zip(stimulus.steps.tolist(), stimulus.axons.tolist(), strict=True))


def test_samples_to_learn():
    program = compiled()
    x, t = program.inputs["in_x"][0], program.inputs["in_t"][0]
    expected = [(0, x), (0, x + 4), (6, x + 1), (2, t + 2), (6 + 2, t)]
    assert spikes_of(folded_stimulus(program, X, Y, steps=6)) == sorted(expected)


def test_samples_to_infer():
    program = compile_network(folded_inference(WEIGHTS), lanes=4)
    x = program.inputs["in_x"][0]
    assert spikes_of(folded_stimulus(program, X, steps=4)) == [(0, x), (0, x + 4), (4, x + 1)]


@pytest.mark.parametrize("rivals", [None, [True, False, True]])
def test_rivals_are_all_but_the_target_or_those_that_are_named(rivals):
    program = compiled(rivals=True)
    named = np.array(rivals) if rivals else None
    spikes = spikes_of(folded_stimulus(program, X, Y, steps=6, rivals=named))
    first, size = program.inputs["in_r"]
    got = {(step, axon - first) for step, axon in spikes if first <= axon < first + size}
    allowed = {(2, 0), (2, 1), (8, 1), (8, 2)}
    assert got == (allowed - {(2, 1), (8, 1)} if rivals else allowed)


@pytest.mark.parametrize("frozen", [0, 1, 2])
def test_frozen_layers_are_outside_of_the_rows_that_learn(frozen):
    program = compiled()
    registers = learn_registers(program, frozen)
    rows = range(registers["learn_first"], registers["learn_first"] + registers["learn_rows"])
    lanes, compartments = program.params.lanes, program.params.compartments
    x = compartments + program.inputs["in_x"][0]
    sources = [(x, 5), program.populations["h1"], program.populations["h2"]]
    for k, (first, size) in enumerate(sources):
        inside = {axon // lanes in rows for axon in range(first, first + size)}
        assert inside == {k >= frozen}


def test_without_frozen_layers_the_registers_are_those_of_the_program():
    program = compiled()
    registers = learn_registers(program, 0)
    assert registers == {name: program.registers[name] for name in registers}


def test_learning_waits_for_the_rows_of_errors_and_for_no_others():
    program = compiled()
    registers, lanes = program.registers, program.params.lanes
    first = registers["post_first"]
    waits_for = set(range(first, first + registers["post_rows"]))
    for name, (compartment, size) in program.populations.items():
        rows = set(range(compartment // lanes, (compartment + size - 1) // lanes + 1))
        is_error = name[0] in "de"
        assert rows <= waits_for if is_error else not rows & waits_for, name


def test_the_microcode_of_a_rate():
    learning = LearningOptions(rate=128, halving=1)
    program = compiled(learning=learning)
    words = program.memories["microcode"]
    np.testing.assert_array_equal(rate_words(program, learning, 0), words)
    assert (rate_words(program, learning, 1) != words).any()
    halved = compiled(learning=LearningOptions(rate=64)).memories["microcode"]
    np.testing.assert_array_equal(rate_words(program, learning, 1), halved)


def test_weights_are_read_layer_by_layer():
    program = compiled()
    got = read_folded(program, program.memories["dense"])
    assert len(got) == len(WEIGHTS)
    for matrix, expected in zip(got, WEIGHTS, strict=True):
        np.testing.assert_array_equal(matrix, expected)
