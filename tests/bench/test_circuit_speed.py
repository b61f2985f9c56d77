"""The speed of a circuit, with a second golden core in the place of the RTL."""

import numpy as np
import pytest

from backspike.bench import circuit_speed, folded_circuit, paper_circuit
from backspike.experiments.circuits import CIRCUITS
from backspike.golden.core.golden_core import GoldenCore


class Rtl(GoldenCore):
    """Counts ten cycles a step, as an engine with cycles would."""

    def __init__(self, params, rehearsal=None, *, contracts=True):
        super().__init__(params)
        if rehearsal:
            rehearsal(self)

    def counters(self):
        counts = super().counters()
        return counts | {"cycles_deliver": 10 * counts["steps"]}


@pytest.fixture
def small(monkeypatch):
    rng = np.random.default_rng(1)
    x, y = (rng.random((60, 40)) < 0.25).astype(np.uint8), rng.integers(5, size=60)
    monkeypatch.setattr(circuit_speed, "mnist_or_noise", lambda data_dir: ("noise", x, y))
    monkeypatch.setattr(circuit_speed, "VerilatorEngine", Rtl)
    for name, value in (("LAYERS", (40, 20, 5)), ("WARM_UP", 20), ("SAMPLES", 4), ("REPEATS", 3)):
        monkeypatch.setattr(circuit_speed, name, value)


@pytest.mark.parametrize(
    ("bench", "name", "steps"), [(paper_circuit, "paper", 12), (folded_circuit, "folded", 4)]
)
def test_cycles_and_work_are_per_sample(bench, name, steps, small, capsys):
    result = bench.run()
    assert result["circuit"] == name
    assert name in CIRCUITS
    assert result["cycles_per_sample"] == result["phases"]["cycles_deliver"] == 10 * steps
    assert result["work"]["steps"] == steps
    assert result["lanes"] == 16
    assert result["targets"] == bench.TARGETS
    assert result["golden_samples_per_second"] > 0
    assert result["inference"]["cycles_per_sample"] == (40 if name == "paper" else 30)
    assert capsys.readouterr().out.startswith(f"{name} circuit, 40-20-5, 16 lanes, noise: RTL ")
