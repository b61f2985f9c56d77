"""Populations, inputs and parts: what rows hold of them, and how mistakes are explained."""

import numpy as np
import pytest

from backspike.golden.network.network import Network
from backspike.golden.network.neurons import Input, Population, check_size
from backspike.hdl.layouts import NoiseTarget, Reset


@pytest.fixture
def net():
    network = Network()
    network.input("in", 3)
    network.population("a", 4, threshold=100)
    return network


@pytest.mark.parametrize(
    ("bias", "mantissa", "exponent"),
    [
        (0, 0, 0),
        (-8192, -4096, 7),
        (1, 64, 0),
        (1 / 64, 1, 0),
        (64, 2048, 1),
        (-64, -4096, 0),
        (8190, 4095, 7),
    ],
)
def test_bias_is_stored_exactly(net, bias, mantissa, exponent):
    made = net.population("c", 2, threshold=0, bias=[0, bias])
    assert [column.tolist() for column in made.biases] == [[0, mantissa], [0, exponent]]


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"threshold": -1}, ValueError, "threshold .* between 0 and 131071, not -1"),
        (
            {"threshold": 1.5},
            ValueError,
            r"threshold of population 'p' must be whole and between 0 and 131071, not 1\.5",
        ),
        ({"threshold": [3, 131072]}, ValueError, "threshold .* 0 and 131071, not 131072"),
        ({"threshold": float("nan")}, ValueError, "threshold .* 0 and 131071, not nan"),
        ({"threshold": float("inf")}, ValueError, "threshold .* 0 and 131071, not inf"),
        ({"threshold": [1, 2, 3]}, ValueError, r"threshold .* number or 2, not shape \(3,\)"),
        (
            {"threshold": "high"},
            TypeError,
            "threshold of population 'p' must be numbers, not 'high'",
        ),
        ({"threshold": True}, TypeError, "threshold of population 'p' must be numbers, not True"),
        ({"bias": "no"}, TypeError, "bias of population 'p' must be numbers, not 'no'"),
        ({"negate": "no"}, TypeError, "negate of population 'p' must be True or False, not 'no'"),
        ({"tau_v": -1}, ValueError, "tau_v .* between 0 and 8191 steps, or infinite, not -1"),
        ({"tau_u": 9000}, ValueError, "tau_u .* between 0 and 8191 steps, or infinite, not 9000"),
        ({"tau_u": float("nan")}, ValueError, "tau_u .* or infinite, not nan"),
        (
            {"tau_v": "20"},
            TypeError,
            "tau_v of .*, in steps, must be a number, not '20'",
        ),
        ({"tau_v": 20, "decay_v": 9}, ValueError, "tau_v .* and decay_v say the same: .*"),
        ({"noise": 5}, TypeError, r"noise of population 'p' must be \(mantissa, exp.*\), not 5"),
        (
            {"reset": "none"},
            ValueError,
            "reset of population 'p' must be 'zero' or 'subtract' or 'delayed', not 'none'",
        ),
        ({"size": 0}, ValueError, "size of population 'p' must be between 1 and 16384, not 0"),
        ({"decay_u": 4097}, ValueError, "decay_u .* must be between 0 and 4096, not 4097"),
        ({"decay_v": -1}, ValueError, "decay_v .* must be between 0 and 4096, not -1"),
        ({"refractory": 0}, ValueError, "refractory .* must be between 1 and 63, not 0"),
        ({"vmin": 24}, ValueError, "vmin .* must be between 0 and 23, not 24"),
        ({"vmax": 8}, ValueError, "vmax .* must be between 0 and 7, not 8"),
        (
            {"bias": 0.01},
            ValueError,
            r"64 times the bias of population 'p' must be -4096 to 4095 times a power of 2 up to "
            r"128, and 0\.64 does not fit",
        ),
        ({"bias": [1, 2, 3]}, ValueError, r"bias .* must be one number or 2, not shape \(3,\)"),
        ({"name": "a"}, ValueError, "name 'a' is already taken"),
        ({"name": "in"}, ValueError, "name 'in' is already taken"),
        ({"name": ""}, TypeError, "name must be a str that is not empty, not ''"),
    ],
)
def test_bad_populations_are_explained(net, options, error, message):
    with pytest.raises(error, match=f"^{message}$"):
        net.population(**{"name": "p", "size": 2, "threshold": 1, **options})


@pytest.mark.parametrize(
    ("noise", "message"),
    [
        ((64, 1), "mantissa of the noise of population 'p' must be between -64 and 63, not 64"),
        ((0, 16), "exponent of the noise of population 'p' must be between 0 and 15, not 16"),
    ],
)
def test_bad_noise_is_explained(noise, message):
    with pytest.raises(ValueError, match=f"^{message}$"):
        Population("p", 2, threshold=1, noise=noise)


def test_constants_that_rows_hold():
    made = Population("p", 2, threshold=7, window=1024, noise=(-3, 5), noisy="voltage")
    assert made.profile() == {
        "decay_u": 4096,
        "decay_v": 4096,
        "threshold": 7,
        "refractory": 1,
        "vmin": 23,
        "vmax": 7,
        "window": 10,
        "reset": Reset.ZERO.value,
    }
    for reset in Reset:
        other = Population("p", 2, threshold=7, reset=reset.name.lower())
        assert other.profile()["reset"] == reset.value
    assert made.row_noise == {
        "noise_mantissa": -3,
        "noise_exponent": 5,
        "noisy": NoiseTarget.VOLTAGE.value,
    }


@pytest.mark.parametrize(
    ("constants", "needs_dynamics"),
    [
        ({}, False),
        ({"window": 2}, False),
        ({"vmin": 0}, False),  # a voltage below 0 is forgotten anyway
        ({"decay_v": 0}, True),
        ({"refractory": 2}, True),
        ({"bias": [0, 1]}, True),
        ({"noise": (0, 1)}, True),
        ({"reset": "subtract"}, True),
        ({"watches": Population("h", 2, threshold=1)}, True),
    ],
)
def test_dynamics(constants, needs_dynamics):
    assert Population("p", 2, threshold=7, **constants).has_dynamics == needs_dynamics


@pytest.mark.parametrize("group", [Input("g", 5), Population("g", 5, threshold=1)])
def test_parts(group):
    for index, first, size in ((2, 2, 1), (slice(1, 3), 1, 2), (slice(None), 0, 5)):
        part = group[index]
        assert (part.owner, part.first, part.size) == (group, first, size)
    with pytest.raises(ValueError, match=r"^neuron of 'g' must be between 0 and 4, not 5$"):
        group[5]
    for index in (slice(0, 5, 2), slice(3, 3)):
        with pytest.raises(IndexError, match=r"^part of 'g' must be a run of neurons, not slice"):
            group[index]


def test_sizes_of_parts():
    group = Input("g", 5)
    check_size("source", group[:3], 3)
    for part in (group[1:4], group[:]):
        with pytest.raises(ValueError, match=r"^source must be 3 neurons from the first on, not "):
            check_size("source", part, 3)


def test_bad_inputs_are_explained():
    with pytest.raises(ValueError, match=r"^size of input 'i' must be between 1 and 16384, not 0$"):
        Input("i", 0)


@pytest.mark.parametrize(
    ("tau", "decay"),
    [(0, 4096), (1.0, 2589), (20, 200), (np.float32(20), 200), (8191, 1), (float("inf"), 0)],
)
def test_time_constants_are_decays(tau, decay):
    made = Population("p", 2, threshold=7, tau_v=tau)
    assert (made.decay_u, made.decay_v) == (4096, decay)
    assert Population("p", 2, threshold=7, tau_u=tau).decay_u == decay


@pytest.mark.parametrize("threshold", [7, 7.0, np.int16(7), np.float64(7), [7, 7]])
def test_thresholds_are_whole_numbers_of_any_kind(threshold):
    made = Population("p", 2, threshold=threshold)
    assert made.thresholds.tolist() == [7, 7]
    assert made.profile()["threshold"] == 7


def test_neurons_have_thresholds_of_their_own():
    made = Population("p", 3, threshold=np.array([1, 5.0, 9]))
    assert [made.profile(n)["threshold"] for n in range(3)] == [1, 5, 9]


def test_a_part_of_a_part_is_a_part_of_the_group():
    made = Population("p", 9, threshold=7)
    part = made[2:8][1:3]
    assert (part.owner, part.first, part.size) == (made, 3, 2)
    assert (part[1].first, part[1].size) == (4, 1)
    with pytest.raises(ValueError, match=r"^neuron of 'p' must be between 0 and 1, not 2$"):
        part[2]


@pytest.mark.parametrize(
    ("constants", "message"),
    [
        ({"decay_v": 9}, "decay_v of population 'p' must be 4096, not 9: it watches 'h', and has"),
        ({"tau_u": 9}, "tau_u of population 'p' must be None, not 9: it watches 'h', and has no"),
        ({"bias": [1, 2]}, r"bias of population 'p' must be 0, not \[1, 2\]: it watches 'h'"),
        ({"refractory": 2}, "refractory of population 'p' must be 1, not 2: it watches 'h'"),
        ({"reset": "subtract"}, "reset of population 'p' must be 'zero', not 'subtract': it"),
        ({"noise": (1, 2)}, r"noise of population 'p' must be \(0, 0\), not \(1, 2\): it watc"),
        ({"vmax": 3}, "vmax of population 'p' must be 7, not 3: it watches 'h', and has no state"),
    ],
)
def test_who_watches_has_no_state(constants, message):
    with pytest.raises(ValueError, match=f"^{message}"):
        Population("p", 2, threshold=1, watches=Population("h", 2, threshold=1), **constants)


def test_only_a_voltage_can_be_watched():
    h = Population("h", 2, threshold=1)
    watcher = Population("w", 2, threshold=[1, 5], window=4, negate=True, gate=h, watches=h)
    for field, what in (("watches", "a voltage"), ("sums_of", "synapses")):
        with pytest.raises(
            ValueError,
            match=f"^{field} of population 'p' must have {what} of its own, and 'w' watches 'h'$",
        ):
            Population("p", 2, threshold=1, **{field: watcher})
    with pytest.raises(ValueError, match=r"^watches of population 'p' must have 3 neurons, not 2$"):
        Population("p", 3, threshold=1, watches=h)
    with pytest.raises(ValueError, match=r"^sums_of of population 'p' must be None, not 'h': it"):
        Population("p", 2, threshold=1, watches=h, sums_of=h)
    assert Population("p", 2, threshold=1, watches=Population("s", 2, threshold=1, sums_of=h))


def test_only_whole_groups_lend_sums_and_gates():
    source = Input("i", 4)
    with pytest.raises(TypeError, match=r"^sums_of of population 'p' must be a population, not I"):
        Population("p", 4, threshold=1, sums_of=source)
    with pytest.raises(TypeError, match=r"^watches of population 'p' must be a population, not I"):
        Population("p", 4, threshold=1, watches=source)
    with pytest.raises(TypeError, match=r"^gate of population 'p' must be a pop.*, not Part\("):
        Population("p", 2, threshold=1, gate=source[:2])


def test_the_profile_of_a_single_neuron():
    assert Population("p", 1, threshold=7).profile()["threshold"] == 7
