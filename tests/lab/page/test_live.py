"""Pages that a server answers to, as a browser shows them."""

import json
import time

import pytest

from backspike.lab.blocks import source
from backspike.lab.presets import SCENES
from backspike.lab.recording import record

pytestmark = pytest.mark.slow
STDP = SCENES["stdp-window"]


def _wait(browser, condition, seconds=60):
    """Wait until a script returns something true, and return it."""
    end = time.monotonic() + seconds
    while not (found := browser.execute_script(f"return {condition}")):
        assert time.monotonic() < end, condition
        time.sleep(0.05)
    return found


SAME = "document.getElementById('verdict').className === 'verdict same'"


def _type(browser, field, value):
    browser.execute_script(
        "const [name, value] = arguments, e = document.getElementById(`field-${name}`);"
        "e.value = value; e.dispatchEvent(new Event('input', {bubbles: true}))",
        field,
        value,
    )


@pytest.mark.parametrize("name", SCENES)
def test_each_scene_loads_runs_and_has_no_error(browser, show, laboratory, text_of, axe, name):
    show(browser, laboratory.address(name), "screen", "light")
    _wait(browser, SAME)
    assert text_of("h1") == SCENES[name].title
    assert axe() == []
    assert browser.get_log("browser") == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", ["phone", "tablet", "screen"])
def test_it_fits_every_screen(browser, show, laboratory, size, scheme):
    width = show(browser, laboratory.address("stdp-window"), size, scheme)
    _wait(browser, SAME)
    browser.execute_script("document.querySelector('details').open = true")
    _type(browser, "rule", "dw = x1*y0*" + "nonsense" * 20)
    _wait(browser, "document.querySelector('.problem mark')")
    assert browser.execute_script("return document.documentElement.scrollWidth") <= width
    assert browser.get_log("browser") == []


def test_an_edited_rule_changes_the_weights_to_those_of_the_golden_core(browser, show, laboratory):
    show(browser, laboratory.address("stdp-window"), "screen", "light")
    _wait(browser, SAME)
    rule = "dw = 2^-4*x0*y1"
    begun = time.monotonic()
    _type(browser, "rule", rule)
    _wait(browser, SAME)
    assert time.monotonic() - begun < 5, "the RTL has learned by the edited rule"
    golden = record(STDP, STDP.build(STDP.values | {"rule": rule}), "golden")
    change = golden.weights("synapses")[-1] - golden.before["synapses"]
    told = ", ".join(f"{x:g}: {y:g}" for x, y in zip(STDP.window, change, strict=True))
    labels = browser.execute_script(
        "return [...document.querySelectorAll('.plot')].map(e => e.getAttribute('aria-label'))"
    )
    assert f"Change of weight by time difference: {told}" in labels
    browser.find_element("id", "reset").click()
    _wait(browser, SAME)
    assert browser.find_element("id", "field-rule").get_attribute("value") == STDP.values["rule"]


def test_an_edited_threshold_is_that_of_the_drawing_and_of_the_curve(
    browser, show, laboratory, text_of
):
    show(browser, laboratory.address("single-neuron"), "screen", "light")
    _wait(browser, SAME)
    assert text_of("#now").endswith("neuron at 0 of 160.")
    _type(browser, "threshold", "50")
    _wait(browser, "document.getElementById('now').textContent.endsWith('neuron at 0 of 50.')")
    assert browser.find_elements("css selector", "[aria-label$='threshold 50']")


def test_a_wrong_rule_shows_its_character_and_the_last_run_stays(
    browser, show, laboratory, text_of
):
    show(browser, laboratory.address("stdp-window"), "screen", "dark")
    _wait(browser, SAME)
    _type(browser, "rule", "dw = x1*y0 - <b>*y0")
    _wait(browser, "document.querySelector('.problem mark')")
    assert text_of(".problem mark") == "<"
    assert "unexpected '<' at character 14" in text_of("#problem-rule")
    field = browser.find_element("id", "field-rule")
    assert field.get_attribute("aria-invalid") == "true"
    assert field.get_attribute("aria-describedby") == "problem-rule"
    assert text_of("#verdict") == "Not run: see the field that is marked"
    assert len(browser.find_elements("css selector", ".plot")) >= 4
    _type(browser, "rule", "dw = x1*y0")
    _wait(browser, SAME)
    assert not browser.find_elements("css selector", ".problem mark")


def test_microcode_and_cost_follow_the_rule(browser, show, laboratory, text_of):
    show(browser, laboratory.address("stdp-window"), "screen", "light")
    _wait(browser, "document.querySelectorAll('details tbody tr').length === 6")
    assert text_of("summary") == "Microcode and cost: 6 instructions, 2 cycles a word"
    _type(browser, "rule", "dw = x1*y0")
    _wait(browser, "document.querySelectorAll('details tbody tr').length === 3")
    _type(browser, "rule", "dw = x1*")
    _wait(browser, "document.querySelector('summary').textContent.endsWith('none yet')")


def test_what_has_no_effect_is_told_at_the_rule(browser, show, laboratory, text_of, axe):
    show(browser, laboratory.address("stdp-window"), "screen", "light")
    _wait(browser, SAME)
    assert text_of("#idle") == ""
    _type(browser, "rule", "dw = r1*x1*y0 + x0*y1")
    _wait(browser, SAME)
    sentence = "reward r1 of reinforcement 0 is never written, and stays 0; the rule of 'synapses'"
    assert text_of(".whole #idle p").startswith(sentence)
    assert axe() == []
    _type(browser, "rule", "dw = q")
    _wait(browser, "document.querySelector('.problem mark')")
    assert text_of("#idle") == ""


def test_a_number_out_of_range_is_told_at_its_field(browser, show, laboratory, text_of):
    show(browser, laboratory.address("single-neuron"), "tablet", "light")
    _wait(browser, SAME)
    _type(browser, "threshold", "5000")
    _wait(browser, "document.getElementById('problem-threshold').textContent")
    assert text_of("#problem-threshold") == (
        "threshold must be a whole number from 1 to 2000, not 5000"
    )
    _type(browser, "threshold", "")
    _wait(browser, "document.getElementById('problem-threshold').textContent.endsWith(\"not ''\")")


@pytest.mark.parametrize("name", SCENES)
def test_each_scene_is_worked_by_keyboard_alone(browser, show, laboratory, tabbed, name):
    show(browser, laboratory.address(name), "screen", "light")
    _wait(browser, SAME)
    playback = ["first", "back", "play", "forth", "last", "speed", "along"]
    fields = []
    for field in SCENES[name].fields:
        fields += [f"field-{field.name}", *["summary"] * (field.kind == "rule")]
    order = ["scenes", *playback, *fields, "reset", "look"]
    assert tabbed(len(order)) == order


def test_keys_that_are_typed_play_nothing(browser, show, laboratory):
    show(browser, laboratory.address("stdp-window"), "screen", "light")
    _wait(browser, SAME)
    browser.find_element("id", "field-rule").send_keys(" ")
    assert browser.find_element("id", "play").get_attribute("aria-label") == "Play"


def test_a_digit_is_drawn_by_mouse_and_by_keyboard(browser, show, laboratory):
    show(browser, laboratory.address("digits"), "screen", "light")
    _wait(browser, SAME)
    before = _inputs(browser)
    cells = browser.find_elements("css selector", ".picture span")
    actions = pytest.importorskip("selenium.webdriver").ActionChains(browser)
    actions.move_to_element(cells[0]).click_and_hold().move_to_element(cells[1]).release().perform()
    _wait(browser, f"!({INPUTS}).endsWith({before!r})")
    picture = browser.find_element("id", "field-picture")
    assert "pixels by row: 11111100 " in picture.get_attribute("aria-label")
    picture.send_keys("\ue014", " ")  # right, and turn the pixel there
    assert "pixels by row: 11011100 " in picture.get_attribute("aria-label")
    _wait(browser, f"{INPUTS} === '{int(before) + 12}'")
    _wait(browser, SAME)


INPUTS = "document.querySelector('.plot').getAttribute('aria-label').match(/in_x (\\d+)/)[1]"


def _inputs(browser):
    """Input spikes that the raster tells of."""
    return browser.execute_script(f"return {INPUTS}")


def test_another_scene_is_chosen_from_the_list(browser, show, laboratory):
    show(browser, laboratory.address("stdp-window"), "screen", "light")
    browser.execute_script(
        "const s = document.getElementById('scenes'); s.value = 'reward';"
        "s.dispatchEvent(new Event('change'))"
    )
    _wait(browser, f"document.title.includes({json.dumps(SCENES['reward'].title)})")
    _wait(browser, SAME)


def test_the_cycles_of_a_step_are_asked_for_and_go_when_something_is_edited(
    browser, show, laboratory, text_of
):
    show(browser, laboratory.address("stdp-window"), "screen", "light")
    _wait(browser, SAME)
    for _ in range(3):
        browser.find_element("css selector", "body").send_keys("\ue014")
    assert text_of("#look") == "Show the cycles of step 3"
    browser.find_element("id", "look").click()
    _wait(browser, "!document.getElementById('inside').hidden", 300)
    assert text_of("#cycles-title") == "Step 3 in the RTL, cycle by cycle"
    assert text_of("#cycle-now").startswith("Cycle 0 of ")
    _type(browser, "impulse", "50")
    assert not browser.find_element("id", "inside").is_displayed()
    _wait(browser, SAME)
    assert browser.get_log("browser") == []


def test_a_block_opens_its_source_by_keyboard(browser, show, laboratory, text_of):
    show(browser, laboratory.address("single-neuron"), "screen", "light")
    _wait(browser, SAME)
    browser.find_element("id", "look").click()
    _wait(browser, "!document.getElementById('inside').hidden", 300)
    box = browser.find_element(
        "css selector", "[aria-label='scanner: open hdl/delivery/axon_scanner.py']"
    )
    browser.execute_script("arguments[0].focus()", box)
    box.send_keys("\ue007")  # Enter
    _wait(browser, "document.getElementById('source').open")
    assert text_of("#source-file") == "hdl/delivery/axon_scanner.py"
    assert source("scanner").split("\n")[0] in text_of("#source pre")
    browser.switch_to.active_element.send_keys("\ue00c")  # Escape
    assert not browser.execute_script("return document.getElementById('source').open")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious_in_mistakes_and_details(browser, show, laboratory, axe, scheme):
    show(browser, laboratory.address("stdp-window"), "screen", scheme)
    _wait(browser, SAME)
    _type(browser, "rule", "dw = q")
    _wait(browser, "document.querySelector('.problem mark')")
    browser.find_element("id", "look").click()
    browser.execute_script("document.querySelector('details').open = true")
    assert axe() == []
