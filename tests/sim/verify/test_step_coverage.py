import numpy as np
import pytest

from backspike.golden.compiler.compiler import compile_network
from backspike.golden.core.golden_core import GoldenCore
from backspike.golden.engine import Stimulus
from backspike.golden.network.network import Network
from backspike.sim.verify.coverage import Coverage
from backspike.sim.verify.step_coverage import STEP_CASES, cover_steps

CASES = [f"{feature}: {case}" for feature, cases in STEP_CASES.items() for case in cases]


def seen(network, steps=4, spikes=()):
    """Cases that a network sees whose input fires in some steps."""
    coverage, program = Coverage(CASES), compile_network(network)
    golden = GoldenCore(program.params)
    golden.load(program)
    stimulus = Stimulus(np.array(spikes, np.int64), np.zeros(len(spikes), np.int64))
    cover_steps(coverage, golden, program, stimulus, steps)
    return {case for case, count in coverage.counts.items() if count}


def chain(weight, **constants):
    network = Network()
    target = network.population("target", 1, **{"threshold": 10} | constants)
    network.connect("c", network.input("source", 1), target, weight, pattern="all-to-all")
    return network


@pytest.mark.parametrize(
    ("network", "case"),
    [
        (chain(20, refractory=3), "refractory: of several steps"),
        (chain(20), "refractory: of 1 step"),
        (chain(20, window=2), "threshold: of which a window holds back"),
        (chain(20, bias=5), "bias: positive"),
        (chain(20, bias=-5), "bias: negative"),
        (chain(20), "axon: with one list spikes"),
        (chain(20), "inputs: some in a step"),
        (chain(20, reset="delayed"), "reset: DELAYED is due"),
    ],
)
def test_a_case_is_seen_where_it_happens_and_only_there(network, case):
    assert case in seen(network, spikes=[1])
    assert case not in seen(chain(-20, threshold=11, refractory=1, bias=0), steps=1)


def test_what_learns_is_told():
    network = Network()
    target = network.population("target", 1, threshold=10)
    source, rule = network.input("source", 1), "dw = 2*x0*y0 + 2*x0"
    network.connect("c", source, target, 20, pattern="all-to-all", rule=rule)
    found = seen(network, spikes=[0, 1])
    rule_cases = {"rule: takes Y0", "rule: changes WEIGHT", "rule: rounds down"}
    assert rule_cases | {"plastic list: MIXED"} <= found
    assert "rule: takes T" not in found
    assert not {case for case in seen(network) if case.startswith(("rule", "plastic"))}
