"""Files of graphs."""

import os
import resource
import signal

import nir
import numpy as np
import pytest

from backspike.golden.nir.graph_file import write_graph
from backspike.golden.nir.reading import read_raw


@pytest.fixture
def graph(chain):
    weight = np.random.default_rng(1).normal(size=(20, 20))
    return chain((20,), nir.Linear(weight))


def test_a_graph_is_read_as_it_was_written(graph, tmp_path):
    write_graph(tmp_path / "a.nir", graph)
    assert np.array_equal(
        read_raw(tmp_path / "a.nir")["nodes"]["n0"]["weight"], graph.nodes["n0"].weight
    )


def test_a_full_disk_is_an_error_and_what_was_there_stays(graph, tmp_path):
    path = tmp_path / "a.nir"
    write_graph(path, graph)
    before = path.read_bytes()
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, limits[1]))
    try:
        with pytest.raises(OSError, match=rf"File too large: '{path}'$"):
            write_graph(path, graph)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, handler)
    assert path.read_bytes() == before
    assert os.listdir(tmp_path) == ["a.nir"]
