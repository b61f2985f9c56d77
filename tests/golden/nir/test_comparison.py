"""The golden core beside the float graph: equal where all is exact, else differences counted."""

import nir
import numpy as np
import pytest

from backspike.golden.compiler.compiler import compile_network
from backspike.golden.core.golden_core import GoldenCore
from backspike.golden.engine import Record
from backspike.golden.nir import comparison
from backspike.golden.nir.choices import Choice
from backspike.golden.nir.comparison import CoreRun, compare_engine, compare_nir
from backspike.golden.nir.record import Verdict
from backspike.golden.nir.reference import run_float
from backspike.golden.nir.samples import random_samples, spike_samples
from backspike.golden.nir.teaching import TuningOptions, taught
from backspike.golden.nir.to_network import read_nir, rounded_by
from backspike.sim.engines.amaranth_engine import AmaranthEngine
from backspike.sim.simulation.simulation import simulate


@pytest.mark.parametrize("seed", range(12))
def test_exact_graphs_do_not_differ(random_graph, seed):
    reset = ("zero", "subtract", "delayed", "delayed-zero")[seed % 4]
    imported = read_nir(random_graph(seed, ("IF", "Threshold")), dt=1.0, reset=reset)
    found = compare_nir(imported, random_samples(imported, steps=30, rate=0.3, seed=1, samples=3))
    assert found.different == 0
    assert found.agreement == 1
    assert not found.shown.differs
    for group in found.groups:
        assert group.spikes_float == group.spikes_core == group.spikes_both
        assert (group.same, group.first, group.rate_error_max) == (1, None, 0)
        assert group.voltage_error is None or group.voltage_error < 1e-12
    assert sum(group.spikes_core for group in found.groups)


def test_a_tau_that_is_not_exact_is_told_with_its_error(chain, neurons):
    imported = read_nir(chain((8,), neurons("LIF", (8,), 2.5, tau=7.3, r=7.3)), dt=1.0)
    found = compare_nir(imported, random_samples(imported, steps=400, rate=0.5, seed=2, samples=3))
    record = next(record for record in found.records if record.node == "n0")
    assert record.verdict is Verdict.APPROXIMATE
    errors = {constant.name: constant.error for constant in record.constants}
    exact = 4096 / 7.3
    assert errors["decay_v"] == pytest.approx(abs(round(exact) - exact) / exact)
    (group,) = found.groups
    assert group.spikes_float > 1000
    assert 0.99 < group.same_spikes <= 1
    assert 0 < group.voltage_error < 0.01


def test_counts_and_first_differences_are_those_of_separate_runs(outliers):
    imported = read_nir(outliers, dt=1.0)
    samples = random_samples(imported, steps=40, rate=0.2, seed=3, samples=6)
    found = compare_nir(imported, samples)
    assert [group.name for group in found.groups] == ["lif", "lif_1"]
    for group in found.groups:
        depth = imported.groups[group.name].depth
        counts, wrong = np.zeros(2, int), []
        for number in range(6):
            spikes = samples.inputs["input"][number].astype(float)
            ours = run_float(imported, {"input": spikes}).spikes[group.name]
            padded = np.pad(spikes, ((0, depth), (0, 0)))
            result = simulate(imported.network, {"input": padded}, steps=40 + depth)
            theirs = result[f"spikes:{group.name}"][depth:].astype(bool)
            counts += ours.sum(), theirs.sum()
            wrong += [(t, number, n) for t, n in np.argwhere(ours != theirs).tolist()]
        assert (group.spikes_float, group.spikes_core) == tuple(counts)
        assert group.different == len(wrong) > 100
        assert group.same == pytest.approx(1 - len(wrong) / (6 * 40 * group.neurons))
        step, number, neuron = min(wrong)
        first = group.first
        assert (first.step, first.sample, first.element) == (step, number, (neuron,))
        assert (first.core_step, first.neuron) == (step + depth, neuron)
    assert found.shown.differs


def test_a_difference_in_an_image_has_both_coordinates(neurons):
    weight = np.zeros((2, 2, 1, 1))
    weight[1, 1] = 1.2  # on a core of the scale 1, this is 1, and two spikes do not suffice
    nodes = {
        "in": nir.Input(np.array([2, 1, 3])),
        "conv": nir.Conv2d(None, weight, 1, 0, 1, 1, np.zeros(2)),
        "n": neurons("IF", (2, 1, 3), 2.3),
        "out": nir.Output(np.array([2, 1, 3])),
    }
    graph = nir.NIRGraph(nodes, [("in", "conv"), ("conv", "n"), ("n", "out")], type_check=False)
    imported = rounded_by(read_nir(graph, dt=1.0), {"n": Choice(1.0)})
    spikes = np.zeros((6, 2, 1, 3))
    spikes[1:3, 1, 0, 2] = 1
    (group,) = compare_nir(imported, spike_samples(imported, spikes)).groups
    first = group.first
    assert (first.step, first.element, first.fired) == (2, (1, 0, 2), "float")
    assert (first.core_step, first.neuron) == (3, 5)  # channels are last on a core


def test_samples_begin_anew_and_the_float_run_may_come_in_parts(outliers, monkeypatch):
    imported = read_nir(outliers, dt=1.0)
    samples = random_samples(imported, steps=30, rate=0.3, seed=3, samples=5)
    told = []
    whole = compare_nir(imported, samples, progress=told.append)
    assert told == [1, 2, 3, 4, 5]
    monkeypatch.setattr(comparison, "_MOST_NUMBERS", 1)
    assert compare_nir(imported, samples).as_dict() == whole.as_dict()
    alone = [
        compare_nir(imported, spike_samples(imported, samples.inputs["input"][n])) for n in range(5)
    ]
    assert whole.different == sum(found.different for found in alone)
    assert whole.agreement == np.mean([found.agreement for found in alone])


def test_voltages_that_are_read_vote(chain, neurons):
    weight = nir.Linear(np.array([[0.3, -0.2], [0.1, 0.4], [0.2, 0.2]]))
    imported = read_nir(chain((2,), weight, neurons("LI", (3,))), dt=1.0)
    spikes = np.zeros((2, 20, 2))
    spikes[0, :, 0] = spikes[1, :, 1] = 1
    found = compare_nir(imported, spike_samples(imported, spikes, [0, 2]))
    (group,) = found.groups
    assert (group.spikes_float, group.same_spikes) == (0, None)
    assert 0 < group.read_error < 0.01
    assert 0 < group.voltage_error < 0.05
    assert (found.accuracy_float, found.accuracy_core, found.agreement) == (0.5, 0.5, 1)


def test_accuracies_are_those_of_the_counts(outliers):
    imported = read_nir(outliers, dt=1.0)
    samples = random_samples(imported, steps=40, rate=0.3, seed=5, samples=12)
    spikes = run_float(imported, samples.inputs).spikes["lif_1"]
    predicted = spikes.sum(axis=1).argmax(axis=1)
    found = compare_nir(imported, spike_samples(imported, samples.inputs, predicted))
    assert found.accuracy_float == 1
    assert found.accuracy_core == found.agreement < 1
    assert (found.output, found.samples, found.steps) == ("output", 12, 40)


class Lossy:
    """An engine that loses the last spike of each run."""

    name = "lossy"

    def __init__(self, params):
        self._core, self.params = GoldenCore(params), params

    def __getattr__(self, name):
        return getattr(self._core, name)

    def run(self, *given, **more):
        record = self._core.run(*given, **more)
        return Record(record.steps[:-1], record.compartments[:-1])


def test_the_rtl_is_the_golden_core_and_what_is_not_is_found(chain, neurons):
    weight = nir.Linear(np.array([[2.0, 3.0], [4.0, -1.0], [1.5, 2.5]]))
    imported = read_nir(chain((2,), weight, neurons("LIF", (3,), 2.0, tau=7.3)), dt=1.0)
    samples = random_samples(imported, steps=12, rate=0.5, seed=1, samples=2)
    params = compile_network(imported.network, lanes=1).params
    rtl, lossy = (compare_engine(imported, samples, e(params)) for e in (AmaranthEngine, Lossy))
    assert (rtl.engine, rtl.samples, rtl.steps, rtl.different) == ("amaranth", 2, 12, 0)
    assert rtl.spikes > 10
    assert lossy.different == 2


def test_graphs_of_few_parts_are_compared_without_a_warning(neurons):
    """Populations that forget at once, that are read, that have no weights; no output at all."""
    nodes = {
        "in": nir.Input(np.array([2])),
        "t": neurons("Threshold", (2,), 0.5),
        "w": nir.Linear(np.array([[0.25, 0.5], [0.75, -0.5]])),
        "zero": nir.Linear(np.zeros((2, 2))),
        "li": neurons("LI", (2,), v_leak=1.0),
        "out": nir.Output(np.array([2])),
    }
    for edges, read in (
        ([("in", "t")], None),
        ([("in", "w"), ("w", "out")], "out"),
        ([("in", "t"), ("t", "w"), ("w", "out")], "out"),
        ([("in", "zero"), ("zero", "li"), ("li", "out")], "li"),
    ):
        used = {name: nodes[name] for name in {n for edge in edges for n in edge}}
        imported = read_nir(nir.NIRGraph(used, edges, type_check=False), dt=1.0)
        samples = random_samples(imported, steps=20, rate=0.4, seed=1, samples=2)
        found = compare_nir(imported, samples)
        assert found.different == 0
        assert found.agreement == (1 if read else None)
        groups = {group.name: group for group in found.groups}
        assert read is None or groups[read].read_error < 1e-4


def test_voltages_at_a_limit_are_told_and_not_compared(chain, neurons):
    weight = nir.Linear(np.array([[-1.0, 0.3]]))
    imported = read_nir(chain((2,), weight, neurons("IF", (1,), 1.0)), dt=1.0)
    low = -131071 / imported.choices["n1"].scale
    spikes = np.zeros((2000, 2))
    spikes[:, 0] = 1
    assert low > -2000
    (group,) = compare_nir(imported, spike_samples(imported, spikes)).groups
    assert group.limited == pytest.approx(2000 + low, abs=3)
    assert group.voltage_error < 1e-3


def test_inputs_that_the_graph_lacks_and_weights_as_they_are(outliers):
    imported = read_nir(outliers, dt=1.0)
    lesson = taught(imported, TuningOptions())
    run = CoreRun(lesson.imported)
    samples = random_samples(imported, steps=9, rate=0.3, seed=1)
    weights = run.weights("lif to lif_1")
    assert np.array_equal(weights, imported.network.connections["lif to lif_1"].weights)
    spikes = np.zeros((10, 5), bool)
    spikes[8, 3] = True
    plain, both = run.record(samples, 0), run.record(samples, 0, {"target": spikes})
    first, _ = lesson.imported.compile().populations["teacher"]
    assert both.steps.size == plain.steps.size + 1
    assert both.steps[both.compartments == first + 3].tolist() == [9]
    assert not (plain.compartments >= first).any() or first == 0
