"""The plan: random programs see every case that they are to see, and the other tests are there."""

from pathlib import Path

from backspike.sim.verify.coverage_plan import (
    BY_TESTS,
    PROGRAMS,
    RULE_SEEDS,
    SEEDS,
    count_cases,
    plan,
)

ROOT = Path(__file__).parents[3]


def test_every_case_of_random_programs_is_seen():
    """A quarter of the programs that the RTL runs is enough."""
    assert count_cases(seeds=SEEDS // 4).missing() == []


def test_the_programs_are_those_of_the_rtl():
    text = (ROOT / PROGRAMS).read_text()
    assert f'"N_SEEDS", "{SEEDS}"' in text
    assert RULE_SEEDS == 2 * SEEDS
    assert "seed, 25, coverage" in text
    assert "range(2 * RUNS)" in text
    assert "seed, 10, rules=True" in text


def test_every_test_of_the_plan_is_there():
    lost = []
    for row in plan():
        path, _, name = row.where.partition("::")
        text = (ROOT / path).read_text() if (ROOT / path).is_file() else ""
        if not text or (name and f"def {name}(" not in text):
            lost.append(row)
    assert lost == []


def test_no_case_is_there_twice():
    names = [(row.feature, row.case) for row in plan()]
    assert len(set(names)) == len(names)
    assert len(names) > sum(map(len, BY_TESTS.values()))
