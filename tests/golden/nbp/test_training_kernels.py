"""Training on one sample, and on many in an order."""

import numpy as np
import pytest

from backspike.golden.nbp.forward_kernels import Scratch
from backspike.golden.nbp.training_kernels import learn_sample, train_samples
from backspike.golden.nbp.variants import VARIANTS

LAYERS = 21, 12, 3
RULE = VARIANTS["circuit"]
RIVALS, NO_RANDOM = np.ones(LAYERS[-1], bool), np.zeros(0, np.uint32)


@pytest.fixture
def task(random_task):
    weights, x, y = random_task(np.random.default_rng(8), LAYERS, 127)
    return tuple(weights), x, y


def test_a_sample_moves_weights_by_its_errors(task):
    weights, x, y = task
    moved = 0
    for sample, label in zip(x, y, strict=True):
        before, scratch = [w.astype(int) for w in weights], Scratch.for_layers(LAYERS)
        learn_sample(weights, weights, sample, label, RULE, RIVALS, NO_RANDOM, scratch)
        active = sample
        for w, was, s, d in zip(weights, before, scratch.s, scratch.d, strict=True):
            expected = np.clip(was + 2 * np.outer(active, d.astype(int)), RULE.low, RULE.high)
            assert (w == expected).all()
            moved += int((w != was).any())
            active = s > 512
    assert moved > 10


def test_many_samples_are_one_after_another(task):
    weights, x, y = task
    one_by_one, order = tuple(w.copy() for w in weights), np.array([5, 0, 5, 17, 3])
    scratch = Scratch.for_layers(LAYERS)
    hits = sum(
        learn_sample(one_by_one, one_by_one, x[k], y[k], RULE, RIVALS, NO_RANDOM, scratch)
        for k in order
    )
    arguments = (weights, weights, x, y, order, RULE, RIVALS, NO_RANDOM)
    assert train_samples(*arguments, Scratch.for_layers(LAYERS)) == hits
    assert all((a == b).all() for a, b in zip(weights, one_by_one, strict=True))
