"""Graphs made with the package ``nir``."""

from itertools import pairwise

import nir
import numpy as np
import pytest

from backspike.sim.verify import random_graph as graphs


@pytest.fixture(scope="session")
def random_graph():
    """Makes a graph by its seed, of neurons of some kinds."""
    return graphs.random_graph


@pytest.fixture(scope="session")
def neurons():
    """Makes neurons: see :func:`backspike.sim.verify.random_graph.make_neurons`."""
    return graphs.make_neurons


@pytest.fixture(scope="session")
def chain():
    """Makes a graph of nodes that follow each other, from an input to an output."""

    def make(shape, *nodes):
        names = ["input", *(f"n{k}" for k in range(len(nodes))), "output"]
        ends = nir.Input(np.array(shape)), nir.Output(np.array(shape))
        every = dict(zip(names, (ends[0], *nodes, ends[1]), strict=True))
        return nir.NIRGraph(every, list(pairwise(names)), type_check=False)

    return make
