from pathlib import Path

import pytest

from backspike.sim.verify.mutation.ladder import NAMES, first_rung, rungs

ROOT = Path(__file__).parents[4]


def test_the_own_test_is_first_and_then_those_of_users():
    own, users, room, *_ = rungs(ROOT, "hdl/lib/arith.py")
    assert (own.name, own.tests) == ("own", ("tests/hdl/lib/test_arith.py",))
    assert users.name == "users"
    assert "tests/hdl/dendrite/test_lif.py" in users.tests
    assert room.name == "room"
    assert "tests/hdl/lib/test_memory.py" in room.tests
    assert not set(own.tests) & {*users.tests, *room.tests}


@pytest.mark.parametrize("file", ["hdl/core.py", "hdl/layouts.py", "golden/core/arith.py"])
def test_every_test_is_there_and_the_order_is_that_of_the_names(file):
    found = list(rungs(ROOT, file))
    assert all((ROOT / test).exists() for rung in found for test in rung.tests)
    places = [NAMES.index(rung.name) for rung in found]
    assert places == sorted(places)
    assert {"own", "system"} <= {rung.name for rung in found}


def test_without_a_fault_all_own_tests_run_together():
    files = ["hdl/core.py", "hdl/host/__init__.py", "golden/core/arith.py"]
    expected = ("tests/hdl/test_core.py", "tests/golden/core/test_arith.py")
    assert first_rung(ROOT, files).tests == expected
