"""State dicts, and words for their layers."""

import numpy as np
import pytest

from backspike.golden.conversion.layers import Conv2d, Dense
from backspike.golden.conversion.state_dict import layers_of_state
from backspike.golden.errors import UserError

CNN = {
    "c.weight": np.ones((4, 1, 3, 3)),
    "c.bias": np.ones(4),
    "n.weight": np.ones(4),
    "n.bias": np.ones(4),
    "n.running_mean": np.zeros(4),
    "n.running_var": np.ones(4),
    "n.num_batches_tracked": np.array(7),
    "d.weight": np.ones((2, 16)),
}


def kinds(layers):
    return [type(layer).__name__ for layer in layers]


def test_without_words_there_is_a_relu_after_each_but_the_last():
    layers = layers_of_state(CNN)
    assert kinds(layers) == ["Conv2d", "BatchNorm", "ReLU", "Flatten", "Dense"]
    assert layers[1].mean is CNN["n.running_mean"]
    assert layers[1].scale is CNN["n.weight"]


def test_words_say_what_is_between_and_how():
    words = "conv stride=2 padding=1, batchnorm epsilon=1e-3, relu, avgpool 2 stride=1,relu,dense"
    layers = layers_of_state(CNN, words)
    assert kinds(layers) == ["Conv2d", "BatchNorm", "ReLU", "AvgPool2d", "ReLU", "Dense"]
    conv, norm, pool = layers[0], layers[1], layers[3]
    assert isinstance(conv, Conv2d)
    assert (conv.stride, conv.padding, conv.groups) == (2, 1, 1)
    assert norm.epsilon == 1e-3
    assert pool.raw() == {"kernel_size": 2, "stride": 1, "padding": 0}


def test_a_padding_may_be_a_word():
    (layer,) = layers_of_state({"c.weight": CNN["c.weight"]}, "conv padding=same")
    assert isinstance(layer, Conv2d)
    assert layer.padding == "same"


def test_names_of_scikit_learn_have_their_own_order():
    first, second = np.ones((2, 3)), np.ones((3, 4))
    state = {"coefs_0": first, "coefs_1": second, "intercepts_0": np.ones(3)}
    layers = layers_of_state(state)
    assert kinds(layers) == ["Dense", "ReLU", "Dense"]
    assert isinstance(layers[0], Dense)
    assert layers[0].weight.shape == (3, 2)
    assert layers[0].bias.tolist() == [1, 1, 1]


@pytest.mark.parametrize(
    ("state", "words", "message"),
    [
        ({}, None, r"^weights: there are none$"),
        ({"w1": 1}, None, r"^weights: 'w1' is no name of an array: NAME.weight, NAME.bias"),
        ({"n.weight": np.ones(3)}, None, r"^weights: n looks like a batch norm, and lacks its sta"),
        ({"n.running_mean": 0}, None, r"^weights: batchnorm needs n.running_var, and it is miss"),
        ({"d.bias": 0}, None, r"^weights: Dense needs d.weight, and it is missing$"),
        (CNN, "conv, dense", r"^weights: n.running_(mean|var) is of a batchnorm, not of dense$"),
        (CNN, "conv", r"^layers: 'conv' has no layer for the weights of n, d$"),
        (CNN, "conv, batchnorm, dense, dense", r"dense \(number 4\) has no arrays left: the weig"),
        (CNN, "conv, maxpool 2", r"^layers: number 2 must be one of dense, conv, batchnorm, avg"),
        (CNN, "", r"^layers: number 1 must be one of .*, not ''$"),
        (CNN, "conv kernel=3", r"^layers: conv has no option 'kernel=3': stride, padding, dilat"),
        (CNN, "conv stride=x", r"^layers: stride of conv must be a number, not 'x'$"),
        (CNN, "relu 3", r"^layers: relu has no option '3': none$"),
        (CNN, "avgpool", r"^layers: avgpool needs a size, such as avgpool 2$"),
    ],
)
def test_what_is_wrong_is_one_line(state, words, message):
    with pytest.raises(UserError, match=message):
        layers_of_state(state, words)
