"""Input weights of hidden neurons as one picture."""

import numpy as np
from matplotlib.axes import Axes

__all__ = ["draw_fields"]


def draw_fields(axes: Axes, w1: np.ndarray, image_shape: tuple[int, int, int] | None) -> None:
    """Input weights of up to 64 neurons, each an image; levels of a thermometer are summed."""
    height, width, _ = image_shape = image_shape or (w1.shape[0], 1, 1)
    count = min(64, w1.shape[1])
    columns = 8 if count <= 32 else 16
    rows = -(-count // columns)
    images = w1[:, :count].T.reshape(count, *image_shape).sum(axis=-1).astype(float)
    sheet = np.full((rows * (height + 1), columns * (width + 1)), np.nan)
    for k, image in enumerate(images):
        top, left = k // columns * (height + 1), k % columns * (width + 1)
        sheet[top : top + height, left : left + width] = image
    limit = np.nanmax(np.abs(sheet)) or 1
    axes.imshow(sheet, cmap="RdBu_r", vmin=-limit, vmax=limit)
    axes.set_axis_off()
    axes.set_title("Input weights of the first layer: red excites, blue inhibits", fontsize=9)
