"""Conversion: rates that are activations, on the core too, and refusals."""

from itertools import pairwise

import nir
import numpy as np
import pytest

from backspike.golden.conversion.convert import convert
from backspike.golden.conversion.graph import DT
from backspike.golden.conversion.layers import AvgPool2d, BatchNorm, Conv2d, Dense, Flatten, ReLU
from backspike.golden.errors import UserError
from backspike.golden.nir.comparison import compare_nir
from backspike.golden.nir.reference import run_float
from backspike.golden.nir.to_network import read_nir

STEPS = 256


def mlp(seed, *sizes):
    rng = np.random.default_rng(seed)
    layers = []
    for n, m in pairwise(sizes):
        layers += [Dense(rng.normal(0, 1.5 / n**0.5, (m, n)), rng.normal(0, 0.1, m)), ReLU()]
    return layers[:-1], rng.random((60, sizes[0]))


@pytest.mark.parametrize("seed", range(4))
def test_rates_of_one_layer_are_relus_to_a_spike(seed):
    """Of inputs whose rates are exact, such as all of multiples of 1 / T."""
    layers, x = mlp(seed, 8, 12, 3)
    x = np.round(x * STEPS) / STEPS
    x[0, 0] = 1.0
    made = convert(layers, x, percentile=100.0)
    spikes = run_float(made.imported, made.spikes(x, STEPS)).spikes["relu1"]
    rates = spikes.sum(axis=1) / STEPS
    wanted = made.net.stages[0].apply(x) / made.populations[0].scale
    strays = np.abs(layers[0].weight).sum(axis=1).max() / made.populations[0].threshold
    assert np.abs(rates - wanted).max() <= (1 + strays) / STEPS  # inputs not yet in, or too early
    assert np.abs(rates - wanted).mean() <= 1 / STEPS


@pytest.mark.parametrize(("charge", "within"), [(True, 0.5), (False, 1.0)])
def test_rates_of_a_steady_input_are_relus_to_one_spike_in_all_steps(charge, within):
    """Inputs of 0 and 1 come in every step: nothing is noise but the last, unfinished spike, of
    which a charge leaves a half."""
    layers, x = mlp(1, 8, 12, 3)
    x = np.round(x)
    made = convert(layers, x, percentile=100.0, charge=charge)
    for steps in (8, 32, 128):
        spikes = run_float(made.imported, made.spikes(x, steps)).spikes["relu1"]
        wanted = made.net.stages[0].apply(x) / made.populations[0].scale
        assert np.abs(spikes.sum(axis=1) / steps - wanted).max() <= within / steps + 1e-9


def test_outputs_that_are_read_are_those_of_the_float_network():
    layers, x = mlp(2, 8, 12, 10, 3)
    made = convert(layers, x, read="voltages", percentile=100.0)
    voltages = run_float(made.imported, made.spikes(x, STEPS)).voltages["output"]
    outputs = voltages.mean(axis=1) * made.populations[-1].scale
    assert np.abs(outputs - made.outputs(x)).mean() < 0.02 * np.abs(made.outputs(x)).mean()
    assert np.array_equal(made.outputs(x), made.net.outputs(x))


def cnn(signed):
    rng = np.random.default_rng(3)
    norm = BatchNorm(rng.normal(0, 0.1, 4), rng.uniform(0.5, 2, 4), rng.uniform(0.5, 2, 4))
    layers = [
        Conv2d(rng.normal(0, 0.4, (4, 2, 3, 3)), rng.normal(0, 0.1, 4), padding=1), norm, ReLU(),
        AvgPool2d(2), Conv2d(rng.normal(0, 0.3, (6, 4, 3, 3)), 0.1), ReLU(), Flatten(),
        Dense(rng.normal(0, 0.4, (5, 24)), rng.normal(0, 0.1, 5)),
    ]  # fmt: skip
    return layers, rng.random((20, 2, 8, 8)) - 0.5 * signed


@pytest.mark.parametrize("signed", [False, True])
def test_convolutions_stay_convolutions_and_rates_activations(signed):
    layers, x = cnn(signed)
    made = convert(layers, x)
    assert list(made.imported.network.convolutions) == ["input to relu1", "relu1 to relu2"]
    assert made.imported.groups["input"].shape == (2 + 2 * signed, 8, 8)
    samples = made.coded(x[:4], 64)
    found = compare_nir(made.imported, samples)
    for group, stage in zip(found.groups[:2], (0, 1), strict=True):
        values = x[:4]
        for one in made.net.stages[: stage + 1]:
            values = one.apply(values)
        wanted = np.minimum(values / made.populations[stage].scale, 1).mean(axis=0).reshape(-1)
        assert np.abs(group.rates_core - wanted).max() < 0.06
        assert group.rate_error < 0.005


def test_channels_last_is_the_same_network():
    layers, x = cnn(False)
    first, norm, *_, dense = layers
    kernels = [np.transpose(layers[k].weight, (2, 3, 1, 0)) for k in (0, 4)]
    image = dense.weight.reshape(5, 6, 2, 2).transpose(0, 2, 3, 1).reshape(5, -1)
    last = [
        Conv2d(kernels[0], first.bias, padding=1), norm, ReLU(), AvgPool2d(2),
        Conv2d(kernels[1], 0.1), ReLU(), Flatten(), Dense(image.T, dense.bias),
    ]  # fmt: skip
    one = convert(layers, x)
    other = convert(last, x.transpose(0, 2, 3, 1), channels="last")
    assert np.allclose(one.outputs(x), other.outputs(x.transpose(0, 2, 3, 1)))
    assert [made.scale for made in other.populations] == pytest.approx([
        made.scale for made in one.populations
    ])
    spikes = [
        made.spikes(v, 9)["input"] for made, v in ((one, x), (other, x.transpose(0, 2, 3, 1)))
    ]
    assert np.array_equal(*spikes)


def test_the_graph_is_a_file_that_notes_its_reset(tmp_path):
    layers, x = mlp(4, 6, 9, 3)
    made = convert(layers, x)
    nir.write(tmp_path / "net.nir", made.graph)
    read = read_nir(tmp_path / "net.nir", dt=DT)
    assert set(read.conventions.resets.values()) == {"subtract"}
    assert repr(read.network) == repr(made.imported.network)
    for name, connection in made.imported.network.connections.items():
        assert np.array_equal(connection.weights, read.network.connections[name].weights)


def test_it_is_the_same_each_time():
    layers, x = mlp(5, 6, 9, 3)
    one, two = (convert(layers, x) for _ in range(2))
    assert one.populations == two.populations
    assert repr(one) == repr(two)
    assert repr(one).startswith("Conversion(affine1 9, affine2 3; Network(")
    runs = [compare_nir(made.imported, made.coded(x[:3], 20)) for made in (one, two)]
    assert runs[0].as_dict() == runs[1].as_dict()


def test_outputs_behind_a_relu_are_spikes():
    layers, x = mlp(6, 6, 9, 3)
    made = convert([*layers, ReLU()], x, read="voltages")
    assert [one.population for one in made.populations] == ["relu1", "relu2"]


def test_outputs_below_0_are_raised_until_they_spike():
    layers, x = mlp(7, 6, 9, 3)
    layers[-1] = Dense(layers[-1].weight, np.full(3, -9.0))
    made = convert(layers, x)
    spikes = run_float(made.imported, made.spikes(x, STEPS)).spikes["relu2"]
    agree = spikes.sum(axis=1).argmax(axis=1) == made.outputs(x).argmax(axis=1)
    assert made.outputs(x).max() < 0
    assert agree.mean() > 0.9


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"percentile": 0}, r"^percentile must be above 0 and at most 100, not 0$"),
        ({"read": "sums"}, r"^read must be one of spikes, voltages, not 'sums'$"),
        ({"charge": 1}, r"^charge must be True or False, not 1$"),
        ({"channels": "middle"}, r"^channels must be one of first, last, not 'middle'$"),
        ({"scaling": "none"}, r"^scaling must be one of power-of-two, free, not 'none'$"),
        ({"layers": "dense"}, r"^layers are of a state dict: list has its own$"),
        ({"calibration": None}, r"^calibration must be numbers, not None$"),
        ({"calibration": np.zeros((3, 6))}, r"^calibration must have inputs that are not 0"),
        ({"calibration": np.ones((3, 5))}, r"^layer 1 \(Dense\): weight takes 6 numbers, and 5 co"),
    ],
)
def test_what_is_wrong_is_one_line(options, message):
    layers, x = mlp(8, 6, 9, 3)
    with pytest.raises((TypeError, ValueError), match=message):
        convert(layers, **{"calibration": x, **options})


def test_inputs_of_another_shape_are_refused():
    layers, x = mlp(9, 6, 9, 3)
    made = convert(layers, x)
    message = r"^x must have the shape of the calibration data, \(n, 6\), not \(60, 5\)$"
    with pytest.raises(UserError, match=message):
        made.spikes(x[:, :5], 10)
    with pytest.raises(UserError, match="labels must be"):
        made.coded(x, 10, np.full(60, 3))
