"""Pictures of a fidelity report: spikes by the side that they are on, rates, and words."""

from dataclasses import replace

import numpy as np
import pytest

from backspike.experiments.fidelity_pictures import (
    SIDES,
    fidelity_pictures,
    plot_both,
    plot_rates,
)
from backspike.golden.nir.fidelity import Fidelity, GroupFidelity, Shown
from backspike.sim.figures import colour


def fidelity(neurons, steps=10):
    """Neuron 1 fires at step 2 on both sides, neuron 2 at 3 (float) and 4 (core)."""
    ours, theirs = np.zeros((2, steps, neurons), bool)
    ours[[2, 3], [1, neurons - 1]] = theirs[[2, 4], [1, neurons - 1]] = True
    rates = ours.mean(axis=0), theirs.mean(axis=0)
    group = GroupFidelity(
        "n", "LIF", neurons, 2, 2, 2, 0.9, 1, 0.0, 0.0, None, None, 0, None, *rates
    )
    quiet = GroupFidelity(
        "q", "LI", 1, 0, 0, 0, 1.0, 0, 0.0, 0.0, None, None, 0, 0.0, np.zeros(1), np.zeros(1)
    )
    none = np.zeros((steps, 1), bool)
    shown = Shown(7, {"n": ours, "q": none}, {"n": theirs, "q": none})
    return Fidelity((), (group, quiet), "here", 8, steps, "", None, None, None, shown)


def drawn(picture):
    """Steps of the dashes by their colour."""
    found = {}
    for lines in picture.figure.axes[0].collections:
        paths = [path.vertices for path in lines.get_paths()]
        found[tuple(lines.get_color()[0])] = [(p[0, 0], round(p.mean(axis=0)[1], 6)) for p in paths]
    return found


@pytest.mark.parametrize(("neurons", "last"), [(3, 2), (1000, 47)])
def test_spikes_have_the_colour_of_their_side(neurons, last):
    from matplotlib.colors import to_rgba

    found = fidelity(neurons)
    picture = plot_both(found, found.groups[0])
    marks = drawn(picture)
    hues = {side: to_rgba(colour(hue)) for side, (hue, _) in SIDES.items()}
    assert [step for step, _ in marks[hues["both"]]] == [2]
    assert marks[hues["float only"]] == [(3, last)]
    assert marks[hues["core only"]] == [(4, last)]
    title = picture.figure.axes[0].get_title(loc="left")
    assert title == ("n, sample 7" if neurons == 3 else "n, 48 of 1,000, sample 7")
    assert picture.words == (
        "Spikes of n in sample 7, the first 10 steps, on the float side and on the core: "
        "1 both, 1 float only, 1 core only"
    )


def test_rates_are_of_populations_that_fire():
    found = fidelity(3)
    pictures = fidelity_pictures(found)
    assert set(pictures) == {"raster0", "rates"}
    assert fidelity_pictures(replace(found, groups=found.groups[1:])) == {}
    (axes,) = plot_rates(found.groups[:1]).figure.axes
    dots = axes.lines[1].get_xydata()
    assert np.allclose(sorted(dots.tolist()), [[0.0, 0.0], [0.1, 0.1]])
    assert "n: mean error 0, at most 0" in pictures["rates"].words
    four = plot_rates([found.groups[0]] * 4).figure
    assert sum(axes.get_visible() for axes in four.axes) == 4
