import pytest

from backspike.golden.core.golden_core import GoldenCore
from backspike.hdl.host_map import ErrorCode
from backspike.hdl.layouts import Gate
from backspike.hdl.presets import CORE_PRESETS
from backspike.sim.verify.coverage import Coverage, core_cases
from backspike.sim.verify.verification import verify_engine

BY_HAND = {
    *(f"error {code.name}" for code in ErrorCode),
    "input spikes as single axons",
    "input spikes as rows",
    "commands back to back",
    "gaps between words and answers",
}


def test_is_full_only_when_every_case_was_seen():
    coverage = Coverage(["one", "two"])
    coverage.hit("one")
    coverage.hit("two", 0)
    assert coverage.missing() == ["two"]
    with pytest.raises(AssertionError, match=r"^1 of 2 cases never seen: two$"):
        coverage.check()
    coverage.hit("two")
    coverage.check()


def test_a_misspelt_case_is_an_error():
    with pytest.raises(ValueError, match=r"^case must be one of one, two, not 'tow'$"):
        Coverage(["one", "two"]).hit("tow")


def test_random_programs_cover_the_core():
    params = CORE_PRESETS["tiny"]
    coverage = Coverage(core_cases(params))
    golden, other = GoldenCore(params), GoldenCore(params)
    for seed in range(30):
        assert verify_engine(golden, other, seed, coverage=coverage).difference is None
    assert set(coverage.missing()) == BY_HAND


def test_a_core_without_learning_has_fewer_cases():
    params = CORE_PRESETS["tiny"]
    assert set(core_cases(params)) - set(core_cases(params.with_(learning=False))) == {
        "epoch of several steps",
        *(f"gate {gate.name}" for gate in Gate),
        "weight changes",
        "weight at the upper rail",
        "weight at the lower rail",
    }
