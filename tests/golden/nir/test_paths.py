"""Linear maps: as windows where they are, else as matrices; always what the nodes do in turn."""

import nir
import numpy as np
import pytest

from backspike.golden.nir import paths
from backspike.golden.nir.graph import read_graph
from backspike.golden.nir.paths import Path
from backspike.golden.nir.primitives import PRIMITIVES

POOL = nir.SumPool2d(np.array([2, 2]), np.array([2, 2]), np.array([0, 0]))
AVERAGE = nir.AvgPool2d(np.array([2, 2]), np.array([1, 1]), np.array([0, 0]))


def conv(out, channels, pad, stride=1):
    rng = np.random.default_rng(out)
    weight = rng.integers(-3, 4, (out, channels, 3, 3)).astype(float)
    return nir.Conv2d(None, weight, stride, pad, 1, 1, np.ones(out))


@pytest.mark.parametrize(
    ("nodes", "is_window"),
    [
        ([conv(3, 2, 1)], True),
        ([POOL, conv(3, 2, 0)], True),
        ([conv(3, 2, 1, 2), POOL], True),
        ([conv(3, 2, 1), AVERAGE, nir.Scale(np.array(3.0))], True),
        ([POOL, conv(3, 2, 1)], False),
        ([conv(3, 2, 0), nir.Flatten(None, 0, -1)], False),
        ([nir.Flatten(None, 0, -1), nir.Linear(np.arange(256.0).reshape(2, 128))], False),
    ],
)
def test_a_path_is_what_its_nodes_do(chain, nodes, is_window):
    graph = read_graph(chain((2, 8, 8), *nodes))
    path = Path((2, 8, 8), (2, 8, 8))
    x = np.eye(128).reshape(128, 2, 8, 8)
    zero = np.zeros((1, 2, 8, 8))
    for name in [f"n{k}" for k in range(len(nodes))]:
        node = graph.nodes[name]
        path = path.after(node)
        x, zero = (PRIMITIVES[node.kind].apply(node, part) for part in (x, zero))
    assert (path.window is not None) == is_window
    assert np.array_equal(path.dense(), x - zero)
    assert path.through == tuple(f"n{k}" for k in range(len(nodes)))


def test_paths_are_added_and_masked():
    one, two = Path((3,), (3,)), Path((3,), (3,), ("a",), None, 2 * np.ones((3, 3)))
    both = one.plus(two)
    assert np.array_equal(both.dense(), np.eye(3) + 2)
    assert both.through == ("a",)
    part = one.masked(np.array([True, False, True]), "d")
    assert np.array_equal(part.dense(), np.diag([1, 0, 1]))
    assert part.through == ("d",)


def test_a_reshaped_identity_stays_one():
    path = Path((2, 3), (2, 3)).shaped((6,), "flat")
    assert path.matrix is None
    assert np.array_equal(path.dense(), np.eye(6))
    assert (path.shape, path.through) == ((6,), ("flat",))


def test_a_matrix_that_is_too_large_is_refused(monkeypatch):
    monkeypatch.setattr(paths, "MAX_MATRIX", 8)
    with pytest.raises(ValueError, match="its matrix of 3 by 3 weights is too large, the limit is"):
        Path((3,), (3,)).dense()
