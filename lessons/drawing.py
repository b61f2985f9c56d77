"""Figures of the lessons, in the colours of the project."""

from typing import TYPE_CHECKING

from backspike.sim.figures import colour, style

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["new_axes"]


def new_axes(x_label: str, y_label: str, *, height: float = 2.4) -> "Axes":
    """Empty axes, which a notebook shows below their cell.

    Parameters
    ----------
    x_label, y_label : str
        What the axes have, and in which unit.
    height : float
        In inches; all figures are seven wide.
    """
    import matplotlib.pyplot as plt  # slow to import, and only figures need it

    # A notebook begins to show figures when pyplot makes its first one. That must not be within the
    # style: it gives back all settings as they were, so that no later figure would be shown.
    figure = plt.figure(figsize=(7, height), layout="constrained", facecolor=colour("ground"))
    with style():
        return figure.add_subplot(xlabel=x_label, ylabel=y_label)
