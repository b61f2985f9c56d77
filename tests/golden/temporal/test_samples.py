"""Samples in time, and what a host sends for them."""

import numpy as np
import pytest

from backspike.golden.temporal.samples import (
    TemporalSamples,
    check_samples,
    sample_steps,
    sample_stimulus,
)

X = np.zeros((2, 4, 3), np.uint8)


@pytest.mark.parametrize(
    ("x", "lengths", "y", "message"),
    [
        (X[:, :, :2], [4, 4], [0, 1], r"x must be uint8 or bool of shape \(samples, steps, 3\)"),
        (X + 0.5, [4, 4], [0, 1], "x must be uint8 or bool"),
        (X + 2, [4, 4], [0, 1], "x must be 0 and 1, not 2"),
        (X, [4, 5], [0, 1], "lengths must be between 1 and 4, not 5"),
        (X, [0, 4], [0, 1], "lengths must be between 1 and 4, not 0"),
        (X, [4], [0, 1], "lengths must be 2 integers"),
        (X, [4, 4], [0, 2], "y must be between 0 and 1, not 2"),
        (X, [4, 4], [0.0, 1.0], "y must be 2 integers, not float64"),
    ],
)
def test_what_does_not_fit_is_named(x, lengths, y, message):
    with pytest.raises(ValueError, match=f"^{message}"):
        check_samples(TemporalSamples(x, np.array(lengths), np.array(y)), (3, 5, 2))


def test_a_sample_ends_with_its_length():
    samples = TemporalSamples(X, np.array([2, 4]), np.array([0, 1]))
    assert [(len(x), label) for x, label in samples.one_by_one()] == [(2, 0), (4, 1)]
    assert samples.of(np.array([1])).lengths.tolist() == [4]


@pytest.mark.parametrize("seed", [0, 2, 4])
def test_spikes_of_a_sample(temporal_case, seed):
    case = temporal_case(seed)
    n, options, program = len(case.weights.forward), case.options, case.program
    steps = 2 * n + 1
    x = np.zeros((3, case.weights.layers[0]), bool)
    x[0, 2] = x[2, 1] = True
    sent = sample_stimulus(program, x, 1, options, n)
    names = {
        (int(step), name): int(axon) - first
        for step, axon in zip(sent.steps, sent.axons, strict=True)
        for name, (first, size) in program.inputs.items()
        if first <= axon < first + size and name != "in_n"
    }
    asked = [2] if options.errors == "end" else [0, 1, 2]
    expected = {(0, "in_x"): 2, (2 * steps, "in_x"): 1}
    expected |= {(t * steps + n - 1, "in_t"): 1 for t in asked}
    tagged = options.eligibility == "tag"
    expected |= {(3 * steps, "in_end"): 0} if tagged else {}
    assert names == expected
    first, size = program.inputs["in_n"]
    others = sent.axons[(sent.axons >= first) & (sent.axons < first + size)] - first
    assert others.tolist() == [k for _ in asked for k in range(size) if k != 1]
    assert sample_steps(3, options, n, learn=True) == (3 + tagged) * steps
    assert sample_steps(3, options, n, learn=False) == 3 * steps
    silent = sample_stimulus(program, x, None, options, n)
    assert silent.steps.tolist() == [0, 2 * steps]
