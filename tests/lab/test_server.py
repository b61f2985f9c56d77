"""The server, as a browser and as other programs see it."""

import json
import socket
import time
from http.client import HTTPConnection
from threading import Thread
from urllib.parse import parse_qs, urlsplit

import pytest

from backspike.golden.errors import UserError
from backspike.lab.blocks import source
from backspike.lab.presets import SCENES
from backspike.lab.recording import record
from backspike.lab.server import Laboratory

pytestmark = pytest.mark.slow
STDP = SCENES["stdp-window"]


@pytest.fixture(scope="module")
def laboratory():
    made = Laboratory()
    thread = Thread(target=made.serve, daemon=True)
    thread.start()
    yield made
    made.server.should_exit = True
    thread.join(10)
    assert not thread.is_alive()


def _ask(laboratory, method, path, body=None, **headers):
    """Status and text of an answer; the token goes along unless there is another."""
    parts = urlsplit(laboratory.address("reward"))
    connection = HTTPConnection(parts.hostname, parts.port, timeout=120)
    token = {"X-Lab-Token": parse_qs(parts.query)["token"][0]}
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request(method, path, body, token | named)
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    return answer.status, text


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
def test_each_scene_loads_runs_and_has_no_error(browser, show, laboratory, text_of, name):
    show(browser, laboratory.address(name), "screen", "light")
    _wait(browser, SAME)
    assert text_of("h1") == SCENES[name].title
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
    assert text_of("summary") == "Microcode and cost: 6 instructions, cycles: 2 a word"
    _type(browser, "rule", "dw = x1*y0")
    _wait(browser, "document.querySelectorAll('details tbody tr').length === 3")
    _type(browser, "rule", "dw = x1*")
    _wait(browser, "document.querySelector('summary').textContent.endsWith('none yet')")


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


def test_all_of_it_works_by_keyboard(browser, show, laboratory):
    show(browser, laboratory.address("stdp-window"), "screen", "light")
    _wait(browser, SAME)
    reached = []
    for _ in range(14):
        active = browser.switch_to.active_element
        active.send_keys("\ue004")  # Tab
        reached.append(browser.switch_to.active_element.get_attribute("id"))
    order = ["scenes", "first", "back", "play", "forth", "last", "speed", "along", "field-rule"]
    assert [name for name in reached if name in order] == order
    assert {"field-impulse", "field-tau_x", "field-tau_y", "reset"} <= set(reached)
    browser.find_element("id", "field-rule").send_keys(" ")  # a key that is typed plays nothing
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
def test_axe_finds_nothing_serious(browser, show, laboratory, axe, scheme):
    show(browser, laboratory.address("stdp-window"), "screen", scheme)
    _wait(browser, SAME)
    _type(browser, "rule", "dw = q")
    _wait(browser, "document.querySelector('.problem mark')")
    browser.find_element("id", "look").click()
    browser.execute_script("document.querySelector('details').open = true")
    assert axe() == []


def test_only_the_files_of_blocks_are_given_away(laboratory):
    status, text = _ask(laboratory, "POST", "/source", json.dumps({"block": "walker"}))
    assert status == 200
    assert json.loads(text) == {"file": "hdl/delivery/list_walker.py", "text": source("walker")}
    for block in ("../lab/server.py", "hdl/core.py", "", None, ["walker"]):
        assert _ask(laboratory, "POST", "/source", json.dumps({"block": block}))[0] == 404


def test_only_this_machine_by_its_name_its_pages_and_its_token(laboratory):
    path = "/scene/reward"
    assert _ask(laboratory, "GET", path)[0] == 200
    for refused in (
        {"Host": "example.org"},
        {"Origin": "http://example.org"},
        {"X-Lab-Token": "other"},
    ):
        status, text = _ask(laboratory, "GET", path, **refused)
        assert status == 403
        assert "script" not in text
    status, _ = _ask(laboratory, "POST", "/run", "x" * (1 << 17))
    assert status == 413


def test_it_listens_to_no_other_address(laboratory):
    port = urlsplit(laboratory.address("reward")).port
    with socket.socket() as other:
        other.settimeout(2)
        assert other.connect_ex(("127.0.0.2", port)) != 0


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", "/scene/none", None, 404),
        ("GET", "/scene/..%2f..%2fserver.py", None, 404),
        ("GET", "/run", None, 405),
        ("POST", "/run", "[]", 400),
        ("POST", "/run", "{", 400),
        ("POST", "/run", "[" * 60000, 400),
        ("POST", "/run", '{"scene": ["reward"]}', 404),
        ("POST", "/run", '{"scene": "reward", "edits": 3}', 400),
    ],
)
def test_what_is_no_request_is_refused(laboratory, method, path, body, status):
    assert _ask(laboratory, method, path, body)[0] == status


def test_a_rule_is_answered_with_mistakes_or_microcode(laboratory):
    status, text = _ask(
        laboratory, "POST", "/rule", json.dumps({"scene": "reward", "text": "dw = x1*y0"})
    )
    assert status == 200
    assert len(json.loads(text)["rows"]) == 3
    _, text = _ask(laboratory, "POST", "/rule", json.dumps({"scene": "reward", "text": "<script>"}))
    assert json.loads(text)["mistakes"][0]["position"] == 0


def test_a_port_that_is_taken_is_told(laboratory):
    port = urlsplit(laboratory.address("reward")).port
    with pytest.raises(UserError, match=f"port {port} cannot be listened to: "):
        Laboratory(port)
