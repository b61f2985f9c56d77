"""Recorded spikes and values by name."""

from dataclasses import replace

import numpy as np
import pytest

from backspike.sim.simulation.recorded import Events, Recorded


@pytest.fixture
def recorded():
    events = Events(np.array([10, 12, 12]), np.array([1, 0, 1]), 3)
    arrays = {"v:p": np.zeros((2, 3))}
    return Recorded(10, 4, {"p": events}, arrays, {"v:p": np.array([11, 13])}, engine="golden")


def test_spikes_are_a_raster_and_probes_are_arrays(recorded):
    assert list(recorded) == ["spikes:p", "v:p"]
    assert len(recorded) == 2
    raster = recorded["spikes:p"]
    assert np.argwhere(raster).tolist() == [[0, 1], [2, 0], [2, 1]]
    assert raster.shape == (4, 3)
    assert recorded["v:p"] is recorded.arrays["v:p"]


def test_rates_are_spikes_per_step(recorded):
    assert recorded.rate("p").tolist() == [0.25, 0.5, 0]
    with pytest.raises(KeyError, match=r"^population or input must be one of p, not 'q'$"):
        recorded.rate("q")


@pytest.mark.parametrize("name", ["spikes:q", "p", "v:q", 3])
def test_other_names_are_answered_with_those_that_there_are(recorded, name):
    with pytest.raises(KeyError, match=r"^name of a result must be one of spikes:p, v:p, not "):
        recorded[name]


def test_records_are_equal_if_all_that_they_hold_is(recorded):
    def changed(**fields):
        return replace(recorded, **fields)

    assert recorded == changed(engine="verilator")
    events = Events(np.array([10, 12, 12]), np.array([1, 0, 2]), 3)
    for other in (
        changed(spikes={"p": events}),
        changed(arrays={"v:p": np.eye(2, 3)}),
        changed(times={"v:p": np.array([10, 13])}),
        changed(first=9),
        changed(spikes={"q": recorded.spikes["p"]}),
        dict(recorded),
    ):
        assert recorded != other


def test_it_is_shown_in_a_line(recorded):
    shown = repr(recorded)
    assert shown == "Recorded(steps 10 to 13, golden; spikes: p 3; v:p (2, 3))"
    assert repr(replace(recorded, steps=0)).startswith("Recorded(no steps, golden; ")
    assert repr(recorded.spikes["p"]) == "Events(3 spikes of 3 neurons)"
