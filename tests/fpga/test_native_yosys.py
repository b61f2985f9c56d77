"""Yosys of pyosys as a command: its arguments, its log, its errors."""

import subprocess
import sys
from importlib.util import find_spec

import pytest

from backspike.fpga.native_yosys import passes


def test_scripts_come_before_commands():
    assert passes(["-q", "-p", "proc; stat -json;", "-p", "opt", "a.ys", "-s", "b.ys"]) == [
        "script a.ys",
        "script b.ys",
        "proc",
        "stat -json",
        "opt",
    ]
    assert passes(["-l", "a.rpt", "a.ys"]) == ["tee -a a.rpt script a.ys"]


def test_other_arguments_are_refused(capsys):
    with pytest.raises(SystemExit):
        passes(["-m", "plugin.so"])
    assert "unrecognized arguments: -m" in capsys.readouterr().err


@pytest.mark.skipif(not find_spec("pyosys"), reason="pyosys is missing: pip install pyosys")
def test_a_script_runs_and_a_failing_one_says_so(tmp_path):
    command = [sys.executable, "-P", "-m", "backspike.fpga.native_yosys", "-q", "-l", "log"]
    (tmp_path / "top.v").write_text("module top (input a, output b); assign b = ~a; endmodule")
    (tmp_path / "top.ys").write_text("read_verilog top.v\nsynth -top top\nwrite_json top.json\n")
    subprocess.run([*command, "top.ys"], cwd=tmp_path, check=True)
    assert "top" in (tmp_path / "top.json").read_text()
    assert "Executing SYNTH pass" in (tmp_path / "log").read_text()
    (tmp_path / "top.ys").write_text("read_verilog absent.v\n")
    failed = subprocess.run(
        [*command, "top.ys"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert failed.returncode == 1
    assert "ERROR: " in failed.stderr
    assert "absent.v" in failed.stderr
