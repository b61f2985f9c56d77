"""Registers of a compiled network."""

import math

import pytest

from backspike.golden.compiler.compiler import compile_network
from backspike.golden.network.network import Network
from backspike.hdl.layouts import Visit


def two_layers(rule, **options):
    network = Network(**options)
    a = network.input("a", 5)
    b = network.population("b", 20, threshold=10)
    c = network.population("c", 3, threshold=10)
    network.connect("ab", a, b, 2, pattern="all-to-all", rule=rule)
    network.connect("bc", b, c, 6, pattern=[(0, 1), (0, 2), (4, 0)])
    return network


def registers(rule, *, lava=False, epoch=1, **traces):
    network = two_layers(rule, lava=lava, epoch=epoch)
    network.traces(**traces)
    return compile_network(network, compartments=64).registers


def test_trace_registers_cover_what_learns():
    quiet = registers("x0*y0")
    assert (quiet["learn_first"], quiet["learn_rows"]) == (4, 1)
    assert (quiet["visit"], quiet["x_rows"], quiet["y_rows"]) == (Visit.SPIKED.value, 0, 0)
    traced = registers("x1*y0 - x0*y1", x1=(7, 2), y1=(9, float("inf")), r1=1.0)
    assert (traced["visit"], traced["x_first"], traced["x_rows"]) == (Visit.TRACED.value, 4, 1)
    assert (traced["y_first"], traced["y_rows"]) == (0, 2)
    assert (traced["x1_impulse"], traced["x1_decay"]) == (7 * 128, round(math.exp(-0.5) * 65536))
    assert (traced["y1_impulse"], traced["y1_decay"]) == (9 * 128, 65536)
    assert traced["reward_decay"] == round(math.exp(-1) * 65536)
    assert registers("u0")["visit"] == Visit.ALWAYS.value


@pytest.mark.parametrize(
    ("rule", "pattern", "span"),
    [
        ("x0*y0", "all-to-all", (0, 2)),
        ("x1*y0 + x0*y0", "all-to-all", (0, 2)),
        ("x0*y0 - x0", "all-to-all", (0, 0)),  # it learns without them, too
        ("x0*y1", "all-to-all", (0, 0)),
        ("x0*y0", [(0, 1), (4, 7)], (0, 0)),  # a sparse list: all of it is visited
    ],
)
def test_learning_waits_for_spikes_of_targets(rule, pattern, span):
    network = Network()
    a, b = network.input("a", 5), network.population("b", 20, threshold=10)
    network.population("c", 20, threshold=20)
    network.connect("ab", a, b, 2, pattern=pattern, rule=rule)
    network.traces(x1=(7, 2), y1=(7, 2))
    got = compile_network(network).registers
    assert (got["post_first"], got["post_rows"]) == span


def test_learning_waits_for_teachers_rather_than_targets():
    network = two_layers("x0*y0")
    network.teach("ab", network.population("teacher", 20, threshold=1))
    program = compile_network(network)
    first = program.populations["teacher"][0] // 16
    assert (program.registers["post_first"], program.registers["post_rows"]) == (first, 2)
    a, b = network.inputs["a"], network.populations["b"]
    network.connect("untaught", a, b, 2, pattern="all-to-all", rule="x0*y0")
    program = compile_network(network)
    rows = {p // 16 for p in (program.populations[name][0] for name in ("b", "teacher"))}
    registers = program.registers
    waits_for = range(registers["post_first"], registers["post_first"] + registers["post_rows"])
    assert rows <= set(waits_for)


def test_rows_without_lists_are_mute():
    got = registers("x0*y0")  # row 0 of b has a connection to c
    assert got["mute_rows"] == 2
    network = two_layers("x0*y0")
    network.connect("cb", network.populations["c"], network.populations["b"], 6, pattern=[(0, 1)])
    program = compile_network(network)
    assert program.registers["mute_rows"] == program.registers["rows"] - 3
    network = Network()
    network.population("alone", 5, threshold=1)
    assert compile_network(network).registers["mute_rows"] == 1


def test_a_compact_core_neither_waits_nor_passes_over_rows():
    program = compile_network(two_layers("x0*y0"), lanes=1, compact=True)
    assert not program.params.has_waiting
    assert [program.registers[name] for name in ("mute_rows", "post_first", "post_rows")] == [0] * 3


def test_rows_in_use():
    got = registers("x0*y0")
    assert (got["rows"], got["input_rows"], got["learn"], got["epoch"]) == (3, 1, 1, 1)
    assert registers(None)["learn"] == 0
    assert registers(None)["learn_rows"] == 0


def test_a_history_notes_the_spikes_of_both_sides():
    got = registers("x1*y0", epoch=4)
    assert (got["x_first"], got["x_rows"]) == (4, 1)
    assert (got["y_first"], got["y_rows"]) == (0, 2)
    assert got["epoch"] == 4


def test_a_teacher_s_traces_are_looked_at():
    network = two_layers("x0*y1")
    network.teach("ab", network.population("teacher", 20, threshold=1))
    got = compile_network(network).registers
    begin = compile_network(network).populations["teacher"][0] // 16
    assert (got["y_first"], got["y_rows"]) == (begin, 2)


@pytest.mark.parametrize(
    ("impulse", "lava", "stored"),
    [(3, False, 384), (2.5, False, 320), (2.5, True, 2 * 128 + 127), (2.25, True, 2 * 128 + 64)],
)
def test_fractions_of_impulses(impulse, lava, stored):
    assert registers("x1*y0", lava=lava, x1=(impulse, 2))["x1_impulse"] == stored


@pytest.mark.parametrize("tau", [0.5, 1, 3, 10, 63.5, 1000])
def test_a_decay_rounds_every_trace_as_the_exact_factor_does(tau):
    decay = registers("x1*y0", x1=(1, tau))["x1_decay"]
    factor = math.exp(-1 / tau)
    assert abs(decay - 65536 * factor) <= 2.5
    for trace in range(128):
        assert trace * decay >> 16 == math.floor(trace * factor)
        assert -(-trace * decay >> 16) == math.ceil(trace * factor)


def test_rewards_decay_by_channel():
    network = two_layers("r1*x0*y0")
    network.traces(r1=(1.0, 0.0))
    network.reward(network.inputs["a"], 1, reinforcement=1)
    got = compile_network(network).registers
    assert got["reward_decay"] == round(math.exp(-1) * 65536)
    assert got["reward_1_decay"] == 0
