"""nBP with synapses that become firm with use: equations, and the circuit on the golden core."""

import numpy as np
import pytest

from backspike.golden.core.random_bank import xorshift
from backspike.golden.nbp.equations import forward
from backspike.golden.nbp.folded_circuit import folded_circuit
from backspike.golden.nbp.learning import LearningOptions, TrainingPhase, random_states
from backspike.golden.nbp.metaplasticity import Metaplasticity, train_metaplastic

LAYERS = (12, 9, 7, 5)
HOW = LearningOptions(margin=512, window=16384, dead_zone=64)


def by_hand(weights, tags, x, label, states, pace, rivals):
    """One sample, in plain Python."""
    sums = [s[0] for s in forward(weights, x[None])]
    spikes = [x, *(s > 512 for s in sums)]
    target = np.arange(sums[-1].size) == label
    error = (target & (sums[-1] <= 1024) & (sums[-1] > 1024 - 16384)).astype(int)
    error -= ~target & rivals & (sums[-1] > 0) & (sums[-1] <= 16384)
    errors = [error]
    for w, s in zip(weights[:0:-1], sums[-2::-1], strict=True):
        back = w.astype(int) @ errors[0]
        errors.insert(0, ((back > 64).astype(int) - (back < -64)) * ((s > 0) & (s <= 1024)))
    for k in (*range(1, len(weights)), 0):
        for i in np.flatnonzero(spikes[k]):
            for sign in (1, -1):
                for start in range(0, errors[k].size, len(states)):
                    word = errors[k][start : start + len(states)]
                    if sign not in word:
                        continue
                    states[:] = [int(xorshift(np.uint32(state))) for state in states]
                    for lane in np.flatnonzero(word == sign):
                        j, bits = start + lane, states[lane] >> 16
                        u = pace.levels - int(tags[k][i, j])
                        step = 2 * ((sign * 256 * u // pace.levels + bits % 256) // 256)
                        weights[k][i, j] = np.clip(weights[k][i, j] + step, -256, 254)
                        tags[k][i, j] += (pace.wear * u * u + bits % 128) // 128


@pytest.mark.parametrize(
    ("seed", "levels", "wear"), [(3, 8, 1), (4, 2, 2), (5, 128, 1), (9, 1, 128)]
)
def test_errors_make_synapses_firm(folded_case, seed, levels, wear):
    """Networks of one to three hidden layers."""
    layers, lanes, weights, x, y = folded_case(seed)
    pace, states = Metaplasticity(levels, wear), random_states(lanes, seed)
    tags, drawn = [np.zeros_like(w) for w in weights], [int(state) for state in states]
    expected = [[a.copy() for a in arrays] for arrays in (weights, tags)]
    rivals = np.random.default_rng(seed).random(layers[-1]) < 0.7
    train_metaplastic(
        weights, tags, x, y, states, metaplasticity=pace, learning=HOW,
        phase=TrainingPhase(0, rivals),
    )  # fmt: skip
    for sample, label in zip(x, y, strict=True):
        by_hand(*expected, sample, label, drawn, pace, rivals)
    for found, wanted in zip((*weights, *tags), (*expected[0], *expected[1]), strict=True):
        assert np.array_equal(found, wanted)
    assert states.tolist() == drawn
    assert all(0 < t.max() <= levels and t.min() >= 0 for t in tags)


def test_a_synapse_that_is_used_up_stays(random_task):
    weights, x, y = random_task(np.random.default_rng(1), LAYERS, 120)
    tags, before = [np.full_like(w, 8) for w in weights], [w.copy() for w in weights]
    train_metaplastic(
        weights, tags, x, y, random_states(4, 3), metaplasticity=Metaplasticity(), learning=HOW,
        phase=TrainingPhase(),
    )  # fmt: skip
    assert all(np.array_equal(w, b) for w, b in zip(weights, before, strict=True))


@pytest.mark.parametrize(
    ("levels", "wear", "message"),
    [(3, 1, "power of 2, not 3"), (256, 1, "levels"), (8, 17, "wear"), (8, 0, "wear")],
)
def test_what_is_out_of_range_is_refused(levels, wear, message):
    with pytest.raises(ValueError, match=message):
        Metaplasticity(levels, wear)


def test_a_rate_and_frozen_layers_are_refused(random_task):
    weights, x, y = random_task(np.random.default_rng(1), LAYERS, 120)
    tags = [np.zeros_like(w) for w in weights]
    for learning, phase in (
        (LearningOptions(rate=9), TrainingPhase()),
        (HOW, TrainingPhase(frozen=1)),
    ):
        with pytest.raises(ValueError, match="rate and frozen must be left out"):
            train_metaplastic(
                weights, tags, x, y, random_states(4, 3), metaplasticity=Metaplasticity(),
                learning=learning, phase=phase,
            )  # fmt: skip
    with pytest.raises(ValueError, match="rate, rule and shapes must be left out"):
        folded_circuit(weights, learning=LearningOptions(rate=9), metaplasticity=Metaplasticity())
