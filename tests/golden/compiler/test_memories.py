"""Words of memories: those of a core, with the fields that it has."""

import numpy as np
import pytest

from backspike.golden.compiler.compiler import compile_network
from backspike.golden.network.network import Network
from backspike.hdl.host_map import MEMORIES
from backspike.hdl.packing import unpack_array
from backspike.hdl.presets import CORE_PRESETS
from backspike.hdl.seeds import default_seeds, noise_seeds


def network(**options):
    made = Network(seed=9)
    a = made.input("a", 3)
    b = made.population("b", 5, threshold=7, bias=[0, 1, 0, -3, 0])
    made.connect("ab", a, b, 2, pattern="all-to-all", **options)
    return made


def columns(program, name):
    return unpack_array(MEMORIES[name].layout(program.params), program.memories[name])


def test_axons_hold_their_lists():
    program = compile_network(network(rule="x0*y0"), lanes=4)
    axons = columns(program, "axons")
    inputs = slice(program.params.compartments, None)
    assert axons["list"][inputs].tolist() == [0, 1, 2]
    assert axons["lists"][inputs].tolist() == axons["plastic"][inputs].tolist() == [1, 1, 1]
    assert not axons["lists"][: program.params.compartments].any()


def test_biases_and_profiles():
    program = compile_network(network(), lanes=4)
    bias = columns(program, "bias")
    value = bias["mantissa"] << bias["exponent"]
    assert value.tolist() == [0, 64, 0, -192, 0, 0, 0, 0]
    assert columns(program, "profiles")["threshold"].tolist() == [7]
    assert columns(program, "rows")["profile"].tolist() == [0, 0]


def test_what_a_core_lacks_has_no_words():
    made = Network()
    made.population("p", 3, threshold=1)
    program = compile_network(made, lanes=4, dynamics=False)
    assert set(program.memories) == {"axons", "rows", "profiles"}


@pytest.mark.parametrize("name", ["tags", "delays"])
def test_what_lies_beside_the_weights_is_as_long_as_they_are(name):
    program = compile_network(network(rule="x0*y0"), CORE_PRESETS["tiny-loihi"])
    assert len(program.memories[name]) == len(program.memories["dense"])


def test_random_numbers_begin_with_the_seed_of_the_network():
    program = compile_network(network(rule="x1*y0"), CORE_PRESETS["tiny-loihi"])
    for name, seeds in (("random", default_seeds), ("noise", noise_seeds)):
        np.testing.assert_array_equal(program.memories[name], seeds(program.params, 9))
