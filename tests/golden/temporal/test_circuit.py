"""The circuit that learns over time: its parts, rules and constants."""

import warnings

import numpy as np
import pytest

from backspike.golden.compiler.compiler import compile_network
from backspike.golden.core.golden_core import GoldenCore
from backspike.golden.engine import Stimulus
from backspike.golden.errors import NoEffectWarning
from backspike.golden.temporal.circuit import TemporalWeights, temporal_circuit
from backspike.golden.temporal.options import TemporalOptions


def circuit(**options):
    """One input onto two hidden neurons, and these onto two outputs."""
    made = TemporalOptions(**{"tau": 1000.0, "tau_out": 1000.0, **options})
    forward = [np.array([[200, 60]], np.int16), np.array([[100, -80], [50, 240]], np.int16)]
    among = [np.zeros((2, 2), np.int16)] if made.recurrent else []
    return temporal_circuit(TemporalWeights(forward, among), made)


def fired(network, spikes, steps):
    program = compile_network(network, lanes=4)
    core = GoldenCore(program.params)
    core.load(program)
    sent = sorted((step, program.inputs[name][0] + n) for step, name, n in spikes)
    record = core.run(steps, Stimulus(*np.array(sent).T))
    return {
        (int(step), name, int(c) - first)
        for step, c in zip(record.steps, record.compartments, strict=True)
        for name, (first, size) in program.populations.items()
        if first <= c < first + size
    }


def test_a_step_of_data_goes_forward_and_back():
    network = circuit(threshold=150, box=64, goal=90, margin=0)
    spikes = [(0, "in_x", 0), (1, "in_t", 1), (1, "in_n", 0)]
    found = fired(network, spikes, 5)
    # h is 200 and 60: the first fires, within its box (86 to 214) as the second is not. o is 100
    # and -80: the first, another class, is above its goal, the class itself is below.
    assert {spike for spike in found if spike[1] not in ("c1", "lo")} == {
        (1, "h1", 0), (3, "d+", 1), (3, "d-", 0), (4, "e1-", 0),
    }  # fmt: skip
    assert {(1, "c1", 0), (2, "lo", 0)} <= found
    assert not {n for _, name, n in found if name == "c1"} - {0}


def test_nothing_is_asked_of_outputs_that_are_right():
    network = circuit(threshold=150, box=64, goal=90, margin=0)
    found = fired(network, [(0, "in_x", 0), (1, "in_t", 0), (1, "in_n", 1)], 5)
    assert not {name for _, name, _ in found} & {"d+", "d-", "e1+", "e1-"}


def test_recurrence_and_adaptation_arrive_in_the_next_step_of_data():
    network = circuit(recurrent=True, adaptation=30, threshold=150)
    assert network.connections["R1"].delay == network.connections["A1"].delay == 4
    assert (network.connections["A1"].weights == -30).all()


@pytest.mark.parametrize("eligibility", ["trace", "tag"])
@pytest.mark.parametrize("recurrent", [False, True])
def test_the_circuit_is_complete(eligibility, recurrent):
    with warnings.catch_warnings():
        warnings.simplefilter("error", NoEffectWarning)
        network = circuit(eligibility=eligibility, recurrent=recurrent)
        program = compile_network(network, lanes=4)
    assert program.params.watch
    assert not program.params.has_history
    assert program.params.tags == (eligibility == "tag")
