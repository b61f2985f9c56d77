"""Circuits that only infer: their steps, and what is refused."""

import numpy as np
import pytest

from backspike.experiments.inference_circuits import FoldedInference, PaperInference
from backspike.golden.errors import UserError
from backspike.golden.nbp.initial_weights import init_kernels, init_weights
from backspike.golden.nbp.layer_shapes import LayerShape

X = np.eye(20, dtype=np.uint8)[:3]


def test_a_sample_takes_a_step_a_layer_in_ours():
    circuit = FoldedInference(init_weights((20, 9, 12, 5), 3), 4)
    assert (circuit.steps, circuit.lead) == (4, 0)
    assert circuit.stimulus(X, first=False).steps.tolist() == [0, 4, 8]
    assert set(circuit.program.populations) >= {"o", "o_v"}


def test_the_papers_begins_with_its_chain_of_gates():
    circuit = PaperInference(init_weights((20, 12, 5), 3), 4)
    first, later = (circuit.stimulus(X, first=first) for first in (True, False))
    assert first.steps.size == later.steps.size + 1
    assert first.steps.max() == later.steps.max() + circuit.lead


def test_the_papers_has_no_convolutions():
    first = LayerShape.convolution((5, 4, 1), (3, 3), 4)
    shapes = first, LayerShape.dense(first.n_post, 3)
    weights = init_kernels(shapes, 1)
    with pytest.raises(UserError, match=r"^the paper's circuit has no convolutions$"):
        PaperInference(weights, 4, shapes)
    assert FoldedInference(weights, 4, shapes).steps == 3


def test_the_papers_has_one_hidden_layer():
    with pytest.raises(ValueError, match="the paper has no circuit for 2 hidden layers"):
        PaperInference(init_weights((20, 9, 12, 5), 3), 4)
