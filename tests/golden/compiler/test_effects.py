"""Warnings of what cannot have an effect; networks that are complete have none."""

import re
import warnings

import numpy as np
import pytest

from backspike.experiments.circuits import CIRCUITS
from backspike.golden.compiler.compiler import compile_network
from backspike.golden.compiler.effects import unwritten_rewards
from backspike.golden.errors import NoEffectWarning
from backspike.golden.nbp.initial_weights import init_weights
from backspike.golden.network.network import Network
from backspike.hdl.layouts import SignMode

COMPLETE = {"x1": (20, 5.0)}


def learning(rule="2^-3*x1*y0", traces=None, epoch=1, weights=20, **options):
    network = Network(epoch=epoch)
    network.traces(**COMPLETE if traces is None else traces)
    x, y = network.input("x", 3), network.population("y", 2, threshold=30)
    network.connect("c", x, y, weights, pattern="all-to-all", rule=rule, **options)
    return network


def warned(network, **sizes):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", NoEffectWarning)
        compile_network(network, **sizes)
    return [str(w.message) for w in caught if w.category is NoEffectWarning]


def with_gate(epoch=1, **options):
    network = learning(epoch=epoch)
    gate = network.input("g", 2)
    network.population("z", 2, threshold=1, bias=3, gate=gate, **options)
    return network


def with_population(**options):
    network = learning()
    network.population("z", 2, **{"threshold": 1, **options})
    return network


def with_reward(trace="r1", reinforcement=0):
    network = learning("2*x0*r1", {}, reinforcement=1)
    network.reward(network.inputs["x"], 1, trace, reinforcement)
    return network


def with_input():
    network = learning()
    network.input("z", 3)
    return network


def fixed(**options):
    network = Network()
    x, y = network.input("x", 3), network.population("y", 3, threshold=30)
    network.connect("c", x, y, **{"weights": 40, "pattern": "one-to-one", **options})
    return network


def taught():
    """A rule that waits for a teacher that never fires."""
    network = learning("2*x0*y0", {})
    network.teach("c", network.population("z", 2, threshold=1))
    return network


@pytest.mark.parametrize(
    ("network", "messages"),
    [
        (
            learning(traces={}),
            [
                "trace x1 has no impulse; the rule of 'c' reads it: "
                "Network.traces(x1=(impulse, time constant))",
                "rule of connection 'c' never changes a synapse: x1 stays 0",
            ],
        ),
        (
            learning(traces={"x1": (5, 0)}),
            [
                "trace x1 has no time constant: it is gone in the step after a spike, and the rule "
                "of 'c' reads it: Network.traces(x1=(impulse, time constant))"
            ],
        ),
        (
            learning(traces=COMPLETE | {"y2": (5, 5)}),
            ["impulse of trace y2 has no effect: no rule reads y2"],
        ),
        (
            with_reward(),
            ["reward by 'x' has no effect: no rule with reinforcement=0 reads r1"],
        ),
        (
            with_reward("r0", 1),
            ["reward by 'x' has no effect: no rule with reinforcement=1 reads r0"],
        ),
        (
            with_population(),
            ["population 'z' can never fire: no spike, bias or noise reaches it"],
        ),
        (
            with_population(bias=-5),
            ["population 'z' can never fire: no spike, bias or noise reaches it"],
        ),
        (
            with_population(noise=(9, 0), bias=2),
            ["noise of population 'z' has no effect: its exponent is 0"],
        ),
        (
            with_population(reset="subtract", bias=2),
            [
                "reset of population 'z' has no effect: with decay_v=4096, nothing is left of the "
                "voltage of a step before"
            ],
        ),
        (
            with_population(threshold=8, vmax=0, bias=9),
            ["population 'z' can never fire: vmax=0 keeps voltages from the threshold"],
        ),
        (
            with_gate(),
            [
                "population 'z' can never fire: its gate must fire earlier in an epoch of one step "
                "(Network(epoch=...))"
            ],
        ),
        (
            with_gate(gated_by="silence"),
            [
                "gate of population 'z' has no effect: in epochs of one step, no neuron has fired "
                "earlier (Network(epoch=...))"
            ],
        ),
        (with_input(), ["input 'z' has no effect: nothing is connected to it"]),
        (
            taught(),
            [
                "population 'z' can never fire: no spike, bias or noise reaches it",
                "rule of connection 'c' never changes a synapse: y0 stays 0",
            ],
        ),
        (
            learning("2*t*y0", {}),
            ["rule of connection 'c' never changes a synapse: t stays 0"],
        ),
        (
            learning("0*x0", {}),
            ["rule of connection 'c' never changes a synapse: its constants are 0"],
        ),
        (
            learning("w*x0", {}, weights=0),
            ["rule of connection 'c' never changes a synapse: w stays 0"],
        ),
        (
            learning("2*d*x0", {}),
            ["rule of connection 'c' never changes a synapse: d stays 0"],
        ),
        (
            learning("dw = 0*x0; dt = x0", {}),
            ["rule of connection 'c' never changes w: its constants are 0"],
        ),
        (learning("dw = t*w*x0; dt = d*x0; dd = x0", {}), []),
        (
            learning("2^-2*x0", {}, bits=9),
            [
                "rule of connection 'c' changes w by less than its unit, 1, and rounding down "
                "makes that 0: rounding='stochastic' is right on average"
            ],
        ),
        (
            learning("x0*y0 - x0", {}),
            [
                "rule of connection 'c' changes w by less than its unit, 2, and rounding down "
                "makes that 0 or -2: rounding='stochastic' is right on average"
            ],
        ),
        (
            learning("dw = 2*x0; dt = -2^-3*y0", {}, tags=5),
            [
                "rule of connection 'c' changes t by less than its unit, 1, and rounding down "
                "makes that -1: rounding='stochastic' is right on average"
            ],
        ),
        (fixed(weights=0), ["weights of connection 'c' add nothing: they are all 0"]),
        (
            fixed(weights=[0.25, 0.5, 0], exponent=-2),
            ["weights of connection 'c' add nothing: rounded down, they are all 0"],
        ),
        (fixed(tags=3), ["tags of connection 'c' have no effect: no rule reads or changes them"]),
    ],
)
def test_what_has_no_effect_is_named(network, messages):
    assert warned(network) == messages


def test_delays_that_cannot_change_are_named():
    network = learning("dd = u0", {}, weights=20)
    assert warned(network) == []
    (message,) = warned(network, delay_slots=2)
    assert re.match(r"rule of connection 'c' cannot change d: .* \(delay_slots=2; .*\)$", message)


def test_an_epoch_without_rules_is_named():
    network = Network(epoch=3)
    x, y = network.input("x", 3), network.population("y", 3, threshold=30)
    network.connect("c", x, y, 40, pattern="one-to-one")
    assert warned(network) == ["epoch=3 has no effect: there are neither rules nor gates"]


def image():
    network = Network()
    x, y = network.input("x", 4), network.population("y", 4, threshold=30)
    network.convolve("k", x, y, np.zeros((1, 1, 1, 1)), image=(2, 2, 1))
    return network


def test_a_convolution_of_zeros_is_named():
    message = "weights of convolution 'k' add nothing: rounded down, they are all 0"
    assert warned(image()) == [message]


@pytest.mark.parametrize(
    "network",
    [
        learning(),
        learning("2^-2*x0", {}, bits=9, rounding="stochastic"),
        learning("-2^-2*x0 + 2*y0", {}),
        learning("2*sgn(t - 3)*x0", {}),
        learning("x0", {}, sign=SignMode.EXCITATORY),
        with_gate(epoch=2),
        with_gate(epoch=2, gated_by="silence"),
        with_reward("r1", 1),
        with_population(bias=[-5, 5]),
        with_population(noise=(0, 9)),
        with_population(threshold=131071, bias=3),
        with_population(reset="subtract", bias=2, decay_v=9),
        with_population(reset="delayed", bias=2),
        fixed(),
    ],
)
def test_what_has_an_effect_is_not(network):
    assert warned(network) == []


@pytest.mark.parametrize("name", CIRCUITS)
def test_circuits_are_complete(name):
    layers = (20, 4) if name == "delta" else (20, 8, 4)
    with warnings.catch_warnings():
        warnings.simplefilter("error", NoEffectWarning)
        CIRCUITS[name].learn(init_weights(layers, 1), 16)
        CIRCUITS[name].infer(init_weights(layers, 1), 16)


def test_rewards_that_nobody_writes_are_named():
    message = "reward r1 of reinforcement 1 is never written, and stays 0; the rule of 'c' reads it"
    assert list(unwritten_rewards(learning("2*x0*r1", {}, reinforcement=1))) == [message]
    assert list(unwritten_rewards(with_reward("r1", 1))) == []
    assert list(unwritten_rewards(learning("x0*y0", {}))) == []
