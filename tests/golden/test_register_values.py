"""Registers take the values that mean something, and no others."""

import numpy as np
import pytest

from backspike.golden.core.golden_core import GoldenCore
from backspike.golden.engine import write_register
from backspike.golden.register_values import (
    check_register,
    check_register_words,
    register_word,
)
from backspike.hdl.host_map import REGISTERS
from backspike.hdl.params import CoreParams
from backspike.hdl.presets import CORE_PRESETS

TINY = CORE_PRESETS["tiny"]  # 16 rows of compartments, 4 of inputs
EVERYTHING = CORE_PRESETS["tiny-loihi"]


@pytest.mark.parametrize("p", [TINY, EVERYTHING])
@pytest.mark.parametrize("name", REGISTERS)
def test_every_register_takes_its_whole_range_and_no_more(p, name):
    register = REGISTERS[name]
    core = GoldenCore(p)
    if not register.writable or not register.exists(p):
        with pytest.raises(ValueError, match=f"^register '{name}' (can only be read|needs .*)$"):
            write_register(core, name, 0)
        return
    low, high = register.limits(p)
    for value in (low, high):
        write_register(core, name, value)
        core.set_register(name, np.int64(value))
    for value in (low - 1, high + 1):
        message = f"^register '{name}' must be between {low} and {high}, not {value}$"
        with pytest.raises(ValueError, match=message):
            write_register(core, name, value)
        with pytest.raises(ValueError, match=message):
            core.set_register(name, value)


@pytest.mark.parametrize(
    ("name", "low", "high"),
    [
        ("rows", 0, 16),
        ("input_rows", 0, 4),
        ("learn_first", 0, 19),
        ("learn_rows", 0, 20),
        ("y_first", 0, 15),
        ("epoch", 0, 63),
        ("reward", -128, 127),
        ("reward_decay", 0, 65536),
        ("visit", 0, 2),
        ("dither", 0, 2),
    ],
)
def test_ranges_are_those_of_the_core(name, low, high):
    assert REGISTERS[name].limits(TINY) == (low, high)


@pytest.mark.parametrize("value", [2.5, "1", None, True, np.float64(1), [1]])
def test_a_register_takes_integers_only(value):
    with pytest.raises(TypeError, match=r"^register 'rows' must be an int, not "):
        check_register(TINY, "rows", value)


def test_what_a_core_has_no_register_for_is_explained():
    with pytest.raises(ValueError, match=r"^register must be one of step, rows, .*, not 'nothing'"):
        check_register(TINY, "nothing", 0)
    for name, reason in (
        ("reward0", r"a core with more_factors$"),
        ("reward_1", r"more reinforcement channels than the core has \(reinforcements=1\)$"),
    ):
        with pytest.raises(ValueError, match=f"^register {name!r} needs {reason}"):
            check_register(TINY, name, 0)
    with pytest.raises(ValueError, match=r"^register 'dither' needs a core with stochastic$"):
        check_register(CoreParams(stochastic=False), "dither", 0)
    with pytest.raises(ValueError, match=r"^register 'post_rows' needs a core with learning$"):
        check_register(CoreParams(learning=False), "post_rows", 0)
    compact = CoreParams(lanes=1, dendrite_lanes=1, compact=True)
    for name in ("mute_rows", "post_rows"):
        with pytest.raises(
            ValueError, match=f"^register {name!r} needs a core that is not compact$"
        ):
            check_register(compact, name, 0)


def test_a_punishment_lowers_the_reward():
    core = GoldenCore(TINY)
    write_register(core, "reward", -5)
    core.run(1)
    assert core.read("registers")[list(REGISTERS).index("reward")] == 0xFFFFFFFF - 4
    assert register_word(-5).tolist() == [0xFFFFFFFB]


def test_all_registers_can_be_written_back_as_they_were_read():
    core = GoldenCore(EVERYTHING)
    write_register(core, "reward", -5)
    core.run(1)
    words = core.read("registers")
    assert check_register_words(EVERYTHING, words, 0)["reward"] == -5
    core.write("registers", words)
    words[list(REGISTERS).index("rows")] = 17
    with pytest.raises(ValueError, match=r"^register 'rows' must be between 0 and 16, not 17$"):
        core.write("registers", words)
