"""The float network: what frameworks compute, batch norms folded, and refusals by layer."""

import numpy as np
import pytest

from backspike.golden.conversion.float_net import float_net
from backspike.golden.conversion.layers import AvgPool2d, BatchNorm, Conv2d, Dense, Flatten, ReLU
from backspike.golden.errors import UserError

RNG = np.random.default_rng(1)


def norm(channels):
    return BatchNorm(
        RNG.normal(0, 1, channels),
        RNG.uniform(0.1, 3, channels),
        RNG.normal(0, 1, channels),
        RNG.normal(0, 1, channels),
        1e-3,
    )


def normalised(layer, x):
    """A batch norm as its formula says it, (n, channels, ...)."""
    rows = (1, -1, *[1] * (x.ndim - 2))
    mean, variance, scale, shift = (
        values.reshape(rows) for values in (layer.mean, layer.variance, layer.scale, layer.shift)
    )
    return scale * (x - mean) / np.sqrt(variance + layer.epsilon) + shift


def convolved(layer, x):
    """A convolution without strides, sum by sum."""
    pad = layer.padding
    padded = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    rows, columns = layer.weight.shape[2:]
    height, width = (padded.shape[2] - rows + 1, padded.shape[3] - columns + 1)
    made = np.zeros((len(x), len(layer.weight), height, width))
    for y in range(height):
        for z in range(width):
            part = padded[:, None, :, y : y + rows, z : z + columns]
            made[:, :, y, z] = (part * layer.weight).sum(axis=(2, 3, 4))
    return made + layer.bias.reshape(1, -1, 1, 1)


def test_batch_norms_are_folded_exactly_wherever_they_stand():
    conv = Conv2d(RNG.normal(0, 1, (4, 2, 3, 3)), RNG.normal(0, 1, 4), padding=1)
    dense = Dense(RNG.normal(0, 1, (3, 16)), RNG.normal(0, 1, 3))
    first, second, third, last = norm(2), norm(4), norm(4), norm(3)
    layers = [
        first, conv, second, ReLU(), third, AvgPool2d(2), Flatten(), dense, last
    ]  # fmt: skip
    x = RNG.normal(0, 1, (5, 2, 4, 4))
    hidden = np.maximum(normalised(second, convolved(conv, normalised(first, x))), 0)
    hidden = normalised(third, hidden).reshape(5, 4, 2, 2, 2, 2).mean(axis=(3, 5))
    outputs = normalised(last, hidden.reshape(5, -1) @ dense.weight.T + dense.bias)
    net = float_net(layers, (2, 4, 4))
    assert np.abs(net.outputs(x) - outputs).max() < 1e-9
    kinds = [[node.kind for node in stage.nodes] for stage in net.stages]
    assert kinds == [["Conv2d", "Conv2d"], ["Conv2d", "AvgPool2d", "Flatten", "Affine"]]


def test_a_batch_norm_of_features_stands_alone_or_is_folded():
    first, second = norm(6), norm(3)
    dense = Dense(RNG.normal(0, 1, (3, 6)))
    x = RNG.normal(0, 1, (5, 6))
    net = float_net([first, ReLU(), dense, second], (6,))
    hidden = np.maximum(normalised(first, x), 0)
    assert np.abs(net.outputs(x) - normalised(second, hidden @ dense.weight.T)).max() < 1e-9


def test_channels_last_is_the_same_network_in_the_layout_of_keras():
    kernels, matrix = RNG.normal(0, 1, (3, 2, 2, 4)), RNG.normal(0, 1, (4 * 2 * 3, 5))
    features = norm(4 * 2 * 3)
    x = RNG.normal(0, 1, (6, 4, 4, 2))  # height, width, channels
    conv = Conv2d(kernels.transpose(3, 2, 0, 1), np.zeros(4))
    hidden = np.maximum(convolved(conv, x.transpose(0, 3, 1, 2)), 0).transpose(0, 2, 3, 1)
    outputs = normalised(features, hidden.reshape(6, -1)) @ matrix
    layers = [Conv2d(kernels), ReLU(), Flatten(), features, Dense(matrix)]
    net = float_net(layers, (2, 4, 4), channels_last=True)
    assert np.abs(net.outputs(x.transpose(0, 3, 1, 2)) - outputs).max() < 1e-9


def test_many_inputs_go_through_in_parts(monkeypatch):
    net = float_net([Dense(RNG.normal(0, 1, (3, 4)))], (4,))
    x = RNG.normal(0, 1, (10, 4))
    whole = net.outputs(x)
    monkeypatch.setattr("backspike.golden.conversion.float_net._MOST_NUMBERS", 10)
    assert [len(part) for part in net.parts(x)] == [3, 3, 3, 1]
    assert np.allclose(net.outputs(x), whole)


def test_relus_that_follow_each_other_are_one():
    net = float_net([Dense(np.eye(2)), ReLU(), ReLU(), Dense(np.eye(2)), ReLU()], (2,))
    assert [stage.rectified for stage in net.stages] == [True, True]
    assert [stage.name for stage in net.stages] == ["affine1", "affine2"]


DENSE = Dense(np.ones((3, 4)))


@pytest.mark.parametrize(
    ("layers", "message"),
    [
        (["dense"], r"^layer 1 must be one of Dense, Conv2d, AvgPool2d, .*, not 'dense' \(str"),
        ([DENSE, Dense(np.ones((2, 5)))], r"^layer 2 \(Dense\): weight takes 5 numbers, and 3 com"),
        (
            [Dense(np.full((3, 4), np.nan))],
            r"^layer 1 \(Dense\): weight must be finite, and has Na",
        ),
        ([Dense("text")], r"^layer 1 \(Dense\): weight must be numbers, not 'text'"),
        ([Dense(np.ones((3, 4)), np.ones(2))], r"^layer 1 \(Dense\): bias must have 3 numbers"),
        ([DENSE, BatchNorm(None, np.ones(3))], r"^layer 2 \(BatchNorm\): mean is missing$"),
        ([DENSE, BatchNorm(0.0, None)], r"^layer 2 \(BatchNorm\): variance is missing$"),
        ([DENSE, BatchNorm(0.0, -1.0)], r"variance plus epsilon must be above 0, not -0.99999$"),
        ([DENSE, BatchNorm(np.zeros(4), 1.0)], r"mean must have 3 numbers, one for each channel"),
        ([DENSE, Conv2d(np.ones((1, 1, 2, 2)))], r"^layer 2 \(Conv2d\): its input must have the s"),
        ([AvgPool2d(2), DENSE], r"^layer 1 \(AvgPool2d\): its input must have the shape"),
        ([ReLU(), DENSE], r"^layer 1 \(ReLU\) must come after others$"),
        ([Flatten(), ReLU()], r"^layers must have a Dense or a Conv2d, and there is none$"),
    ],
)
def test_what_does_not_fit_is_named_by_its_layer(layers, message):
    with pytest.raises(UserError, match=message):
        float_net(layers, (4,))
