"""The float reference: plain equations, the two timings, and the golden core beside it."""

import numpy as np
import pytest

from backspike.golden.nir.reference import run_float
from backspike.golden.nir.to_network import read_nir
from backspike.sim.simulation.simulation import simulate

STEPS = 40


def driven(imported, seed, density=0.3):
    """Random spikes for every input, in the shape of the graph."""
    rng = np.random.default_rng(seed)
    return {
        name: (rng.random((STEPS, *group.shape)) < density).astype(float)
        for name, group in imported.groups.items()
        if group.scale is None
    }


def on_core(imported, inputs):
    """Spikes of the golden core by group, in the shape of the graph."""
    spikes = {name: imported.groups[name].to_core(values) for name, values in inputs.items()}
    result = simulate(imported.network, spikes, steps=STEPS)
    return {
        name: group.to_graph(result[f"spikes:{name}"]) for name, group in imported.groups.items()
    }


@pytest.mark.parametrize("seed", range(20))
def test_whole_numbers_give_the_same_spikes_on_the_core(random_graph, seed):
    imported = read_nir(random_graph(seed, ("IF", "Threshold")), dt=1.0)
    assert not any(record.error for record in imported.records)
    inputs = driven(imported, seed)
    layers, core = run_float(imported, inputs), run_float(imported, inputs, timing="core")
    golden = on_core(imported, inputs)
    for name, group in imported.groups.items():
        assert np.array_equal(core.spikes[name], golden[name]), name
        assert np.array_equal(
            layers.spikes[name][: STEPS - group.depth], core.spikes[name][group.depth :]
        ), name
    assert sum(golden[name].sum() for name in golden if name != "input")


@pytest.mark.parametrize("seed", range(20))
def test_leaks_are_those_of_the_core_but_for_its_rounding(random_graph, seed):
    imported = read_nir(random_graph(seed, ("LIF", "CubaLIF", "IF")), dt=1.0)
    inputs = driven(imported, seed)
    core, golden = run_float(imported, inputs, timing="core"), on_core(imported, inputs)
    different = total = 0
    for name in imported.groups:
        different += int((core.spikes[name] != golden[name]).sum())
        total += golden[name].size
    assert different <= 0.01 * total
