"""The float reference: plain equations, recordings of snnTorch, and the golden core beside it."""

import nir
import numpy as np
import pytest

from backspike.golden.compiler.compiler import compile_network
from backspike.golden.nir.primitives import PRIMITIVES
from backspike.golden.nir.reference import STEPS, run_float
from backspike.golden.nir.to_network import read_nir
from backspike.sim.simulation.simulation import simulate

LENGTH = 40
RESETS = ("zero", "subtract", "delayed", "delayed-zero")


def driven(imported, seed, density=0.3):
    """Random spikes for every input, in the shape of the graph."""
    rng = np.random.default_rng(seed)
    return {
        name: (rng.random((LENGTH, *group.shape)) < density).astype(float)
        for name, group in imported.groups.items()
        if group.scale is None
    }


def on_core(imported, inputs, engine="golden", params=None):
    """Result of a core, and spikes by group, in the shape of the graph."""
    spikes = {name: imported.groups[name].to_core(values) for name, values in inputs.items()}
    probes = [f"v:{name}" for name in imported.network.populations]
    steps = len(next(iter(inputs.values())))
    network = imported.network
    result = simulate(network, spikes, steps=steps, probes=probes, engine=engine, params=params)
    return result, {
        name: group.to_graph(result[f"spikes:{name}"]) for name, group in imported.groups.items()
    }


def check_layers(imported, layers, core):
    """The two timings differ by the depth of each group, and by nothing else."""
    for name, group in imported.groups.items():
        early = layers.spikes[name][: LENGTH - group.depth]
        assert np.array_equal(early, core.spikes[name][group.depth :]), name


def test_every_primitive_with_a_state_has_a_step():
    stateful = {kind for kind, row in PRIMITIVES.items() if row.apply is None}
    assert set(STEPS) == stateful - {"Input", "Delay"} | {"Output"}


@pytest.mark.parametrize("seed", range(24))
def test_whole_numbers_give_the_same_spikes_on_the_core(random_graph, seed):
    imported = read_nir(random_graph(seed, ("IF", "Threshold")), dt=1.0, reset=RESETS[seed % 4])
    assert not any(record.error for record in imported.records)
    inputs = driven(imported, seed)
    layers, core = run_float(imported, inputs), run_float(imported, inputs, timing="core")
    check_layers(imported, layers, core)
    _, golden = on_core(imported, inputs)
    for name in imported.groups:
        assert np.array_equal(core.spikes[name], golden[name]), name
    assert golden["n0" if "n0" in golden else "n0.cells"].any()


@pytest.mark.parametrize("seed", range(24))
def test_leaks_give_the_same_spikes_but_for_one_in_a_thousand(random_graph, seed):
    graph = random_graph(100 + seed, [("LIF", "CubaLIF", "IF"), ("LIF", "IF")][seed % 2])
    imported = read_nir(graph, dt=1.0, reset=RESETS[seed // 2 % 4])
    inputs = driven(imported, seed, 0.4)
    layers, core = run_float(imported, inputs), run_float(imported, inputs, timing="core")
    check_layers(imported, layers, core)
    _, golden = on_core(imported, inputs)
    different = sum(int((core.spikes[name] != golden[name]).sum()) for name in imported.groups)
    assert different <= 0.001 * sum(spikes.size for spikes in golden.values())


@pytest.mark.parametrize("kind", ["LI", "I", "CubaLI"])
def test_voltages_that_are_read_are_those_of_the_graph(chain, neurons, kind):
    weight = nir.Affine(np.array([[0.5, -0.25]]), np.array([0.125]))
    imported = read_nir(chain((2,), weight, neurons(kind, (1,))), dt=1.0)
    inputs = driven(imported, 1)
    core = run_float(imported, inputs, timing="core")
    result, golden = on_core(imported, inputs)
    assert not golden["n1"].any()
    volts = imported.groups["n1"].voltages(result["v:n1"])
    error = np.abs(volts - core.voltages["n1"])[1:]
    if kind == "CubaLI":  # a constant input is a constant current at once
        assert error[0].max() > 0.05
        error = error[-10:]
    assert error.max() < 0.02


@pytest.mark.parametrize(
    ("name", "dt", "reset"),
    [
        ("leaky_zero", 1e-4, "zero"),
        ("leaky_subtract", 1e-4, "delayed"),
        ("recurrent_zero", 1e-4, "delayed-zero"),
        ("recurrent_subtract", 1e-4, "delayed"),
        ("norse", 1e-6, "zero"),
        ("spikingjelly", 1e-4, "zero"),
    ],
)
def test_spikes_are_those_of_other_frameworks(vectors, name, dt, reset):
    imported = read_nir(vectors(f"nir/{name}.nir"), dt=dt, reset=reset, synapses=2)
    with np.load(vectors(f"nir/{name}.npz")) as file:
        recorded = dict(file)
    (source, *neurons) = imported.groups
    layers = run_float(imported, {source: recorded["x"]})
    _, golden = on_core(imported, {source: recorded["x"]})
    assert len(neurons) == 2
    for group, number in zip(neurons, "13", strict=True):
        expected, depth = recorded[number] > 0, imported.groups[group].depth
        assert expected.sum() > 30
        assert np.array_equal(layers.spikes[group], expected)
        different = golden[group][depth:] != expected[: len(expected) - depth]
        assert different.sum() <= 4  # of 800 and 2,400


@pytest.mark.parametrize(("v_leak", "weight"), [(1.0, 0.0), (-3.0, 0.03), (40.0, 0.01)])
def test_what_is_read_may_rest_far_from_0(chain, neurons, v_leak, weight):
    graph = chain((2,), nir.Linear(np.full((2, 2), weight)), neurons("LI", (2,), v_leak=v_leak))
    imported = read_nir(graph, dt=1.0)
    inputs = driven(imported, 1)
    core = run_float(imported, inputs, timing="core")
    result, _ = on_core(imported, inputs)
    volts = imported.groups["n1"].voltages(result["v:n1"])
    assert np.abs(core.voltages["n1"]).max() > 0.9 * abs(v_leak)
    assert np.abs(volts - core.voltages["n1"])[1:].max() < 0.01 * abs(v_leak)


def test_an_output_of_sums_shows_them_as_voltages(chain, neurons):
    weight = nir.Affine(np.array([[0.5, -0.25], [1.0, 2.0]]), np.array([0.125, -1.0]))
    imported = read_nir(chain((2,), neurons("IF", (2,), 1.5), weight), dt=1.0)
    inputs = driven(imported, 1)
    layers, core = run_float(imported, inputs), run_float(imported, inputs, timing="core")
    result, _ = on_core(imported, inputs)
    volts = imported.groups["output"].voltages(result["v:output"])
    assert len(np.unique(volts)) > 4
    assert np.array_equal(volts[2:], core.voltages["output"][2:])
    assert np.array_equal(volts[2:], layers.voltages["output"][:-2])


def test_v_leak_v_reset_and_an_exponential_step_are_on_the_core(chain, neurons):
    weight = nir.Linear(np.array([[2.0, 3.0], [1.0, -1.0]]))
    lif = neurons("LIF", (2,), v_leak=2.0, v_reset=-1.0)
    graph = chain((2,), weight, lif)
    for integrator in ("euler", "exponential"):
        imported = read_nir(graph, dt=1.0, integrator=integrator)
        inputs = driven(imported, 5)
        core = run_float(imported, inputs, timing="core")
        result, golden = on_core(imported, inputs)
        assert core.spikes["n1"].sum() > 3
        assert np.array_equal(core.spikes["n1"], golden["n1"])
        volts = imported.groups["n1"].voltages(result["v:n1"])
        assert np.abs(volts - core.voltages["n1"])[1:].max() < 0.1


def test_rows_and_averages_are_on_the_core(chain, neurons):
    weight = np.arange(-6.0, 6.0).reshape(2, 2, 3)
    row = nir.Conv1d(6, weight, 1, 1, 1, 1, np.zeros(2))
    image = nir.AvgPool2d(np.array([2, 2]), np.array([2, 2]), np.array([0, 0]))
    for shape, node, out in (((2, 6), row, (2, 6)), ((2, 4, 4), image, (2, 2, 2))):
        imported = read_nir(chain(shape, node, neurons("IF", out, 1.25)), dt=1.0)
        inputs = driven(imported, 2)
        core = run_float(imported, inputs, timing="core")
        _, golden = on_core(imported, inputs)
        assert core.spikes["n1"].any()
        assert np.array_equal(core.spikes["n1"], golden["n1"])


def test_spikes_back_across_layers_are_late_and_said_to_be(neurons):
    nodes = {
        "in": nir.Input(np.array([2])), "a": neurons("IF", (2,), 2.0),
        "w": nir.Linear(np.array([[1.0, 2.0], [3.0, 1.0]])), "b": neurons("IF", (2,), 3.0),
        "out": nir.Output(np.array([2])),
    }  # fmt: skip
    edges = [("in", "a"), ("a", "w"), ("w", "b"), ("b", "a"), ("b", "out")]
    imported = read_nir(nir.NIRGraph(nodes, edges, type_check=False), dt=1.0)
    inputs = driven(imported, 3)
    core = run_float(imported, inputs, timing="core")
    _, golden = on_core(imported, inputs)
    assert core.spikes["b"].any()
    assert all(np.array_equal(core.spikes[name], golden[name]) for name in "ab")
    notes = {record.node: record.notes for record in imported.records}
    assert notes["a"] == ("spikes of b come 1 steps later",)


def test_the_rtl_gives_the_same_spikes_and_voltages(chain, neurons):
    weight = nir.Linear(np.array([[2.0, 3.0], [4.0, -1.0], [1.5, 2.5]]))
    graph = chain((2,), weight, neurons("CubaLIF", (3,), 2.0), neurons("LIF", (3,), 0.5))
    imported = read_nir(graph, dt=1.0, reset={"CubaLIF": "delayed", "LIF": "subtract"})
    inputs = {name: values[:16] for name, values in driven(imported, 0, 0.5).items()}
    core = compile_network(imported.network, lanes=1).params
    (golden, spikes), (rtl, again) = (
        on_core(imported, inputs, engine, core) for engine in ("golden", "amaranth")
    )
    assert (golden.engine, rtl.engine) == ("golden", "amaranth")
    for name in imported.network.populations:
        assert np.array_equal(spikes[name], again[name])
        assert np.array_equal(golden[f"v:{name}"], rtl[f"v:{name}"])
        assert spikes[name].any()


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("timing", ["layers", "core"])
def test_several_samples_are_what_each_is_alone(random_graph, seed, timing):
    graph = random_graph(200 + seed, [("LIF", "CubaLIF"), ("IF", "Threshold")][seed % 2])
    imported = read_nir(graph, dt=1.0, reset=RESETS[seed % 4])
    runs = [driven(imported, n) for n in range(3)]
    several = {name: np.stack([run[name] for run in runs]) for name in runs[0]}
    together = run_float(imported, several, timing=timing)
    for n, run in enumerate(runs):
        alone = run_float(imported, run, timing=timing)
        for name, spikes in alone.spikes.items():
            assert np.array_equal(together.spikes[name][n], spikes)
        for name, volts in alone.voltages.items():
            assert np.allclose(together.voltages[name][n], volts, rtol=0, atol=1e-9)


@pytest.mark.parametrize(
    ("inputs", "options", "message"),
    [
        ({}, {}, "inputs must be input, not none"),
        (
            {"input": np.ones((3, 4))},
            {},
            "input 'input' must have shape .steps, 2., or that of several samples, not .3, 4.",
        ),
        ({"input": np.ones((3, 2))}, {"timing": "x"}, "timing must be 'layers' or 'core', not 'x'"),
    ],
)
def test_inputs_are_checked(chain, neurons, inputs, options, message):
    imported = read_nir(chain((2,), neurons("IF", (2,))), dt=1.0)
    with pytest.raises(ValueError, match=f"^{message}$"):
        run_float(imported, inputs, **options)
