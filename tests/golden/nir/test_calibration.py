"""Choices by measuring: better on data that were not looked at, exact where that can be."""

import nir
import numpy as np
import pytest

from backspike.golden.nir.calibration import calibrate_nir
from backspike.golden.nir.comparison import compare_nir
from backspike.golden.nir.samples import random_samples, spike_samples
from backspike.golden.nir.to_network import read_nir


def sampled(imported, seed, samples=8, steps=50):
    return random_samples(imported, steps=steps, rate=0.2, seed=seed, samples=samples)


@pytest.fixture(scope="module")
def calibrated(outliers):
    imported = read_nir(outliers, dt=1.0)
    return imported, calibrate_nir(imported, sampled(imported, 1))


def test_two_outliers_no_longer_cost_two_thirds_of_the_spikes(calibrated):
    before, calibration = calibrated
    samples = sampled(before, 2, 20)  # others than it was calibrated on
    shares = [compare_nir(i, samples).groups[0].same_spikes for i in (before, calibration.imported)]
    assert shares[0] < 0.4
    assert shares[1] > 0.8
    first = calibration.populations[0]
    chosen = first.trials[first.chosen].choice
    assert chosen.clip == 99.5
    assert chosen.scale == 64
    assert calibration.imported.choices["lif"] == chosen


def test_every_trial_is_told_and_the_best_is_taken(calibrated):
    before, calibration = calibrated
    assert [found.name for found in calibration.populations] == ["lif", "lif_1"]
    assert calibration.samples == 8
    for found in calibration.populations:
        costs = [trial.cost for trial in found.trials if trial.cost is not None]
        assert found.trials[found.chosen].cost == min(costs) < costs[0]
        assert len({trial.choice for trial in found.trials}) == len(found.trials) > 15
        assert found.trials[0].choice == before.choices[found.name]
        best, first = (found.trials[n].cost for n in (found.chosen, 0))
        assert found.why == f"{best:.2%} differ, {first:.2%} by the errors of constants"
        plain = found.as_dict()["trials"][found.chosen]
        assert plain["words"] == str(found.trials[found.chosen].choice)


def test_costs_are_those_of_the_import_that_comes_of_it(calibrated):
    before, calibration = calibrated
    groups = compare_nir(calibration.imported, sampled(before, 1)).groups
    for found, group in zip(calibration.populations, groups, strict=True):
        assert found.trials[found.chosen].cost == pytest.approx(1 - group.same_spikes)


def test_it_is_deterministic_and_looks_at_the_first_samples_alone(outliers, calibrated):
    imported, calibration = calibrated
    more = spike_samples(
        imported, np.concatenate([sampled(imported, s).inputs["input"] for s in (1, 9)])
    )
    told = []
    again = calibrate_nir(imported, more, most=8, progress=lambda *a: told.append(a))
    assert again.populations == calibration.populations
    assert told[0] == ("lif, 0 tried", 0, 2)
    assert told[-1] == ("", 2, 2)


def test_exact_constants_are_chosen_where_they_can_be(chain, neurons):
    whole = np.round(np.random.default_rng(1).normal(0.1, 0.3, (6, 4)), 1)
    graph = chain((4,), nir.Linear(whole), neurons("IF", (6,), 0.75))
    imported = read_nir(graph, dt=1.0, scaling="free")
    assert any(record.error for record in imported.records)
    calibration = calibrate_nir(imported, sampled(imported, 1))
    (found,) = calibration.populations
    assert found.trials[found.chosen].exact
    assert found.why.startswith("its constants are exact")
    assert not any(record.error for record in calibration.imported.records)
    assert calibration.imported.choices["n1"].scale % 20 == pytest.approx(0, abs=1e-6)


def test_what_is_exact_at_once_is_not_searched(random_graph):
    imported = read_nir(random_graph(1, ("IF", "Threshold")), dt=1.0)
    for found in calibrate_nir(imported, sampled(imported, 1)).populations:
        assert len(found.trials) == 1
        assert found.why == "its constants are exact, and nothing differs"


def test_powers_of_two_stay_so_and_free_scales_are_finer(outliers):
    tried = {}
    for scaling in ("power-of-two", "free"):
        imported = read_nir(outliers, dt=1.0, scaling=scaling)
        calibration = calibrate_nir(imported, sampled(imported, 1, 4))
        trials = [trial for found in calibration.populations for trial in found.trials]
        tried[scaling] = {float(np.log2(trial.choice.scale)) for trial in trials}
    assert not any(exponent % 1 for exponent in tried["power-of-two"])
    assert len(tried["free"]) > len(tried["power-of-two"]) > 5
    assert any(exponent % 1 for exponent in tried["free"])


def test_voltages_that_are_read_are_calibrated_by_their_error(chain, neurons):
    weights = np.full((3, 20), 0.01)
    weights[0, 0] = 30.0
    imported = read_nir(chain((20,), nir.Linear(weights), neurons("LI", (3,))), dt=1.0)
    spikes = np.random.default_rng(1).random((4, 30, 20)) < 0.3
    spikes[:, :, 0] = False
    calibration = calibrate_nir(imported, spike_samples(imported, spikes))
    (found,) = calibration.populations
    assert found.trials[0].cost > 0.5
    assert found.trials[found.chosen].cost < 0.05


def test_numbers_are_checked(calibrated):
    imported, _ = calibrated
    with pytest.raises(ValueError, match="most must be between 1 and 1048576, not 0"):
        calibrate_nir(imported, sampled(imported, 1), most=0)
