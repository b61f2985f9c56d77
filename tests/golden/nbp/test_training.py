"""Training by the nBP equations against a model in plain Python, of any depth."""

import os
import signal

import numpy as np
import pytest

from backspike.golden.nbp.feedback import feedback_matrices
from backspike.golden.nbp.learning import LearningOptions, TrainingPhase
from backspike.golden.nbp.training import epoch_order, train

SEEDS = range(int(os.environ.get("N_SEEDS", "3")))


def oracle_sample(weights, x, label, variant, feedback):
    """The equations, written out with lists; returns the output spikes before the update."""
    hi = (lambda s: s >= 1024) if variant == "rehearsal" else (lambda s: s > 1024)
    low = -254 if variant == "rehearsal" else -256
    sums, active = [], [list(x)]
    for w in weights:
        sums.append([sum(w[i][j] for i, a in enumerate(active[-1]) if a) for j in range(len(w[0]))])
        active.append([int(s > 512) for s in sums[-1]])
    d = []
    for k, s in enumerate(sums[-1]):
        up = k == label and s <= 512 and (variant == "delta" or s > 0)
        down = k != label and s > 512 and (variant == "delta" or not hi(s))
        d.append(up - down)
    d_out = d
    for layer in reversed(range(len(weights))):
        w = weights[layer]
        updated = [
            [
                min(max(value + 2 * d[j] * active[layer][i], low), 254)
                if active[layer][i] and d[j]
                else value
                for j, value in enumerate(row)
            ]
            for i, row in enumerate(w)
        ]
        back = updated if variant == "rehearsal" else w
        if layer:
            back = feedback[layer].tolist() if variant in ("random", "direct") else back
            sent = d_out if variant == "direct" else d
            errors = [sum(v * d_k for v, d_k in zip(row, sent, strict=True)) for row in back]
            d = [
                ((e > 0) - (e < 0)) * (s > 0 and not hi(s))
                for e, s in zip(errors, sums[layer - 1], strict=True)
            ]
        weights[layer] = updated
    return active[-1]


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("variant", ["circuit", "rehearsal", "random", "direct", "delta"])
@pytest.mark.parametrize("scale", [100, 127])
@pytest.mark.parametrize(
    "layers",
    [(31, 3), (17, 13, 3), (40, 9, 1), (29, 23, 11, 5), (21, 19, 18, 15, 4), (1, 1, 1)],
    ids=lambda layers: "-".join(map(str, layers)),
)
def test_matches_plain_python(layers, scale, variant, seed, random_task):
    rng = np.random.default_rng([seed, scale, *layers])
    weights, x, y = random_task(rng, layers, scale)
    expected = [w.tolist() for w in weights]
    order = rng.integers(len(y), size=200)
    feedback = feedback_matrices(layers, direct=variant == "direct")
    hits = 0
    for k in order:
        output = oracle_sample(expected, x[k].tolist(), int(y[k]), variant, feedback)
        hits += output == [int(c == y[k]) for c in range(layers[-1])]
    assert train(weights, x, y, order, variant=variant) == hits
    for got, want in zip(weights, expected, strict=True):
        assert got.tolist() == want


def test_weights_saturate():
    weights = [np.array([[254, 254], [252, -256]], np.int16)]
    x, y = np.ones((1, 2), np.uint8), np.array([0])
    train(weights, x, y)  # sums 506, -2: strengthen neuron 0, leave neuron 1
    assert weights[0].tolist() == [[254, 254], [254, -256]]
    for lowest, variant in ((-256, "circuit"), (-254, "rehearsal")):
        column = [254, 254, 254, 254, lowest + 2, lowest]
        weights = [np.array([[0, w] for w in column], np.int16)]
        x = np.array([[1, 1, 1, 1, 1, 0], [1, 1, 1, 1, 0, 1]], np.uint8)
        train(weights, x, np.array([0, 0]), variant=variant)  # neuron 1 spikes; it should not
        assert weights[0][:, 1].tolist() == [250, 250, 250, 250, lowest, lowest]


def test_epoch_order():
    assert epoch_order(5, 1, 0, "given").tolist() == [0, 1, 2, 3, 4]
    first, second = epoch_order(100, 1, 0), epoch_order(100, 1, 1)
    assert sorted(first) == sorted(second) == list(range(100))
    assert (first != second).any()
    assert (epoch_order(100, 1, 0) == first).all()
    assert (epoch_order(100, 2, 0) != first).any()
    with pytest.raises(ValueError, match=r"^order must be 'shuffled' or 'given', not 'sorted'$"):
        epoch_order(5, 1, 0, "sorted")


def test_progress_adds_up(random_task):
    weights, x, y = random_task(np.random.default_rng(0), (6, 4, 2), 127)
    told = []
    train(weights, x, y, np.zeros(10_000, int), progress=told.append)
    assert sum(told) == 10_000
    assert len(told) > 2


def test_interrupt_leaves_whole_samples(random_task):
    """Ctrl-C in the middle, then the rest: the weights of an uninterrupted run."""
    rng = np.random.default_rng(0)
    weights, x, y = random_task(rng, (16, 12, 3), 127)
    whole = [w.copy() for w in weights]
    order = rng.integers(len(y), size=30_000)
    train(whole, x, y, order)
    told = []

    def interrupt(done):
        told.append(done)
        if len(told) == 2:
            signal.raise_signal(signal.SIGINT)
            told.append(0)  # still reached: the signal waits

    with pytest.raises(KeyboardInterrupt):
        train(weights, x, y, order, progress=interrupt)
    assert 0 < sum(told) < len(order)
    assert len(told) == 3
    train(weights, x, y, order[sum(told) :])
    assert all((w == b).all() for w, b in zip(weights, whole, strict=True))


def test_only_the_circuit_goes_beyond_the_paper(small_task):
    with pytest.raises(ValueError, match=r"^learning must be left out for variant 'paper'$"):
        train(*small_task, variant="paper", learning=LearningOptions(margin=128))
    with pytest.raises(ValueError, match=r"^rivals and frozen must be left out for variant 'del"):
        train(*small_task, variant="delta", phase=TrainingPhase(frozen=1))


def test_frozen_layers_stay(random_task):
    weights, x, y = random_task(np.random.default_rng(1), (20, 12, 3), 127)
    learned = [w.copy() for w in weights]
    train(learned, x, y, phase=TrainingPhase(frozen=1))
    changed = [bool((a != b).any()) for a, b in zip(learned, weights, strict=True)]
    assert changed == [False, True]
