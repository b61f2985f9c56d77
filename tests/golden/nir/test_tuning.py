"""The last layer of an imported network goes on learning on the golden core."""

import dataclasses

import nir
import numpy as np
import pytest

from backspike.golden.core.golden_core import GoldenCore
from backspike.golden.errors import UserError
from backspike.golden.nir.comparison import compare_nir
from backspike.golden.nir.export import nir_graph
from backspike.golden.nir.samples import spike_samples
from backspike.golden.nir.teaching import TuningOptions, taught
from backspike.golden.nir.to_network import read_nir
from backspike.golden.nir.tuning import core_accuracy, float_accuracy, tune_nir
from backspike.sim.verify.shifted_samples import ShiftedSamples

LAST = "lif to lif_1"


@pytest.fixture(scope="module")
def case():
    return ShiftedSamples(0)


@pytest.fixture(scope="module")
def imported(case):
    return read_nir(case.graph, dt=1.0)


@pytest.fixture(scope="module")
def samples(case, imported):
    return [spike_samples(imported, *case.draw(60, seed)) for seed in (1, 2)]


@pytest.fixture(scope="module")
def tuned(imported, samples):
    return tune_nir(imported, samples[0], epochs=2)


def test_it_gets_better_on_samples_that_it_has_not_learned(imported, samples, tuned):
    before, after = (compare_nir(network, samples[1]) for network in (imported, tuned.imported))
    assert before.accuracy_core < 0.7
    assert after.accuracy_core > 0.9
    assert after.accuracy_float == float_accuracy(tuned.imported, samples[1]) > 0.9
    assert tuned.kept == 2
    assert tuned.accuracies[-1] > 0.9


def test_accuracies_are_those_of_the_import_itself(imported, samples, tuned):
    assert tuned.accuracies[0] == compare_nir(imported, samples[0]).accuracy_core
    assert tuned.accuracies[-1] == compare_nir(tuned.imported, samples[0]).accuracy_core


def test_only_the_last_layer_changes(imported, tuned):
    old, new = imported.network, tuned.imported.network
    assert list(new.connections) == list(old.connections)
    assert list(new.populations) == list(old.populations)
    assert list(new.inputs) == list(old.inputs)
    np.testing.assert_array_equal(
        new.connections["input to lif"].weights, old.connections["input to lif"].weights
    )
    made = new.connections[LAST]
    effective = np.ldexp(made.weights.astype(float), made.exponents)
    exponent = old.connections[LAST].exponents
    np.testing.assert_array_equal(effective, np.ldexp(tuned.weights[LAST].astype(float), exponent))
    assert (tuned.weights[LAST] != old.connections[LAST].weights).any()
    for name, population in old.populations.items():
        assert repr(new.populations[name]) == repr(population)


def test_what_was_learned_is_exported_word_for_word(tuned):
    assert nir_graph(tuned.imported.network, dt=1.0).differences == ()


def test_the_weights_are_those_of_the_rule(imported, samples):
    """One sample in plain Python, from the spikes that the core has recorded."""
    options = TuningOptions(rate=128, impulse=1, tau=0, period=3)  # a trace is a spike: no rounding
    one = dataclasses.replace(
        samples[0],
        inputs={"input": samples[0].inputs["input"][:1]},
        labels=np.array([2]),
    )
    tuned = tune_nir(imported, one, epochs=1, options=options)
    lesson = taught(imported, options, 1)
    weights = imported.network.connections[LAST].weights.astype(int)
    record = []

    class Recorded(GoldenCore):
        def run(self, *args, **kwargs):
            record.append(super().run(*args, **kwargs))
            return record[-1]

    tune_nir(imported, one, epochs=1, options=options, engine=Recorded)
    program = lesson.imported.compile()
    rasters = {
        name: record[1].raster(32, *place).astype(int)
        for name, place in program.populations.items()
    }
    assert np.argwhere(rasters["teacher"]).tolist() == [[t, 2] for t in range(4, 32, 3)]
    for step in range(32):
        for name, sign in (("lif_1", -1), ("teacher", 1)):
            change = sign * np.outer(rasters["lif"][step], rasters[name][step])
            weights = np.clip(weights + change, -256, 255)
    np.testing.assert_array_equal(tuned.weights[LAST], weights)


def test_labels_are_elements_of_the_node_whatever_their_neurons(chain, neurons):
    """An output of two channels and two pixels: its element 1 is neuron 2 of the core."""
    kernels = np.full((2, 1, 1, 2), 0.1)  # strides that differ: stored as a matrix
    conv = nir.Conv2d((1, 4), kernels, (1, 2), 0, 1, 1, np.zeros(2))
    graph = chain((1, 1, 4), conv, neurons("IF", (2, 1, 2), 99.0))
    imported = read_nir(graph, dt=1.0)
    samples = spike_samples(imported, np.ones((1, 8, 1, 1, 4)), [1])
    found = tune_nir(imported, samples, epochs=1, options=TuningOptions(rate=128))
    change = found.weights["input to n1"] - imported.network.connections["input to n1"].weights
    assert change.any(axis=0).tolist() == [False, False, True, False]
    old, new = (made.folded.links[0].path.dense() for made in (imported, found.imported))
    far = np.abs(new - old).reshape(4, 4) > 0.01
    assert far.any(axis=0).tolist() == [False, True, False, False]
    assert compare_nir(found.imported, samples).different == 0


@pytest.mark.parametrize(
    ("name", "reset"), [("spikingjelly", None), ("recurrent_zero", "delayed-zero")]
)
def test_an_exported_network_of_random_weights_learns_classes(vectors, name, reset):
    imported = read_nir(vectors(f"nir/{name}.nir"), dt=1e-4, reset=reset)
    rng = np.random.default_rng(1)
    rates = rng.choice([0.05, 0.4], (4, 10))
    y = np.arange(160) % 4
    x = rng.random((160, 60, 10)) < rates[y][:, None]
    learned, held_out = (
        spike_samples(imported, x[part], y[part]) for part in np.split(np.arange(160), 2)
    )
    found = tune_nir(imported, learned, epochs=2)
    assert core_accuracy(imported, held_out) < 0.3
    assert core_accuracy(found.imported, held_out) > 0.8
    assert nir_graph(found.imported.network, dt=1e-4).differences == ()


def test_equal_seeds_learn_alike(imported, samples):
    one, two, three = (tune_nir(imported, samples[0].first(8), epochs=1, seed=s) for s in (1, 1, 2))
    np.testing.assert_array_equal(one.weights[LAST], two.weights[LAST])
    assert (one.weights[LAST] != three.weights[LAST]).any()


def test_the_best_epoch_on_samples_for_validation_is_kept(imported, samples):
    wild = TuningOptions(rate=128, impulse=127, period=1)
    found = tune_nir(imported, samples[0], validation=samples[1], epochs=2, options=wild)
    assert len(found.accuracies) == 3
    assert found.kept == int(np.argmax(found.accuracies))
    kept = compare_nir(found.imported, samples[1]).accuracy_core
    assert kept == found.accuracies[found.kept] == max(found.accuracies)


def test_progress_is_told_and_the_engine_is_closed(imported, samples):
    told, closed = [], []

    class Closed(GoldenCore):
        def close(self):
            closed.append(self.params)

    tune_nir(
        imported, samples[0].first(2), epochs=1, engine=Closed,
        progress=lambda *args: told.append(args),
    )  # fmt: skip
    doing = ("before", "epoch 1", "after epoch 1")
    assert told == [(what, done, 2) for what in doing for done in (1, 2)]
    assert closed == [taught(imported, TuningOptions()).imported.compile().params]


def test_what_cannot_be_learned_from_is_refused(imported, samples):
    unlabelled = spike_samples(imported, samples[0].inputs["input"])
    for options in ({"samples": unlabelled}, {"samples": samples[0], "validation": unlabelled}):
        with pytest.raises(UserError, match=r"^data: labels are missing$"):
            tune_nir(imported, **options)
    with pytest.raises(UserError, match="period must be at most the steps of a sample, 30, not 31"):
        tune_nir(imported, samples[0], options=TuningOptions(period=31))
    with pytest.raises(TypeError, match=r"options must be a TuningOptions, not \{'rate': 4\}"):
        tune_nir(imported, samples[0], options={"rate": 4})
    for name, most in (("epochs", 1000), ("seed", (1 << 62) - 1)):
        with pytest.raises(ValueError, match=f"{name} must be between . and {most}, not -1"):
            tune_nir(imported, samples[0], **{name: -1})
    with pytest.raises(UserError, match="labels are missing"):
        float_accuracy(imported, unlabelled)
