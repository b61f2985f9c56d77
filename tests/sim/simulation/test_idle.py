"""Warnings of runs of which nothing can come."""

import warnings

import numpy as np
import pytest

from backspike.golden.errors import NoEffectWarning
from backspike.golden.network.network import Network
from backspike.sim.simulation.generators import from_rates, poisson, regular
from backspike.sim.simulation.probes import Probe
from backspike.sim.simulation.simulation import Simulation, simulate

#: Generators that have no spike in 20 steps.
SILENT = [{"i": poisson(0)}, {"i": regular(50, phase=20)}, {"i": from_rates([0.0, 0.0])}]


def network(rule="4*x0*y0", bias=0, epoch=1):
    net = Network(epoch=epoch)
    source, target = net.input("i", 2), net.population("p", 2, threshold=30, bias=bias)
    net.connect("c", source, target, 20, pattern="all-to-all", rule=rule)
    return net


def warned(net, inputs, steps=20, **options):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", NoEffectWarning)
        simulate(net, inputs, steps=steps, **options)
    assert all(warning.filename == __file__ for warning in caught)
    return [str(warning.message) for warning in caught if warning.category is NoEffectWarning]


@pytest.mark.parametrize("inputs", [None, {}, {"i": []}, {"i": np.zeros((20, 2), bool)}, *SILENT])
def test_a_run_without_spikes_is_named(inputs):
    (message,) = warned(network(), inputs)
    assert message == (
        "nothing can fire: no input has spikes, and no bias or noise is enough; give spikes to 'i'"
    )
    assert warned(network(bias=5), inputs) == []
    for generator in (poisson(0.5), regular(50, phase=19)):
        assert warned(network(), {"i": generator}) == []


def test_a_probe_without_a_sample_is_named():
    message = "probe 'v:p' records nothing: every=100, of 20 steps"
    assert warned(network(), {"i": [(0, 0)]}, probes=[Probe("v:p", 100)]) == [message]
    assert warned(network(), {"i": [(0, 0)]}, probes=[Probe("v:p", 20)]) == []
    assert len(warned(network(), {"i": [(0, 0)]}, probes=[Probe("v:p", 21)])) == 1


def test_a_reward_that_nobody_can_write_is_named():
    message = "reward r1 of reinforcement 0 is never written, and stays 0; the rule of 'c' reads it"
    assert warned(network("4*r1*x0"), {"i": [(0, 0)]}) == [message]


@pytest.mark.parametrize(
    ("steps", "epoch", "named"), [(20, 1, True), (511, 1, True), (512, 1, False), (512, 2, True)]
)
def test_a_factor_that_is_1_only_later_is_named(steps, epoch, named):
    messages = warned(network("4*u9", epoch=epoch), {"i": [(0, 0)]}, steps)
    expected = (
        "u9 in the rule of connection 'c' stays 0: it is 1 in one of 512 epochs, first in step "
        f"{512 * epoch - 1} of {steps}"
    )
    assert messages == [expected] * named


def test_a_simulation_may_still_be_changed():
    with warnings.catch_warnings():
        warnings.simplefilter("error", NoEffectWarning)
        Simulation(network("4*r1*x0")).run(20, probes=[Probe("v:p", 100)])
