"""Calibration of networks that other frameworks have exported."""

import pytest
from click.testing import CliRunner

from backspike.bench import nir_calibration
from backspike.bench.nir_calibration import EXPORTS, Export, main, shares
from backspike.golden.nir.to_network import read_nir


@pytest.fixture
def few(monkeypatch):
    for name, value in (("STEPS", 60), ("CALIBRATED", 6), ("COMPARED", 6)):
        monkeypatch.setattr(nir_calibration, name, value)


def test_calibration_keeps_more_spikes(vectors, few):
    imported = read_nir(vectors("nir/leaky_subtract.nir"), dt=1e-4, reset="delayed")
    before, after = shares(imported)
    assert len(before) == len(after) == 2
    assert sum(after) > sum(before)


def test_the_table_has_a_row_for_each_file(vectors, few, monkeypatch):
    folder = vectors("nir/leaky_zero.nir").parent
    assert all((folder / f"{export.name}.nir").is_file() for export in EXPORTS)
    monkeypatch.setattr(nir_calibration, "EXPORTS", [Export("leaky_zero", 1e-4, "zero")])
    done = CliRunner().invoke(main, [str(folder)])
    assert done.exit_code == 0, done.output
    assert done.output.count(" %") == 4


def test_a_missing_folder_is_refused():
    assert CliRunner().invoke(main, ["nowhere"]).exit_code == 2
