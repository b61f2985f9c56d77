"""Checks of what a program is made of."""

import numpy as np
import pytest

from backspike.golden.array_file import ArrayHeader
from backspike.golden.compiler.program_checks import check_contents, check_headers
from backspike.golden.errors import UserError
from backspike.hdl.host_map import MEMORIES
from backspike.hdl.presets import CORE_PRESETS
from backspike.sim.verify.covering_array import covering_cores
from backspike.sim.verify.random_program import random_program

P = CORE_PRESETS["tiny"]
DEPTH = MEMORIES["axons"].depth(P)


@pytest.mark.parametrize(
    ("memories", "registers", "problem"),
    [
        ({"counters": [0]}, {}, r"^a program cannot set memory 'counters'$"),
        ({"registers": [0]}, {}, r"^a program cannot set memory 'registers'$"),
        (
            {"axons": [0] * (DEPTH + 1)},
            {},
            rf"^memory 'axons' must have at most {DEPTH} words, not",
        ),
        ({}, {"identity": 1}, r"^a program cannot set register 'identity'$"),
        ({}, {"rows": 99}, r"^register 'rows' must be between 0 and 16, not 99$"),
        ({"rows": [0, 0]}, {"rows": 2}, r"^row 0 takes sums 0, which row 1 must keep for it$"),
    ],
)
def test_what_no_program_may_have_is_refused(memories, registers, problem):
    words = {name: np.array(content, np.uint64) for name, content in memories.items()}
    with pytest.raises(ValueError, match=problem):
        check_contents(P, words, registers)


def test_every_random_program_is_one():
    for seed, params in enumerate(covering_cores()):
        program = random_program(np.random.default_rng(seed), params)
        check_contents(params, program.memories, program.registers)


@pytest.mark.parametrize("name", ["axons", "memory/state", "other/axons", "memory/x"])
def test_arrays_that_no_program_has_are_refused(name):
    with pytest.raises(UserError):
        check_headers(P, {name: ArrayHeader((1,), np.dtype(np.uint64))})


def test_sizes_are_those_of_the_core():
    check_headers(P, {"memory/axons": ArrayHeader((DEPTH,), np.dtype(np.uint64))})
    with pytest.raises(UserError, match="at most"):
        check_headers(P, {"memory/axons": ArrayHeader((DEPTH, 2), np.dtype(np.uint64))})
