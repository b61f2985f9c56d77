"""What the host sends to a circuit of prototypes."""

import numpy as np
import pytest

from backspike.golden.compiler.compiler import compile_network
from backspike.golden.prototypes.circuit import PROTOTYPE_STEPS, prototype_circuit
from backspike.golden.prototypes.host import prototype_stimulus
from backspike.golden.prototypes.options import PrototypeOptions, PrototypeState

OPTIONS = PrototypeOptions(per_class=2)
STATE = PrototypeState.fresh(5, 3, OPTIONS, lanes=4, seed=1)
PROGRAM = compile_network(prototype_circuit(STATE, OPTIONS), lanes=4)
X = np.array([[1, 0, 0, 1, 0], [0, 1, 0, 0, 0]], np.uint8)


def sent(name, y=None):
    stimulus = prototype_stimulus(PROGRAM, X, y)
    first, size = PROGRAM.inputs[name]
    inside = (stimulus.axons >= first) & (stimulus.axons < first + size)
    pairs = zip(stimulus.steps[inside], stimulus.axons[inside] - first, strict=True)
    return [(int(step), int(axon)) for step, axon in pairs]


def test_samples_come_one_after_the_other():
    assert sent("in_x") == [(0, 0), (0, 3), (PROTOTYPE_STEPS, 1)]
    assert sent("in_go") == [(PROTOTYPE_STEPS - 2, 0), (2 * PROTOTYPE_STEPS - 2, 0)]


def test_one_class_learns_and_all_compete_to_infer():
    classes = np.array([2, 0])
    assert sent("in_t", classes) == [(0, 2), (PROTOTYPE_STEPS, 0)]
    assert sent("in_new", classes) == [(0, 0), (PROTOTYPE_STEPS, 0)]
    assert sent("in_t") == [(step, c) for step in (0, PROTOTYPE_STEPS) for c in range(3)]
    assert sent("in_new") == []


def test_a_wrong_class_is_refused():
    with pytest.raises(ValueError, match="class in y"):
        prototype_stimulus(PROGRAM, X, np.array([0, 3]))
