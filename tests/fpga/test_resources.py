"""Cells of a core: counted by yosys, here a script in its place."""

import json
import sys

import pytest

from backspike.fpga.resources import BEFORE_SYNTHESIS, FAMILIES, cell_counts, synthesis
from backspike.hdl.presets import CORE_PRESETS

CELLS = {
    "ecp5": {"LUT4": 7, "TRELLIS_FF": 5, "DP16KD": 2, "MULT18X18D": 1, "CCU2C": 9},
    "ice40": {
        "SB_LUT4": 7,
        "SB_DFF": 2,
        "SB_DFFESR": 3,
        "SB_RAM40_4K": 2,
        "SB_SPRAM256KA": 4,
        "SB_MAC16": 1,
    },
}
#: Memories with one port, of which an ECP5 has none.
LARGE = {"ecp5": {}, "ice40": {"SPRAM": 4}}


@pytest.mark.parametrize("family", FAMILIES)
def test_cells_are_added_up_by_kind(family, tmp_path, monkeypatch):
    yosys = tmp_path / "yosys"
    cells = json.dumps({"design": {"num_cells_by_type": CELLS[family]}})
    yosys.write_text(
        f"#!{sys.executable}\nimport sys\nfrom pathlib import Path\n"
        f"assert 'synth_{family}' in sys.argv[-1] and Path('core.il').read_text()\n"
        f"Path('cells.json').write_text({cells!r})\n"
    )
    yosys.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    counts = cell_counts(CORE_PRESETS["tiny"].with_(learning=False), family)
    assert counts == {"LUT4": 7, "FF": 5, "BRAM": 2, "multiplier": 1} | LARGE[family]


def test_an_unknown_family_is_refused():
    with pytest.raises(ValueError, match=r"^family must be one of ecp5, ice40, not 'xc7'$"):
        cell_counts(CORE_PRESETS["tiny"], "xc7")


def test_memories_are_made_ready_before_synthesis():
    read, before, synthesise = synthesis("ice40", "name")
    assert read == "read_rtlil core.il"
    assert before is BEFORE_SYNTHESIS["ice40"]
    assert synthesise == "synth_ice40 -dsp -spram -abc9 -top name"
