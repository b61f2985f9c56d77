"""The report, as a browser shows it: on a phone, a tablet and a screen, light and dark."""

import json
import re
import shutil
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from backspike.experiments.circuits import CIRCUITS
from backspike.experiments.data.datasets import load_dataset
from backspike.experiments.equations_learner import EquationsLearner, EquationsState
from backspike.experiments.inputs import shortened
from backspike.experiments.learners import CircuitLearner
from backspike.experiments.report import PHASES
from backspike.experiments.report_terms import TERMS
from backspike.experiments.results import metrics_of, write_results
from backspike.experiments.runs import Checkpoint, RunFolder
from backspike.experiments.settings import TrainSettings, run_identity
from backspike.experiments.train_loop import train_on
from backspike.golden.core.golden_core import GoldenCore
from backspike.golden.nbp.initial_weights import init_weights

SIZES = {"phone": (390, 844), "tablet": (820, 1180), "screen": (1400, 900)}


NAMES = tuple(f"<b>class {n}</b> of a long name & more" for n in range(10))


@pytest.fixture(scope="module", params=["paper", "equations"])
def report(request, tmp_path_factory):
    """The report of a small run; that of the equations has names with signs of HTML, no images."""
    name, folder = request.param, RunFolder(tmp_path_factory.mktemp("run"))
    data = shortened(load_dataset("digits"), 80)
    if name == "equations":
        named = replace(data.preparation, class_names=NAMES)
        data = replace(data, name="<i>name", image_shape=None, preparation=named)
    weights = init_weights((256, 12, 10), 1, 64)
    variant = CIRCUITS[name].variant if name in CIRCUITS else "circuit"
    equations = EquationsState.fresh(weights, variant=variant)
    learner, circuit = EquationsLearner(equations, variant=variant), None
    state = Checkpoint(*equations)
    if name in CIRCUITS:
        circuit = CIRCUITS[name].learn(weights, 4)
        learner = CircuitLearner(circuit, GoldenCore(circuit.program.params), learner)
    state.totals["seconds_build"] = 0.0
    train_on(learner, data, state, epochs=1 + (name == "paper"), seed=1)
    settings = TrainSettings(engine="golden", circuit=name, check=name in CIRCUITS, hidden=(12,))
    if circuit:  # which the golden core does not count
        state.totals |= {phase: 1000 * n for n, phase in enumerate(PHASES, 1)}
    run = run_identity(settings, (256, 12, 10), {"data": "d", "init": None})
    metrics = metrics_of(run, data, state, "backspike train --dataset '<u>'")
    write_results(folder, data, learner, circuit, metrics)
    return folder.path / "report.html"


@pytest.fixture(scope="module")
def browser():
    """Chromium without a window, driven by Selenium; skips where one of them is not there."""
    webdriver = pytest.importorskip("selenium.webdriver", reason="selenium is not installed")
    chromium, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if not (chromium and driver):
        pytest.skip("chromium and chromedriver are missing: apt install chromium chromium-driver")
    options = webdriver.ChromeOptions()
    options.binary_location = chromium
    for switch in ("headless=new", "no-sandbox", "disable-gpu", "disable-dev-shm-usage"):
        options.add_argument(f"--{switch}")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    service = webdriver.ChromeService(driver)
    with webdriver.Chrome(options=options, service=service) as chrome:
        yield chrome


def show(browser, page, size, scheme):
    """Show a page in a window of a size, to a reader who prefers a scheme of colours."""
    width, height = SIZES[size]
    window = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", window)
    preferred = [{"name": "prefers-color-scheme", "value": scheme}]
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": preferred})
    browser.get(page.as_uri())


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_it_fits_every_screen_without_an_error(browser, report, size, scheme, tmp_path):
    show(browser, report, size, scheme)
    for opened in ("false", "true"):  # the explanations
        browser.execute_script(
            f"document.querySelectorAll('details').forEach(d => d.open = {opened})"
        )
        wide, window = browser.execute_script(
            "return [document.documentElement.scrollWidth, window.innerWidth]"
        )
        assert wide <= window == SIZES[size][0]
        outside = browser.execute_script(
            "return [...document.querySelectorAll('main *')].filter(e => !e.closest('.box *') &&"
            " e.getBoundingClientRect().right > innerWidth).map(e => e.outerHTML.slice(0, 80))"
        )
        assert not outside
    assert browser.get_log("browser") == []
    shades = browser.execute_script(
        "const b = getComputedStyle(document.body); return [b.backgroundColor, b.color,"
        " getComputedStyle(document.querySelector('svg.plot text')).fill]"
    )
    ground, ink, axis = (sum(map(int, re.findall(r"\d+", shade)[:3])) for shade in shades)
    assert (ground > ink) == (scheme == "light")
    assert abs(ground - axis) > 200, "what is written in figures can be read"
    assert browser.save_screenshot(str(tmp_path / "page.png"))
    picture = np.asarray(Image.open(tmp_path / "page.png").convert("L"))
    assert (picture[-1, 0] > 127) == (scheme == "light")
    assert picture.std() > 10, "something is drawn"


def test_every_figure_and_table_says_what_it_is(browser, report):
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


def test_explanations_open_by_keyboard(browser, report):
    show(browser, report, "phone", "light")
    first = browser.find_element("css selector", "details summary")
    assert "?" in first.text
    assert browser.execute_script("return arguments[0].tabIndex", first) == 0
    first.send_keys("\ue007")  # Enter
    told = browser.find_element("css selector", "details[open] p").text
    assert told.startswith("A test sample counts as right if")


def test_names_are_text(browser, report):
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
