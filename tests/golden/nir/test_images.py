"""Windows over images, against plain sums."""

import numpy as np
import pytest

from backspike.golden.nir.images import conv_window, pool_window


def fields(weight, **changes):
    base = {"weight": weight, "stride": (1,), "padding": (0,), "dilation": (1,), "groups": (1,)}
    return base | changes


def plain(images, kernels, stride, pads, dilation, groups):
    """A convolution, sum by sum."""
    padded = np.pad(images, ((0, 0), (0, 0), *pads))
    out, each, rows, columns = kernels.shape
    height = (padded.shape[2] - (rows - 1) * dilation[0] - 1) // stride[0] + 1
    width = (padded.shape[3] - (columns - 1) * dilation[1] - 1) // stride[1] + 1
    made = np.zeros((len(images), out, height, width))
    for n, o, y, x, c, i, j in np.ndindex(len(images), out, height, width, each, rows, columns):
        channel = o // (out // groups) * each + c
        pixel = padded[n, channel, y * stride[0] + i * dilation[0], x * stride[1] + j * dilation[1]]
        made[n, o, y, x] += pixel * kernels[o, c, i, j]
    return made


@pytest.mark.parametrize(
    ("stride", "padding", "dilation", "groups"),
    [
        ((1,), (0,), (1,), 1),
        ((2, 1), (1, 2), (1,), 1),
        ((1,), "same", (2,), 2),
        ((2,), "valid", (1,), 2),
    ],
)
def test_a_window_is_a_convolution(stride, padding, dilation, groups):
    rng = np.random.default_rng(len(stride))
    images = rng.integers(0, 3, (2, 4, 6, 5)).astype(float)
    kernels = rng.integers(-3, 4, (6, 4 // groups, 3, 2)).astype(float)
    window = conv_window(
        fields(kernels, stride=stride, padding=padding, dilation=dilation, groups=(groups,)),
        (4, 6, 5),
    )
    expected = plain(images, kernels, window.stride, window.pads, window.dilation, groups)
    assert np.array_equal(window.apply(images), expected)
    whole = window.whole_kernels().transpose(3, 2, 0, 1)
    again = plain(images, whole, window.stride, window.pads, (1, 1), 1)
    assert np.array_equal(again, expected)
    assert window.out == expected.shape[1:]


def test_a_row_is_an_image_of_one_row():
    weight = np.arange(12.0).reshape(2, 3, 2)
    window = conv_window(fields(weight, stride=(2,), padding=(1,)), (3, 5))
    assert window.image == (3, 1, 5)
    assert window.out == (2, 1, 3)
    assert window.pads == ((0, 0), (1, 1))


def test_poolings_sum_or_average_each_channel():
    rng = np.random.default_rng(0)
    image = rng.integers(0, 9, (1, 2, 4, 4)).astype(float)
    blocks = image.reshape(1, 2, 2, 2, 2, 2)
    pool = {"kernel_size": (2,), "stride": (2,), "padding": (0,)}
    assert np.array_equal(pool_window(pool, (2, 4, 4), 1.0).apply(image), blocks.sum((3, 5)))
    assert np.array_equal(pool_window(pool, (2, 4, 4), None).apply(image), blocks.mean((3, 5)))


@pytest.mark.parametrize(
    ("changes", "image", "message"),
    [
        ({}, (2, 5), r"its input must have the shape \(channels, height, width\), not \(2, 5\)"),
        ({}, (3, 5, 5), "takes 2 channels, and 3 come in"),
        ({}, (2, 2, 2), r"the kernel exceeds the image of \(2, 2\)"),
        (
            {"stride": (0,)},
            (2, 5, 5),
            "stride must be one or two numbers of 1 or more",
        ),
        ({"padding": (-1,)}, (2, 5, 5), "padding must be one or two numbers of 0 or more"),
        ({"padding": "same", "stride": (2,)}, (2, 5, 5), "padding 'same' needs a stride of 1"),
        ({"groups": (0,)}, (2, 5, 5), "stride, dilation and groups must be 1 or more"),
    ],
)
def test_what_does_not_fit_is_refused(changes, image, message):
    with pytest.raises(ValueError, match=message):
        conv_window(fields(np.ones((4, 2, 3, 3)), **changes), image)
