"""The nBP equations against the authors' vectors, the circuit's, and by hand."""

import numpy as np
import pytest

from backspike.golden.nbp.equations import Accuracy, evaluate, forward, trace_sample
from backspike.golden.nbp.training import train

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


def test_lower_layers_get_no_error_where_the_output_is_right():
    weights = [np.full((4, 3), 200, np.int16), np.full((3, 1), 200, np.int16)]
    trace = trace_sample(weights, np.ones(4, np.uint8), 0)
    assert trace[1].h.tolist() == [True]
    assert not any(layer.d_pos.any() or layer.d_neg.any() for layer in trace)


def test_trace_leaves_the_weights_alone(random_task):
    weights, x, y = random_task(np.random.default_rng(0), (20, 10, 3), 127)
    before = [w.copy() for w in weights]
    trace_sample(weights, x[0], int(y[0]))
    assert all((w == b).all() for w, b in zip(weights, before, strict=True))


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
def test_forward_is_a_matrix_product(n_in, random_task):
    weights, x, _ = random_task(np.random.default_rng(n_in), (n_in, 12, 3), 127)
    s1, s2 = forward(weights, x)
    np.testing.assert_array_equal(s1, x.astype(int) @ weights[0])
    np.testing.assert_array_equal(s2, (s1 > 512) @ weights[1].astype(int))
    assert s1.dtype == np.int32


def test_nothing_cannot_be_evaluated(small_task):
    weights, x, y = small_task
    with pytest.raises(ValueError, match=r"^x must hold at least one sample to evaluate, not 0$"):
        evaluate(weights, x[:0], y[:0])
