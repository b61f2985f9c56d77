"""Matrices that errors go back through."""

import os

import numpy as np
import pytest

from backspike.golden.nbp.equations import trace_sample
from backspike.golden.nbp.feedback import backward_copies, backward_matrices, feedback_matrices
from backspike.golden.nbp.training import train

SEEDS = range(int(os.environ.get("N_SEEDS", "3")))


def test_bad_feedback_matrices_are_explained(small_task):
    weights, x, y = small_task
    layers = (weights[0].shape[0], *(w.shape[1] for w in weights))
    good = feedback_matrices(layers, direct=False)
    for feedback, error, message in (
        (good[:1], ValueError, r"^backward must hold 2 arrays, not 1$"),
        (
            [good[0], good[1].astype(np.int32)],
            TypeError,
            r"^feedback matrix B2 must be an int16 array of shape \(3, 2\)$",
        ),
        ([good[0], np.asfortranarray(good[1])], ValueError, r"^feedback matrix B2 .* C-contig"),
    ):
        with pytest.raises(error, match=message):
            train(weights, x, y, variant="random", backward=feedback)


def test_bad_backward_copies_are_explained(small_task):
    weights, x, y = small_task
    good = [np.zeros_like(w) for w in weights]
    locked = good[1].copy()
    locked.flags.writeable = False
    with pytest.raises(ValueError, match=r"^backward must be left out for variant 'circuit'$"):
        train(weights, x, y, backward=good)
    for backward, error, message in (
        (good[:1], ValueError, r"^backward must hold 2 arrays, not 1$"),
        (
            [good[0], good[1].T.copy()],
            TypeError,
            r"^backward copy of W2 must be an int16 array of shape \(3, 2\)$",
        ),
        (
            [good[0], locked],
            ValueError,
            r"^backward copy of W2 must be C-contiguous and writeable$",
        ),
        (
            [good[0], good[1] + np.int16(4)],
            ValueError,
            r"^backward copy of W2 must be -W2, or 2 less where a weight met a rail$",
        ),
    ):
        with pytest.raises(error, match=message):
            train(weights, x, y, variant="paper", backward=backward)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_paper_variant_leaves_the_equations_at_the_rails_only(seed, random_task):
    rng = np.random.default_rng(seed)
    weights, x, y = random_task(rng, (29, 23, 11, 5), 60)
    once, twice = ([w.copy() for w in weights] for _ in range(2))
    assert train(once, x, y) == train(twice, x, y, variant="paper")
    assert all((a == b).all() for a, b in zip(once, twice, strict=True))
    traces = [trace_sample(weights, x[0], int(y[0]), variant=v) for v in ("circuit", "paper")]
    for a, b in zip(*traces, strict=True):
        np.testing.assert_array_equal(a.d_pos, b.d_pos)
        np.testing.assert_array_equal(a.d_neg, b.d_neg)


def test_shapes_and_values():
    layers = (9, 7, 5, 3)
    for direct, shapes in ((False, [(7, 5), (5, 3)]), (True, [(7, 3), (5, 3)])):
        empty, *matrices = feedback_matrices(layers, direct=direct)
        assert not empty.size
        assert [matrix.shape for matrix in matrices] == shapes
        assert all(matrix.any() and not (matrix % 2).any() for matrix in matrices)
    weights = [np.array([[-256, 254], [0, 2]], np.int16)]
    assert backward_copies(weights)[0].tolist() == [[254, -254], [0, -2]]


def test_each_variant_has_its_own(small_task):
    weights = small_task[0]
    layers = 4, 3, 2
    for variant in ("circuit", "rehearsal", "delta"):
        found = backward_matrices(weights, layers, None, variant)
        assert all(a is b for a, b in zip(found, weights, strict=True))
    for variant in ("paper", "random", "direct"):
        own = [w.copy() for w in weights]
        found = backward_matrices(weights, layers, own, variant)
        assert all(a is b for a, b in zip(found, own, strict=True))
