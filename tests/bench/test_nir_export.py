"""Networks that are exported to snnTorch."""

import sys

import nir
import numpy as np
import pytest

from backspike.bench import nir_export
from backspike.bench.nir_export import (
    DT,
    NEURONS,
    SIZES,
    layered,
    spikes_of_the_core,
    spikes_of_the_graph,
    spikes_of_torch,
)
from backspike.golden.errors import UserError
from backspike.golden.nir.export import nir_graph


@pytest.mark.parametrize("name", NEURONS)
def test_a_graph_has_what_snntorch_reads_and_the_spikes_of_the_core(name):
    """Its import takes LIF with v_leak 0, r = tau / dt and one threshold, and no Delay."""
    network = layered(1, **NEURONS[name])
    graph = nir_graph(network, dt=DT, late_biases=True).graph
    kinds = sorted(type(node).__name__ for node in graph.nodes.values())
    assert kinds == ["Affine", "Input", "LIF", "LIF", "Linear", "Output"]
    for node in graph.nodes.values():
        if isinstance(node, nir.LIF):
            assert not node.v_leak.any()
            assert np.allclose(node.r, node.tau / DT)
            assert np.unique(node.v_threshold).size == 1
    x = (np.random.default_rng(1).random((200, SIZES[0])) < 0.2).astype(np.uint8)
    layers = zip(spikes_of_the_graph(network, x), spikes_of_the_core(network, x), strict=True)
    for k, (exact, core) in enumerate(layers):
        assert core.any()
        # What a layer differs by, the next one hears.
        assert (exact == core).mean() > (0.97, 0.75)[k]


def test_without_snntorch_it_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(UserError, match=r"^snnTorch is not installed: pip install"):
        spikes_of_torch(layered(0), np.zeros((1, SIZES[0]), np.uint8), "zero")


def test_the_table_counts_what_differs(monkeypatch, capsys):
    def one_less(network, x, reset):
        layers = list(spikes_of_the_core(network, x))
        layers[0][tuple(np.argwhere(layers[0])[0])] = False
        return layers

    monkeypatch.setattr(nir_export, "spikes_of_torch", one_less)
    monkeypatch.setattr(nir_export, "STEPS", 40)
    nir_export.main.callback()
    shown = capsys.readouterr().out
    assert (
        shown.count(f" {nir_export.NETWORKS} (0.12%) ") == len(NEURONS) + 1
    )  # where all is exact, in the float reference, too
