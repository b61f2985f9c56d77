"""Spikes that other cores lose silently: bursts, wide fan-in, simultaneous inputs, host encodings.

Every expectation here is counted by hand, so that a fault that golden core and RTL share shows.
"""

import numpy as np
import pytest

from backspike.cli.engines import make_engine
from backspike.golden.compiler.compiler import compile_network
from backspike.golden.engine import Stimulus, write_register
from backspike.golden.network.network import Network
from backspike.hdl.host_map import MEMORIES
from backspike.hdl.layouts import state_layout
from backspike.hdl.packing import unpack_array
from backspike.hdl.presets import CORE_PRESETS

CORE = CORE_PRESETS["tiny"].with_(compartments=256, input_axons=64, lists=256, sparse_words=256)
NOW = {"decay_u": 4096, "decay_v": 4096}  # remembers nothing


@pytest.fixture(params=["golden", "verilator"])
def load(request):
    """A function that loads a network, and returns its engine and program."""
    engines = []

    def load(network, program_it=True):
        program = compile_network(network, CORE)
        engines.append(make_engine(request.param, program.params))
        if program_it:
            engines[-1].load(program)
        return engines[-1], program

    yield load
    for engine in engines:
        engine.close()


def spikes(program, *events):
    """A stimulus of (step, input, its neurons)."""
    pairs = sorted(
        (step, program.inputs[name][0] + n) for step, name, neurons in events for n in neurons
    )
    return Stimulus(*np.array(pairs, np.int64).reshape(-1, 2).T)


def test_a_burst_of_every_compartment_arrives_whole(load):
    network = Network()
    sources = network.population("sources", 128, threshold=10, bias=11, **NOW)
    targets = network.population("targets", 128, threshold=10, **NOW)
    network.connect("pairs", sources, targets, 11, pattern="one-to-one")
    engine, program = load(network)
    record = engine.run(3)
    first, size = program.populations["targets"]
    assert record.raster(3, first, size).sum(axis=1).tolist() == [0, 128, 128]
    assert engine.counters()["synaptic_ops"] == 3 * 128


def test_every_synapse_of_a_wide_fan_in_learns(load):
    network = Network()
    sources = network.input("sources", 64)
    target = network.population("target", 1, threshold=10, bias=11, **NOW)
    network.connect("wide", sources, target, 4, pattern="all-to-all", rule="dw = 2*x0*y0")
    engine, program = load(network)
    engine.run(1, spikes(program, (0, "sources", range(64))))
    assert program.matrix(engine, "wide").tolist() == [[6]] * 64


def test_a_text_means_the_same_to_host_and_core(load):
    network = Network()
    source, drive = network.input("source", 1), network.input("drive", 1)
    target = network.population("target", 1, threshold=10, **NOW)
    network.connect("drive", drive, target, 11, pattern="one-to-one")
    network.connect(
        "taught", source, target, 0, pattern="all-to-all", rule="dw = 8*x0*y0 - 2*x0", exponent=-8
    )
    engine, program = load(network)
    engine.run(2, spikes(program, (0, "drive", [0]), (1, "source", [0])))
    assert program.matrix(engine, "taught").tolist() == [[6]]
    engine.run(2, spikes(program, (1, "source", [0])))
    assert program.matrix(engine, "taught").tolist() == [[4]]


def test_stochastic_rounding_changes_nothing_where_no_change_is_due(load):
    network = Network()
    sources = network.input("sources", 16)
    target = network.population("target", 4, threshold=10_000, **NOW)
    network.connect(
        "still",
        sources,
        target,
        50,
        pattern="all-to-all",
        rule="dw = 2^-3*x1*y0",
        rounding="stochastic",
    )
    network.traces(x1=(100, 10.0))
    engine, program = load(network)
    engine.run(100, spikes(program, *((step, "sources", range(16)) for step in range(100))))
    assert (program.matrix(engine, "still") == 50).all()


def test_synapses_round_by_random_numbers_of_their_own(load):
    network = Network()
    sources = network.input("sources", 16)
    target = network.population("target", 4, threshold=10, bias=11, **NOW)
    network.connect(
        "halves",
        sources,
        target,
        0,
        pattern="all-to-all",
        rule="dw = x0*y0",
        rounding="stochastic",
        exponent=-8,
    )
    engine, program = load(network)
    engine.run(1, spikes(program, (0, "sources", range(16))))
    moved = program.matrix(engine, "halves")
    assert set(np.unique(moved)) == {0, 2}  # the unit of eight bits
    assert 16 < (moved == 2).sum() < 48
    assert (moved != moved[:, :1]).any(), "all lanes of a word rounded alike"


def test_a_core_is_quiet_until_it_is_told(load):
    network = Network()
    network.population("cells", 256, threshold=10)
    engine, _ = load(network, program_it=False)
    assert engine.run(10).steps.size == 0
    assert not unpack_array(state_layout(CORE), engine.read("state"))["v"].any()


@pytest.mark.parametrize("size", [5, 32])
def test_a_program_finds_nothing_of_the_one_before(load, size):
    def compiled(inputs, cells, weight, rule):
        network = Network()
        source = network.input("in", inputs)
        middle = network.population("q", cells, threshold=1, bias=2, **NOW)
        target = network.population("p", 4, threshold=1, **NOW)
        options = {"pattern": "all-to-all", "rule": rule, "exponent": 0, "bits": 9}
        network.connect("d", middle, target, weight, **options)
        network.connect("c", source, target, weight, **options)
        return network

    engine, program = load(compiled(1, size, 200, "dw = -2^-2*w*u0"))
    engine.run(1)
    learned = program.matrix(engine, "d")
    assert (learned == 150).all()
    before = compile_network(compiled(24, 1, 100, "dw = 2*y0 - 2^-1*w*u0"), CORE)
    engine.load(before)
    for name, value in (("dither", 2), ("learn_rows", CORE.rows), ("visit", 2)):
        write_register(engine, name, value)
    engine.run(3, spikes(before, (0, "in", range(24))))
    engine.load(program)
    engine.run(1)
    np.testing.assert_array_equal(program.matrix(engine, "d"), learned)


def test_constants_that_the_user_leaves_out_let_a_compartment_fire(load):
    network = Network()
    network.population("cell", 1, threshold=1000, bias=1001)
    engine, _ = load(network)
    assert engine.run(8).steps.tolist() == list(range(8))


def test_inputs_of_one_step_add_up(load):
    network = Network()
    sources = network.input("sources", 2)
    target = network.population("target", 1, threshold=100, **NOW)
    network.connect("both", sources, target, 60, pattern="all-to-all")
    engine, program = load(network)
    events = spikes(program, (0, "sources", [0]), (3, "sources", [1]), (6, "sources", [0, 1]))
    assert engine.run(10, events).steps.tolist() == [7]


@pytest.mark.parametrize("bit", [0, 1])
def test_a_step_ends_whatever_the_microcode_says(load, bit):
    network = Network()
    source = network.input("source", 1)
    target = network.population("target", 1, threshold=10, **NOW)
    network.connect("plastic", source, target, 4, pattern="all-to-all", rule="dw = x0*y0")
    engine, program = load(network)
    width = MEMORIES["microcode"].layout(CORE).size
    words = np.full(CORE.microcode_words, bit * ((1 << width) - 1), np.uint64)
    engine.write("microcode", words)
    engine.run(3, spikes(program, (0, "source", [0])))
    assert engine.counters()["steps"] == 3
