"""The ``backspike fpga`` commands: what cannot be done is said in one line."""

import json
from dataclasses import asdict

import pytest

from backspike.fpga.report import Report


@pytest.fixture
def built(tmp_path):
    """The folder of an iCEBreaker's build."""
    report = Report(
        board="icebreaker",
        seed=4,
        target_mhz=21.0,
        fmax_mhz=22.5,
        used={"LUT": 5020},
        available={"LUT": 5280},
        path=[("device.core.host", 35.75)],
    )
    (tmp_path / "report.json").write_text(json.dumps(asdict(report)))
    (tmp_path / "icebreaker.bin").write_bytes(b"")
    return tmp_path


def test_a_report_is_shown(backspike, built):
    done = backspike("fpga", "report", "--out", built)
    assert done.returncode == 0, done.stderr
    for text in ("icebreaker", "22.5 MHz", "5,020 of 5,280", "device.core.host 35.75 ns"):
        assert text in done.stdout


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["program", "--board", "ulx3s-85f"], "no bitstream; make one with backspike fpga build"),
        (["program", "--board", "icebreaker"], "only be loaded from its flash memory: say --flash"),
        (["emulate", "--board", "icebreaker", "--flip", "2"], "flip must be at least 0 and below"),
    ],
)
def test_what_cannot_be_is_refused(backspike, built, options, message):
    where = ["--out", built] if options[0] == "program" else []
    done = backspike("fpga", *options, *where)
    assert done.returncode == 2
    assert message in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_folder_without_a_report_and_what_is_no_folder_are_refused(backspike, tmp_path):
    done = backspike("fpga", "report", "--out", tmp_path)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    (tmp_path / "file").touch()
    done = backspike("fpga", "build", "--board", "icebreaker", "--out", tmp_path / "file")
    assert done.returncode == 2
    assert done.stderr == f"backspike: --out {tmp_path / 'file'} is no folder\n"
