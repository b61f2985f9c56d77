"""Changes of weights: every step, or steps at random."""

import numpy as np
import pytest

from backspike.golden.core.random_bank import xorshift
from backspike.golden.nbp.learning import random_states
from backspike.golden.nbp.update_kernels import update, update_at_random
from backspike.golden.nbp.variants import VARIANTS

CIRCUIT = VARIANTS["circuit"]
D = np.array([1, -1, 0, 0, 0, 1, 0, -1, 0, 0, 0], np.int16)  # three words of four lanes


def weights():
    return (2 * np.random.default_rng(1).integers(-120, 120, (6, len(D)))).astype(np.int16)


def test_rows_of_active_inputs_change_and_stop_at_the_rails():
    w, index = weights(), np.array([1, 4, 0, 0, 0, 0])
    w[4, :2] = 254, -256
    expected = w.copy()
    expected[[1, 4]] = np.clip(expected[[1, 4]] + 2 * D, -256, 254)
    update(w, index, 2, D, -256, 254, 2)
    assert (w == expected).all()
    assert w[4, :2].tolist() == [254, -256]


@pytest.mark.parametrize("rate", [1, 100, 256])
def test_steps_at_random_are_drawn_as_a_core_draws(rate):
    lanes, index, count = 4, np.array([1, 4, 5, 0, 0, 0]), 3
    w, random = weights(), random_states(lanes, 3)
    expected, states = w.copy(), [int(state) for state in random]
    for row in index[:count]:
        for sign in (-1, 1):
            for start in range(0, len(D), lanes):
                if not (D[start : start + lanes] == sign).any():
                    continue
                for lane in range(lanes):
                    states[lane] = int(xorshift(np.uint32(states[lane])))
                    bits = states[lane] >> 16 & 0xFF
                    target = start + lane
                    if target < len(D) and D[target] == sign:
                        expected[row, target] += 2 * (sign * rate + bits >> 8)
    update_at_random(w, index, count, D, rate, CIRCUIT, random)
    assert (w == expected).all()
    assert random.tolist() == states
    if rate == 256:
        assert (w - weights())[index[:count]].tolist() == [(2 * D).tolist()] * count
