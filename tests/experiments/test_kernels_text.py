"""Texts of convolutions and of networks with them."""

import pytest

from backspike.experiments.kernels_text import layer_shapes, network_text, read_kernels
from backspike.golden.errors import UserError
from backspike.golden.nbp.layer_shapes import LayerShape, dense_shapes

TEXT, IMAGE = "32x5x5/2,64x3x5+0", (28, 28, 1)


def test_layers_follow_each_other():
    first, second, hidden, last = layer_shapes(IMAGE, TEXT, (784, 100, 10))
    assert first == LayerShape.convolution(IMAGE, (5, 5), 32, 2, 2)
    assert second == LayerShape.convolution((14, 14, 32), (3, 5), 64, 1, 0)
    assert (hidden, last) == (LayerShape.dense(12 * 10 * 64, 100), LayerShape.dense(100, 10))


def test_without_convolutions_all_are_matrices():
    assert read_kernels(None) == ()
    assert layer_shapes(None, None, (784, 100, 10)) == dense_shapes((784, 100, 10))


def test_a_network_is_told_by_its_layers_of_neurons():
    assert network_text(dense_shapes((784, 100, 10))) == "784-100-10"
    network = layer_shapes(IMAGE, TEXT, (784, 100, 10))
    assert network_text(network) == "28x28x1-14x14x32-12x10x64-100-10"
    assert network_text(network[:2]) == "28x28x1-14x14x32-12x10x64"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "kernels must be FILTERSxROWSxCOLUMNS, .*, not ''"),
        ("32x5", "kernels must be FILTERSxROWSxCOLUMNS, .*, not '32x5'"),
        ("32x5x5/2,4x5", "kernels must be FILTERSxROWSxCOLUMNS, .*, not '4x5'"),
        ("32x5x5, 4x5x5", "kernels must be FILTERSxROWSxCOLUMNS, .*, not ' 4x5x5'"),
        ("4x0x3", "kernels '4x0x3': rows of a kernel must be between 1 and 255, not 0"),
        ("4x3x3/0", "kernels '4x3x3/0': stride of a convolution must be between 1 and 16, not 0"),
        ("4x3x3+3", r"kernels '4x3x3\+3': pad of a convolution must be between 0 and 2, not 3"),
    ],
)
def test_what_is_none_is_explained_before_there_is_an_image(text, message):
    with pytest.raises(UserError, match=f"^{message}$"):
        read_kernels(text)


@pytest.mark.parametrize(
    ("image", "message"),
    [
        ((8, 8, 1), r"kernels '4x9x9\+0': kernels of \(9, 9\) exceed an image of \(8, 8\)"),
        (None, r"kernels '4x9x9\+0' are for images: these inputs are none"),
    ],
)
def test_what_does_not_fit_is_explained(image, message):
    with pytest.raises(UserError, match=f"^{message}$"):
        layer_shapes(image, "4x9x9+0", (64, 10))
