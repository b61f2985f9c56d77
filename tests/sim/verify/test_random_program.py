import numpy as np
import pytest

from backspike.golden.compiler.program import Program
from backspike.golden.core.golden_core import GoldenCore
from backspike.hdl.host_map import MEMORIES
from backspike.hdl.layouts import ListKind, widest_stride
from backspike.hdl.packing import unpack_array, unpack_weights
from backspike.hdl.presets import CORE_PRESETS
from backspike.sim.verify.random_program import random_program, random_stimulus

TINY = CORE_PRESETS["tiny"]
SIZES = [
    TINY,
    TINY.with_(learning=False),
    TINY.with_(lanes=1, dendrite_lanes=1),
    TINY.with_(lanes=16, dendrite_lanes=4, weight_bits=8, input_axons=32),
    TINY.with_(delay_slots=2, dense_words=2, sparse_words=2, lists=2),
    TINY.with_(traces=False, stochastic=False),
    TINY.with_(columns=False),
    TINY.with_(epochs=False),
    TINY.with_(subtract=True, watch=True),
    CORE_PRESETS["default"],
]


def fields(program, name):
    return unpack_array(MEMORIES[name].layout(program.params), program.memories[name])


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("params", SIZES, ids=range(len(SIZES)))
def test_is_valid(params, seed):
    program = random_program(np.random.default_rng(seed), params)
    lists, axons, sparse = (fields(program, name) for name in ("lists", "axons", "sparse"))
    kinds = ListKind.DENSE, ListKind.SPARSE, ListKind.COLUMN
    dense, single, column = (lists["kind"] == kind.value for kind in kinds)
    words = -(-lists["count"] // params.lanes)
    assert np.all(lists["count"] >= 1)
    assert np.all((lists["address"] + words)[dense] <= params.dense_words)
    assert np.all((lists["row"] + words)[dense] <= program.registers["rows"])
    assert np.all((lists["address"] + lists["count"])[single] <= params.sparse_words)
    assert bool(column.any()) <= params.columns
    if params.columns:
        assert np.all((lists["post"] + words)[dense] <= program.registers["rows"])
        stride = np.where(lists["post"] > 0, lists["post"], widest_stride(params))
        last = lists["address"] + (lists["count"] - 1) * stride
        assert np.all(last[column] < params.dense_words)
        assert np.all((lists["row"] + words)[column] <= program.registers["rows"])
    assert lists["delay"].max() <= params.max_delay
    assert sparse["delay"].max() <= params.max_delay
    of_axon = axons["silent"] + axons["lists"]
    assert np.all(axons["list"] + of_axon <= params.lists)
    assert np.all(axons["plastic"] <= of_axon)
    rows = fields(program, "rows")
    watch = rows.get("watch", np.zeros(params.compartment_rows)) > 0
    for row, (source, keep) in enumerate(zip(rows["sums"], rows["keep"], strict=True)):
        takes = (rows["sums"] == source) & ~watch
        assert keep == (watch[row] or row != np.argmax(takes)), "one row clears its sums"
    assert bool(watch.any()) <= params.watch
    watched = rows["sums"][watch]
    assert np.all(watched > np.flatnonzero(watch))
    assert np.all(watched < program.registers["rows"])
    assert not watch[watched].any()
    assert bool(axons["plastic"].any()) <= params.learning
    stored = unpack_weights(params, program.memories["dense"])
    assert not np.any(stored & params.weight_low)


@pytest.mark.parametrize("params", SIZES[:-1], ids=range(len(SIZES) - 1))
def test_a_plastic_word_has_one_owner(params):
    program = random_program(np.random.default_rng(4), params)
    lists, axons = fields(program, "lists"), fields(program, "axons")
    owned = {ListKind.DENSE.value: set(), ListKind.SPARSE.value: set()}
    for first, plastic in zip(axons["list"], axons["plastic"], strict=True):
        for number in range(first, first + plastic):
            kind, count = lists["kind"][number], lists["count"][number]
            if kind == ListKind.DENSE.value and params.columns:
                continue  # several lists may teach it, one after the other
            length = -(-count // params.lanes) if kind == ListKind.DENSE.value else count
            list_words = set(range(lists["address"][number], lists["address"][number] + length))
            assert not list_words & owned[kind]
            owned[kind] |= list_words


def test_equal_seeds_give_equal_programs():
    one, other = (random_program(np.random.default_rng(9), TINY) for _ in range(2))
    assert one.registers == other.registers
    assert all(np.array_equal(one.memories[name], other.memories[name]) for name in one.memories)


def test_it_can_be_saved(tmp_path):
    program = random_program(np.random.default_rng(2), TINY)
    program.save(tmp_path / "random.npz")
    again = Program.load(tmp_path / "random.npz")
    assert again.params == TINY
    assert again.registers == program.registers


def test_stimuli_fit_the_inputs_in_use():
    rng = np.random.default_rng(3)
    program = random_program(rng, TINY)
    stimulus = random_stimulus(rng, program, 40)
    assert stimulus.steps.size
    assert np.all(np.diff(stimulus.steps) >= 0)
    assert stimulus.axons.max() < program.registers["input_rows"] * TINY.lanes
    GoldenCore(TINY).load(program)


def test_something_happens_in_most_of_them():
    spikes, changes = [], []
    golden = GoldenCore(TINY)
    for seed in range(20):
        rng = np.random.default_rng(seed)
        program = random_program(rng, TINY)
        golden.load(program)
        before = golden.counters()
        golden.run(30, random_stimulus(rng, program, 30))
        after = golden.counters()
        spikes.append(after["spikes"] - before["spikes"])
        changes.append(after["synapses_changed"] - before["synapses_changed"])
    assert np.mean(np.array(spikes) > 0) > 0.8
    assert np.mean(np.array(changes) > 0) > 0.4
