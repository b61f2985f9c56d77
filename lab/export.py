"""Pages of scenes, each one file that needs nothing else."""

import base64
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from importlib.resources import files
from pathlib import Path
from typing import Any

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from backspike.golden.files import write_text
from backspike.lab.blocks import diagram
from backspike.lab.cycles import cycles_of
from backspike.lab.recording import drawing, first_difference, record
from backspike.lab.scene import Scene
from backspike.sim.palette import theme

__all__ = ["export", "render"]


def export(scene: Scene, folder: Path) -> Path:
    """Run a scene on the golden core and in the RTL, and write its page; returns the file.

    Raises
    ------
    OSError
        If the file cannot be written.
    """
    built = scene.build(scene.values)
    golden, rtl = (record(scene, built, engine) for engine in ("golden", "verilator"))
    difference = first_difference(golden, rtl)
    data = page_data(scene) | {
        "drawing": drawing(scene, built.network),
        "recording": golden.as_data(),
        "difference": difference and difference._asdict(),
        "cycles": cycles_of(scene, built, scene.look),
    }
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{scene.name}.html"
    write_text(path, render(scene, data))
    return path


def page_data(scene: Scene) -> dict[str, Any]:
    """Facts of a scene that its page needs."""
    return {
        "scene": {
            "name": scene.name,
            "steps": scene.steps,
            "fields": [asdict(field) for field in scene.fields],
            "lines": scene.lines,
            "look": scene.look,
            "window": scene.window,
        },
        "diagram": diagram(),
    }


def render(scene: Scene, data: Mapping[str, Any], scenes: Iterable[Scene] = ()) -> str:
    """HTML of a scene: with ``scenes`` to choose from, one that a server answers to."""
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.from_string(_text("index.html.j2")).render(
        scene=scene,
        scenes=list(scenes),
        learns=any(connection["learns"] for connection in data["drawing"]["connections"]),
        theme=Markup(theme(":root")),
        styles=Markup(_text("uPlot.min.css") + _text("lab.css")),
        data=Markup(_json(data)),
        uplot=Markup(_text("uPlot.iife.min.js")),
        modules=Markup(_json({"imports": _modules()})),
    )


def _modules() -> dict[str, str]:
    """Addresses of the page's modules by their names: each is its own text."""
    return {
        f"lab/{name.removesuffix('.js')}": "data:text/javascript;base64,"
        + base64.b64encode(_text(name).encode()).decode()
        for name in sorted(path.name for path in _folder().iterdir())
        if name.endswith(".js") and not name.endswith(".min.js")
    }


def _json(data: Mapping[str, Any]) -> str:
    """JSON that may stand in a page: no sign of it ends or begins a tag."""
    text = json.dumps(data, separators=(",", ":"), allow_nan=False)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _folder() -> Any:
    return files("backspike.lab").joinpath("page")


def _text(name: str) -> str:
    """Text of a file of the page."""
    return _folder().joinpath(name).read_text(encoding="utf-8")
