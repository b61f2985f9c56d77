"""The circuits of nBP against recorded spikes and weights, and against the equations."""

import os
from itertools import pairwise

import numpy as np
import pytest

from backspike.golden.compiler.compiler import compile_network
from backspike.golden.core.golden_core import GoldenCore
from backspike.golden.nbp.equations import forward
from backspike.golden.nbp.feedback import backward_copies
from backspike.golden.nbp.paper_circuit import (
    FIRST_STEP,
    INFERENCE_FIRST_STEP,
    INFERENCE_STEPS,
    PLASTIC,
    SAMPLE_STEPS,
    inference_circuit,
    inference_stimulus,
    paper_circuit,
    read_matrices,
    stimulus,
)
from backspike.golden.nbp.training import train
from backspike.hdl.host_map import MEMORIES
from backspike.hdl.packing import unpack_array

SEEDS = range(int(os.environ.get("N_SEEDS", "3")))
COPIES = {"W1": ["W1_copy", "W1_copy2"], "W2": ["W2_copy", "W2_copy2"]}


class Recorded:
    """A network's recorded start, samples, spikes and weights."""

    def __init__(self, vectors, name):
        paths = [vectors(f"{kind}_{name}.npz") for kind in ("ref", "circuit")]
        with np.load(paths[0]) as ref:
            self.weights = [ref["W1_0"], ref["W2_0"]]
            self.x = np.unpackbits(ref["x"], axis=1)[:, : int(ref["n_in"])]
            self.y = ref["target"]
        with np.load(paths[1]) as circuit:
            self.arrays = dict(circuit)
        self.layers = [len(self.weights[0]), *self.weights[1].shape]
        self.recorded = len(self.arrays["spk_g00"]) // SAMPLE_STEPS - 1
        self.network = paper_circuit(self.layers, self.weights)

    def spikes(self, population, size, n_steps):
        return np.unpackbits(self.arrays[f"spk_{population}"][:n_steps], axis=1)[:, :size]

    def check_weights(self, matrices, samples):
        for name in ("W1", "W2", "W2T_plus", "W2T_minus"):
            wrong = (matrices[name] != self.arrays[f"{name}_{samples}"]).sum()
            assert wrong == 0, f"{name} after {samples} samples: {wrong} weights differ"
        for name, copies in COPIES.items():
            for copy in copies:
                np.testing.assert_array_equal(matrices[copy], matrices[name], err_msg=copy)


@pytest.fixture(scope="module")
def small(vectors):
    return Recorded(vectors, "mnist10_h100")


@pytest.fixture(scope="module")
def large(vectors):
    return Recorded(vectors, "mnist20_h400")


def check_spikes(recorded, raster_of, n_steps):
    names = {key.removeprefix("spk_") for key in recorded.arrays if key.startswith("spk_")}
    assert names == set(recorded.network.populations)
    compared = 0
    for name, population in recorded.network.populations.items():
        expected = recorded.spikes(name, population.size, n_steps)
        wrong = np.argwhere(raster_of(name) != expected)
        assert not len(wrong), f"{name}: first difference at (step, neuron) {wrong[0]}"
        compared += int(expected.sum())
    assert compared > 100


def test_the_description_gives_every_recorded_spike_and_weight(plain_simulator, small):
    samples = 12
    n_steps = FIRST_STEP + samples * SAMPLE_STEPS
    inputs = {n: np.zeros((n_steps, g.size), bool) for n, g in small.network.inputs.items()}
    inputs["in_start"][FIRST_STEP - 2] = True
    begins = FIRST_STEP + SAMPLE_STEPS * np.arange(samples)
    inputs["in_x"][begins] = small.x[:samples]
    inputs["in_t"][begins + 2, small.y[:samples]] = True
    plain = plain_simulator(small.network)
    head = FIRST_STEP + 10 * SAMPLE_STEPS
    first = plain.run(head, {name: spikes[:head] for name, spikes in inputs.items()})
    small.check_weights({name: plain.matrix(name) for name in PLASTIC}, 10)
    second = plain.run(n_steps - head, {name: spikes[head:] for name, spikes in inputs.items()})
    check_spikes(small, lambda name: np.concatenate([first[name], second[name]]), n_steps)


@pytest.mark.parametrize("name", ["small", "large"])
def test_the_golden_core_gives_every_recorded_spike_and_weight(name, request):
    recorded = request.getfixturevalue(name)
    program = compile_network(recorded.network)
    core = GoldenCore(program.params)
    core.load(program)
    n_steps = FIRST_STEP + recorded.recorded * SAMPLE_STEPS
    span = slice(0, recorded.recorded)
    record = core.run(n_steps, stimulus(program, recorded.x[span], recorded.y[span]))
    check_spikes(recorded, lambda name: record.raster(n_steps, *program.populations[name]), n_steps)
    core.load(program)
    done = 0
    for samples in (10, 100):
        span = slice(done, samples)
        steps = (samples - done) * SAMPLE_STEPS + (0 if done else FIRST_STEP)
        fed = stimulus(program, recorded.x[span], recorded.y[span], first=not done)
        core.run(steps, fed, record=False)
        recorded.check_weights(read_matrices(program, core.read("dense")), samples)
        done = samples
    assert core.counters()["saturations"] == 0


def random_task(seed, layers, samples):
    """Weights far enough from the rails that no copy of a matrix reaches one."""
    rng = np.random.default_rng(seed)
    weights = [rng.integers(-110, 111, shape) * 2 for shape in pairwise(layers)]
    x = rng.integers(0, 2, (samples, layers[0]))
    return [w.astype(np.int16) for w in weights], x, rng.integers(0, layers[2], samples)


@pytest.mark.parametrize("layers", [(60, 19, 3), (70, 33, 4), (50, 90, 2)])
@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("lanes", [1, 8, 32])
def test_the_paper_circuit_learns_what_the_equations_say(lanes, layers, seed):
    weights, x, y = random_task(seed, layers, 16)
    program = compile_network(paper_circuit(layers, weights), lanes=lanes)
    core = GoldenCore(program.params)
    core.load(program)
    core.run(FIRST_STEP + 16 * SAMPLE_STEPS, stimulus(program, x, y), record=False)
    learned = [w.copy() for w in weights]
    train(learned, x.astype(np.uint8), y)
    matrices = read_matrices(program, core.read("dense"))
    for name, expected in zip(("W1", "W2"), learned, strict=True):
        np.testing.assert_array_equal(matrices[name], expected)
    assert any((a != b).any() for a, b in zip(learned, weights, strict=True))


def train_with_backward_copy(w1, w2, backward, x, y):
    """The equations with ``-W2^T`` as a matrix of its own, which the rails cut elsewhere."""

    def learn(w, pre, post, step):
        w += step * np.outer(pre, post)
        np.clip(w, -256, 254, out=w)

    for bits, label in zip(x, y, strict=True):
        s1 = bits @ w1
        h = s1 > 512
        s2 = h @ w2
        o, t = s2 > 512, np.arange(len(s2)) == label
        plus, minus = t & ~o & (s2 > 0), o & ~t & (s2 <= 1024)
        box = (s1 > 0) & (s1 <= 1024)
        up = box & (w2 @ plus + minus @ backward > 0)
        down = box & (w2 @ minus + plus @ backward > 0)
        for w, pre, ups, downs in ((w2, h, plus, minus), (w1, bits, up, down)):
            learn(w, pre, ups, 2)
            learn(w, pre, downs, -2)
        learn(backward, minus, h, 2)
        learn(backward, plus, h, -2)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_paper_circuit_at_the_rails(seed):
    layers, samples = (40, 30, 3), 60
    rng = np.random.default_rng(seed)
    weights = [rng.choice([-256, -254, -100, 40, 120, 252, 254], s) for s in pairwise(layers)]
    x, y = rng.integers(0, 2, (samples, layers[0])), rng.integers(0, layers[2], samples)
    program = compile_network(paper_circuit(layers, weights))
    core = GoldenCore(program.params)
    core.load(program)
    n_steps = FIRST_STEP + samples * SAMPLE_STEPS
    core.run(n_steps, stimulus(program, x, y), record=False)
    w1, w2 = (w.astype(np.int64) for w in weights)
    backward = np.minimum(-w2.T, 254)
    train_with_backward_copy(w1, w2, backward, x, y)
    matrices = read_matrices(program, core.read("dense"))
    for name, expected in (("W1", w1), ("W2", w2), ("W2T_plus", w2.T), ("W2T_minus", backward)):
        np.testing.assert_array_equal(matrices[name], expected, err_msg=name)
    assert (backward != -w2.T).any()
    assert (w1 != weights[0]).any()
    learned = [w.astype(np.int16) for w in weights]
    copies = backward_copies(learned)
    train(learned, x.astype(np.uint8), y, variant="paper", backward=copies)
    for got, expected in zip((*learned, copies[1]), (w1, w2, backward.T), strict=True):
        np.testing.assert_array_equal(got, expected)


def test_the_paper_variant_is_the_circuit_after_thousands_of_samples():
    """Long enough for the circuit to leave the equations that have each weight once."""
    layers, samples, calls = (60, 24, 4), 4000, 3
    rng = np.random.default_rng(1)
    weights = [(2 * rng.integers(-128, 128, shape)).astype(np.int16) for shape in pairwise(layers)]
    prototypes = rng.random((layers[2], layers[0])) < 0.3
    y = rng.integers(0, layers[2], samples)
    x = (prototypes[y] ^ (rng.random((samples, layers[0])) < 0.25)).astype(np.uint8)
    y = np.where(rng.random(samples) < 0.2, rng.integers(0, layers[2], samples), y)
    program = compile_network(paper_circuit(layers, weights))
    core = GoldenCore(program.params)
    core.load(program)
    plain, learned = ([w.copy() for w in weights] for _ in range(2))
    copies = backward_copies(learned)
    for part in np.array_split(np.arange(samples), calls):
        first = part[0] == 0
        n_steps = len(part) * SAMPLE_STEPS + first * FIRST_STEP
        core.run(n_steps, stimulus(program, x[part], y[part], first=first), record=False)
        train(learned, x, y, part, variant="paper", backward=copies)
    train(plain, x, y)
    matrices = read_matrices(program, core.read("dense"))
    for name, expected in (
        ("W1", learned[0]),
        ("W2", learned[1]),
        ("W2T_plus", learned[1].T),
        ("W2T_minus", copies[1].T),
    ):
        np.testing.assert_array_equal(matrices[name], expected, err_msg=name)
    assert (plain[0] != learned[0]).any()
    assert (copies[1] != -learned[1]).any()


def test_the_inference_circuit_reads_spikes_and_membrane():
    layers, samples = (80, 60, 5), 12
    weights, x, _ = random_task(3, layers, samples)
    program = compile_network(inference_circuit(layers, weights))
    core = GoldenCore(program.params)
    core.load(program)
    s1 = x @ weights[0].astype(int)
    s2 = (s1 > 512) @ weights[1].astype(int)
    fed = inference_stimulus(program, x)
    n_steps = INFERENCE_FIRST_STEP + samples * INFERENCE_STEPS
    record = core.run(n_steps, fed)
    outputs = record.raster(n_steps, *program.populations["o"])
    np.testing.assert_array_equal(
        outputs[INFERENCE_FIRST_STEP:].reshape(samples, INFERENCE_STEPS, -1)[:, 3], s2 > 512
    )
    assert outputs.sum() == (s2 > 512).sum() > 0
    first, size = program.populations["o_v"]
    for i in range(samples):
        core.run(INFERENCE_STEPS, inference_stimulus(program, x[i : i + 1], first=False))
        layout = MEMORIES["state"].layout(program.params)
        voltages = unpack_array(layout, core.read("state"))["v"]
        np.testing.assert_array_equal(voltages[first : first + size], 64 * s2[i])
    assert not record.raster(n_steps, first, size).any()
    np.testing.assert_array_equal(forward(weights, x.astype(np.uint8))[-1], s2)


def test_the_backward_copy_saturates_at_the_rail():
    weights = [np.zeros((4, 3), np.int16), np.full((3, 2), -256, np.int16)]
    program = compile_network(paper_circuit((4, 3, 2), weights))
    matrices = read_matrices(program, program.memories["dense"])
    assert (matrices["W2T_plus"] == -256).all()
    assert (matrices["W2T_minus"] == 254).all()
    assert (matrices["W2"] == -256).all()


@pytest.mark.parametrize("build", [paper_circuit, inference_circuit])
def test_bad_networks_are_explained(build):
    weights = [np.zeros((4, 3), np.int16), np.zeros((3, 2), np.int16)]
    with pytest.raises(
        ValueError,
        match=r"^layers must be the sizes of one input, one hidden and one output layer, not "
        r"\[4, 3, 3, 2\]: the paper has no circuit for 2 hidden layers$",
    ):
        build([4, 3, 3, 2], weights)
    with pytest.raises(ValueError, match=r"^weights must be W1 and W2, not 1 matrices$"):
        build((4, 3, 2), weights[:1])
    with pytest.raises(
        ValueError, match=r"^W2 must be integers of shape \(3, 5\), not int16 of \(3, 2\)$"
    ):
        build((4, 3, 5), weights)
    with pytest.raises(ValueError, match=r"^weight of connection 'W1' must be .*2\*\*0, not 300$"):
        build((4, 3, 2), [weights[0] + 300, weights[1]])
