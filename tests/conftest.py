"""What the tests of several folders share."""

import io
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console

from backspike.cli import main
from backspike.experiments.circuits import CIRCUITS, Followed
from backspike.golden.nbp.learning import Learning

_SAMPLES = 200

#: Folders and files that build simulators or netlists, or learn for long.
_SLOW = (
    "bench",
    "experiments/examples",
    "fpga",
    "sim/engines/test_verilator_build.py",
    "system",
)
#: What is quick in them: a core with everything, built once and then cached.
_QUICK = (
    "fpga/test_report.py",
    "system/test_random_rules.py::test_every_synapse_is_that_of_the_golden_core",
    "system/test_random_rules.py::test_texts_have_every_factor_and_target",
)


def pytest_collection_modifyitems(items):
    """Mark what ``make quick`` leaves out."""
    for item in items:
        path = item.path.relative_to(Path(__file__).parent).as_posix()
        name = f"{path}::{getattr(item, 'originalname', item.name)}"
        slow = any(path == start or path.startswith(f"{start}/") for start in _SLOW)
        if slow and path not in _QUICK and name not in _QUICK:
            item.add_marker(pytest.mark.slow)


def _case(seed):
    """A network of 1 to 3 hidden layers of any size, its lanes, and samples."""
    rng = np.random.default_rng(seed)
    hidden = rng.integers(6, 30, 1 + seed % 3)
    layers = (int(rng.integers(8, 60)), *map(int, hidden), [1, 10][seed // 3 % 2])
    lanes = int(rng.choice([1, 2, 4, 8, 16]))
    x = (rng.random((_SAMPLES, layers[0])) < 0.3).astype(np.uint8)
    y = rng.integers(0, layers[-1], _SAMPLES)
    weights = []  # such that sums are about theta / 2: errors get through, outputs are wrong
    for n, m in pairwise(layers):
        mean = (700 if len(weights) == len(hidden) else 1400) / n
        w = rng.normal(mean, 300 / np.sqrt(n), (n, m))
        weights.append(np.clip(w, -256, 254).astype(np.int16) & -2)
    return layers, lanes, weights, x, y


@pytest.fixture(scope="session")
def folded_case():
    """A random network and samples by which it learns: see :func:`_case`."""
    return _case


@pytest.fixture(scope="session")
def beyond_the_paper():
    """A learning with something that the paper does not have, by seed."""
    return _beyond_the_paper


def _beyond_the_paper(seed):
    rng = np.random.default_rng([seed, 77])
    rate = int(rng.integers(1, 257)) if seed % 3 else None
    return Learning(
        margin=128 * int(rng.integers(0, 17)) if seed % 3 != 1 else 0,
        window=1 << int(rng.integers(12, 15)) if seed % 3 != 1 else 512,
        dead_zone=int(rng.integers(0, 200)) if seed % 2 else 0,
        rate=rate,
        halving=int(rng.integers(0, 3)) if rate else 0,
    )


@pytest.fixture(scope="session")
def compare():
    """Learns on an engine and by the equations: see :func:`_compare`."""
    return _compare


def _compare(engine, program, layers, weights, x, y, circuit=CIRCUITS["folded"]):
    """Learn on an engine and by the equations; both must end with the same weights."""
    engine.load(program)
    spikes = circuit.stimulus(program, x, y, first=True)
    engine.run(circuit.steps(layers) * len(x), spikes, record=False)
    got = circuit.read(program, engine.read("dense"))
    expected = [w.copy() for w in weights]
    circuit.follow(Followed(expected, [], []), x, y)
    assert any((a != b).any() for a, b in zip(expected, weights, strict=True)), "nothing learned"
    for k, w in enumerate(expected, 1):
        assert np.array_equal(got[f"W{k}"], w), f"W{k} of {layers}"


@dataclass
class Done:
    returncode: int
    stdout: str
    stderr: str


def _backspike(*arguments):
    """Run the command in this process."""
    out, err = io.StringIO(), io.StringIO()
    code = 0
    with redirect_stdout(out), redirect_stderr(err), pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", ["backspike", *map(str, arguments)])
        patch.setattr(main, "console", Console(file=out, width=200))
        patch.delenv("BACKSPIKE_DATA", raising=False)
        try:
            main.main()
        except SystemExit as stop:
            code = int(stop.code or 0)
    return Done(code, out.getvalue(), err.getvalue())


@pytest.fixture
def backspike():
    """The command, called with its arguments."""
    return _backspike
