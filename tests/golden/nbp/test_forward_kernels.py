"""Forward pass of the nBP equations against products of matrices."""

import numpy as np
import pytest

from backspike.golden.nbp.forward_kernels import (
    Scratch,
    evaluate_samples,
    forward_sample,
    forward_samples,
)

LAYERS = 29, 13, 4


@pytest.fixture
def task(random_task):
    weights, x, y = random_task(np.random.default_rng(5), LAYERS, 127)
    x[0], x[1] = 0, 1  # no active input, and all
    return tuple(weights), x, y


def test_sums_and_spikes_of_a_sample(task):
    weights, x, _ = task
    for sample in x:
        scratch = Scratch.for_layers(LAYERS)
        forward_sample(weights, sample, scratch)
        active = sample.astype(np.int64)
        for layer, w in enumerate(weights):
            listed = scratch.active[layer][: scratch.n_active[layer]]
            assert listed.tolist() == np.flatnonzero(active).tolist()
            sums = active @ w
            assert scratch.s[layer].tolist() == sums.tolist()
            active = (sums > 512).astype(np.int64)
        assert scratch.n_active[-1] == active.sum()


def test_sums_of_many_samples(task):
    weights, x, _ = task
    sums = tuple(np.zeros((len(x), n), np.int32) for n in LAYERS[1:])
    forward_samples(weights, x, Scratch.for_layers(LAYERS), sums)
    hidden = x.astype(np.int64) @ weights[0]
    assert (sums[0] == hidden).all()
    assert (sums[1] == (hidden > 512).astype(np.int64) @ weights[1]).all()


def test_read_outs_are_counted(task):
    weights, x, y = task
    out = ((x.astype(np.int64) @ weights[0]) > 512).astype(np.int64) @ weights[1]
    spikes = out > 512
    first = np.where(spikes.any(axis=1), spikes.argmax(axis=1), -1)
    expected = (
        int((spikes == np.eye(LAYERS[-1], dtype=bool)[y]).all(axis=1).sum()),
        int((first == y).sum()),
        int((out.argmax(axis=1) == y).sum()),
    )
    assert evaluate_samples(weights, x, y, Scratch.for_layers(LAYERS)) == expected
