"""Results: joined, saved, loaded."""

import numpy as np
import pytest

from backspike.golden.errors import UserError
from backspike.sim.simulation.probes import Probe
from backspike.sim.simulation.result import Result
from backspike.sim.simulation.simulation import Simulation

PROBES = [Probe("v:p", neurons=[2, 0]), Probe("w:dense", every=7), "r1", "u:q"]


@pytest.fixture
def simulation(learning, core):
    return Simulation(learning, params=core)


def same(one, other):
    assert list(one) == list(other)
    for name in one:
        np.testing.assert_array_equal(one[name], other[name])
    for name in one.arrays:
        np.testing.assert_array_equal(one.times[name], other.times[name])
    assert set(one.neurons) == set(other.neurons)
    fields = ("first", "steps", "thresholds", "inputs", "engine")
    assert all(getattr(one, field) == getattr(other, field) for field in fields)


def test_a_result_survives_its_file(simulation, spikes, tmp_path):
    simulation.run(3)
    result = simulation.run(60, spikes, probes=PROBES)
    assert result.save(tmp_path / "run.npz") == tmp_path / "run.npz"
    same(Result.load(tmp_path / "run.npz"), result)


def test_results_that_follow_are_joined(simulation, spikes):
    whole = simulation.run(60, spikes, probes=PROBES)
    simulation.reset()
    first = {"a": spikes["a"][:25], "b": [e for e in spikes["b"] if e[0] < 25]}
    then = {"a": spikes["a"][25:], "b": [(s - 25, n) for s, n in spikes["b"] if s >= 25]}
    one, other = (
        simulation.run(25, first, probes=PROBES),
        simulation.run(35, then, probes=PROBES),
    )
    same(one + other, whole)
    with pytest.raises(UserError, match=r"^result to join must begin with step 60, not 25$"):
        other + other
    more = simulation.run(5)
    with pytest.raises(UserError, match=r"must have the same probes, and differ in r1, u:q, v:p, "):
        other + more


def test_files_that_are_no_results_are_refused(simulation, tmp_path):
    result = simulation.run(5)
    with pytest.raises(UserError, match=r"^file of a result must end in \.npz, not 'run\.txt'$"):
        result.save(tmp_path / "run.txt")
    for name, write in (
        ("text.npz", lambda path: path.write_text("hello")),
        ("other.npz", lambda path: np.savez(path, a=np.zeros(3))),
        ("empty.npz", lambda path: path.write_bytes(b"")),
        ("cut.npz", lambda path: path.write_bytes(result.save(path).read_bytes()[:-200])),
    ):
        write(tmp_path / name)
        with pytest.raises(UserError, match=rf"{name} is not a result of a simulation: "):
            Result.load(tmp_path / name)
    with pytest.raises(FileNotFoundError):
        Result.load(tmp_path / "nothing.npz")
    assert {path.name for path in tmp_path.iterdir()} == {
        "text.npz",
        "other.npz",
        "empty.npz",
        "cut.npz",
    }


def test_importing_results_does_not_import_matplotlib():
    import subprocess
    import sys

    code = "import sys, backspike; backspike.Result; print('matplotlib' in sys.modules)"
    done = subprocess.run([sys.executable, "-P", "-c", code], capture_output=True, text=True)
    assert done.stdout == "False\n"


def test_json_that_is_nested_too_deep_is_refused(tmp_path):
    np.savez(tmp_path / "x.npz", meta=np.array("[" * 100_000))
    with pytest.raises(UserError, match=r"is not a result of a simulation: its fields differ$"):
        Result.load(tmp_path / "x.npz")
