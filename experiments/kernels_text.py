"""Networks with convolutions in words: read from texts such as ``32x5x5/2,64x5x5/2``."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from backspike.golden.errors import UserError, check_text
from backspike.golden.nbp.layer_shapes import LayerShape, dense_shapes

__all__ = ["Kernels", "check_network", "layer_shapes", "network_text", "read_kernels"]

_FORM = re.compile(r"(\d+)x(\d+)x(\d+)(?:/(\d+))?(?:\+(\d+))?", re.ASCII)
#: An image that all kernels fit into.
_LARGE = 256, 256, 1


class Kernels(NamedTuple):
    """A convolution in a text."""

    text: str
    size: tuple[int, int]
    """Rows and columns."""
    filters: int
    stride: int
    pad: int

    @property
    def name(self) -> str:
        """The text as a part of the name of a file."""
        return self.text.replace("/", "s").replace("+", "p")

    def over(self, image: tuple[int, int, int]) -> LayerShape:
        """The convolution of an image (height, width, channels).

        Raises
        ------
        UserError
            If a size is out of its range, or the kernels do not fit into the image.
        """
        try:
            return LayerShape.convolution(image, self.size, self.filters, self.stride, self.pad)
        except ValueError as error:
            raise UserError(f"kernels {self.text!r}: {error}") from None


def read_kernels(text: str | None) -> tuple[Kernels, ...]:
    """Convolutions, one after the other; none of no text.

    Parameters
    ----------
    text : str, optional
        For each convolution ``FILTERSxROWSxCOLUMNS/STRIDE+PAD``; without a stride it is 1, and
        without a pad that with which stride 1 keeps the size of an image, for odd kernels.

    Raises
    ------
    UserError
        If the text has another form, or a size is out of its range.
    """
    found = []
    for part in [] if text is None else check_text("kernels", text).split(","):
        form = _FORM.fullmatch(part)
        if form is None:
            raise UserError(
                "kernels must be FILTERSxROWSxCOLUMNS, with /STRIDE and +PAD if these are not "
                f"as usual, such as 32x5x5/2,64x5x5/2, not {part!r}"
            )
        filters, rows, columns = (int(number) for number in form.groups()[:3])
        pad = (max(1, min(rows, columns)) - 1) // 2 if form[5] is None else int(form[5])
        found.append(Kernels(part, (rows, columns), filters, int(form[4] or 1), pad))
        found[-1].over(_LARGE)
    return tuple(found)


def layer_shapes(
    image: tuple[int, int, int] | None, kernels: str | None, sizes: Sequence[int]
) -> tuple[LayerShape, ...]:
    """Shapes of convolutions, one after the other, and of the matrices behind them.

    Parameters
    ----------
    image : (int, int, int), optional
        Height, width and channels of the input; None if it is no image.
    kernels : str, optional
        As :func:`read_kernels` takes them.
    sizes : sequence of int
        Neurons of the input, and of the layers that no convolution leads to, the output last.

    Raises
    ------
    UserError
        As of :func:`read_kernels`, and if a convolution does not fit its image or there is none.
    """
    convolutions: list[LayerShape] = []
    for one in read_kernels(kernels):
        if image is None:
            raise UserError(f"kernels {kernels!r} are for images: these inputs are none")
        convolutions.append(one.over(image))
        image = convolutions[-1].out
    n_pre = convolutions[-1].n_post if convolutions else sizes[0]
    return *convolutions, *dense_shapes((n_pre, *sizes[1:]))


def check_network(
    kernels: str | None,
    hidden: Sequence[int],
    rate: int | tuple[int, ...] | None,
    lanes: int | None,
) -> None:
    """Check what is known of a network before its input is.

    Parameters
    ----------
    lanes : int, optional
        Of the core that learns it, or whose random numbers are drawn; None if there is none.

    Raises
    ------
    UserError
        As of :func:`read_kernels`; if the filters of a convolution cannot be spread over the
        lanes, or there are more rates than layers of weights.
    """
    convolutions = read_kernels(kernels)
    for one in convolutions:
        if lanes and one.filters % lanes:
            raise UserError(
                f"kernels {one.text!r}: filters must be a multiple of the core's lanes, {lanes}, "
                f"not {one.filters}"
            )
    layers = len(convolutions) + len(hidden) + 1
    if isinstance(rate, tuple) and len(rate) > layers:
        raise UserError(f"rate must have at most {layers}, one of a layer, not {len(rate)}")


def network_text(shapes: Sequence[LayerShape]) -> str:
    """Layers of neurons, such as ``256-64-10`` or, with convolutions, ``28x28x1-14x14x32-10``."""
    first = (shapes[0].n_pre,) if shapes[0].is_dense else shapes[0].image
    behind = [(shape.n_post,) if shape.is_dense else shape.out for shape in shapes]
    return "-".join("x".join(map(str, layer)) for layer in [first, *behind])
