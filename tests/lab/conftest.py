"""Pages of the laboratory, exported once, its server, and what looks at them."""

from pathlib import Path
from threading import Thread

import pytest

from backspike.lab.export import export
from backspike.lab.presets import SCENES
from backspike.lab.server import Laboratory


@pytest.fixture(scope="session")
def pages(tmp_path_factory):
    """Exported pages by the names of their scenes."""
    folder = tmp_path_factory.mktemp("pages")
    return {name: export(scene, folder) for name, scene in SCENES.items()}


@pytest.fixture(scope="session")
def laboratory():
    """A server of the laboratory."""
    made = Laboratory()
    thread = Thread(target=made.serve, daemon=True)
    thread.start()
    yield made
    made.server.should_exit = True
    thread.join(10)
    assert not thread.is_alive()


@pytest.fixture
def text_of(browser):
    """Text of an element of the page that is shown, by its selector."""
    return lambda selector: browser.find_element("css selector", selector).text


@pytest.fixture
def tabbed(browser):
    """Names of what the next presses of the tab key reach."""

    def press(times):
        reached = []
        for _ in range(times):
            browser.switch_to.active_element.send_keys("\ue004")
            active = browser.switch_to.active_element
            reached.append(active.get_attribute("id") or active.tag_name)
        return reached

    return press


@pytest.fixture
def axe(browser):
    """What axe-core finds on the page that is shown, of what is serious or critical."""
    text = (Path(__file__).parent / "axe" / "axe.min.js").read_text(encoding="utf-8")

    def check():
        browser.execute_script(text)
        found = browser.execute_async_script(
            "const done = arguments[0]; axe.run().then(r => done(r.violations.filter(v =>"
            " ['serious', 'critical'].includes(v.impact)).map(v =>"
            " [v.id, v.nodes.map(n => n.html.slice(0, 120) + n.failureSummary)])))"
        )
        return found

    return check
