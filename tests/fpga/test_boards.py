"""The boards: each is whole, and one that is not is refused."""

from dataclasses import replace

import pytest

from backspike.experiments.kernels_text import layer_shapes
from backspike.experiments.learning_circuits import FoldedCircuit
from backspike.fpga.boards import BOARDS, DEFAULT_BOARD, find_board
from backspike.golden.compiler.compiler import compile_network, shortages
from backspike.golden.errors import CapacityError, UserError
from backspike.golden.nbp.folded_circuit import folded_circuit
from backspike.golden.nbp.initial_weights import init_kernels, init_weights
from backspike.golden.nbp.learning import LearningOptions
from backspike.golden.network.network import Network


@pytest.mark.parametrize("name", BOARDS)
def test_a_board_is_found_by_its_name(name):
    board = find_board(name)
    assert board.name == name
    assert board.divisor * board.baud == board.clock_hz
    assert board.leds == len(board.lights) >= 2


@pytest.mark.parametrize("name", ["ulx3s-85f", "orangecrab-85f"])
def test_the_wide_core_holds_as_many_synapses_for_thresholds_alone(name):
    board, wide = BOARDS[name], BOARDS[f"{name}-wide"]
    same = replace(wide, name=name, params=board.params, clock_hz=board.clock_hz)
    assert same == board
    assert not wide.params.dynamics
    assert wide.params.lanes == wide.params.dendrite_lanes == 2 * board.params.lanes
    synapses = [core.params.dense_words * core.params.lanes for core in (board, wide)]
    assert synapses[0] == synapses[1]


def test_the_core_for_convolutions_holds_kernels_that_learn():
    shapes = layer_shapes((20, 20, 1), "16x5x5/2", (400, 80, 10))
    learning = LearningOptions(margin=1024, window=16384, dead_zone=64, rate=(16, 256))
    core = BOARDS["ulx3s-85f-convolution"].params
    circuit = FoldedCircuit(init_kernels(shapes, 1), core, learning=learning, shapes=shapes)
    costs = {cost.name: cost.words for cost in circuit.program.costs}
    assert (costs["W1"], costs["W2"]) == (25, 8000)
    assert BOARDS["orangecrab-85f-convolution"].params == core


def test_a_network_of_leaky_neurons_is_refused_by_the_wide_core():
    network = Network()
    network.population("leaky", 1, threshold=5, decay_v=100)
    with pytest.raises(CapacityError, match=r"^dynamics: the network has decays, .*dynamics=False"):
        compile_network(network, BOARDS["ulx3s-85f-wide"].params)


@pytest.mark.parametrize("layers", [(256, 64, 10), (256, 88, 10), (256, 40, 40, 10)])
def test_an_icebreaker_holds_networks_of_digits(layers):
    network = folded_circuit(init_weights(layers, seed=1))
    assert shortages(network, BOARDS["icebreaker"].params) == []


def test_the_default_is_a_board():
    assert DEFAULT_BOARD in BOARDS


def test_an_unknown_board_is_refused():
    with pytest.raises(UserError, match=r"^--board must be one of ulx3s-85f, .*, not arty$"):
        find_board("arty")


def test_a_speed_that_does_not_divide_the_clock_is_refused():
    with pytest.raises(ValueError, match=r"^baud must divide clock_hz \(60000000\), not 7: board"):
        replace(BOARDS["ulx3s-85f"], baud=7)
