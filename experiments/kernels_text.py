"""Layers of a network with convolutions, read from a text such as ``32x5x5/2,64x5x5/2``."""

import re
from collections.abc import Sequence

from backspike.golden.errors import UserError, check_text
from backspike.golden.nbp.layer_shapes import LayerShape

__all__ = ["layer_shapes"]

_FORM = re.compile(r"(\d+)x(\d+)x(\d+)(?:/(\d+))?(?:\+(\d+))?")


def layer_shapes(
    image: tuple[int, int, int], kernels: str, dense: Sequence[int]
) -> tuple[LayerShape, ...]:
    """Shapes of convolutions, one after the other, and of the matrices behind them.

    Parameters
    ----------
    image : (int, int, int)
        Height, width and channels of the input.
    kernels : str
        For each convolution ``FILTERSxROWSxCOLUMNS/STRIDE+PAD``; without a stride it is 1, and
        without a pad that with which stride 1 keeps the size of an image, for odd kernels.
    dense : sequence of int
        Sizes of the layers behind them, the output last.

    Raises
    ------
    UserError
        If the text has another form, or a convolution does not fit its image.
    """
    shapes: list[LayerShape] = []
    for text in check_text("kernels", kernels).split(","):
        form = _FORM.fullmatch(text.strip())
        if form is None:
            raise UserError(
                "kernels must be FILTERSxROWSxCOLUMNS, with /STRIDE and +PAD if these are not "
                f"as usual, such as 32x5x5/2,64x5x5/2, not {text!r}"
            )
        filters, rows, columns = (int(number) for number in form.groups()[:3])
        stride = int(form[4] or 1)
        pad = (max(1, min(rows, columns)) - 1) // 2 if form[5] is None else int(form[5])
        try:
            made = LayerShape.convolution(image, (rows, columns), filters, stride, pad)
        except ValueError as error:
            raise UserError(f"kernels {text!r}: {error}") from None
        shapes.append(made)
        image = made.out
    n_pre = shapes[-1].n_post
    for size in dense:
        shapes.append(LayerShape.dense(n_pre, size))
        n_pre = size
    return tuple(shapes)
