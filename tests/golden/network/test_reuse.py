"""Uses of synapses beside their own spikes, on the golden core."""

import numpy as np
import pytest

from backspike.golden.compiler.compiler import compile_network
from backspike.golden.core.golden_core import GoldenCore
from backspike.golden.engine import Stimulus
from backspike.golden.network.network import Network
from backspike.hdl.host_map import MEMORIES
from backspike.hdl.packing import unpack_array

WEIGHTS = np.array([[10, 20], [30, 40], [50, 60]])


def network():
    """Three inputs onto two neurons that never fire."""
    made = Network()
    a, b = made.input("a", 3), made.population("b", 2, threshold=60_000)
    made.connect("ab", a, b, WEIGHTS, pattern="all-to-all", exponent=0, rule="0*x0*y0")
    return made


def voltages(made, name, axon):
    """Voltages of a population two steps after a spike of an input, in weight units."""
    program = compile_network(made)
    core = GoldenCore(program.params)
    core.load(program)
    first, size = program.populations[name]
    core.run(2, Stimulus([0], [axon]))
    state = unpack_array(MEMORIES["state"].layout(program.params), core.read("state"))
    return [int(v) // 64 for v in state["v"][first : first + size]]


@pytest.mark.parametrize("negate", [False, True])
def test_a_transpose_adds_the_weights_of_a_column(negate):
    made = network()
    back, sums = made.input("back", 2), made.population("sums", 3, threshold=60_000)
    made.transpose("ba", "ab", back, sums, negate=negate)
    (found,) = made.transposes.values()
    assert (found.connection, found.negate) == ("ab", negate)
    axon = compile_network(made).inputs["back"][0] + 1
    assert voltages(made, "sums", axon) == [(-w if negate else w) for w in WEIGHTS[:, 1]]


@pytest.mark.parametrize("negate", [False, True])
def test_a_share_sends_other_spikes_through_a_row(negate):
    made = network()
    other, sums = made.input("other", 3), made.population("sums", 2, threshold=60_000)
    made.share("ab", other, sums, negate=negate)
    (found,) = made.shares
    assert (found.connection, found.negate) == ("ab", negate)
    axon = compile_network(made).inputs["other"][0] + 2
    assert voltages(made, "sums", axon) == [(-w if negate else w) for w in WEIGHTS[2]]


@pytest.mark.parametrize("negate", [False, True])
def test_a_teacher_fires_in_place_of_the_targets(negate):
    made = Network()
    a, hint = made.input("a", 3), made.input("hint", 2)
    b = made.population("b", 2, threshold=60_000)
    teacher = made.population("teacher", 2, threshold=10)
    made.connect("ab", a, b, WEIGHTS, pattern="all-to-all", exponent=0, rule="2*x0*y0")
    made.connect("hint", hint, teacher, 20, pattern="one-to-one")
    made.teach("ab", teacher, negate=negate)
    (found,) = made.teachers
    assert (found.connection, found.by, found.negate) == ("ab", teacher, negate)
    program = compile_network(made)
    core = GoldenCore(program.params)
    core.load(program)
    core.run(3, Stimulus([0, 1], [program.inputs["hint"][0] + 1, program.inputs["a"][0] + 2]))
    expected = WEIGHTS.copy()
    expected[2, 1] += -2 if negate else 2
    assert program.matrix(core, "ab").tolist() == expected.tolist()


def test_a_teacher_may_have_a_rule_of_its_own():
    made = Network()
    a, b = made.input("a", 3), made.population("b", 2, threshold=1)
    made.connect("ab", a, b, WEIGHTS, pattern="all-to-all", exponent=0, rule="dt = 4*x0*y0")
    made.teach("ab", b)
    made.teach("ab", b, rule="2^-1*t*y0", negate=True)
    program = compile_network(made)
    core = GoldenCore(program.params)
    core.load(program)
    axon = program.inputs["a"][0]
    core.run(6, Stimulus([0, 1, 3, 4], [axon, axon + 2, axon, axon + 2]))
    tags, weights = program.matrix(core, "ab", "tags"), program.matrix(core, "ab")
    assert tags.any()
    # Tags first: of a synapse whose ends fire together once, w falls by half a tag at once.
    for once in np.argwhere(tags == 4):
        assert weights[tuple(once)] in WEIGHTS[tuple(once)] - 2 * np.arange(1, 7)


def test_a_reward_is_that_of_the_next_step():
    made = Network()
    good = made.input("good", 1)
    a, b = made.input("a", 1), made.population("b", 1, threshold=10)
    made.connect(
        "ab",
        a,
        b,
        100,
        pattern="all-to-all",
        exponent=0,
        rule="r1*y0",
    )
    made.reward(good, 6)
    (found,) = made.rewards
    assert (found.source.owner, found.value, found.trace, found.reinforcement) == (good, 6, "r1", 0)
    for step, learned in ((0, 106), (1, 100)):
        program = compile_network(made)
        core = GoldenCore(program.params)
        core.load(program)
        axons = [program.inputs[name][0] for name in ("a", "good")]
        order = np.argsort([0, step], kind="stable")
        core.run(3, Stimulus(np.array([0, step])[order], np.array(axons)[order]))
        assert program.matrix(core, "ab").item() == learned
