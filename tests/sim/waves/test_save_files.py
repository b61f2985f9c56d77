"""Save files of viewers."""

from pathlib import Path

import pytest

from backspike.sim.waves.save_files import Shown, gtkwave_text, surfer_text, wave_files

CELLS = ("top", "network", "populations", "cells")
GROUPS = {
    "step": [Shown(("top", "step"), 32, "integer"), Shown(("top", "phase"), 1, "string")],
    "spikes": [Shown((*CELLS, "spikes"), 3)],
    "neurons": [Shown((*CELLS, "v_0"), 32, "integer", drawn=True)],
    "weights": [],
}


def test_gtkwave_opens_on_groups_by_the_names_that_it_gives():
    """GTKWave 3.3.118 names vectors with their bits, but integers without; others stay empty."""
    lines = gtkwave_text("a.vcd", GROUPS, 1).splitlines()
    assert lines[0] == '[dumpfile] "a.vcd"'
    assert [line for line in lines if line.startswith("+")] == [
        "+{step} top.step",
        "+{phase} top.phase",
        "+{cells:spikes} top.network.populations.cells.spikes[2:0]",
        "+{cells:v_0} top.network.populations.cells.v_0",
    ]
    titles = [line for line in lines if line.startswith("-") and len(line) > 1]
    assert titles == ["-step", "-step", "-spikes", "-spikes", "-neurons", "-neurons"]


@pytest.mark.parametrize(("end", "zoom"), [(3, "0.0"), (800, "-7.643856"), (6400, "-10.643856")])
def test_gtkwave_opens_on_all_of_a_waveform(end, zoom):
    """Its zoom is the binary logarithm of the time on 200 pixels; waves take 800."""
    (line,) = (line for line in gtkwave_text("a.vcd", GROUPS, end).splitlines() if line[0] == "*")
    assert float(line.split()[0][1:]) == pytest.approx(float(zoom))


def test_surfer_adds_the_same():
    assert surfer_text(GROUPS).splitlines() == [
        "divider_add step",
        "variable_add top.step",
        "variable_add top.phase",
        "divider_add spikes",
        "variable_add top.network.populations.cells.spikes",
        "divider_add neurons",
        "variable_add top.network.populations.cells.v_0",
        "zoom_fit",
    ]


def test_files_stand_beside_each_other():
    assert [path.name for path in wave_files(Path("b/a.vcd"))] == ["a.vcd", "a.gtkw", "a.sucl"]
