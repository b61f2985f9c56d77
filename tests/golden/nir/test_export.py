"""Networks as graphs of NIR, and back."""

import nir
import numpy as np
import pytest

from backspike.golden.compiler.compiler import compile_network
from backspike.golden.core.golden_core import GoldenCore
from backspike.golden.engine import Stimulus
from backspike.golden.errors import UserError
from backspike.golden.network.network import Network
from backspike.golden.nir.comparison import compare_nir
from backspike.golden.nir.export import nir_graph, write_nir
from backspike.golden.nir.problems import GraphError
from backspike.golden.nir.reference import run_float
from backspike.golden.nir.samples import random_samples
from backspike.golden.nir.to_network import read_nir

WHOLE = ("IF", "Threshold")
KINDS = WHOLE, ("LIF", "IF"), ("LIF", "CubaLIF", "IF", "Threshold")


@pytest.mark.parametrize("reset", ["zero", "subtract", "delayed", "delayed-zero"])
@pytest.mark.parametrize("kinds", KINDS, ids=["whole", "leaky", "currents"])
def test_an_import_comes_back_word_for_word(random_graph, kinds, reset):
    for seed in range(14):
        network = read_nir(random_graph(seed, kinds), dt=1.0, reset=reset).network
        assert nir_graph(network, dt=1.0).differences == (), f"seed {seed}"


@pytest.mark.parametrize("seed", range(8))
def test_without_what_it_notes_a_graph_says_the_same(random_graph, seed):
    """The float reference of the graph alone has every spike of the network on a core."""
    network = read_nir(random_graph(seed, WHOLE), dt=1.0, reset="subtract").network
    graph = nir_graph(network, dt=1.0).graph
    for node in graph.nodes.values():
        node.metadata = {}
    imported = read_nir(graph, dt=1.0, reset="subtract")
    found = compare_nir(
        imported, random_samples(imported, samples=2, steps=60, rate=0.3, seed=seed)
    )
    assert found.same_spikes == 1
    assert not any(group.different for group in found.groups)


def own_network():
    """A network with one of everything that NIR can say."""
    rng = np.random.default_rng(4)
    network = Network()
    pixels = network.input("pixels", 12)
    cells = network.population("cells", 8, threshold=60, tau_v=20, reset="subtract")
    deep = network.population("deep", 4, threshold=40, tau_u=5, tau_v=100, bias=[0, 1, 0, -2])
    network.population("same", 4, threshold=5, sums_of=deep, negate=True)
    tired = network.population("tired", 2, threshold=5, decay_v=0, refractory=2, bias=0.25)
    network.connect("in", pixels, cells, rng.integers(-90, 200, (12, 8)), pattern="all-to-all")
    network.connect("pairs", pixels, cells, [5, 0, 700], pattern=[(0, 1), (11, 3), (5, 0)], delay=2)
    network.connect("part", pixels[2:4], cells[5], 30, pattern="all-to-all", exponent=1)
    weights, delays = rng.integers(-60, 70, (8, 4)), rng.integers(0, 3, (8, 4))
    network.connect("next", cells, deep, weights, pattern="all-to-all", delays=delays)
    network.connect("one", deep, deep, [-20, 3, 4, 5], pattern="one-to-one")
    network.connect("all", deep[1], tired, [-3, 4], pattern="one-to-all")
    return network


def spikes_of(network, x, names):
    """Spikes of populations on the golden core, bool, shape (steps, neurons)."""
    program = compile_network(network)
    core = GoldenCore(program.params)
    core.load(program)
    record = core.run(len(x), Stimulus.of(x))
    return {name: record.raster(len(x), *program.populations[name]) for name in names}


def test_everything_that_can_be_said_is(tmp_path):
    network = own_network()
    made = write_nir(network, tmp_path / "own.nir", dt=1e-3)
    assert nir.read(tmp_path / "own.nir").nodes.keys() == made.graph.nodes.keys()
    assert made.left_out == (
        "cells: its reset, which NIR does not say: subtract",
        "tired: its reset, which NIR does not say: delayed-zero",
    )
    imported = read_nir(tmp_path / "own.nir", dt=1e-3)
    for name, population in network.populations.items():
        again = imported.network.populations[name]
        assert (again.reset, again.refractory) == (population.reset, population.refractory)
        assert (again.decay_u, again.decay_v) == (population.decay_u, population.decay_v)
        assert np.array_equal(again.thresholds, population.thresholds)
        assert [b.tolist() for b in again.biases] == [b.tolist() for b in population.biases]
    found = compare_nir(imported, random_samples(imported, samples=2, steps=80, rate=0.2, seed=1))
    assert found.same_spikes > 0.97
    names = list(network.populations)
    x = (np.random.default_rng(2).random((100, 12)) < 0.2).astype(np.uint8)
    own, read = (spikes_of(made, x, names) for made in (network, imported.network))
    for name in names:
        assert own[name].any(), name
        assert np.array_equal(own[name], read[name]), name


def test_a_convolution_stays_one_between_images(tmp_path):
    kernels = np.arange(2 * 2 * 2 * 3).reshape(2, 2, 2, 3) - 8
    network = Network()
    image = network.input("image", 32)
    maps = network.population("maps", 27, threshold=9, decay_v=0, bias=np.tile([0, 1, -1], 9))
    network.convolve("conv", image, maps, kernels, image=(4, 4, 2))
    out = network.population("out", 5, threshold=9, decay_v=0)
    weights = np.random.default_rng(1).integers(-9, 20, (27, 5))
    network.connect("dense", maps, out, weights, pattern="all-to-all")
    made = nir_graph(network, dt=1.0)
    kinds = [type(node).__name__ for node in made.graph.nodes.values()]
    assert sorted(kinds) == sorted([
        "Input",
        "Conv2d",
        "Delay",
        "IF",
        "Flatten",
        "Linear",
        "IF",
        "Output",
    ])
    assert made.graph.nodes["maps"].r.shape == (3, 3, 3)
    assert made.differences == ()
    network.connect("too", image, maps, 3, pattern="all-to-all")
    as_matrix = nir_graph(network, dt=1.0)
    assert not [one for one in as_matrix.graph.nodes.values() if isinstance(one, nir.Conv2d)]
    assert as_matrix.differences


def test_weights_that_were_learned_take_the_place_of_the_first_ones():
    network = Network()
    network.traces(x1=(40, 8.0))
    source, cells = network.input("in", 3), network.population("cells", 2, threshold=20)
    network.connect("W", source, cells, 4, pattern="all-to-all", rule="dw = 2^-2*x1*y0")
    learned = np.arange(6).reshape(3, 2)
    made = nir_graph(network, weights={"W": learned})
    assert made.left_out == ("W: its rule; its weights stay as they are",)
    assert np.array_equal(made.graph.nodes["W"].weight, learned.T)
    with pytest.raises(ValueError, match=r"^weights are of connections, W, not of 'V'$"):
        nir_graph(network, weights={"V": learned})
    with pytest.raises(ValueError, match=r"^weights of 'W' must be finite and of shape \(3, 2\)"):
        nir_graph(network, weights={"W": learned.T})


def layered(bias):
    network = Network()
    source = network.input("in", 6)
    for k in range(2):
        cells = network.population(f"n{k}", 5, threshold=50, tau_v=10, bias=bias)
        weights = np.random.default_rng(k).integers(-20, 60, (source.size, 5))
        network.connect(f"W{k}", source, cells, weights, pattern="all-to-all")
        source = cells
    return network


def test_late_biases_need_no_delay():
    kinds = {
        late: [
            type(n).__name__ for n in nir_graph(layered(2), late_biases=late).graph.nodes.values()
        ]
        for late in (False, True)
    }
    assert kinds[False].count("Delay") == 2
    assert kinds[True].count("Delay") == 0
    made = nir_graph(layered(2), late_biases=True)
    assert made.left_out == ("biases, until the first spike can come",)
    assert made.differences
    assert not nir_graph(layered(0), late_biases=True).differences


def test_a_float_run_of_the_graph_has_the_spikes_of_the_core():
    network = layered(0)
    made = nir_graph(network, dt=1e-4)
    x = (np.random.default_rng(3).random((60, 6)) < 0.3).astype(np.uint8)
    activity = run_float(read_nir(made.graph, dt=1e-4), {"in": x})
    core = spikes_of(network, np.vstack([x, np.zeros((2, 6), np.uint8)]), ["n0", "n1"])
    for depth, name in enumerate(("n0", "n1"), 1):
        share = (activity.spikes[name] == core[name][depth : depth + 60]).mean()
        assert share > 0.99, name


def test_all_that_nir_has_no_word_for_is_told_at_once(tmp_path):
    network = Network()
    source = network.input("in/side", 2)
    cells = network.population("cells", 2, threshold=8, window=16, noise=(1, 3), vmin=7)
    network.population("watcher", 2, threshold=4, watches=cells)
    network.population("gated", 2, threshold=4, gate=cells, refractory=3)
    network.connect("W", source, cells, 4, pattern="all-to-all")
    network.share("W", cells, cells)
    with pytest.raises(GraphError) as caught:
        write_nir(network, tmp_path / "a.nir")
    assert [str(problem) for problem in caught.value.problems] == [
        "network: NIR has no shares, and it has 1",
        "in/side: a name in NIR has no / and begins with no dot",
        "cells (population): NIR has no window, and it has 16",
        "cells (population): NIR has no noise, and it has (1, 3)",
        "cells (population): NIR has no vmin, and it has 7",
        "watcher (population): NIR has no watches, and it has 'cells'",
        "gated (population): NIR has no gate, and it has 'cells'",
        "gated (population): NIR has no refractory steps, and it has 3 with reset 'zero'",
    ]
    assert not list(tmp_path.iterdir())


def test_bad_arguments_are_refused_before_anything_is_written(tmp_path):
    for arguments, error, message in (
        (("net", tmp_path / "a.nir"), TypeError, "network must be a Network, not 'net'"),
        ((layered(0), tmp_path / "a.npz"), UserError, "file of a graph must end in .nir"),
    ):
        with pytest.raises(error, match=f"^{message}"):
            write_nir(*arguments)
    for changes, error, message in (
        ({"dt": float("nan")}, ValueError, "dt must be between"),
        ({"late_biases": 1}, TypeError, "late_biases must be True or False"),
    ):
        with pytest.raises(error, match=f"^{message}"):
            write_nir(layered(0), tmp_path / "a.nir", **changes)
    with pytest.raises(GraphError, match="NIR needs an input"):
        nir_graph(Network())
    assert not list(tmp_path.iterdir())
