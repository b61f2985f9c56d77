"""Shapes of layers, and the ways between their images."""

import pytest

from backspike.golden.nbp.arguments import check_convolutions, layer_sizes
from backspike.golden.nbp.initial_weights import init_kernels
from backspike.golden.nbp.layer_shapes import LayerShape, all_dense, dense_shapes, neurons_of

FIRST = LayerShape.convolution((6, 5, 2), (3, 3), 4, stride=2, pad=1)
SHAPES = (FIRST, LayerShape.dense(FIRST.n_post, 7))


def test_sizes():
    assert (FIRST.out, FIRST.n_pre, FIRST.n_post, FIRST.weights) == ((3, 3, 4), 60, 36, (18, 4))
    assert FIRST.kernels == (3, 3, 2, 4)
    assert not FIRST.is_dense
    assert dense_shapes((5, 4, 3)) == (LayerShape.dense(5, 4), LayerShape.dense(4, 3))
    assert LayerShape.dense(5, 4).is_dense
    assert layer_sizes(init_kernels(SHAPES, 1), SHAPES) == neurons_of(SHAPES) == (60, 36, 7)
    assert neurons_of(dense_shapes((5, 4, 3))) == (5, 4, 3)
    assert [all_dense(shapes) for shapes in (None, SHAPES[1:], SHAPES)] == [True, True, False]


def test_links_are_in_the_order_of_rows_and_then_of_targets():
    links = LayerShape.convolution((1, 3, 1), (2, 3), 4, pad=1).links()
    assert links.first.tolist() == [0, 4, 10, 14]
    assert links.elements[:4].tolist() == [1, 0, 4, 3]
    assert links.positions[4:10].tolist() == [3, 4, 5, 0, 1, 2]
    assert not links.is_dense
    single = LayerShape.dense(9, 2).links()
    assert (single.first.tolist(), single.elements.tolist()) == ([0, 1], [0])
    assert single.is_dense


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (((0, 5, 1), (1, 1), 4), "height of the image must be between 1 and 16384, not 0"),
        (((5, 5, 1), (1, 0), 4), "columns of a kernel must be between 1 and 255, not 0"),
        (((5, 5, 1), (1, 1), 0), "filters of a convolution must be between 1 and 16384, not 0"),
        (((5, 5, 1), (3, 3), 4, 0), "stride of a convolution must be between 1 and 16, not 0"),
        (((5, 5, 1), (3, 2), 4, 1, 2), "pad of a convolution must be between 0 and 1, not 2"),
        (((5, 5, 1), (6, 3), 4), r"kernels of \(6, 3\) exceed an image of \(5, 5\)"),
    ],
)
def test_convolutions_that_cannot_be(arguments, message):
    with pytest.raises(ValueError, match=f"^{message}$"):
        LayerShape.convolution(*arguments)


def test_shapes_that_do_not_fit():
    weights = init_kernels(SHAPES, 1)
    with pytest.raises(ValueError, match=r"^shapes must be 2, one for each W, not 1$"):
        layer_sizes(weights, SHAPES[:1])
    with pytest.raises(ValueError, match=r"^W1 must have shape \(18, 4\), not \(18, 3\)$"):
        layer_sizes([weights[0][:, :3], weights[1]], SHAPES)
    apart = FIRST, LayerShape.dense(35, 7)
    with pytest.raises(ValueError, match=r"^shape 2 must take an image of \(3, 3, 4\), not of .*"):
        layer_sizes([weights[0], weights[1][:35]], apart)


def test_convolutions_need_the_circuits_equations_and_words_that_filters_fill():
    check_convolutions(SHAPES, "circuit", 4)
    check_convolutions(dense_shapes((5, 4)), "paper", 16)
    with pytest.raises(ValueError, match=r"^variant must be 'circuit' for conv.*, not 'paper'$"):
        check_convolutions(SHAPES, "paper", 0)
    message = r"^filters of convolution W1 must be a multiple of the lanes, 16, not 4$"
    with pytest.raises(ValueError, match=message):
        check_convolutions(SHAPES, "circuit", 16)
