"""The key of the cached Verilog: every source that the RTL is made of."""

import shutil
from pathlib import Path

import pytest

from backspike.hdl.presets import CORE_PRESETS
from backspike.sim.engines import core_text as unit

HDL = Path(__file__).parents[3] / "hdl"


def test_sources_of_all_rooms():
    found = [name for name, _ in unit.sources_of(HDL)]
    of_tree = {
        str(path.relative_to(HDL)) for path in HDL.rglob("*") if path.suffix in (".py", ".v")
    }
    assert len(found) == len(set(found))
    assert set(found) == of_tree
    assert "lib/arith.py" in found


@pytest.mark.parametrize("source", ["core.py", "learning/lane_factor.py", "ram.v"])
def test_a_changed_source_is_another_text(tmp_path, monkeypatch, source):
    tree = tmp_path / "hdl"
    shutil.copytree(HDL, tree, ignore=shutil.ignore_patterns("__pycache__"))
    made = []
    monkeypatch.setattr(unit, "files", lambda package: tree)
    monkeypatch.setattr(unit, "cache_folder", lambda: tmp_path / "cache")
    monkeypatch.setattr(unit, "core_verilog", lambda p, **_: made.append(p) or "module\n")
    for _ in range(2):
        unit.core_text(CORE_PRESETS["tiny"])
    assert len(made) == 1
    with (tree / source).open("a") as file:
        file.write("\n")
    unit.core_text(CORE_PRESETS["tiny"])
    assert len(made) == 2
