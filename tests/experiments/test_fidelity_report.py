"""The fidelity report: as JSON, as a page, and as a browser shows it."""

import json
import re
from dataclasses import replace

import pytest

from backspike.experiments.fidelity_report import settings_of, write_fidelity
from backspike.golden.nir.calibration import calibrate_nir
from backspike.golden.nir.comparison import compare_nir
from backspike.golden.nir.fidelity import EngineDifference
from backspike.golden.nir.samples import random_samples, spike_samples
from backspike.golden.nir.to_network import read_nir

FACTS = {"name": "<b>net", "command": "backspike nir report '<u>.nir' --dt 1"}


@pytest.fixture(scope="module")
def imported(outliers):
    return read_nir(outliers, dt=1.0)


@pytest.fixture(scope="module")
def found(imported):
    """A comparison with labels, an engine and calibration."""
    spikes = random_samples(imported, steps=40, rate=0.2, seed=1, samples=3).inputs["input"]
    found = compare_nir(imported, spike_samples(imported, spikes, [0, 1, 2], origin="a<i>.npz"))
    tried = calibrate_nir(imported, random_samples(imported, steps=20, rate=0.2, seed=2))
    return replace(
        found,
        engine=EngineDifference("verilator", 2, 40, 345, 0),
        calibration=[entry.as_dict() for entry in tried.populations],
    )


@pytest.fixture(scope="module")
def folder(found, imported, tmp_path_factory):
    out = tmp_path_factory.mktemp("out")
    assert write_fidelity(out, found, settings_of(imported), **FACTS) == out / "report.html"
    return out


def test_a_folder_has_the_page_its_pictures_and_the_json(folder, found, imported):
    names = {path.name for path in folder.iterdir()}
    assert names == {"report.html", "report.json", "raster0.svg", "raster1.svg", "rates.svg"}
    read = json.loads((folder / "report.json").read_text())
    assert {**found.as_dict(), **read} == read
    assert read["settings"] == settings_of(imported)
    assert read["settings"]["reset"] == {"lif": "zero", "lif_1": "zero"}
    assert read["command"] == FACTS["command"]
    assert "nir" in read["versions"]


def test_a_page_alone(found, imported, tmp_path):
    out = tmp_path / "a.html"
    assert write_fidelity(out, found, settings_of(imported), **FACTS) == out
    assert [path.name for path in tmp_path.iterdir()] == ["a.html"]


def test_the_page_has_all_numbers_and_names_are_text(folder, found):
    page = (folder / "report.html").read_text()
    assert "&lt;b&gt;net on the core" in page
    assert "<b>net" not in page
    assert "a&lt;i&gt;.npz" in page
    text = re.sub(r"<[^>]+>", " ", page)
    for number in (
        f"{100 * found.same_spikes:.2f} %",
        f"{100 * found.different_share:.2g} %",
        f"{100 * found.accuracy_core:.2f} %",
        *(f"{group.spikes_core:,}" for group in found.groups),
        *(f"{100 * group.same_spikes:.2f} %" for group in found.groups),
    ):
        assert number in text
    assert "of 345 spikes differ between golden core and verilator (2 samples)" in text
    for entry in found.calibration:
        for trial in entry["trials"]:
            assert trial["words"] in text
        assert entry["why"] in text
    labels = re.findall(r'<svg[^>]*aria-label="([^"]+)"', page)
    assert len(labels) == 3
    assert all(re.search(r"\d", label) and len(label) > 40 for label in labels)
    for table in re.findall(r"<table>.*?</table>", page, re.S):
        heads = table.count('<th scope="col"')
        rows = re.findall(r"<tr>(.*?)</tr>", table.split("<tbody>")[1], re.S)
        assert rows
        assert all(row.count('<th scope="row"') == 1 for row in rows)
        assert all(len(re.findall(r"<t[hd]\b", row)) == heads for row in rows)


def test_without_labels_engine_and_calibration_the_page_is_shorter(imported, tmp_path):
    found = compare_nir(imported, random_samples(imported, steps=10, rate=0.0, seed=1))
    assert found.different == 0
    page = write_fidelity(tmp_path / "a.html", found, settings_of(imported), **FACTS).read_text()
    names = ("Calibration", "accuracy, float", "verilator", "First differences", "Rates", "<svg")
    for absent in names:
        assert absent not in page


@pytest.mark.parametrize(("size", "scheme"), [("phone", "dark"), ("screen", "light")])
def test_it_fits_every_screen_without_an_error(fits, folder, size, scheme):
    fits(folder / "report.html", size, scheme)
