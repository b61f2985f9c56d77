"""Weights in a file."""

import numpy as np
import pytest

from backspike.experiments.weights_file import load_weights
from backspike.golden.errors import UserError
from backspike.golden.nbp.initial_weights import init_kernels
from backspike.golden.nbp.layer_shapes import LayerShape, dense_shapes

GOOD = {"W1": np.full((4, 3), 254), "W2": np.full((3, 2), -256)}


def test_they_are_read_as_int16(tmp_path):
    np.savez(tmp_path / "w.npz", **GOOD)
    weights = load_weights("--init w", tmp_path / "w.npz", dense_shapes((4, 3, 2)))
    for got, wanted in zip(weights, GOOD.values(), strict=True):
        assert got.dtype == np.int16
        assert np.array_equal(got, wanted)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"W2": np.zeros((2, 3), int)}, r"W2 has shape \(2, 3\), the network needs \(3, 2\)"),
        ({"W1": np.full((4, 3), 3)}, r"W1\[0, 0\] is 3: weights must be even integers"),
        ({"W1": np.full((4, 3), 256)}, r"W1\[0, 0\] is 256: weights must be even"),
        ({"W1": np.zeros((4, 3))}, r"W1\[0, 0\] is 0\.0, float64"),
        ({"W3": np.zeros((2, 2), int)}, "holds W3, the network has only W1, W2"),
    ],
)
def test_unusable_ones_are_refused(changes, message, tmp_path):
    np.savez(tmp_path / "w.npz", **GOOD | changes)
    with pytest.raises(UserError, match=f"^--init w:? {message}"):
        load_weights("--init w", tmp_path / "w.npz", dense_shapes((4, 3, 2)))


def test_no_file_and_no_archive_are_told_apart(tmp_path):
    with pytest.raises(UserError, match=r"^--init w: no such file$"):
        load_weights("--init w", tmp_path / "none", dense_shapes((4, 2)))
    for content in (b"text", b"PK\x03\x04 cut"):
        (tmp_path / "w").write_bytes(content)
        with pytest.raises(UserError, match=r"^--init w is not a readable \.npz of weights: .+"):
            load_weights("--init w", tmp_path / "w", dense_shapes((4, 2)))
    np.save(tmp_path / "one.npy", np.zeros(3))
    with pytest.raises(UserError, match="is not a readable"):
        load_weights("--init w", tmp_path / "one.npy", dense_shapes((4, 2)))


def test_kernels_are_read_for_their_shapes_and_without_any(tmp_path):
    first = LayerShape.convolution((6, 6, 1), (3, 3), 4, 2, 1)
    shapes = first, LayerShape.dense(first.n_post, 3)
    weights = init_kernels(shapes, 1)
    np.savez(tmp_path / "w.npz", W1=weights[0], W2=weights[1])
    for asked in (shapes, None):
        read = load_weights("--init w", tmp_path / "w.npz", asked)
        assert all(map(np.array_equal, read, weights))
    with pytest.raises(UserError, match=r"W1 has shape \(9, 4\), the network needs \(36, 4\)"):
        load_weights("--init w", tmp_path / "w.npz", dense_shapes((36, 4, 3)))
