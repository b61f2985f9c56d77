"""Decays of time constants, and words of biases: what is stored, and what cannot be."""

import numpy as np
import pytest

from backspike.golden.compiler.compiler import compile_network
from backspike.golden.core.golden_core import GoldenCore
from backspike.golden.engine import Stimulus
from backspike.golden.network.network import Network
from backspike.golden.network.neuron_constants import bias_words, decay_of, voltage_limits
from backspike.hdl.host_map import MEMORIES
from backspike.hdl.packing import unpack_array


@pytest.mark.parametrize(
    ("tau", "decay"), [(0, 4096), (1.0, 2589), (20, 200), (8191, 1), (float("inf"), 0)]
)
def test_a_step_keeps_an_exponential(tau, decay):
    assert decay_of("tau", tau) == decay


@pytest.mark.parametrize("tau", [-1, 8192])
def test_other_time_constants_are_refused(tau):
    with pytest.raises(ValueError, match=r"^tau must be between 0 and 8191 steps, or infinite"):
        decay_of("tau", tau)


def test_words_are_exact():
    biases = np.array([[0, 1 / 64, -64], [63.984375, 64, 8190]])
    mantissas, exponents = bias_words("bias", biases)
    np.testing.assert_array_equal(np.ldexp(mantissas, exponents) / 64, biases)
    assert exponents.tolist() == [[0, 0, 0], [0, 1, 7]]


@pytest.mark.parametrize("bias", [1 / 128, 64 + 1 / 64, 8192])
def test_other_biases_are_refused(bias):
    with pytest.raises(ValueError, match=r"^64 times the bias must be -4096 to 4095 times a power"):
        bias_words("bias", np.array([1, bias]))


@pytest.mark.parametrize("bias", [np.nan, np.inf])
def test_a_bias_that_is_not_finite_is_named_with_its_place(bias):
    with pytest.raises(ValueError, match=rf"^bias must be finite, not {bias} at \[1\]$"):
        bias_words("bias", np.array([1, bias]))


def test_limits_of_voltages_are_those_of_the_core():
    """As the golden core has them: of currents that only push one way, voltages end there."""
    network = Network()
    source = network.input("i", 1)
    for name, weight in (("low", -200), ("high", 200)):
        cells = network.population(name, 1, threshold=100_000, decay_v=0, vmin=12, vmax=2)
        network.connect(name, source, cells, weight, pattern="one-to-one")
    program = compile_network(network)
    core = GoldenCore(program.params)
    core.load(program)
    core.run(40, Stimulus(np.arange(40), np.zeros(40, np.int64)))
    layout = MEMORIES["state"].layout(program.params)
    voltages = unpack_array(layout, core.read("state"))["v"]
    places = [program.populations[name][0] for name in ("low", "high")]
    assert voltages[places].tolist() == list(voltage_limits(12, 2)) == [-4095, 8191]
