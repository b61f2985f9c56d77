"""Spikes of samples: when each input and target fires."""

import numpy as np
import pytest

from backspike.golden.compiler.compiler import compile_network
from backspike.golden.nbp.paper_circuit import inference_circuit, paper_circuit
from backspike.golden.nbp.stimulus import (
    FIRST_STEP,
    INFERENCE_FIRST_STEP,
    INFERENCE_STEPS,
    SAMPLE_STEPS,
    active_inputs,
    check_classes,
    inference_stimulus,
    sorted_spikes,
    stimulus,
)

X = np.array([[0, 1, 0, 1], [0, 0, 0, 0], [1, 0, 0, 0]])
Y = np.array([1, 0, 1])


def circuit(build):
    weights = [np.zeros((4, 3), np.int16), np.zeros((3, 2), np.int16)]
    return compile_network(build((4, 3, 2), weights))


@pytest.mark.parametrize("first", [True, False])
def test_samples_of_the_paper_s_circuit(first):
    program = circuit(paper_circuit)
    spikes = stimulus(program, X, Y, first=first)
    x, t, start = (program.inputs[name][0] for name in ("in_x", "in_t", "in_start"))
    begin = FIRST_STEP if first else 0
    expected = [(begin, x + 1), (begin, x + 3), (begin + 2 * SAMPLE_STEPS, x)]
    expected += [(begin + SAMPLE_STEPS * i + 2, t + label) for i, label in enumerate(Y)]
    expected += [(FIRST_STEP - 2, start)] * first
    assert list(zip(spikes.steps, spikes.axons, strict=True)) == sorted(expected)


@pytest.mark.parametrize("first", [True, False])
def test_samples_to_infer(first):
    program = circuit(inference_circuit)
    spikes = inference_stimulus(program, X, first=first)
    x, start = (program.inputs[name][0] for name in ("in_x", "in_start"))
    begin = INFERENCE_FIRST_STEP if first else 0
    expected = [(begin, x + 1), (begin, x + 3), (begin + 2 * INFERENCE_STEPS, x)]
    expected += [(INFERENCE_FIRST_STEP - 2, start)] * first
    assert list(zip(spikes.steps, spikes.axons, strict=True)) == sorted(expected)


def test_spikes_are_sorted_by_step_and_axon():
    spikes = sorted_spikes((np.array([3, 1]), np.array([0, 5])), (np.array([1]), np.array([2])))
    assert spikes.steps.tolist() == [1, 1, 3]
    assert spikes.axons.tolist() == [2, 5, 0]
    assert spikes.steps.dtype == spikes.axons.dtype == np.int64


def test_active_inputs_and_classes():
    samples, pixels = active_inputs(X, 4)
    assert (samples.tolist(), pixels.tolist()) == ([0, 0, 2], [1, 3, 0])
    assert check_classes(Y, 3, 2).tolist() == [1, 0, 1]
    assert check_classes(np.zeros(0, int), 0, 2).dtype == np.int64


def test_bad_samples_are_explained():
    program = circuit(paper_circuit)
    x = np.zeros((5, 4), int)
    with pytest.raises(ValueError, match=r"^x must have shape \(samples, 4\), not \(5, 3\)$"):
        stimulus(program, x[:, :3], np.zeros(5, int))
    with pytest.raises(ValueError, match=r"^x must be binary$"):
        stimulus(program, x + 2, np.zeros(5, int))
    with pytest.raises(ValueError, match=r"^y must have shape \(5,\), not \(4,\)$"):
        stimulus(program, x, np.zeros(4, int))
    with pytest.raises(ValueError, match=r"^class in y must be between 0 and 1, not 2$"):
        stimulus(program, x, np.full(5, 2))
