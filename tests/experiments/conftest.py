"""A browser that looks at reports: on a phone, a tablet and a screen, light and dark."""

import re
import shutil

import numpy as np
import pytest
from PIL import Image

SIZES = {"phone": (390, 844), "tablet": (820, 1180), "screen": (1400, 900)}


@pytest.fixture(scope="session")
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


@pytest.fixture(scope="session")
def show():
    """Shows a page."""

    def show(browser, page, size, scheme):
        """Show a page in a window of a size, to a reader who prefers a scheme of colours."""
        width, height = SIZES[size]
        window = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", window)
        preferred = [{"name": "prefers-color-scheme", "value": scheme}]
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": preferred})
        browser.get(page.as_uri())

    return show


@pytest.fixture
def fits(browser, show, tmp_path):
    """Checks that a page fits a screen, can be read on it, and has no error."""

    def check(page, size, scheme):
        show(browser, page, size, scheme)
        for opened in ("false", "true"):  # the explanations
            browser.execute_script(
                f"document.querySelectorAll('details').forEach(d => d.open = {opened})"
            )
            wide, window = browser.execute_script(
                "return [document.documentElement.scrollWidth, window.innerWidth]"
            )
            assert wide <= window == SIZES[size][0]
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
