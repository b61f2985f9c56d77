"""Changes of a network while it runs."""

import warnings

import numpy as np
import pytest

from backspike.golden.compiler.compiler import compile_network
from backspike.golden.errors import NoEffectWarning, UnknownNameError, UserError
from backspike.golden.network.network import Network
from backspike.sim.simulation.simulation import Simulation


@pytest.fixture
def simulation(learning, core):
    return Simulation(learning, params=core)


@pytest.mark.parametrize(
    ("name", "weights"),
    [
        ("dense", 2 * np.arange(16).reshape(4, 4) - 20),
        ("sparse", [2, -4, 6, 8]),
        ("fixed", [0, 2.5, -8, 127.5]),
        ("one", [[0, 4, 8, -1024]]),
    ],
)
def test_weights_are_set_in_weight_units(simulation, name, weights):
    others = {n: simulation.weights(n) for n in simulation.program.placements if n != name}
    simulation.set_weights(name, weights)
    assert simulation.weights(name).tolist() == np.asarray(weights, float).tolist()
    assert simulation.read(f"w:{name}").tolist() == np.asarray(weights, float).tolist()
    for other, before in others.items():
        np.testing.assert_array_equal(simulation.weights(other), before)


@pytest.mark.parametrize("name", ["kernel", "shared"])
def test_kernels_are_set_for_all_neurons(kernels, core, name):
    simulation = Simulation(kernels, params=core)
    shape = simulation.weights(name).shape
    simulation.set_weights(name, 1 + np.arange(np.prod(shape)).reshape(shape))
    assert simulation.weights(name).reshape(-1).tolist() == list(range(1, np.prod(shape) + 1))


@pytest.mark.parametrize(
    ("name", "weights", "message"),
    [
        ("dens", 0, "connection must be one of dense, .*, not 'dens'"),
        ("dense", [1, 2], r"weights of 'dense' must be one .* shape \(4, 4\), not \(2,\)"),
        ("dense", 1, "weight of 'dense', in units of 1, must be a multiple of 2 .* not 1"),
        ("dense", 300, "weight of 'dense', in units of 1, must be .* from -256 to 254, .* not 300"),
        ("fixed", 0.25, "weight of 'fixed', in units of 0.5, must be a multiple of 1 .* not 0.5"),
        ("one", np.nan, "weights of 'one' must be finite"),
        ("fixed", 4, r"weight \(0,\) must stay 0: fixed synapses of weight 0 are not stored"),
    ],
)
def test_weights_that_cannot_be_stored_are_refused(simulation, name, weights, message):
    before = {n: simulation.weights(n) for n in simulation.program.placements}
    with pytest.raises(ValueError, match=f"^{message}"):
        simulation.set_weights(name, weights)
    for other, values in before.items():
        np.testing.assert_array_equal(simulation.weights(other), values)


def test_a_reward_is_there_in_the_next_step(simulation):
    simulation.set_reward(-100)
    simulation.set_reward(7, "r0")
    simulation.set_reward(9, reinforcement=2)
    result = simulation.run(3, probes=["r1", "r0", "r1:2", "r1:1"])
    assert result["r1"][0] == -100 < result["r1"][1] < result["r1"][2] < 0
    assert result["r0"][0] == 7
    assert result["r1:2"][0] == 9
    assert not result["r1:1"].any()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((200,), "register 'reward' must be between -128 and 127, not 200"),
        ((1.5,), r"register 'reward' must be an int, not 1\.5"),
        ((1, "r2"), "trace of a reward must be one of r0, r1, not 'r2'"),
        ((1, "r1", 4), "reinforcement of a reward must be between 0 and 3, not 4"),
    ],
)
def test_a_reward_out_of_range_is_refused(simulation, arguments, message):
    with pytest.raises((ValueError, TypeError), match=f"^{message}$"):
        simulation.set_reward(*arguments)


def test_learning_is_stopped_by_its_register(simulation, spikes):
    simulation.set_register("learn", 0)
    before = simulation.weights("dense")
    simulation.run(60, spikes)
    np.testing.assert_array_equal(simulation.weights("dense"), before)


def counting(rule, **options):
    """A network of one synapse that learns in every step in which its axon fires."""
    network = Network()
    a, b = network.input("a", 3), network.population("b", 3, threshold=1000)
    network.connect("ab", a, b, 0, pattern="one-to-one", rule=rule, **options)
    return network, {"a": np.ones((10, 3))}


def test_the_constant_of_a_rule_is_changed_while_it_runs():
    network, ones = counting("dw = 2*x0")
    simulation = Simulation(network)
    simulation.run(10, ones)
    assert simulation.weights("ab").tolist() == [20] * 3
    simulation.set_rule("ab", "dw = -4*x0")
    simulation.run(10, ones)
    assert simulation.weights("ab").tolist() == [-20] * 3


def test_a_rule_that_no_longer_waits_for_its_targets_learns_without_them():
    network = Network()
    a, b = network.input("a", 3), network.population("b", 3, threshold=1000)
    network.connect("ab", a, b, 0, pattern="all-to-all", rule="dw = 2*x0*y0")
    simulation = Simulation(network)
    ones = {"a": np.ones((10, 3))}
    for rule, learned in (("dw = 4*x0*y0", 0), ("dw = 2*x0", 20), ("dw = 2*x0*y0", 20)):
        simulation.set_rule("ab", rule)
        simulation.run(10, ones)
        assert (simulation.weights("ab") == learned).all(), rule


def test_a_rule_among_others_is_changed_alone():
    network, ones = counting("dw = 2*x0")
    c = network.population("c", 3, threshold=1000)
    a = network.inputs["a"]
    for name, rule in (("other", "dw = 2*x0 + 2*x0*y0"), ("same", "dw = 2*x0")):
        network.connect(name, a, c, 0, pattern="one-to-one", rule=rule)
    simulation = Simulation(network)
    simulation.set_rule("other", "dw = 6*x0")
    simulation.run(10, ones)
    learned = {name: simulation.weights(name)[0] for name in ("ab", "other", "same")}
    assert learned == {"ab": 20, "other": 60, "same": 20}
    simulation.set_rule("ab", "dw = -2*x0")
    simulation.run(10, ones)
    learned = {name: simulation.weights(name)[0] for name in ("ab", "other", "same")}
    assert learned == {"ab": 0, "other": 120, "same": 0}


@pytest.mark.parametrize(
    ("name", "rule", "message"),
    [
        ("cd", "dw = x0", "plastic connection must be one of ab, not 'cd'"),
        (
            "ab",
            "dw = x0*y0",
            "rule of 'ab' must read only what that of the network reads, x0, not y0",
        ),
        ("ab", "dw = x0 + 2*x0*x0", "rule of 'ab' must take at most .* instructions, not "),
        ("ab", "dt = x0", "rule of 'ab' must change only what it changed|tags"),
    ],
)
def test_a_rule_that_needs_more_is_refused(name, rule, message):
    network, ones = counting("dw = 2*x0")
    simulation = Simulation(network)
    with pytest.raises(UserError, match=f"^({message})"):
        simulation.set_rule(name, rule)
    simulation.run(10, ones)
    assert simulation.weights("ab").tolist() == [20] * 3


def test_what_synapses_hold_survives_its_file(simulation, spikes, learning, core, tmp_path):
    simulation.run(60, spikes)
    path = simulation.save(tmp_path / "learned.npz")
    other = Simulation(learning, params=core)
    other.load(path)
    for probe in ("w:dense", "w:sparse", "w:fixed", "tag:dense", "delay:dense", "w:back"):
        np.testing.assert_array_equal(other.read(probe), simulation.read(probe))
    assert (simulation.read("w:dense") != Simulation(learning).read("w:dense")).any()


def test_files_of_other_networks_are_refused(simulation, kernels, tmp_path):
    path = Simulation(kernels).save(tmp_path / "other.npz")
    with pytest.raises(UserError, match=r"other\.npz is of another network: its connections or"):
        simulation.load(path)
    path.write_text("hello")
    with pytest.raises(UserError, match=r"other\.npz is not a file of a simulation: "):
        simulation.load(path)
    with pytest.raises(UserError, match=r"^file of a simulation must end in \.npz, not 'a\.txt'$"):
        simulation.save(tmp_path / "a.txt")


@pytest.mark.parametrize("weights", ["a", {}, None, ["a"], [[1], [1, 2]]])
def test_weights_of_another_kind_are_refused(learning, weights):
    with pytest.raises((TypeError, ValueError), match=r"^weights of 'dense' must be "):
        Simulation(learning).set_weights("dense", weights)


@pytest.mark.parametrize("name", [None, 5, [], {}])
def test_names_of_another_kind_are_refused(learning, name):
    simulation = Simulation(learning)
    for call in (
        lambda: simulation.weights(name),
        lambda: simulation.set_weights(name, 1),
        lambda: simulation.set_rule(name, "dw = x0*y0"),
        lambda: simulation.set_register(name, 1),
        lambda: simulation.set_reward(1, trace=name),
        lambda: simulation.read(name),
    ):
        with pytest.raises(UnknownNameError, match=" must be one of "):
            call()


def test_registers_that_no_rule_reads_are_named():
    net = Network()
    net.traces(x1=(16, 5.0))
    source, target = net.input("i", 2), net.population("p", 2, threshold=30)
    net.connect("c", source, target, 20, pattern="all-to-all", rule="x1*y0")
    simulation = Simulation(net)
    for call, message in (
        (
            lambda: simulation.set_reward(5),
            "register 'reward' has no effect: no rule reads r1",
        ),
        (
            lambda: simulation.set_register("reward_decay", 5),
            "'reward_decay' has no effect",
        ),
        (lambda: simulation.set_register("y1_impulse", 5), "'y1_impulse' .* no rule reads y1$"),
    ):
        with pytest.warns(NoEffectWarning, match=message):
            call()
    with warnings.catch_warnings():
        warnings.simplefilter("error", NoEffectWarning)
        simulation.set_register("x1_impulse", 5)
        simulation.set_register("learn", 0)


def test_kernels_that_learn_take_another_rule():
    network = Network()
    x, y = network.input("x", 4), network.population("y", 4 * 4, threshold=1)
    network.convolve("k", x, y, np.full((1, 1, 1, 4), 2), image=(2, 2, 1), rule="dw = 2*x0")
    simulation = Simulation(network, params=compile_network(network, lanes=4).params)
    simulation.run(1, {"x": [(0, 0), (0, 3)]})
    assert simulation.weights("k").ravel().tolist() == [6] * 4, "two sources, one step each"
    simulation.set_rule("k", "dw = 4*x0")
    simulation.set_weights("k", [[[[6, 8, 10, 12]]]])
    simulation.run(1, {"x": [(0, 1)]})
    assert simulation.weights("k").ravel().tolist() == [10, 12, 14, 16]
