"""Pictures of results."""

import io
import itertools

import pytest

from backspike.golden.network.network import Network
from backspike.sim.simulation.simulation import Simulation


@pytest.fixture
def result(learning, core, spikes):
    simulation = Simulation(learning, params=core)
    probes = {"v:p": 1, "x1:a": 1, "w:sparse": 5, "w:dense": 30, "tag:dense": 60, "r1": 1}
    return simulation.run(60, spikes, probes=probes)


def drawn(figure):
    figure.savefig(io.BytesIO(), format="png")
    return figure.axes


def test_every_panel_has_labelled_axes(result):
    axes = drawn(result.plot())
    labels = [(panel.get_xlabel(), panel.get_ylabel()) for panel in axes]
    assert labels == [
        ("step", "neuron, by group"),
        ("step", "voltage of p\n(weight units)"),
        ("step", "x1 of a"),
        ("step", "weights of sparse"),
        ("step", "weights of dense"),
        ("step", "tags of dense"),
        ("step", "r1"),
    ]


def test_the_raster_has_every_spike_at_its_step(result):
    (raster,) = drawn(result.plot("spikes:p", "spikes:a"))
    names = [label.get_text() for label in raster.get_yticklabels()]
    assert names == ["a", "p"]  # from below
    a, p = (line for line in raster.lines if line.get_marker() not in ("None", ""))
    assert sorted(p.get_xdata()) == sorted(result.spikes["p"].steps)
    assert min(p.get_ydata()) >= 4 > max(a.get_ydata())


def test_names_of_small_groups_keep_apart():
    network = Network()
    network.population("many", 60, threshold=64)
    for name in ("one", "two", "three"):
        network.population(name, 1, threshold=64)
    (raster,) = drawn(Simulation(network).run(5).plot())
    boxes = [label.get_window_extent() for label in raster.get_yticklabels()]
    assert len(boxes) == 4
    assert not any(a.overlaps(b) for a, b in itertools.combinations(boxes, 2))


def test_a_threshold_stands_beside_its_voltages(result):
    (panel,) = drawn(result.plot("v:p"))
    assert panel.lines[-1].get_ydata() == [60, 60]
    assert panel.texts[0].get_text() == "threshold"


def test_many_weights_are_a_picture_with_a_colour_bar(learning, core, spikes, monkeypatch):
    from backspike.sim.simulation import plots

    monkeypatch.setattr(plots, "_LINES", 8)
    result = Simulation(learning, params=core).run(10, probes={"w:dense": 5})
    panel, bar = drawn(result.plot("w:dense"))
    assert panel.get_title(loc="left") == "weights of dense, after step 9"
    assert (panel.get_xlabel(), panel.get_ylabel()) == ("target", "source")
    assert panel.images[0].get_array().shape == (4, 4)
    assert bar.get_ylabel() == "weights"


def test_kernels_stand_side_by_side(kernels, core, monkeypatch):
    from backspike.sim.simulation import plots

    monkeypatch.setattr(plots, "_LINES", 4)
    result = Simulation(kernels, params=core).run(2, probes=["w:shared"])
    panel, _ = drawn(result.plot("w:shared"))
    assert panel.images[0].get_array().shape == (2 * 1, 4 * 2)


def test_a_name_that_is_not_there_is_refused(result):
    with pytest.raises(KeyError, match=r"^name of a result must be one of .*, not 'v:q'$"):
        result.plot("v:q")


def test_a_run_without_steps_can_be_drawn(learning, core):
    result = Simulation(learning, params=core).run(0, probes=["v:p", "w:dense"])
    assert len(drawn(result.plot())) == 3
