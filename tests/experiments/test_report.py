"""The report, as a browser shows it: on a phone, a tablet and a screen, light and dark."""

import json
import re
from dataclasses import replace

import pytest

from backspike.experiments.circuits import CIRCUITS
from backspike.experiments.data.datasets import load_dataset
from backspike.experiments.equations_learner import EquationsLearner, EquationsState
from backspike.experiments.inputs import shortened
from backspike.experiments.kernels_text import layer_shapes
from backspike.experiments.learners import CircuitLearner
from backspike.experiments.report import PHASES
from backspike.experiments.report_terms import TERMS
from backspike.experiments.results import metrics_of, write_results
from backspike.experiments.runs import Checkpoint, RunFolder
from backspike.experiments.settings import TrainSettings, run_identity
from backspike.experiments.train_loop import train_on
from backspike.golden.core.golden_core import GoldenCore
from backspike.golden.nbp.initial_weights import init_kernels
from backspike.golden.nbp.layer_shapes import neurons_of

NAMES = tuple(f"<b>class {n}</b> of a long name & more" for n in range(10))


@pytest.fixture(scope="module", params=["paper", "folded", "equations"])
def report(request, tmp_path_factory):
    """The report of a small run; that of the folded circuit has a convolution, that of the
    equations names with signs of HTML, and no images."""
    name, folder = request.param, RunFolder(tmp_path_factory.mktemp("run"))
    data = shortened(load_dataset("digits"), 80)
    if name == "equations":
        named = replace(data.preparation, class_names=NAMES)
        data = replace(data, name="<i>name", image_shape=None, preparation=named)
    kernels = "8x3x3/2" if name == "folded" else None
    shapes = layer_shapes(data.image_shape, kernels, (256, *([] if kernels else [12]), 10))
    weights = init_kernels(shapes, 1, 64)
    variant = CIRCUITS[name].variant if name in CIRCUITS else "circuit"
    equations = EquationsState.fresh(weights, variant=variant)
    learner, circuit = EquationsLearner(equations, variant=variant, shapes=shapes), None
    state = Checkpoint(*equations)
    if name in CIRCUITS:
        circuit = CIRCUITS[name].learn(weights, 4, shapes=shapes)
        learner = CircuitLearner(circuit, GoldenCore(circuit.program.params), learner)
    state.totals["seconds_build"] = 0.0
    train_on(learner, data, state, epochs=1 + (name == "paper"), seed=1, shapes=shapes)
    settings = TrainSettings(
        engine="golden", circuit=name, check=name in CIRCUITS, hidden=(12,), kernels=kernels
    )
    if circuit:  # which the golden core does not count
        state.totals |= {phase: 1000 * n for n, phase in enumerate(PHASES, 1)}
    run = run_identity(settings, neurons_of(shapes), {"data": "d", "init": None})
    metrics = metrics_of(run, data, shapes, state, "backspike train --dataset '<u>'")
    write_results(folder, data, shapes, learner, circuit, metrics)
    return folder.path / "report.html"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", ["phone", "tablet", "screen"])
def test_it_fits_every_screen_without_an_error(fits, report, size, scheme):
    fits(report, size, scheme)


def test_every_figure_and_table_says_what_it_is(browser, show, report):
    show(browser, report, "screen", "light")
    labels = browser.execute_script(
        "return [...document.querySelectorAll('svg, img, [role=img]')]"
        ".map(e => e.getAttribute('aria-label') || e.alt || '')"
    )
    assert len(labels) >= 3
    assert all(re.search(r"\d", label) and len(label) > 40 for label in labels), labels
    tables = browser.execute_script(
        "return [...document.querySelectorAll('table')].map(t => [t.querySelectorAll('thead"
        " th[scope=col]').length, t.rows[1].cells.length, t.querySelectorAll('tbody tr').length,"
        " t.querySelectorAll('tbody th[scope=row]').length])"
    )
    assert tables
    assert all(heads == cells and rows == row_heads for heads, cells, rows, row_heads in tables)


def test_explanations_open_by_keyboard(browser, show, report):
    show(browser, report, "phone", "light")
    first = browser.find_element("css selector", "details summary")
    assert "?" in first.text
    assert browser.execute_script("return arguments[0].tabIndex", first) == 0
    first.send_keys("\ue007")  # Enter
    told = browser.find_element("css selector", "details[open] p").text
    assert told.startswith("A test sample counts as right if")


def test_names_are_text(browser, show, report):
    show(browser, report, "screen", "light")
    text = browser.find_element("css selector", "body").text
    assert "backspike train --dataset '<u>'" in text
    assert ("<b>class" in text) == ("<i>name" in text)
    assert not browser.find_elements("css selector", "i, u, main .box b")


def test_it_needs_nothing_else_and_has_every_term(report):
    text = report.read_text(encoding="utf-8")
    assert not re.findall(r"https?:|@import|<script|<link rel=.stylesheet", text)
    metrics = json.loads((report.parent / "metrics.json").read_text())
    assert set(metrics["counters_per_sample"]) - set(PHASES) <= set(TERMS)
    assert (CIRCUITS[metrics["circuit"]].about in text) if metrics["circuit"] in CIRCUITS else True
    assert f"{100 * metrics['test_membrane']:.1f} %" in text
