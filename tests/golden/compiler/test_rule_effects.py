"""Warnings of rules that cannot change a synapse, or not as they are meant to."""

import warnings

import numpy as np
import pytest

from backspike.golden.compiler.compiler import compile_network
from backspike.golden.core.golden_core import GoldenCore
from backspike.golden.engine import Stimulus
from backspike.golden.errors import NoEffectWarning
from backspike.golden.network.network import Network


def learning(rule, **options):
    network = Network()
    x, y = network.input("x", 3), network.population("y", 2, threshold=30)
    network.connect(
        "c", x, y, options.pop("weights", 20), pattern="all-to-all", rule=rule, **options
    )
    return network


def taught(own, *rules):
    """The same, with a teacher for each rule; None is that of the connection."""
    network = learning(own)
    for number, rule in enumerate(rules):
        teacher = network.population(f"t{number}", 2, threshold=1)
        network.connect(f"to t{number}", network.inputs["x"], teacher, 9, pattern="all-to-all")
        options = {} if rule is None else {"rule": rule, "rounding": "stochastic"}
        network.teach("c", teacher, **options)
    return network


def warned(network):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", NoEffectWarning)
        compile_network(network)
    return [str(w.message) for w in caught if w.category is NoEffectWarning]


def test_the_warning_is_right_about_rounding():
    for rounding, expected in (("floor", {0}), ("stochastic", range(10, 45))):
        network = learning("2^-2*x0", bits=9, weights=0, rounding=rounding)
        program = compile_network(network)
        core = GoldenCore(program.params)
        core.load(program)
        steps = np.repeat(np.arange(100), 3)
        core.run(100, Stimulus(steps, np.tile(np.arange(3), 100)))
        assert set(program.matrix(core, "c").reshape(-1).tolist()) <= set(expected)


@pytest.mark.parametrize(
    ("network", "message"),
    [
        (learning("dd = -x0"), "changes d: it only lowers it, and all are 0"),
        (
            learning("dd = x0", delay=6),
            "changes d: it only raises it, and all are 6, as far as they go",
        ),
        (learning("dt = -4*x0", tags=-256), "changes t: it only lowers it, and all are -256"),
        (
            learning("-4*x0", weights=0, sign="excitatory"),
            "changes w: it only lowers it, and all are 0",
        ),
        (
            learning("4*x0", weights=254),
            "changes w: it only raises it, and all are 254, as far as they",
        ),
    ],
)
def test_rules_at_the_end_of_a_range_are_named(network, message):
    (found,) = warned(network)
    assert found.startswith(f"rule of connection 'c' never {message}")


@pytest.mark.parametrize(
    "network",
    [
        learning("dd = x0"),
        learning("dd = x0 - y0"),
        learning("dd = -x0", delays=[[0, 0], [1, 0], [0, 0]]),
        learning("-4*x0", weights=0),
    ],
)
def test_rules_with_room_are_not(network):
    assert warned(network) == []


@pytest.mark.parametrize(("impulse", "reason"), [(0, ["x1 stays 0"]), (1, [])])
def test_the_smallest_trace_can_change_a_synapse(impulse, reason):
    network = learning("x1*y0")
    network.traces(x1=(impulse, 10))
    found = [message.rpartition(": ")[2] for message in warned(network)]
    assert [text for text in found if text.endswith("stays 0")] == reason


def test_tags_may_be_changed_by_the_rule_of_one_teacher_and_read_by_that_of_another():
    assert warned(taught("dt = 2*x0*y0", None, "2^-2*t*y0")) == []
    (message,) = warned(taught("dt = 2*t*y0", None, "2^-2*t*y0"))[:1]
    assert message == "rule of connection 'c' never changes a synapse: t stays 0"


def test_a_rule_that_no_teacher_follows_is_named():
    (message,) = warned(taught("x0*y0", "2*x0*y0", "4*x0*y0"))
    assert message == "rule of connection 'c' has no effect: all its teachers have their own"


def test_a_rule_that_rounds_at_random_hides_no_other():
    network = learning("2^-2*x0", rounding="stochastic", bits=9)
    groups = network.inputs["x"], network.populations["y"]
    network.connect("d", *groups, 20, pattern="all-to-all", rule="2^-2*x0", bits=9)
    (message,) = warned(network)
    assert "'d'" in message
