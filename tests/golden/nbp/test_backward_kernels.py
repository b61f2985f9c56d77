"""Errors of the output, and of a layer from the next."""

import numpy as np
import pytest

from backspike.golden.nbp.backward_kernels import backpropagate, backpropagate_copy, output_error
from backspike.golden.nbp.variants import VARIANTS

CIRCUIT = VARIANTS["circuit"]
SUMS = np.array([-2, 0, 2, 512, 514, 1024, 1026], np.int32)


def errors(n):
    return np.full(n, 7, np.int16)  # to be overwritten


@pytest.mark.parametrize("label", range(len(SUMS)))
def test_outputs_have_errors_inside_their_windows(label):
    d, rivals = errors(len(SUMS)), np.ones(len(SUMS), bool)
    assert not output_error(SUMS, label, CIRCUIT, rivals, d)
    expected = np.where((SUMS > 512) & (SUMS <= 1024), -1, 0)
    expected[label] = 0 < SUMS[label] <= 512
    assert d.tolist() == expected.tolist()


def test_an_output_that_is_no_rival_is_left_alone():
    d, rivals = errors(len(SUMS)), np.zeros(len(SUMS), bool)
    output_error(SUMS, 2, CIRCUIT, rivals, d)
    assert np.flatnonzero(d).tolist() == [2]


def test_the_one_hot_target_is_exact():
    d, rivals = errors(3), np.ones(3, bool)
    assert output_error(np.array([512, 600, 0], np.int32), 1, CIRCUIT, rivals, d)
    assert not d.any()
    assert not output_error(np.array([513, 600, 0], np.int32), 1, CIRCUIT, rivals, d)


@pytest.mark.parametrize("dead_zone", [0, 100])
def test_errors_go_back_where_the_surrogate_has_a_slope(dead_zone):
    rng = np.random.default_rng(dead_zone)
    w = (2 * rng.integers(-128, 128, (len(SUMS), 5))).astype(np.int16)
    d_post, d = np.array([1, -1, 0, 1, -1], np.int16), errors(len(SUMS))
    backpropagate(w, d_post, SUMS, CIRCUIT._replace(dead_zone=dead_zone), d)
    e = w.astype(int) @ d_post
    slope = (SUMS > 0) & (SUMS <= 1024)
    assert d.tolist() == (np.sign(e) * (abs(e) > dead_zone) * slope).tolist()


def test_a_copy_stands_for_the_negative_weights():
    w = np.array([[4, 2], [4, 6], [-256, 255], [2, 2]], np.int16)
    minus_w = np.minimum(-w.astype(int), 254).astype(np.int16)
    s, d_post = np.full(4, 100, np.int32), np.array([1, -1], np.int16)
    plain, copied = errors(4), errors(4)
    backpropagate(w, d_post, s, CIRCUIT, plain)
    backpropagate_copy(w, minus_w, d_post, s, 1024, copied)
    assert copied.tolist() == plain.tolist() == [1, -1, -1, 0]
    w, minus_w = np.array([[2, -256]], np.int16), np.array([[-2, 254]], np.int16)
    backpropagate(w, d_post * 0 + np.array([0, 1], np.int16), s[:1], CIRCUIT, plain[:1])
    backpropagate_copy(w, minus_w, np.array([1, 1], np.int16), s[:1], 1024, copied[:1])
    assert copied[0] == -1
    minus_w[0, 1] = 256 - 2  # a copy at its rail is 2 less than the weight's negative
    backpropagate_copy(w, minus_w, np.array([0, -1], np.int16), s[:1], 1024, copied[:1])
    assert copied[0] == 1
