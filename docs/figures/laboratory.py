"""A page of the laboratory as a browser shows it, on a light and on a dark ground."""

import base64
import io
import shutil
import tempfile
from pathlib import Path

from PIL import Image

from backspike.lab.export import export
from backspike.lab.presets import SCENES

__all__ = ["laboratory"]

_WIDE, _HIGH, _STEP = 1240, 860, 40
#: Colours of a picture: enough for what is flat, and a fraction of the bytes.
_COLOURS = 200


def laboratory() -> str:
    """The scene of STDP in the step in which its weights change, light or dark as its reader is."""
    with tempfile.TemporaryDirectory() as folder:
        page = export(SCENES["stdp-window"], Path(folder))
        light, dark = (_photographed(page, scheme) for scheme in ("light", "dark"))
    size = f'width="{_WIDE}" height="{_HIGH}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDE} {_HIGH}" {size}>'
        "<style>.dark { display: none; } @media (prefers-color-scheme: dark) "
        "{ .dark { display: inline; } .light { display: none; } }</style>"
        f'<image class="light" {size} href="{light}"/><image class="dark" {size} href="{dark}"/>'
        "</svg>\n"
    )


def _photographed(page: Path, scheme: str) -> str:
    """The page as the address of a PNG."""
    from selenium import webdriver  # only this picture needs it, and Chromium

    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium") or ""
    for switch in ("headless=new", "no-sandbox", "disable-dev-shm-usage", "hide-scrollbars"):
        options.add_argument(f"--{switch}")
    service = webdriver.ChromeService(shutil.which("chromedriver"))
    with webdriver.Chrome(options=options, service=service) as browser:
        window = {"width": _WIDE, "height": _HIGH, "deviceScaleFactor": 1, "mobile": False}
        browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", window)
        preferred = [{"name": "prefers-color-scheme", "value": scheme}]
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": preferred})
        browser.get(page.as_uri())
        browser.execute_script(
            "const e = document.getElementById('along'); e.value = arguments[0];"
            "e.dispatchEvent(new Event('input'))",
            _STEP,
        )
        picture = Image.open(io.BytesIO(browser.get_screenshot_as_png()))
    out = io.BytesIO()
    picture.convert("RGB").quantize(_COLOURS, Image.Quantize.MAXCOVERAGE).save(
        out, "PNG", optimize=True
    )
    return "data:image/png;base64," + base64.b64encode(out.getvalue()).decode()
