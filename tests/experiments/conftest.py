"""Checks of reports in a browser: on a phone, a tablet and a screen, light and dark."""

import re

import numpy as np
import pytest
from PIL import Image


@pytest.fixture
def fits(browser, show, tmp_path):
    """Checks that a page fits a screen, can be read on it, and has no error."""

    def check(page, size, scheme):
        width = show(browser, page, size, scheme)
        for opened in ("false", "true"):  # the explanations
            browser.execute_script(
                f"document.querySelectorAll('details').forEach(d => d.open = {opened})"
            )
            wide, window = browser.execute_script(
                "return [document.documentElement.scrollWidth, window.innerWidth]"
            )
            assert wide <= window == width
            outside = browser.execute_script(
                "return [...document.querySelectorAll('main *')].filter(e => !e.closest('.box *')"
                " && e.getBoundingClientRect().right > innerWidth)"
                ".map(e => e.outerHTML.slice(0, 80))"
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

    return check
