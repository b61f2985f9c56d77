"""Random graphs of NIR."""

import nir
import numpy as np

from backspike.sim.verify.random_graph import make_neurons, random_graph

EVERY = ("LIF", "CubaLIF", "IF", "Threshold")


def test_a_seed_repeats_its_graph():
    one, two = (random_graph(5, EVERY) for _ in range(2))
    assert one.edges == two.edges
    assert list(one.nodes) == list(two.nodes)
    assert repr(random_graph(6, EVERY)) != repr(one)


def test_graphs_have_all_primitives_between_them():
    waiting, kinds = [random_graph(seed, EVERY) for seed in range(40)], set()
    while waiting:
        node = waiting.pop()
        kinds.add(type(node).__name__)
        waiting += node.nodes.values() if isinstance(node, nir.NIRGraph) else ()
    links = {"Affine", "Conv2d", "SumPool2d", "AvgPool2d", "Flatten", "Delay", "Scale", "Linear"}
    assert kinds == {"NIRGraph", "Input", "Output", *EVERY, *links}


def test_neurons_lose_an_eighth_of_their_voltage():
    node = make_neurons("CubaLIF", (2, 3), threshold=4.0, tau_mem=16.0)
    assert np.array_equal(node.tau_mem, np.full((2, 3), 16.0))
    assert np.array_equal(node.v_threshold, np.full((2, 3), 4.0))
    assert (make_neurons("LIF", (1,)).tau == 8).all()
