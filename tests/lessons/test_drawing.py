"""Axes of the lessons."""

import matplotlib.pyplot as plt

from backspike.lessons.drawing import new_axes
from backspike.sim.figures import colour


def test_axes_have_units_and_the_colours_of_the_project():
    axes = new_axes("time step", "voltage (weight units)", height=3)
    (line,) = axes.plot([0, 1], [0, 1])
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("time step", "voltage (weight units)")
    assert line.get_color() == colour("blue")
    assert axes.figure.get_size_inches().tolist() == [7, 3]
    plt.close(axes.figure)
