"""The nBP equations against the authors' vectors, the circuit's, and a model in plain Python."""

import os
import signal
from itertools import pairwise

import numpy as np
import pytest

from backspike.golden.nbp.arguments import layer_sizes
from backspike.golden.nbp.equations import Accuracy, evaluate, forward, trace_sample
from backspike.golden.nbp.feedback import feedback_matrices
from backspike.golden.nbp.initial_weights import init_weights
from backspike.golden.nbp.training import epoch_order, train

SEEDS = range(int(os.environ.get("N_SEEDS", "3")))
NETWORKS = ["mnist10_h100", "mnist20_h400"]


def load(path):
    with np.load(path) as archive:
        return dict(archive)


def load_stimulus(path):
    ref = load(path)
    x = np.unpackbits(ref["x"], axis=1)[:, : int(ref["n_in"])]
    return ref, [ref["W1_0"].copy(), ref["W2_0"].copy()], x, ref["target"]


def recorded(arrays, layer):
    """Weights after k samples, by k, in the order of k."""
    prefix = f"W{layer}_"
    found = {int(k.removeprefix(prefix)): v for k, v in arrays.items() if k.startswith(prefix)}
    return dict(sorted(found.items()))


# ------------------------------------------------------------------ recorded vectors


@pytest.mark.parametrize("network", NETWORKS)
def test_rehearsal_reproduces_every_array_of_the_authors(network, vectors):
    ref, weights, x, y = load_stimulus(vectors(f"ref_{network}.npz"))
    compared = {"x", "target", "n_in"}
    running = []
    for k in range(len(x)):
        for layer in (1, 2):
            if f"W{layer}_{k}" in ref:
                np.testing.assert_array_equal(weights[layer - 1], ref[f"W{layer}_{k}"])
                compared.add(f"W{layer}_{k}")
        if k < len(ref["h"]):
            hidden, output = trace_sample(weights, x[k], y[k], variant="rehearsal")
            for name, got in {
                "hid": hidden.s,
                "out": output.s,
                "h": hidden.h,
                "h_lo": hidden.h_lo,
                "h_hi": hidden.h_hi,
                "o": output.h,
                "d_pos": output.d_pos,
                "d_neg": output.d_neg,
                "d1": hidden.d_pos.astype(int) - hidden.d_neg,
            }.items():
                np.testing.assert_array_equal(got, ref[name][k], err_msg=f"{name}, sample {k}")
                compared.add(name)
        running.append(train(weights, x, y, np.array([k]), variant="rehearsal"))
    for layer in (1, 2):
        np.testing.assert_array_equal(weights[layer - 1], ref[f"W{layer}_{len(x)}"])
        compared.add(f"W{layer}_{len(x)}")
    np.testing.assert_array_equal(np.cumsum(running), ref["correct"])
    assert compared | {"correct"} == set(ref)


@pytest.mark.parametrize("network", NETWORKS)
def test_circuit_variant_reproduces_the_weights_of_the_circuit(network, vectors):
    circuit = load(vectors(f"circuit_{network}.npz"))
    _, weights, x, y = load_stimulus(vectors(f"ref_{network}.npz"))
    done = 0
    assert recorded(circuit, 1)
    for k, w1 in recorded(circuit, 1).items():
        train(weights, x, y, np.arange(done, k))
        done = k
        np.testing.assert_array_equal(weights[0], w1)
        np.testing.assert_array_equal(weights[1], recorded(circuit, 2)[k])


# ------------------------------------------------------------------ plain Python, any depth


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


def random_task(rng, layers, scale):
    """Weights that reach every threshold and both ends of the range; 60 samples."""
    weights = [
        (2 * rng.integers(-scale, scale, (n, m), endpoint=True)).clip(-254, 254).astype(np.int16)
        for n, m in pairwise(layers)
    ]
    x = (rng.random((60, layers[0])) < 0.5).astype(np.uint8)
    y = rng.integers(layers[-1], size=60)
    return weights, x, y


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("variant", ["circuit", "rehearsal", "random", "direct", "delta"])
@pytest.mark.parametrize("scale", [100, 127])
@pytest.mark.parametrize(
    "layers",
    [(31, 3), (17, 13, 3), (40, 9, 1), (29, 23, 11, 5), (21, 19, 18, 15, 4), (1, 1, 1)],
    ids=lambda layers: "-".join(map(str, layers)),
)
def test_matches_plain_python(layers, scale, variant, seed):
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


def test_thresholds_are_strict():
    """Sums of exactly 0, theta/2 and theta, one step below and one above."""
    sums = np.array([-2, 0, 2, 510, 512, 514, 1022, 1024, 1026])
    inputs = np.ones(5, np.uint8)
    w = np.zeros((5, len(sums)), np.int16)
    for j, s in enumerate(sums):
        for i in range(5):
            w[i, j] = np.clip(s - w[:, j].sum(), -256, 254)
    for variant, hi in (("circuit", sums > 1024), ("rehearsal", sums >= 1024)):
        (layer,) = trace_sample([w], inputs, 1, variant=variant)
        assert layer.s.tolist() == sums.tolist()
        assert layer.h.tolist() == (sums > 512).tolist()
        assert layer.h_lo.tolist() == (sums > 0).tolist()
        assert layer.h_hi.tolist() == hi.tolist()
        assert layer.d_neg.tolist() == ((sums > 512) & ~hi).tolist()
        assert not layer.d_pos.any()  # neuron 1 sits at 0, where the surrogate has no slope
    assert trace_sample([w], inputs, 2)[0].d_pos.tolist() == (sums == 2).tolist()
    assert trace_sample([w], inputs, 4)[0].d_pos.tolist() == (sums == 512).tolist()


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


def test_lower_layers_get_no_error_where_the_output_is_right():
    weights = [np.full((4, 3), 200, np.int16), np.full((3, 1), 200, np.int16)]
    trace = trace_sample(weights, np.ones(4, np.uint8), 0)
    assert trace[1].h.tolist() == [True]
    assert not any(layer.d_pos.any() or layer.d_neg.any() for layer in trace)


def test_trace_leaves_the_weights_alone():
    weights, x, y = random_task(np.random.default_rng(0), (20, 10, 3), 127)
    before = [w.copy() for w in weights]
    trace_sample(weights, x[0], int(y[0]))
    assert all((w == b).all() for w, b in zip(weights, before, strict=True))


# ------------------------------------------------------------------ read-outs, order, weights


def test_three_read_outs():
    """One input per sample and output patterns that tell the read-outs apart."""
    rows = [
        (600, 0, 0),  # label 0: right by all three
        (600, 700, 0),  # label 0: right by first spike only
        (600, 700, 0),  # label 1: right by membrane only
        (100, 200, 300),  # label 2: no spike: right by membrane only
        (300, 300, 0),  # label 0: no spike, equal sums: the first counts
        (0, 0, 0),  # label 1: wrong by all
    ]
    labels = np.array([0, 0, 1, 2, 0, 1])
    copies = 3  # a sum of 700 takes three inputs
    w = np.repeat(np.array(rows), copies, axis=0) // copies // 2 * 2
    x = np.kron(np.eye(len(rows), dtype=np.uint8), np.ones((1, copies), np.uint8))
    assert evaluate([w.astype(np.int16)], x, labels) == Accuracy(1 / 6, 2 / 6, 4 / 6)


@pytest.mark.parametrize("n_in", [5, 8, 31])
def test_forward_is_a_matrix_product(n_in):
    weights, x, _ = random_task(np.random.default_rng(n_in), (n_in, 12, 3), 127)
    s1, s2 = forward(weights, x)
    np.testing.assert_array_equal(s1, x.astype(int) @ weights[0])
    np.testing.assert_array_equal(s2, (s1 > 512) @ weights[1].astype(int))
    assert s1.dtype == np.int32


def test_initial_weights():
    first, second = init_weights([400, 300, 10], seed=1)
    assert first.shape == (400, 300)
    assert second.shape == (300, 10)
    for w in (first, second):
        assert w.dtype == np.int16
        assert (w % 2 == 0).all()
        assert w.max() <= 240
        assert w.min() >= -240
        assert w.std() == pytest.approx(1024 * np.sqrt(2 / sum(w.shape)), rel=0.05)
    assert (first == 0).sum() > 1.5 * (first == -2).sum()  # truncation towards zero, from
    assert (first == 0).sum() > 1.5 * (first == 2).sum()  # both sides
    assert (init_weights([400, 300, 10], seed=1)[0] == first).all()
    assert (init_weights([400, 300, 10], seed=2)[0] != first).any()
    assert set(init_weights([1, 1], seed=3)[0].ravel()) <= set(range(-240, 241, 2))
    lifted = init_weights([400, 300, 10], seed=1, lift=64)
    assert (lifted[0] == first).all()
    free = abs(second) < 170
    assert (abs((lifted[1] - second)[free] - 64) <= 2).all()
    assert lifted[1].max() == 240


def test_epoch_order():
    assert epoch_order(5, 1, 0, "given").tolist() == [0, 1, 2, 3, 4]
    first, second = epoch_order(100, 1, 0), epoch_order(100, 1, 1)
    assert sorted(first) == sorted(second) == list(range(100))
    assert (first != second).any()
    assert (epoch_order(100, 1, 0) == first).all()
    assert (epoch_order(100, 2, 0) != first).any()


def test_progress_adds_up():
    weights, x, y = random_task(np.random.default_rng(0), (6, 4, 2), 127)
    told = []
    train(weights, x, y, np.zeros(10_000, int), progress=told.append)
    assert sum(told) == 10_000
    assert len(told) > 2


def test_interrupt_leaves_whole_samples():
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


# ------------------------------------------------------------------ bad arguments

W = [np.zeros((4, 3), np.int16), np.zeros((3, 2), np.int16)]
X = np.zeros((5, 4), np.uint8)
Y = np.zeros(5, np.int64)


def with_value(array, value):
    changed = array.copy()
    changed.flat[0] = value
    return changed


def read_only(array):
    array = array.copy()
    array.flags.writeable = False
    return array


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        (([], X, Y), ValueError, r"^weights must hold at least one array, not 0$"),
        (([W[0].astype(int)], X, Y), TypeError, r"^W1 must be an int16 array, not int64$"),
        (([[[0, 2]]], X, Y), TypeError, r"^W1 must be an int16 array, not list$"),
        (
            ([W[0], np.zeros(3, np.int16)], X, Y),
            ValueError,
            r"^W2 must have shape \(n_pre, n_post\), not \(3,\)$",
        ),
        (
            ([W[0], W[0]], X, Y),
            ValueError,
            r"^W2 must have 3 rows, one per column of W1, not 4$",
        ),
        (
            ([np.zeros((3, 4), np.int16).T, W[1]], X, Y),
            ValueError,
            r"^W1 must be C-contiguous \(np.ascontiguousarray makes it so\)$",
        ),
        (
            ([W[0], read_only(W[1])], X, Y),
            ValueError,
            r"^W2 is read-only but is trained in place; pass a copy$",
        ),
        (([W[0], with_value(W[1], 256)], X, Y), ValueError, r"^W2 must be in -256..254, not 256$"),
        (
            ([with_value(W[0], -258), W[1]], X, Y),
            ValueError,
            r"^W1 must be in -256..254, not -258$",
        ),
        (([with_value(W[0], 7), W[1]], X, Y), ValueError, r"^W1 must hold even values, not 7$"),
        ((W, X.tolist(), Y), TypeError, r"^x must be a uint8 array, not list$"),
        ((W, X.astype(bool), Y), TypeError, r"^x must be a uint8 array, not bool$"),
        ((W, X[:, :3], Y), ValueError, r"^x must have shape \(n, 4\), not \(5, 3\)$"),
        ((W, X[0], Y), ValueError, r"^x must have shape \(n, 4\), not \(4,\)$"),
        ((W, with_value(X, 9), Y), ValueError, r"^x must hold only 0 and 1, not 9$"),
        ((W, X, Y.tolist()), TypeError, r"^y must be an array of integers, not list$"),
        ((W, X, Y / 1.0), TypeError, r"^y must be an array of integers, not float64$"),
        (
            (W, X, Y[:3]),
            ValueError,
            r"^y must have shape \(5,\), one label per row of x, not \(3,\)$",
        ),
        ((W, X, with_value(Y, 2)), ValueError, r"^y must be in 0..1, not 2$"),
        ((W, X, with_value(Y, -1)), ValueError, r"^y must be in 0..1, not -1$"),
        ((W, X, Y, np.array([5])), ValueError, r"^order must be in 0..4, not 5$"),
        (
            (W, X, Y, np.array([[0.5]])),
            TypeError,
            r"^order must be a 1-D array of integers, not 2-D float64$",
        ),
    ],
)
def test_bad_arguments_are_explained(arguments, error, message):
    with pytest.raises(error, match=message):
        train(*arguments)


def test_other_bad_arguments_are_explained():
    with pytest.raises(ValueError, match=r"^variant must be one of 'circuit', .* not 'new'$"):
        train(W, X, Y, variant="new")
    with pytest.raises(ValueError, match=r"^W1 must be in -254..254, not -256$"):
        train([with_value(W[0], -256), W[1]], X, Y, variant="rehearsal")
    with pytest.raises(ValueError, match=r"^order must be 'shuffled' or 'given', not 'sorted'$"):
        epoch_order(5, 1, 0, "sorted")
    with pytest.raises(ValueError, match=r"^layers must hold at least two sizes, not \[4\]$"):
        init_weights([4], 1)
    with pytest.raises(ValueError, match=r"^layers must be positive, not \[4, 0, 2\]$"):
        init_weights([4, 0, 2], 1)
    with pytest.raises(ValueError, match=r"^x must hold at least one sample to evaluate, not 0$"):
        evaluate(W, X[:0], Y[:0])


def test_bad_feedback_matrices_are_explained():
    layers = (W[0].shape[0], *(w.shape[1] for w in W))
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
            train(W, X, Y, variant="random", backward=feedback)


def test_bad_backward_copies_are_explained():
    good = [np.zeros_like(w) for w in W]
    with pytest.raises(ValueError, match=r"^backward must be left out for variant 'circuit'$"):
        train(W, X, Y, backward=good)
    for backward, error, message in (
        (good[:1], ValueError, r"^backward must hold 2 arrays, not 1$"),
        (
            [good[0], good[1].T.copy()],
            TypeError,
            r"^backward copy of W2 must be an int16 array of shape \(3, 2\)$",
        ),
        (
            [good[0], read_only(good[1])],
            ValueError,
            r"^backward copy of W2 must be C-contiguous and writeable$",
        ),
        (
            [good[0], with_value(good[1], 4)],
            ValueError,
            r"^backward copy of W2 must be -W2, or 2 less where a weight met a rail$",
        ),
    ):
        with pytest.raises(error, match=message):
            train(W, X, Y, variant="paper", backward=backward)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_paper_variant_leaves_the_equations_at_the_rails_only(seed):
    rng = np.random.default_rng(seed)
    weights, x, y = random_task(rng, (29, 23, 11, 5), 60)
    once, twice = ([w.copy() for w in weights] for _ in range(2))
    assert train(once, x, y) == train(twice, x, y, variant="paper")
    assert all((a == b).all() for a, b in zip(once, twice, strict=True))
    traces = [trace_sample(weights, x[0], int(y[0]), variant=v) for v in ("circuit", "paper")]
    for a, b in zip(*traces, strict=True):
        np.testing.assert_array_equal(a.d_pos, b.d_pos)
        np.testing.assert_array_equal(a.d_neg, b.d_neg)


def test_read_only_weights_can_be_evaluated():
    assert evaluate([read_only(w) for w in W], X, Y).membrane == 1.0


def test_layer_sizes():
    assert layer_sizes(W) == (4, 3, 2)
