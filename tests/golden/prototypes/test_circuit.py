"""The circuit of prototypes on the golden core: weights and winners are those of the equations."""

import numpy as np
import pytest

from backspike.golden.compiler.compiler import compile_network
from backspike.golden.core.golden_core import GoldenCore
from backspike.golden.engine import write_register
from backspike.golden.prototypes.circuit import PROTOTYPE_STEPS, prototype_circuit
from backspike.golden.prototypes.equations import learn, winners
from backspike.golden.prototypes.host import prototype_stimulus, read_winners
from backspike.golden.prototypes.options import NEW, PrototypeOptions, PrototypeState
from backspike.hdl.layouts import state_layout
from backspike.hdl.packing import unpack_array

SAMPLES = 60


def random_case(seed):
    """Options, a state and samples; the state is new, or has learned something at random."""
    rng = np.random.default_rng(seed)
    n_in, classes = int(rng.integers(4, 40)), int(rng.integers(1, 6))
    options = PrototypeOptions(
        per_class=int(rng.integers(1, 9)),
        rate=int(rng.integers(1, 7)),
        first=-int(rng.integers(0, 5)),
        turn=int(rng.integers(1, 9)),
    )
    state = PrototypeState.fresh(n_in, classes, options, lanes=8, seed=seed)
    if seed % 2:
        state.weights[:] = rng.integers(0, 65, state.weights.shape)
        state.bias[:] = rng.integers(-256, 40, state.bias.shape)
    x = (rng.random((SAMPLES, n_in)) < rng.random()).astype(np.uint8)
    return options, state, x, rng.integers(0, classes, SAMPLES)


def loaded(options, state, seed):
    program = compile_network(prototype_circuit(state, options, seed=seed), lanes=8)
    core = GoldenCore(program.params)
    core.load(program)
    return program, core


@pytest.mark.parametrize("seed", range(16))
def test_every_weight_is_that_of_the_equations(seed):
    options, state, x, y = random_case(seed)
    program, core = loaded(options, state, seed)
    for part in np.array_split(np.arange(SAMPLES), 6):
        steps = PROTOTYPE_STEPS * len(part)
        core.run(steps, prototype_stimulus(program, x[part], y[part]), record=False)
        learn(state, x[part], y[part], options)
        np.testing.assert_array_equal(program.matrix(core, "W"), state.weights)
        np.testing.assert_array_equal(program.matrix(core, "bias"), state.bias)
    np.testing.assert_array_equal(core.read("random"), state.random)
    write_register(core, "learn", 0)
    record = core.run(PROTOTYPE_STEPS * SAMPLES, prototype_stimulus(program, x))
    np.testing.assert_array_equal(read_winners(program, record, SAMPLES), winners(state, x))
    np.testing.assert_array_equal(program.matrix(core, "W"), state.weights)


def test_cases_have_ties_and_neurons_that_begin_anew():
    tied = anew = 0
    for seed in range(16):
        options, state, x, y = random_case(seed)
        before = state.bias.copy()
        learn(state, x, y, options)
        tied += (winners(state, x).sum(axis=1) > 1).any()
        anew += ((before == NEW) & (state.bias != NEW)).any()
    assert tied > 3
    assert anew > 3


def test_matches_are_cleared_whatever_they_were():
    options, state, x, _ = random_case(3)
    program, core = loaded(options, state, 3)
    write_register(core, "learn", 0)
    core.run(PROTOTYPE_STEPS * SAMPLES, prototype_stimulus(program, x), record=False)
    first, size = program.populations["match"]
    voltages = unpack_array(state_layout(program.params), core.read("state"))["v"]
    assert not voltages[first : first + size].any()
