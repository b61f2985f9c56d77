"""Input weights of neurons, or kernels, as one picture, each of them an image."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.image import AxesImage

from backspike.experiments.pictures import COLOURS
from backspike.golden.nbp.layer_shapes import LayerShape
from backspike.sim.figures import Picture, diverging, new_figure, style

__all__ = ["draw_fields", "plot_weights"]

#: Most neurons that are drawn, and those of a row, beyond half of which rows are twice as long.
_SHOWN, _ROW = 64, 8


def _grid(neurons: int) -> tuple[int, int, int]:
    """Neurons that are drawn, and rows and columns of their images."""
    count = min(_SHOWN, neurons)
    columns = _ROW if count <= _SHOWN // 2 else 2 * _ROW
    return count, -(-count // columns), columns


def draw_fields(
    axes: Axes, w1: np.ndarray, image_shape: tuple[int, int, int] | None, channels: int = 1
) -> AxesImage:
    """Input weights of up to 64 neurons, each an image; those of a pixel are summed.

    Of images of red, green and blue, they are summed by colour, and no weight is grey.
    """
    height, width, _ = image_shape or (w1.shape[0], 1, 1)
    count, rows, columns = _grid(w1.shape[1])
    colours = [COLOURS] if channels == COLOURS else []
    images = w1[:, :count].T.reshape(count, height, width, *colours, -1).sum(axis=-1)
    sheet = np.full((rows * (height + 1), columns * (width + 1), *colours), np.nan)
    for k, image in enumerate(images):
        top, left = k // columns * (height + 1), k % columns * (width + 1)
        sheet[top : top + height, left : left + width] = image
    limit = np.nanmax(np.abs(sheet)) or 1
    axes.set_axis_off()
    if not colours:
        return axes.imshow(sheet, cmap=diverging(), vmin=-limit, vmax=limit, interpolation="none")
    opaque = ~np.isnan(sheet[..., :1])
    inks = np.concatenate([np.nan_to_num(0.5 + sheet / (2 * limit)), opaque], axis=-1)
    return axes.imshow(inks, interpolation="none")


def plot_weights(
    w1: np.ndarray,
    shape: LayerShape,
    image_shape: tuple[int, int, int] | None,
    channels: int = 1,
) -> Picture:
    """Input weights of the first hidden neurons, each as an image, or the kernels of the first
    filters; of neurons whose inputs are no image, the matrix.

    ``channels`` are those of the images before they were encoded.
    """
    inputs, neurons = w1.shape
    what, ones = "Input weights", f"neurons from {inputs} inputs"
    if not shape.is_dense:
        image_shape = shape.kernels[:3]
        what, ones = "Kernels", f"filters, {'x'.join(map(str, image_shape))} each"
    with style():
        if image_shape is None:
            figure = new_figure(5.4, 3.4)
            axes = figure.subplots()
            limit = float(np.abs(w1).max()) or 1.0
            drawn = axes.imshow(
                w1.T, cmap=diverging(), vmin=-limit, vmax=limit, aspect="auto", interpolation="none"
            )
            axes.set(xlabel="input", ylabel="neuron")
            axes.locator_params(integer=True)
        else:
            _, rows, columns = _grid(neurons)
            tall = (image_shape[0] + 1) / (image_shape[1] + 1)
            figure = new_figure(5.4, 4.6 * tall * rows / columns + 0.7)
            axes = figure.subplots()
            drawn = draw_fields(axes, w1, image_shape, channels)
        if image_shape is not None and channels == COLOURS:
            label = "light in a colour: it excites; dark: it inhibits; grey: 0"
            figure.supxlabel(label, fontsize="medium")
        else:
            label = "weight: negative inhibits, positive excites"
            figure.colorbar(drawn, ax=axes, location="bottom", label=label, shrink=0.6, aspect=40)
    few = f"the first {_SHOWN} of " if image_shape and neurons > _SHOWN else ""
    words = (
        f"{what} of {few}{neurons} {ones}: from {w1.min()} to {w1.max()}, on average "
        f"{np.abs(w1.astype(int)).mean():.0f} in size; {(w1 > 0).mean():.0%} excite, "
        f"{(w1 < 0).mean():.0%} inhibit"
    )
    return Picture(figure, words)
