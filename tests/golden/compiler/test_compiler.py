"""Compiled networks: on the golden core they do what their description says, or are refused."""

import os
import random

import numpy as np
import pytest

from backspike.golden.compiler.compiler import compile_network, shortages
from backspike.golden.compiler.program import Program
from backspike.golden.core.golden_core import GoldenCore
from backspike.golden.engine import Stimulus, write_register
from backspike.golden.errors import CapacityError, UserError
from backspike.golden.network.network import Network
from backspike.hdl.host_map import MEMORIES
from backspike.hdl.layouts import ListKind, SignMode, list_layout, state_layout
from backspike.hdl.packing import unpack_array
from backspike.hdl.params import CoreParams
from backspike.hdl.seeds import default_seeds
from backspike.sim.verify.random_network import ROOMY, random_network, random_raster

SEEDS = range(int(os.environ.get("N_SEEDS", "6")))
RULES = [
    "dw = 4*r1*x0*y0 - 2*x0*y0",
    "2^-4*x1*y0 - 2^-4*x0*y1",
    "x0*(y1 - 3)*2^-2",
    "2^-5*w*x0*y0 - y0 + x0",
    "u0*r1",
    "x0*y0 + 2^-6*x1*y0*(w + 3)",
]


def stimulus(program, inputs):
    """Rasters of the inputs as one stimulus."""
    spikes = []
    for name, raster in inputs.items():
        steps, neurons = np.nonzero(raster)
        spikes.append(np.stack([steps, program.inputs[name][0] + neurons]))
    joined = np.concatenate(spikes, axis=1)
    steps, axons = joined[:, np.lexsort(joined[::-1])]
    return Stimulus(steps, axons)


def check_against(
    simulator, network, params=None, n_steps=40, seed=0, rounds="down", core=None, **overrides
):
    """Run both; returns how many spikes and changed weights were compared."""
    program = compile_network(network, params, **overrides)
    inputs = random_raster(network, n_steps, seed)
    has = program.params
    plain = simulator(network, rounds=rounds, max_delay=has.max_delay, history=has.has_history)
    expected = plain.run(n_steps, inputs)
    core = core or GoldenCore(program.params)
    saturations = core.counters()["saturations"]
    core.load(program)
    if program.params.has_random:
        write_register(core, "dither", {"down": 1, "up": 2}[rounds])
    record = core.run(n_steps, stimulus(program, inputs))
    for name, (first, size) in program.populations.items():
        got = record.raster(n_steps, first, size)
        wrong = np.argwhere(got != expected[name])
        assert not len(wrong), f"{name}: first difference at (step, neuron) {wrong[0]}"
    assert core.counters()["saturations"] == saturations
    changed = 0
    assert program.placements.keys() == network.connections.keys() | network.convolutions.keys()
    for name in network.connections:
        before, rule = network.connections[name].weights, network.connections[name].rule
        stored = (before != 0) | (rule is not None)  # no others of single synapses
        for memory, what in (("dense", "weight"), ("tags", "tag"), ("delays", "delay")):
            if MEMORIES[memory].exists(program.params):
                got = program.matrix(core, name, memory)
                expected = plain.matrix(name, what)
                np.testing.assert_array_equal(got[stored], expected[stored], err_msg=name)
                assert memory != "dense" or not got[~stored].any()
        changed += (program.matrix(core, name) != before).sum()
    return len(record.steps), changed


@pytest.mark.parametrize("rounds", ["down", "up"])
@pytest.mark.parametrize("lanes", [1, 4, 16])
@pytest.mark.parametrize("seed", SEEDS)
def test_random_networks_do_what_they_say(plain_simulator, seed, lanes, rounds):
    network = random_network(random.Random(f"{lanes}-{seed}-{rounds}"))
    check_against(plain_simulator, network, seed=seed, rounds=rounds, lanes=lanes)


@pytest.mark.parametrize("rule", RULES)
def test_rules_learn_alike(plain_simulator, rule):
    network = Network()
    a = network.input("a", 6)
    b = network.population("b", 21, threshold=100)
    c = network.population("c", 5, threshold=100, refractory=2)
    weights = np.random.default_rng(1).integers(-40, 60, (6, 21)) * 2
    network.connect("ab", a, b, weights, pattern="all-to-all", rule=rule)
    network.connect("bc", b, c, 20, pattern="all-to-all", rule=rule, sign=SignMode.EXCITATORY)
    network.connect("noise", a, b, 200, pattern=[(i % 6, i) for i in range(21)], delay=1)
    network.reward(a[0], 1)
    network.traces(x1=(5, float("inf")), y1=(3, float("inf")))
    spikes, changed = check_against(plain_simulator, network, n_steps=60)
    assert spikes > 100
    assert changed > 20


def test_a_program_for_a_given_core_survives_its_file(plain_simulator, tmp_path):
    network = random_network(random.Random(7))
    params = ROOMY
    spikes, _ = check_against(plain_simulator, network, params)
    assert spikes > 20
    program = compile_network(network, params)
    program.save(tmp_path / "program.npz")
    loaded = Program.load(tmp_path / "program.npz")
    assert loaded.params == params
    assert loaded.registers == program.registers
    assert loaded.populations == program.populations
    for name, words in program.memories.items():
        np.testing.assert_array_equal(loaded.memories[name], words)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_core_that_ran_another_program_does_what_a_new_one_does(plain_simulator, seed):
    rng = random.Random(seed)
    before, network = random_network(rng), random_network(rng)
    rounds = rng.choice(["down", "up"])
    core = GoldenCore(ROOMY)
    first = compile_network(before, ROOMY)
    core.load(first)
    core.run(rng.randint(1, 40), stimulus(first, random_raster(before, 1, seed)))
    check_against(plain_simulator, network, ROOMY, seed=seed, rounds=rounds, core=core)


@pytest.mark.parametrize("epoch", [1, 3])
@pytest.mark.parametrize("feature", ["gate", "silence", "tags", "fractions", "r0", "tau", "delays"])
def test_networks_need_no_rule(plain_simulator, feature, epoch):
    network = Network(epoch=epoch)
    source, cell = network.input("in", 2), network.population("p", 2, threshold=15)
    options = {"tags": 3} if feature == "tags" else {}
    options |= {"delays": [[0, 1], [2, 3]]} if feature == "delays" else {}
    network.connect("c", source, cell, 16, pattern="all-to-all", exponent=0, **options)
    if feature in ("gate", "silence"):
        gated_by = "spike" if feature == "gate" else "silence"
        network.population("q", 2, threshold=1, bias=2, gate=source, gated_by=gated_by)
    elif feature == "fractions":
        network.traces(x1=(0.5, 3.0), y2=(1.25, 2.0))
    elif feature == "r0":
        network.reward(source, 3, "r0")
    elif feature == "tau":
        network.traces(r0=2.0, r1=(1.0, 3.0))
    check_against(plain_simulator, network, n_steps=20)


@pytest.mark.parametrize("lanes", [1, 2, 4])
def test_neurons_fire_at_thresholds_of_their_own(lanes):
    network = Network()
    source = network.input("in", 1)
    thresholds = [10] * 4 + [30] * 4 + ([20, 20, 10] if lanes < 4 else [20, 20])
    cells = network.population("cells", len(thresholds), threshold=thresholds, tau_v=np.inf)
    network.connect("c", source, cells, 11, pattern="one-to-all")
    program = compile_network(network, lanes=lanes)
    core = GoldenCore(program.params)
    core.load(program)
    record = core.run(4, Stimulus(np.arange(3), np.zeros(3, np.int64)))
    raster = record.raster(4, *program.populations["cells"])
    assert np.argmax(raster, axis=0).tolist() == [1 + t // 11 for t in thresholds]


def test_rows_of_different_thresholds_are_explained():
    network = Network()
    network.population("cells", 6, threshold=[1, 1, 1, 1, 3, 2], bias=9)
    message = (
        r"^threshold of population 'cells' must be one for each row of 4 neurons, and neurons 4 to "
        r"5 have 2 and 3: order them by threshold, or compile with fewer lanes$"
    )
    with pytest.raises(UserError, match=message):
        compile_network(network, lanes=4)
    assert compile_network(network, lanes=1).populations["cells"] == (0, 6)
    network.population("many", 20, threshold=range(20), bias=21)
    message = r"^profiles: the network needs 20, the limit is 16$"
    with pytest.raises(CapacityError, match=message):
        compile_network(network, lanes=1)


def two_layers(**options):
    network = Network(seed=5)
    a = network.input("a", 5)
    b = network.population("b", 20, threshold=10)
    c = network.population("c", 3, threshold=10)
    network.connect("ab", a, b, 2, pattern="all-to-all", **options)
    network.connect("bc", b, c, 6, pattern=[(0, 1), (0, 2), (4, 0)])
    return network


def test_the_smallest_core_that_fits():
    program = compile_network(two_layers(rule="x0*y0", delay=3))
    assert program.params == CoreParams(
        compartments=48,
        input_axons=32,
        lists=64,
        dense_words=64,
        sparse_words=64,
        delay_slots=8,
        weight_bits=8,
        traces=False,
        stochastic=False,
        epochs=False,
        columns=False,
        rules=2,
        microcode_words=8,
    )
    assert "random" not in program.memories
    assert program.populations == {"b": (0, 20), "c": (32, 3)}
    assert program.inputs == {"a": (0, 5)}
    assert program.registers["rows"] == 3
    assert program.registers["input_rows"] == 1
    lists = unpack_array(list_layout(program.params), program.memories["lists"])
    assert lists["kind"].tolist() == [ListKind.SPARSE.value] * 2 + [ListKind.DENSE.value] * 5
    assert lists["count"].tolist() == [2, 1, *[20] * 5]
    small = compile_network(two_layers(), lanes=2, weight_bits=9)
    assert (small.params.lanes, small.params.dendrite_lanes) == (2, 2)
    assert (small.params.learning, small.params.delay_slots) == (False, 2)
    assert "random" not in small.memories
    traced = compile_network(two_layers(rule="x1*y0"))
    assert (traced.params.traces, traced.params.stochastic) == (True, True)
    np.testing.assert_array_equal(traced.memories["random"], default_seeds(traced.params, 5))


def test_a_core_without_traces_or_random_numbers_refuses_what_needs_them():
    for lacking in ("traces", "stochastic"):
        with pytest.raises(CapacityError, match=f"^{lacking}: "):
            compile_network(two_layers(rule="x1*y0"), **{lacking: False})


def test_odd_learning_needs_nine_bits():
    assert compile_network(two_layers(rule="x0", bits=9)).params.weight_bits == 9
    assert compile_network(two_layers(rule="x0", bits=8)).params.weight_bits == 8


@pytest.mark.parametrize("bits", range(1, 10))
def test_dense_words_have_no_more_bits_than_weights_need(bits):
    unit = 1 << (9 - bits)
    network = Network()
    source, target = network.input("i", 2), network.population("o", 5, threshold=1)
    weights = np.array([[-256, 0, unit, -unit, 256 - unit]] * 2)
    weights[(weights > 255) | (weights == 0)] = -256
    network.connect("w", source, target, weights, pattern="all-to-all", exponent=0)
    program = compile_network(network, lanes=4)
    assert program.params.weight_bits == bits
    assert np.array_equal(program.matrices(program.memories["dense"], ["w"])["w"], weights)


def test_long_sparse_lists_are_split(plain_simulator):
    network = Network()
    a = network.input("a", 2)
    b = network.population("b", 3, threshold=50)
    pairs = [(i % 2, i % 3) for i in range(40)]
    network.connect("ab", a, b, 1 + np.arange(40), pattern=pairs)
    spikes, _ = check_against(plain_simulator, network, lanes=4)
    assert spikes > 0
    program = compile_network(network, lanes=4)
    lists = unpack_array(list_layout(program.params), program.memories["lists"])
    assert lists["count"].tolist() == [8, 8, 4] * 2


def test_neurons_that_share_a_list_add_and_subtract_the_same_words():
    network = Network()
    ins = [network.input(name, 3) for name in "abc"]
    out, other = (network.population(name, 5, threshold=1000, decay_v=0) for name in ("o", "p"))
    weights = 2 * np.arange(15).reshape(3, 5) - 8
    network.connect("W", ins[0], out, weights, pattern="all-to-all", exponent=1)
    network.share("W", ins[1], out, negate=True)
    network.share("W", ins[2], other)
    program = compile_network(network, lanes=4)
    assert len(program.memories["dense"]) == 3 * 2  # one copy
    core = GoldenCore(program.params)
    core.load(program)
    first = {name: program.inputs[name][0] for name in "abc"}
    axons = [first["a"], first["b"] + 2, first["c"] + 1]
    core.run(2, Stimulus(np.zeros(3, np.int64), np.array(axons)))
    v = unpack_array(state_layout(program.params), core.read("state"))["v"]
    for name, expected in (("o", weights[0] - weights[2]), ("p", weights[1])):
        begin = program.populations[name][0]
        assert (v[begin : begin + 5] == 64 * expected).all()
    message = "share of connection 'V': connection must be one of W, not 'V'"
    with pytest.raises(ValueError, match=f"^{message}$"):
        network.share("V", ins[1], out)
    with pytest.raises(ValueError, match=r"^source of share .* must be 3 neurons .* not 5 from 0$"):
        network.share("W", out, out)


def inputs_onto(n_populations, size=16, **options):
    network = Network()
    source = network.input("a", 40)
    for i in range(n_populations):
        target = network.population(f"p{i}", size, threshold=1)
    for i in range(options.get("rules", 0)):
        rule = f"{i + 1}*x0*y0"
        network.connect(f"r{i}", source, target, 2, pattern="all-to-all", rule=rule)
    return network


@pytest.mark.parametrize(
    ("network", "arguments", "error", "message"),
    [
        (
            inputs_onto(1, rules=17),
            {},
            CapacityError,
            r"no core is large enough for the network: rules must be between .*",
        ),
        (
            inputs_onto(2, 8200),
            {},
            CapacityError,
            r"no core is large enough for the network: compartments .* 32 and 16384, not 16400",
        ),
        (Network(), {}, ValueError, "network must have at least one population"),
        (
            inputs_onto(1),
            {"params": CoreParams(), "lanes": 4},
            TypeError,
            "give params or fields of them, not both",
        ),
        (inputs_onto(1), {"lanes": 3}, ValueError, "lanes must be a power of two, not 3"),
        (inputs_onto(1), {"lane": 4}, TypeError, "keyword of .* one of lanes, .* not 'lane' .*"),
        (
            inputs_onto(5),
            {"compartments": 64},
            CapacityError,
            "compartments: the network needs 80, the limit is 64",
        ),
    ],
)
def test_what_cannot_be_compiled_is_explained(network, arguments, error, message):
    with pytest.raises(error, match=f"^{message}$"):
        compile_network(network, **arguments)


@pytest.mark.parametrize("rows", [2, 3, 4, 8])
def test_errors_go_back_through_a_connection_onto_every_row_of_a_core(rows):
    network = Network()
    size = 4 * rows
    cells = network.population("cells", size, threshold=100_000, decay_v=0)
    errors = network.input("errors", size)
    weights = np.arange(size * size).reshape(size, size) % 255
    network.connect("W", cells, cells, weights, pattern="all-to-all", exponent=0)
    network.transpose("W^T", "W", errors, cells)
    program = compile_network(network, lanes=4)
    assert program.params.compartment_rows == rows
    core = GoldenCore(program.params)
    core.load(program)
    core.run(2, Stimulus(np.zeros(2, np.int64), np.array([1, size - 2])))
    v = unpack_array(state_layout(program.params), core.read("state"))["v"]
    np.testing.assert_array_equal(v, 64 * (weights[:, 1] + weights[:, size - 2]))


@pytest.mark.parametrize("signs", [[True], [True, True], [True, False], [False], []])
def test_what_a_connection_learns_by_has_no_part_in_what_it_delivers(signs):
    network = Network()
    source, out = network.input("in", 1), network.population("out", 3, threshold=50)
    network.connect("c", source, out, 100, pattern="all-to-all", rule="2*x0*y0", bits=8)
    for number, negate in enumerate(signs):
        error = network.population(f"error {number}", 3, threshold=50, bias=51)
        network.teach("c", by=error, negate=negate)
    program = compile_network(network)
    core = GoldenCore(program.params)
    core.load(program)
    record = core.run(2, Stimulus(np.array([0]), np.array([0])))
    first, size = program.populations["out"]
    assert record.raster(2, first, size).tolist() == [[False] * 3, [True] * 3]
    learned = sum(-2 if negate else 2 for negate in signs)
    assert program.matrix(core, "c").tolist() == [[100 + learned] * 3]


def test_a_connection_has_at_most_eight_teachers():
    network = Network()
    source, out = network.input("in", 1), network.population("out", 3, threshold=50)
    network.connect("c", source, out, 100, pattern="all-to-all", rule="2*x0*y0")
    for number in range(9):
        network.teach("c", by=network.population(f"error {number}", 3, threshold=50))
    message = r"^lists of one axon that are not delivered: the network needs 8, the limit is 7; .*"
    with pytest.raises(CapacityError, match=message):
        compile_network(network)


@pytest.mark.parametrize("pattern", ["all-to-all", "one-to-all"])
def test_a_fixed_connection_from_one_neuron_can_be_transposed(pattern):
    network = Network()
    one, many = network.input("one", 1), network.input("many", 5)
    out, back = (
        network.population("out", 5, threshold=9),
        network.population("back", 1, threshold=9),
    )
    network.connect("W", one, out, np.arange(5).reshape(1, 5), pattern=pattern, exponent=0)
    network.transpose("W^T", "W", many, back)
    program = compile_network(network, lanes=4)
    core = GoldenCore(program.params)
    core.load(program)
    axons = program.inputs["many"][0] + np.array([2, 4])
    core.run(2, Stimulus(np.zeros(2, np.int64), axons))
    state = unpack_array(state_layout(program.params), core.read("state"))
    assert state["v"][program.populations["back"][0]] == 64 * (2 + 4)


def test_shortages_are_all_that_a_core_lacks():
    network = Network()
    source = network.input("in", 40)
    cells = network.population("cells", 80, threshold=1, decay_v=9)
    network.connect("all", source, cells, 1, pattern="all-to-all", delay=9)
    core = compile_network(network).params
    assert shortages(network, core) == []
    small = core.with_(compartments=64, dynamics=False, dense_words=64, delay_slots=4)
    found = [line.partition(":")[0] for line in shortages(network, small)]
    assert found == ["dynamics", "compartments", "dense_words", "delay"]
    with pytest.raises(ValueError, match=r"^network must have at least one population$"):
        shortages(Network(), core)
