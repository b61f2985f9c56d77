"""Pages of the laboratory, exported once."""

import pytest

from backspike.lab.export import export
from backspike.lab.presets import SCENES


@pytest.fixture(scope="session")
def pages(tmp_path_factory):
    """Exported pages by the names of their scenes."""
    folder = tmp_path_factory.mktemp("pages")
    return {name: export(scene, folder) for name, scene in SCENES.items()}


@pytest.fixture
def text_of(browser):
    """Text of an element of the page that is shown, by its selector."""
    return lambda selector: browser.find_element("css selector", selector).text
