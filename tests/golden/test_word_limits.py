"""Words that a core cannot hold are refused, all others taken; none of them harms a core."""

import numpy as np
import pytest
from amaranth import Shape

from backspike.golden.compiler.program import Program
from backspike.golden.core.golden_core import GoldenCore
from backspike.golden.engine import write_register
from backspike.golden.errors import UserError
from backspike.golden.word_limits import check_fields, check_plastic, check_rows
from backspike.hdl.host_map import MEMORIES, REGISTERS
from backspike.hdl.layouts import ListKind
from backspike.hdl.packing import pack_array, pack_lanes
from backspike.hdl.presets import CORE_PRESETS
from backspike.sim.verify.random_program import random_program, random_stimulus

DENSE, SPARSE, REWARD, COLUMN = (kind.value for kind in ListKind)
#: 20 rows of compartments and 5 of inputs of 4 lanes: no limit is one of a width.
CORE = CORE_PRESETS["tiny-loihi"].with_(
    compartments=80,
    input_axons=20,
    lists=60,
    dense_words=50,
    sparse_words=300,
    delay_slots=8,
    subtract=True,
    watch=True,
    rules=3,
    microcode_words=60,
)


def word(memory, **fields):
    layout = MEMORIES[memory].layout(CORE)
    return pack_array(layout, **{str(name): [fields.get(str(name), 0)] for name, _ in layout})


@pytest.mark.parametrize(
    ("memory", "fields", "field", "most"),
    [
        ("axons", {"list": 57, "silent": 1, "lists": 2}, "list + silent + lists", 60),
        ("axons", {"list": 10, "plastic": 50}, "list + plastic", 60),
        ("lists", {"row": 18, "count": 8}, "row + rows of targets", 20),
        ("lists", {"kind": COLUMN, "row": 18, "count": 8, "post": 1}, "row + rows of targets", 20),
        ("lists", {"address": 47, "count": 10}, "address + words", 50),
        ("lists", {"kind": SPARSE, "address": 290, "count": 10}, "address + synapses", 300),
        ("lists", {"delay": 6}, "delay", 6),
        ("lists", {"rule": 2, "count": 1}, "rule", 2),
        ("lists", {"kind": SPARSE, "rule": 2}, "rule", 2),
        ("lists", {"kind": REWARD, "rule": 2}, "rule", 2),
        ("lists", {"kind": COLUMN, "rule": 2}, "rule", 2),
        ("lists", {"sign": 2}, "sign", 2),
        ("lists", {"lsb": 8}, "lsb", 8),
        ("lists", {"post": 17, "count": 9}, "post + rows of targets", 20),
        (
            "lists",
            {"kind": COLUMN, "address": 7, "count": 8, "post": 6},
            "address + words of a column",
            49,
        ),
        ("sparse", {"target": 79}, "target", 79),
        ("sparse", {"delay": 6}, "delay", 6),
        ("rows", {"sums": 19}, "sums", 19),
        ("rows", {"gating": 2}, "gating", 2),
        ("rows", {"gate": 24}, "gate", 24),
        ("profiles", {"decay_u": 4096}, "decay_u", 4096),
        ("profiles", {"decay_v": 4096}, "decay_v", 4096),
        ("profiles", {"vmin": 23}, "vmin", 23),
        ("profiles", {"reset": 2}, "reset", 2),
        ("rules", {"start": 50, "count": 10}, "start + count", 60),
        ("rules", {"pre": 2}, "pre", 2),
        ("rules", {"post": 2}, "post", 2),
    ],
)
def test_the_greatest_value_is_taken_and_one_more_refused(memory, fields, field, most):
    check_fields(CORE, memory, word(memory, **fields), 3)
    more = next(name for name in (*field.split(" + "), "address") if name in fields)
    worse = word(memory, **fields | {more: fields[more] + 1})
    with pytest.raises(UserError) as refused:
        check_fields(CORE, memory, np.concatenate([word(memory), worse]), 3)
    assert str(refused.value) == (
        f"{field} of word 4 of memory {memory!r} must be at most {most}, not {most + 1}"
    )
    core = GoldenCore(CORE)
    before = core.read(memory)
    with pytest.raises(UserError):
        core.write(memory, worse)
    np.testing.assert_array_equal(core.read(memory), before)


def test_what_a_word_does_not_use_has_no_limit():
    check_fields(CORE, "axons", word("axons", list=63, silent=7), 0)
    for fields in (
        {"kind": REWARD, "address": 255, "rule": 1, "lsb": 15, "delay": 7, "sign": 3},
        {"kind": SPARSE, "address": 299, "row": 31, "delay": 7, "count": 1, "post": 31},
        {"address": 63, "count": 0},
    ):
        check_fields(CORE, "lists", word("lists", **fields), 0)


def test_delays_of_dense_synapses_have_slots():
    delays = np.array([[0, 6, 6, 6], [6, 0, 7, 0]])
    check_fields(CORE, "delays", pack_lanes(CORE, delays[:1], 3), 0)
    message = r"^delay of word 1 of memory 'delays' must be at most 6, not 7$"
    with pytest.raises(UserError, match=message):
        check_fields(CORE, "delays", pack_lanes(CORE, delays, 3), 0)


@pytest.mark.parametrize("seed", range(30))
def test_nothing_that_a_host_writes_stops_a_core(seed):
    """One word or register at random in a random program: refused, or the core goes on."""
    rng = np.random.default_rng(seed)
    core = GoldenCore(CORE)
    program = random_program(rng, CORE)
    core.load(program)
    for _ in range(20):
        memory = str(rng.choice([name for name in MEMORIES if name != "counters"]))
        width = Shape.cast(MEMORIES[memory].layout(CORE)).width
        words = rng.integers(0, 1 << width, 1, dtype=np.uint64)
        try:
            core.write(memory, words, int(rng.integers(MEMORIES[memory].depth(CORE))))
        except ValueError:
            continue
        core.run(2)
    for name, register in REGISTERS.items():
        if register.writable and register.exists(CORE):
            write_register(core, name, int(rng.integers(*register.limits(CORE), endpoint=True)))
    core.set_register("input_rows", program.registers["input_rows"])
    core.run(5, random_stimulus(rng, program, 5))
    assert core.counters()["steps"] >= 5


def rows_of(**columns):
    """Rows of a core, of which those that are not named are as they are by themselves."""
    count = len(next(iter(columns.values())))
    fields = {"sums": range(count)} | columns
    return np.concatenate([
        word("rows", **{name: values[n] for name, values in fields.items()}) for n in range(count)
    ])


@pytest.mark.parametrize(
    ("rows", "in_use", "problem"),
    [
        (rows_of(sums=[0, 0]), 2, r"^row 0 takes sums 0, which row 1 must keep for it$"),
        (rows_of(sums=[1, 3, 1, 3], keep=[0, 0, 0, 1]), 4, r"^row 0 takes sums 1, which row 2 mu"),
        (rows_of(sums=[1, 0], keep=[1, 1], watch=[0, 1]), 2, r"^row 1 must watch one .* 2 to 1, "),
        (rows_of(sums=[0, 0], keep=[1, 1], watch=[1, 0]), 2, r"^row 0 must watch one .* not 0$"),
        (
            rows_of(sums=[1, 2, 2], keep=[1, 1, 0], watch=[1, 1, 0]),
            3,
            r"^row 0 must watch a row that watches none, not 1$",
        ),
        (rows_of(sums=[3, 1, 2, 3], keep=[1, 0, 0, 0], watch=[1, 0, 0, 0]), 3, r"one .* not 3$"),
    ],
)
def test_rows_that_depend_on_cycles_are_refused(rows, in_use, problem):
    for check in (
        lambda: check_rows(CORE, rows, in_use),
        lambda: Program(CORE, {"rows": rows}, {"rows": in_use}),
    ):
        with pytest.raises(UserError, match=problem):
            check()


def test_rows_that_share_sums_and_watch_in_order_are_taken():
    rows = rows_of(sums=[2, 2, 2, 2], keep=[1, 0, 1, 1], watch=[1, 0, 0, 0])
    check_rows(CORE, rows, 4)
    assert Program(CORE, {"rows": rows}, {"rows": 4}).registers == {"rows": 4}


def test_gates_are_rows_in_use():
    gated = rows_of(gating=[0, 1], gate=[19, 0])
    check_rows(CORE, gated, 2)
    for gate, fits in ((1, True), (2, False), (19, False), (20, True), (21, False)):
        rows = rows_of(gating=[0, 2], gate=[5, gate])
        if fits:
            check_rows(CORE, rows, 2, 1)
        else:
            with pytest.raises(UserError, match=rf"^gate of row 1 must be a row .* not {gate}$"):
                check_rows(CORE, rows, 2, 1)


@pytest.mark.parametrize(
    ("kind", "columns", "twice"),
    [(DENSE, False, True), (DENSE, True, False), (SPARSE, False, True), (SPARSE, True, True)],
)
def test_a_word_learns_for_one_axon(kind, columns, twice):
    core = CORE.with_(columns=columns)

    def words(memory, **fields):
        layout = MEMORIES[memory].layout(core)
        names = [str(name) for name, _ in layout]
        return pack_array(layout, **{name: fields.get(name, [0, 0]) for name in names})

    axons = words("axons", list=[0, 1], plastic=[1, 1])
    apart = words("lists", kind=[kind, kind], address=[0, 8], count=[8, 8])
    over = words("lists", kind=[kind, kind], address=[7 if kind == SPARSE else 1, 0], count=[8, 8])
    check_plastic(core, axons, apart)
    check_plastic(core, words("axons", list=[0, 1], lists=[1, 1]), over)
    for both in ((axons, over), (words("axons", list=[0, 0], plastic=[1, 1]), apart)):
        if twice:
            with pytest.raises(UserError, match=r"learns for two axons or in two lists"):
                check_plastic(core, *both)
        else:
            check_plastic(core, *both)
