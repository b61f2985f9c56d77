"""The command: which proofs it runs, what it writes, and how it ends."""

import json

import pytest
from click.testing import CliRunner

from backspike.proof.command import main


def test_a_name_that_is_none(tmp_path):
    result = CliRunner().invoke(main, ["nothing", "--json", str(tmp_path / "x.json")])
    assert result.exit_code == 2
    assert "NAME must be one of" in result.output
    assert "not 'nothing'" in result.output
    assert list(tmp_path.iterdir()) == []


def test_what_it_proves_is_written(tmp_path):
    pytest.importorskip("pyosys", reason="proofs need yosys and ABC: pip install pyosys")
    path = tmp_path / "proofs.json"
    arguments = ["stream-buffer", "--jobs", "1", "--json", str(path), "--keep", str(tmp_path / "k")]
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 0, result.output
    assert "2 of 2 proved" in result.output
    found = json.loads(path.read_text())
    assert {"command", "commit", "date", "seconds", "proofs"} == set(found)
    assert [proof["name"] for proof in found["proofs"]] == ["stream-buffer-1", "stream-buffer-2"]
    assert all(proof["failures"] == [] for proof in found["proofs"])
    assert (tmp_path / "k" / "stream-buffer-1" / "claims.aig").exists()


def test_netlists_are_proved_by_name(tmp_path):
    pytest.importorskip("pyosys", reason="proofs need yosys and ABC: pip install pyosys")
    path = tmp_path / "netlists.json"
    arguments = ["--netlists", "inputs-ice40", "--jobs", "1", "--json", str(path)]
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 0, result.output
    found = json.loads(path.read_text())
    assert found["command"] == "python -m backspike.proof --netlists"
    assert [proof["component"] for proof in found["proofs"]] == ["hdl/dendrite/inputs.py"]
