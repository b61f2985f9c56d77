"""The table of primitives: fields are those of the package, shapes and operations are right."""

from dataclasses import fields

import nir
import numpy as np
import pytest

from backspike.golden.nir.graph import read_graph
from backspike.golden.nir.primitives import PRIMITIVES, spread, window_of

_KINDS = [kind for kind in PRIMITIVES if kind not in ("Input", "Output", "Identity")]


@pytest.mark.parametrize("kind", _KINDS)
def test_fields_are_those_of_the_package(kind):
    ours = set(PRIMITIVES[kind].fields)
    theirs = {f.name for f in fields(getattr(nir, kind))} - {"metadata", "output_type"}
    assert ours == theirs - (set() if kind == "Flatten" else {"input_type"})


def test_every_primitive_of_the_package_is_known():
    theirs = set(nir.ir.__all__) - {"NIRGraph", "NIRNode", "str2NIRNode", "dict2NIRNode"}
    assert theirs <= set(PRIMITIVES)


def run(graph, name, x):
    node = read_graph(graph).nodes[name]
    return PRIMITIVES[node.kind].apply(node, np.asarray(x, float)[None])[0]


def test_matrices_scales_and_biases(chain):
    weight, bias = np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]), np.array([1.0, 0.0, -1.0])
    assert run(chain((2,), nir.Linear(weight)), "n0", [1, 1]).tolist() == [3, 7, 11]
    assert run(chain((2,), nir.Affine(weight, bias)), "n0", [1, 0]).tolist() == [2, 3, 4]
    assert run(chain((2,), nir.Scale(np.array([2.0, 3.0]))), "n0", [1, 1]).tolist() == [2, 3]
    assert run(chain((2,), nir.Scale(np.array(2.0))), "n0", [1, 1]).tolist() == [2, 2]


@pytest.mark.parametrize(
    ("start", "end", "shape"), [(0, -1, (24,)), (1, -1, (2, 12)), (0, 1, (6, 4)), (-2, -1, (2, 12))]
)
def test_flattened_shapes(chain, start, end, shape):
    graph = read_graph(chain((2, 3, 4), nir.Flatten(np.array((2, 3, 4)), start, end)))
    assert graph.nodes["n0"].shape_out == shape


def test_windows_are_those_of_what_slides(chain):
    pool = nir.AvgPool2d(np.array([2, 2]), np.array([2, 2]), np.array([0, 0]))
    graph = read_graph(chain((1, 4, 4), pool))
    assert window_of(graph.nodes["n0"]).out == (1, 2, 2)
    assert window_of(graph.nodes["input"]) is None


def test_one_number_or_one_for_each():
    assert spread("r", np.array([2.0]), (2, 2)).tolist() == [[2, 2], [2, 2]]
    assert spread("r", np.arange(4.0), (2, 2)).tolist() == [[0, 1], [2, 3]]
    assert spread("r", np.array([[1.0], [2.0]]), (2, 2)).tolist() == [[1, 1], [2, 2]]
    with pytest.raises(ValueError, match=r"^r of shape \(3,\) does not fit an input of \(2, 2\)$"):
        spread("r", np.arange(3.0), (2, 2))
