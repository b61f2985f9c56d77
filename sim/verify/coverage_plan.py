"""The plan of functional coverage: each case that must be seen, its feature, and who sees it.

Most are counted on the golden core, step by step, in the random programs that the RTL runs in
Verilator, too, on the same cores with the same seeds: they match in every word, so the RTL sees
what the golden core sees. The others have tests of their own, named beside them.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from backspike.golden.core.golden_core import GoldenCore
from backspike.hdl.params import CoreParams
from backspike.sim.verify.coverage import Coverage
from backspike.sim.verify.covering_array import covering_cores
from backspike.sim.verify.random_grammar import random_rule_program
from backspike.sim.verify.random_program import random_program, random_stimulus
from backspike.sim.verify.scoreboard import load_engine
from backspike.sim.verify.step_coverage import STEP_CASES, cover_steps

__all__ = ["BY_TESTS", "PROGRAMS", "Case", "count_cases", "plan"]

#: Test that runs the random programs on the RTL, and seeds and steps of both kinds.
PROGRAMS = "tests/system/test_random_programs.py"
SEEDS, STEPS = 16, 25
RULE_SEEDS, RULE_STEPS = 32, 10

_BENCH = "tests/system/tb_core.py::malformed_commands"
_ORDER = "tests/system/tb_core.py::back_to_back"
_UART = "tests/hdl/host/test_uart.py"
_LINK = "tests/hdl/host/test_link.py"

#: Cases that have tests of their own, by feature: each with the test.
BY_TESTS: dict[str, dict[str, str]] = {
    "command refused": {
        "unknown command": _BENCH,
        "wrong length of each command": _BENCH,
        "unknown memory, read and written": _BENCH,
        "out of range, read and written": _BENCH,
        "address that wraps": _BENCH,
        "written counter": _BENCH,
        "spike of an axon that is not in use": _BENCH,
        "rows of spikes that are not in use": _BENCH,
        "write just beyond each memory": "tests/hdl/host/test_packet_reader.py"
        "::test_a_write_may_reach_the_end_of_its_memory_and_not_beyond",
    },
    "host": {
        "commands back to back": _ORDER,
        "gaps between words, and answers that wait": "tests/system/tb_core.py::random_programs",
        "registers that can only be read": "tests/system/tb_core.py::read_only_registers",
        "every register at and beyond its range": "tests/system/test_host_writes.py",
        "a word of any memory, written and read": "tests/hdl/host/test_host.py"
        "::test_every_memory_is_written_and_read",
    },
    "link": {
        "frame damaged": f"{_LINK}::test_a_damaged_frame_is_counted_and_changes_nothing",
        "words out of turn": f"{_LINK}::test_words_out_of_turn_are_passed_over",
        "core that takes nothing": f"{_LINK}"
        "::test_a_core_that_takes_nothing_stops_the_host_and_no_word_is_lost",
        "reset": f"{_LINK}::test_a_reset_numbers_words_from_0",
        "missing stop bit": f"{_UART}::test_a_missing_stop_bit_is_broken_and_the_next_byte_is_not",
        "break": f"{_UART}::test_a_break_is_broken_once",
        "spike of the line": f"{_UART}::test_a_spike_of_the_line_is_no_start_bit",
    },
    "core": {
        "parts that pause": "tests/hdl/test_core.py::test_parts_may_pause_unless_they_are_awake",
        "reset within a run": "tests/hdl/test_core.py"
        "::test_reset_clears_dynamic_state_and_keeps_programs",
        "memories that return garbage on a collision": "tests/system/test_memory_collisions.py",
        "every compartment fires at once": "tests/system/test_nothing_is_lost.py"
        "::test_a_burst_of_every_compartment_arrives_whole",
        "program after another one": "tests/system/test_nothing_is_lost.py"
        "::test_a_program_finds_nothing_of_the_one_before",
        "cycles of every phase counted": "tests/hdl/test_core.py"
        "::test_every_cycle_counts_for_one_phase",
    },
    "longest epoch": {
        "spike in each half of 63 steps": "tests/golden/core/test_trace_kernels.py"
        "::test_a_spike_in_any_step_of_the_longest_epoch_is_remembered",
    },
    "rules": {
        "random texts, all factors at once": "tests/system/test_random_rules.py",
    },
}


@dataclass(frozen=True)
class Case:
    """A row of the plan.

    Attributes
    ----------
    feature, case : str
    where : str
        Test that fails or misses it otherwise.
    """

    feature: str
    case: str
    where: str


def plan() -> list[Case]:
    """Every case, by feature."""
    counted = [Case(f, case, PROGRAMS) for f, cases in STEP_CASES.items() for case in cases]
    tested = [
        Case(f, case, where) for f, cases in BY_TESTS.items() for case, where in cases.items()
    ]
    return counted + tested


def count_cases(
    seeds: int = SEEDS, on_core: Callable[[CoreParams], None] | None = None
) -> Coverage:
    """Count the cases of :data:`PROGRAMS`, of up to ``seeds`` programs on each core.

    Parameters
    ----------
    on_core : callable, optional
        Told of each core as it is done.
    """
    coverage = Coverage([f"{f}: {case}" for f, cases in STEP_CASES.items() for case in cases])
    for params in covering_cores():
        golden = GoldenCore(params)
        for seed in range(seeds):
            _count(coverage, golden, seed, STEPS, rules=False)
        for seed in range(RULE_SEEDS * seeds // SEEDS if params.learning else 0):
            _count(coverage, golden, seed, RULE_STEPS, rules=True)
        if on_core:
            on_core(params)
    return coverage


def _count(coverage: Coverage, golden: GoldenCore, seed: int, steps: int, *, rules: bool) -> None:
    """One program, drawn as :func:`backspike.sim.verify.verification.verify_engine` does."""
    rng = np.random.default_rng(seed)
    program = (random_rule_program if rules else random_program)(rng, golden.params)
    stimulus = random_stimulus(rng, program, steps)
    load_engine(golden, program, seed)
    cover_steps(coverage, golden, program, stimulus, steps)
