"""Circuits that learn: what they hold, and that each follows its variant of the equations."""

import numpy as np
import pytest

from backspike.experiments.circuits import CIRCUITS
from backspike.experiments.equations_learner import EquationsState
from backspike.experiments.learning_circuits import FoldedCircuit, PaperCircuit
from backspike.golden.core.golden_core import GoldenCore
from backspike.golden.nbp.initial_weights import init_weights
from backspike.golden.nbp.learning import LearningOptions, TrainingPhase
from backspike.golden.nbp.paper_circuit import PLASTIC

LAYERS = (20, 12, 5)
DEEP = (20, 9, 12, 5)
WEIGHTS, MORE = init_weights(LAYERS, 3), init_weights(DEEP, 3)


@pytest.mark.parametrize(
    ("circuit", "steps", "output"),
    [
        (PaperCircuit(WEIGHTS, 4), 12, 3),
        (FoldedCircuit(WEIGHTS, 4), 4, 2),
        (FoldedCircuit(MORE, 4), 6, 3),
        (FoldedCircuit(MORE, 4, variant="direct"), 5, 3),
        (FoldedCircuit(WEIGHTS[1:], 4, variant="delta"), 2, 1),
    ],
)
def test_each_step_has_a_label(circuit, steps, output):
    assert (circuit.steps, circuit.output_step) == (steps, output)
    assert len(circuit.labels) == steps
    assert "output" in circuit.labels[output]
    assert circuit.program.params.lanes == 4


@pytest.mark.parametrize("kind", [PaperCircuit, FoldedCircuit])
def test_a_fresh_circuit_holds_what_the_equations_begin_with(kind):
    circuit = kind(WEIGHTS, 4)
    variant = "paper" if kind is PaperCircuit else "circuit"
    held = circuit.read(circuit.program.memories["dense"])
    wanted = circuit.expected(EquationsState.fresh(WEIGHTS, variant=variant))
    assert set(held) == set(wanted)
    assert len(held) == (len(PLASTIC) if kind is PaperCircuit else 2)
    for name, matrix in wanted.items():
        assert np.array_equal(held[name], matrix)


def test_the_first_samples_of_the_papers_circuit_come_later():
    x, y = np.eye(20, dtype=np.uint8)[:2], np.array([1, 2])
    circuit = PaperCircuit(WEIGHTS, 4)
    first, later = (circuit.stimulus(x, y, first=first) for first in (True, False))
    assert first.steps.max() - circuit.lead == later.steps.max()
    with pytest.raises(ValueError, match="rivals must be left out"):
        circuit.stimulus(x, y, first=True, rivals=np.ones(5, bool))


def test_a_folded_circuit_needs_no_first_sample():
    x, y = np.eye(20, dtype=np.uint8)[:2], np.array([1, 2])
    circuit = FoldedCircuit(WEIGHTS, 4, rivals=True)
    assert circuit.lead == 0
    one, other = (circuit.stimulus(x, y, first=first) for first in (True, False))
    assert np.array_equal(one.steps, other.steps)
    named = np.array([True, True, False, False, False])
    fewer = circuit.stimulus(x, y, first=False, rivals=named)
    assert fewer.steps.size < other.steps.size


def test_a_phase_changes_a_folded_circuit_on_its_engine():
    circuit = FoldedCircuit(WEIGHTS, 4, learning=LearningOptions(rate=128, halving=1))
    core = GoldenCore(circuit.program.params)
    core.load(circuit.program)
    before = {name: core.read(name) for name in ("microcode", "registers")}
    circuit.begin(core, TrainingPhase(0))
    assert np.array_equal(core.read("microcode"), before["microcode"])
    circuit.begin(core, TrainingPhase(3, frozen=1))
    assert not np.array_equal(core.read("microcode"), before["microcode"])
    assert not np.array_equal(core.read("registers"), before["registers"])


def test_a_phase_changes_nothing_of_the_papers():
    circuit = PaperCircuit(WEIGHTS, 4)
    core = GoldenCore(circuit.program.params)
    core.load(circuit.program)
    before = core.read("registers")
    circuit.begin(core, TrainingPhase(3))
    assert np.array_equal(core.read("registers"), before)


def test_a_core_may_be_given():
    params = CIRCUITS["folded"].learn(WEIGHTS, 4).program.params.with_(compartments=256)
    assert FoldedCircuit(WEIGHTS, params).program.params is params
