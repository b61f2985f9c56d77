"""Nodes in one form."""

import numpy as np

from backspike.golden.nir.node import Node, size_of


def test_a_field_of_neurons_is_one_number_each():
    node = Node("a", "I", {"r": np.array([[1.0], [2.0]])}, (2, 3), (2, 3))
    assert node.size == size_of((2, 3)) == 6
    assert node.flat("r").tolist() == [1, 1, 1, 2, 2, 2]
    assert node["r"].shape == (2, 1)
