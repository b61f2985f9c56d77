"""Samples: spikes in the shapes of a graph, or one line that says what is wrong with them."""

import nir
import numpy as np
import pytest

from backspike.golden.errors import UserError
from backspike.golden.nir.samples import random_samples, spike_samples
from backspike.golden.nir.to_network import read_nir


@pytest.fixture
def imported(chain, neurons):
    return read_nir(chain((2, 3, 1), nir.Flatten(None, 0, -1), neurons("IF", (6,))), dt=1.0)


def test_one_sample_or_several(imported):
    spikes = np.random.default_rng(1).random((4, 7, 2, 3, 1)) < 0.5
    for dtype in (bool, np.uint8, float):
        several = spike_samples(imported, spikes.astype(dtype), [0, 5, 1, 1])
        assert np.array_equal(several.inputs["input"], spikes)
        assert (len(several), several.steps, several.labels.tolist()) == (4, 7, [0, 5, 1, 1])
    one = spike_samples(imported, {"input": spikes[1]}, origin="here")
    assert np.array_equal(one.inputs["input"], spikes[1:2])
    assert (len(one), one.labels, one.origin) == (1, None, "here")
    first = several.first(3)
    assert (len(first), first.labels.tolist()) == (3, [0, 5, 1])
    some = several.at(np.array([2, 0]))
    assert some.labels.tolist() == [1, 0]
    assert np.array_equal(some.inputs["input"], spikes[[2, 0]])
    assert one.at(np.array([0])).labels is None


def test_random_spikes_have_their_rate_and_a_seed(imported):
    make = {"steps": 500, "rate": 0.2, "samples": 3}
    one, same, other = (random_samples(imported, **make, seed=seed) for seed in (1, 1, 2))
    assert one.inputs["input"].shape == (3, 500, 2, 3, 1)
    assert np.array_equal(one.inputs["input"], same.inputs["input"])
    assert not np.array_equal(one.inputs["input"], other.inputs["input"])
    assert one.inputs["input"].mean() == pytest.approx(0.2, abs=0.02)
    assert one.origin == "random spikes, 0.2 a step, seed 1"


def test_several_inputs_go_by_their_names(neurons):
    nodes = {"a": nir.Input(np.array([2])), "b": nir.Input(np.array([2])), "n": neurons("IF", (2,))}
    imported = read_nir(nir.NIRGraph(nodes, [("a", "n"), ("b", "n")], type_check=False), dt=1.0)
    spikes = {"b": np.ones((3, 2)), "a": np.zeros((3, 2))}
    made = spike_samples(imported, spikes)
    assert list(made.inputs) == list(imported.network.inputs) == ["b", "a"]
    assert made.inputs["b"].all()
    assert not made.inputs["a"].any()
    for wrong, message in (
        ({"a": spikes["a"]}, "data: inputs must be b, a, not a"),
        (spikes["a"], "data: inputs must be b, a, not b"),
        (spikes | {"b": np.ones((4, 2))}, "must have the same samples and steps, not b (1, 4), a"),
    ):
        with pytest.raises(UserError) as caught:
            spike_samples(imported, wrong)
        assert message in str(caught.value)


SHAPE = (4, 7, 2, 3, 1)


@pytest.mark.parametrize(
    ("data", "labels", "message"),
    [
        (np.ones((4, 7, 6)), None, "must have shape (samples, steps, 2, 3, 1) or (steps, 2, 3, 1)"),
        (np.ones((7, 3, 2, 1)), None, "not (7, 3, 2, 1)"),
        (np.ones((0, 7, 2, 3, 1)), None, "input 'input' is empty: its shape is (0, 7, 2, 3, 1)"),
        (np.full(SHAPE, 0.5), None, "must be spikes, 0 and 1, not 0.5 (168 of 168 numbers)"),
        (np.full(SHAPE, -1), None, "code them as spikes first"),
        (np.full(SHAPE, np.nan), None, "must be finite, and has NaN (168 of 168 numbers)"),
        (np.full(SHAPE, "x"), None, "must be numbers in a regular array"),
        ([[1], [1, 0]], None, "must be numbers in a regular array"),
        (np.ones(SHAPE), [1, 2], "one for each of the 4 samples, not of shape (2,)"),
        (np.ones(SHAPE), [0.5] * 4, "labels must be integers, not float64"),
        (np.ones(SHAPE), ["a"] * 4, "labels must be integers"),
        (np.ones(SHAPE), [0, 6, 0, 0], "labels must be neurons of the output, 0 to 5, not 6"),
        (np.ones(SHAPE), [0, -1, 0, 0], "0 to 5, not -1"),
    ],
)
def test_what_is_wrong_is_one_line(imported, data, labels, message):
    with pytest.raises(UserError) as caught:
        spike_samples(imported, data, labels, origin="a.npz")
    assert message in str(caught.value)
    assert str(caught.value).startswith("a.npz: ")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"rate": 1.5}, "rate must be between 0 and 1 spikes a step, not 1.5"),
        ({"rate": float("nan")}, "rate must be between 0 and 1 spikes a step, not nan"),
        ({"steps": 0}, "steps must be between 1 and 1048576, not 0"),
        ({"samples": 1 << 20, "steps": 1 << 20}, "steps and samples must be fewer"),
    ],
)
def test_numbers_of_random_spikes_are_checked(imported, change, message):
    with pytest.raises(ValueError, match=message):
        random_samples(imported, **({"steps": 5, "rate": 0.1, "seed": 1} | change))
