"""Save files of viewers."""

from pathlib import Path

from backspike.sim.waves.save_files import Shown, gtkwave_text, surfer_text, wave_files

GROUPS = {
    "step": [Shown(("top", "step"), 32, "integer"), Shown(("top", "phase"), 1, "string")],
    "neurons": [Shown(("top", "v_0"), 32, "integer", drawn=True)],
    "weights": [],
}


def test_gtkwave_opens_on_groups_at_a_zoom_that_shows_all():
    lines = gtkwave_text("a.vcd", GROUPS, 900 * 8).splitlines()
    assert lines[0] == '[dumpfile] "a.vcd"'
    assert lines[1].startswith("*-3.0")
    assert lines.index("top.step[31:0]") < lines.index("top.phase") < lines.index("top.v_0[31:0]")
    assert [line for line in lines if line in ("-step", "-neurons")] == [
        "-step", "-step", "-neurons", "-neurons",
    ]  # fmt: skip


def test_surfer_adds_the_same():
    assert surfer_text(GROUPS).splitlines() == [
        "divider_add step",
        "variable_add top.step",
        "variable_add top.phase",
        "divider_add neurons",
        "variable_add top.v_0",
        "zoom_fit",
    ]


def test_files_stand_beside_each_other():
    assert [path.name for path in wave_files(Path("b/a.vcd"))] == ["a.vcd", "a.gtkw", "a.sucl"]
