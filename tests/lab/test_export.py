"""Exported pages, as a browser shows them: each is one file, plays, and tells what it shows."""

import re
from dataclasses import replace

import pytest

from backspike.lab.cycles import cycles_of
from backspike.lab.export import export, page_data, render
from backspike.lab.presets import SCENES
from backspike.lab.recording import drawing, record

pytestmark = pytest.mark.slow


def _press(browser, key):
    browser.find_element("css selector", "body").send_keys(key)


def _set(browser, name, value, event):
    browser.execute_script(
        "const [name, value, event] = arguments, e = document.getElementById(name);"
        "e.value = value; e.dispatchEvent(new Event(event))",
        name,
        value,
        event,
    )


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", ["phone", "tablet", "screen"])
@pytest.mark.parametrize("name", SCENES)
def test_it_fits_every_screen_without_an_error(browser, show, pages, name, size, scheme):
    width = show(browser, pages[name], size, scheme)
    outside = browser.execute_script(
        "return [...document.querySelectorAll('body *')].filter(e =>"
        " e.getBoundingClientRect().right > innerWidth).map(e => e.outerHTML.slice(0, 80))"
    )
    assert not outside
    assert browser.execute_script("return document.documentElement.scrollWidth") <= width
    assert browser.get_log("browser") == []
    ground, ink = browser.execute_script(
        "const b = getComputedStyle(document.body); return [b.backgroundColor, b.color]"
    )
    shades = [sum(map(int, re.findall(r"\d+", shade)[:3])) for shade in (ground, ink)]
    assert (shades[0] > shades[1]) == (scheme == "light")
    drawn = browser.execute_script(
        "return [...document.querySelectorAll('canvas')].map(c => new Set(new Uint32Array("
        "c.getContext('2d').getImageData(0, 0, c.width, c.height).data.buffer)).size)"
    )
    assert len(drawn) >= 4
    assert min(drawn) > 2, "something is drawn in each"


@pytest.mark.parametrize("name", SCENES)
def test_a_phone_has_room_for_the_name_of_every_group(browser, show, pages, name):
    show(browser, pages[name], "phone", "light")
    written = browser.execute_script(
        "const found = {}, canvas = CanvasRenderingContext2D.prototype, fill = canvas.fillText;"
        "canvas.fillText = function (text, x, y) {"
        "  const half = this.measureText(text).width / 2; found[text] = [x - half, x + half, y];"
        "  fill.call(this, text, x, y); };"
        "document.getElementById('forth').click(); return found"
    )
    scene = SCENES[name]
    for group in drawing(scene, scene.build(scene.values).network)["groups"]:
        left, right, y = written[group["name"]]
        assert -0.01 <= left <= right <= 100.01, group["name"]
        assert 0 < y < 60, group["name"]


def test_keys_step_and_play(browser, show, pages, text_of):
    show(browser, pages["stdp-window"], "screen", "light")
    assert text_of("#step") == "0"
    for key, step in (("\ue014", "1"), ("\ue014", "2"), ("\ue012", "1"), ("\ue010", "319")):
        _press(browser, key)
        assert text_of("#step") == step
    _press(browser, "\ue011")  # Home
    assert text_of("#step") == "0"
    _set(browser, "speed", 120, "change")
    _press(browser, " ")
    assert browser.find_element("id", "play").get_attribute("aria-label") == "Pause"
    browser.execute_async_script("setTimeout(arguments[0], 500)")
    _press(browser, " ")
    assert browser.find_element("id", "play").get_attribute("aria-label") == "Play"
    assert 10 < int(text_of("#step")) < 200


def test_the_step_is_told_in_words(browser, show, pages, text_of):
    show(browser, pages["stdp-window"], "screen", "light")
    _set(browser, "along", 40, "input")
    assert text_of("#now") == (
        "Step 40: spikes of axons 8; neuron 0; 8 weights learn; voltages: neuron at 0 of 1000."
    )
    label = browser.find_element("id", "network").get_attribute("aria-label")
    assert label == f"Network. {text_of('#now')}"
    labels = browser.execute_script(
        "return [...document.querySelectorAll('.plot')].map(e => e.getAttribute('aria-label'))"
    )
    assert labels[0] == "Spikes over 320 steps: axons 68, teacher 4, neuron 4"
    assert all(re.search(r"\d", text) for text in labels)


def test_a_scene_without_rules_says_nothing_of_learning(browser, show, pages, text_of):
    told = {}
    for name in ("single-neuron", "stdp-window"):
        show(browser, pages[name], "screen", "light")
        told[name] = "learn" in text_of("#now"), "just learned" in text_of(".legend")
    assert told == {"single-neuron": (False, False), "stdp-window": (True, True)}


def test_the_letters_of_a_rule_are_explained(browser, show, pages, text_of):
    show(browser, pages["reward"], "screen", "light")
    rule = text_of("#edits .whole")
    assert SCENES["reward"].values["rule"] in rule
    for letter in ("dw", "dt", "x0", "y0", "x1", "r1", "u0"):
        assert f"{letter} " in rule.split("A rule is a sum of products")[1]


def test_curves_are_of_the_neurons_that_fire_and_the_threshold_is_unlike_them(browser, show, pages):
    show(browser, pages["digits"], "screen", "light")
    (keys,) = browser.execute_script(
        "return [...document.querySelectorAll('#plots .card')]"
        ".filter(e => e.querySelector('figcaption').textContent === 'Voltage of o (6 of 10)')"
        ".map(e => [...e.querySelectorAll('.keys span')]"
        ".map(k => [k.textContent, k.firstChild.style.background]))"
    )
    assert f"o {SCENES['digits'].values['digit']}" in [name for name, _ in keys]
    assert keys[-1][0] == "threshold"
    assert len({colour for _, colour in keys}) == len(keys) == 7


def test_a_page_tells_that_the_rtl_does_the_same(browser, show, pages, text_of):
    show(browser, pages["reward"], "phone", "light")
    assert text_of("#verdict") == "The RTL gives the same spikes, voltages and weights"


def test_a_difference_is_told(browser, show, tmp_path, text_of):
    scene = SCENES["single-neuron"]
    data = _data(scene) | {
        "difference": {"step": 7, "what": "v:neuron", "place": 0, "golden": 3.0, "rtl": 4.0}
    }
    (tmp_path / "page.html").write_text(render(scene, data))
    show(browser, tmp_path / "page.html", "screen", "light")
    assert text_of("#verdict") == (
        "The RTL differs in step 7: v:neuron 0 is 4, of the golden core 3"
    )


def test_texts_of_a_scene_are_text(browser, show, tmp_path, text_of):
    scene = SCENES["single-neuron"]
    tag = "</script><script>document.title = 'taken'</script><i>&amp;"
    fields = (replace(scene.fields[0], label=tag), *scene.fields[1:])
    scene = replace(scene, title=tag, about=tag, fields=fields)
    (tmp_path / "page.html").write_text(render(scene, _data(scene)))
    show(browser, tmp_path / "page.html", "screen", "light")
    assert browser.title == f"Backspike laboratory: {tag}"
    assert text_of("h1") == text_of(".about") == text_of("dt") == tag


def test_it_needs_nothing_else(pages):
    for page in pages.values():
        text = page.read_text(encoding="utf-8")
        assert not re.findall(r"@import|<script[^>]* src|<link rel=.stylesheet|<img", text)
        assert "default-src 'none'" in text


def test_a_page_is_written_to_a_folder_that_is_made(tmp_path):
    page = export(SCENES["single-neuron"], tmp_path / "a" / "b")
    assert page == tmp_path / "a" / "b" / "single-neuron.html"
    assert page.exists()


def _data(scene):
    built = scene.build(scene.values)
    return page_data(scene) | {
        "drawing": drawing(scene, built.network),
        "recording": record(scene, built, "golden").as_data(),
        "difference": None,
        "cycles": cycles_of(scene, built, 19),
    }


def test_cycles_are_told_by_phase_wires_and_blocks(browser, show, pages, text_of):
    show(browser, pages["stdp-window"], "screen", "light")
    assert text_of("#cycles-title") == "Step 40 in the RTL, cycle by cycle"
    assert text_of("#cycle-now").startswith("Cycle 0 of 236, dendrite. At work: ")
    for _ in range(3):
        _press(browser, ".")
    _press(browser, ",")
    assert text_of("#cycle-now").startswith("Cycle 2 of 236, dendrite.")
    assert "Now: a row is updated" in text_of("#cycle-now")
    label = browser.find_element("id", "wave").get_attribute("aria-label")
    assert "DENDRITE from 0, DELIVER from 24" in label
    assert "weights are written 9 times" in label
    _set(browser, "cycle-along", 112, "input")
    lit = browser.execute_script(
        "return [...document.querySelectorAll('.blocks .box')].filter(g =>"
        " g.querySelector('.light').getAttribute('opacity') > 0.6).map(g => "
        "g.querySelector('.name').textContent)"
    )
    assert "rule set-up" in lit
    assert not {"scanner", "compartments"} & set(lit)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", SCENES)
def test_axe_finds_nothing_serious(browser, show, pages, axe, name, scheme):
    show(browser, pages[name], "phone", scheme)
    assert axe() == []


@pytest.mark.parametrize("name", SCENES)
def test_each_scene_plays_by_keyboard_alone(browser, show, pages, text_of, tabbed, name):
    show(browser, pages[name], "screen", "light")
    reached = ["first", "back", "play", "forth", "last", "speed", "along"]
    assert tabbed(10) == [*reached, "cycle-back", "cycle-forth", "cycle-along"]
    browser.switch_to.active_element.send_keys("\ue014")  # right: the slider of cycles has it
    assert (text_of("#cycle"), text_of("#step")) == ("1", "0")
    browser.find_element("id", "forth").send_keys("\ue007")  # Enter
    assert text_of("#step") == "1"
    assert text_of("#now").startswith("Step 1: ")
