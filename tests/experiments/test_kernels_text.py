"""Texts of convolutions."""

import pytest

from backspike.experiments.kernels_text import layer_shapes
from backspike.golden.errors import UserError
from backspike.golden.nbp.layer_shapes import LayerShape


def test_layers_follow_each_other():
    first, second, hidden, last = layer_shapes((28, 28, 1), "32x5x5/2, 64x3x5+0", (100, 10))
    assert first == LayerShape.convolution((28, 28, 1), (5, 5), 32, 2, 2)
    assert second == LayerShape.convolution((14, 14, 32), (3, 5), 64, 1, 0)
    assert (hidden, last) == (LayerShape.dense(12 * 10 * 64, 100), LayerShape.dense(100, 10))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "kernels must be FILTERSxROWSxCOLUMNS, .*, not ''"),
        ("32x5", "kernels must be FILTERSxROWSxCOLUMNS, .*, not '32x5'"),
        ("32x5x5/2,4x5", "kernels must be FILTERSxROWSxCOLUMNS, .*, not '4x5'"),
        ("4x9x9+0", r"kernels '4x9x9\+0': kernels of \(9, 9\) exceed an image of \(8, 8\)"),
        ("4x0x3", "kernels '4x0x3': rows of a kernel must be between 1 and 255, not 0"),
        ("4x3x3/0", "kernels '4x3x3/0': stride of a convolution must be between 1 and 16, not 0"),
    ],
)
def test_what_is_none_is_explained(text, message):
    with pytest.raises(UserError, match=f"^{message}$"):
        layer_shapes((8, 8, 1), text, (10,))
