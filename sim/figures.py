"""Figures of matplotlib in the colours of :mod:`.palette`, and as SVG for light and dark pages."""

import io
import re
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

from backspike.sim.palette import CYCLE, PALETTE, theme

if TYPE_CHECKING:
    from matplotlib.colors import Colormap
    from matplotlib.figure import Figure

# Importing matplotlib is slow, and only pictures need it: nothing here does before one is drawn.

__all__ = ["Picture", "colour", "diverging", "new_figure", "sequential", "style"]

_XLINK = "{http://www.w3.org/1999/xlink}href"
_FONTS = "system-ui, sans-serif"
_NAMES = {light: name for name, (light, _) in PALETTE.items()}
_COLOUR = re.compile(r"((?:fill|stroke): )(#[0-9a-f]{6})")
_FONT = re.compile(r"font-family: [^;]+")
_REFERENCE = re.compile(r"url\(#([^)]+)\)")


def colour(name: str) -> str:
    """A colour by name, as matplotlib takes it: that of the light ground."""
    return PALETTE[name][0]


@contextmanager
def style() -> Iterator[None]:
    """Let matplotlib draw in the palette, with a light frame, names as text, and no date."""
    import matplotlib
    from cycler import cycler

    ink, soft, rule = (colour(name) for name in ("ink", "soft", "rule"))
    settings: Any = {
        "axes.prop_cycle": cycler(color=[colour(name) for name in CYCLE]),
        **dict.fromkeys(("text.color", "axes.labelcolor", "axes.titlecolor"), ink),
        **dict.fromkeys(("axes.edgecolor", "xtick.color", "ytick.color"), soft),
        **dict.fromkeys(("axes.spines.top", "axes.spines.right", "legend.frameon"), False),
        "axes.facecolor": "none",
        "axes.titlelocation": "left",
        "axes.titlesize": 10,
        "figure.titlesize": 10,
        "figure.facecolor": colour("ground"),
        "grid.color": rule,
        "legend.fontsize": 9,
        "savefig.dpi": 120,
        "text.parse_math": False,  # names of files and classes are no formulas
        "svg.fonttype": "none",
        "svg.hashsalt": "backspike",
    }
    with matplotlib.rc_context(settings):
        yield


def new_figure(width: float, height: float) -> "Figure":
    """An empty figure of a size in inches, without a window."""
    from matplotlib.figure import Figure

    return Figure(figsize=(width, height), layout="constrained")


def diverging() -> "Colormap":
    """From blue, which is negative, to red."""
    return _colormap("blue", "ground", "red")


def sequential() -> "Colormap":
    """From the ground, which is nothing, to blue."""
    return _colormap("ground", "blue")


def _colormap(*names: str) -> "Colormap":
    from matplotlib.colors import LinearSegmentedColormap

    return LinearSegmentedColormap.from_list("-".join(names), [colour(name) for name in names])


@dataclass(frozen=True)
class Picture:
    """A figure that is complete, and the words for those who do not see it."""

    figure: "Figure"
    words: str
    """Description with the numbers that matter, one or two sentences."""

    def save(self, path: Path, kind: str | None = None) -> None:
        """Write it, as the ending of the path says: ``.svg``, or what matplotlib writes.

        ``kind`` is the ending of a path that has none.
        """
        kind = kind or path.suffix.removeprefix(".")
        if kind == "svg":
            path.write_text(self.svg(alone=True), encoding="utf-8")
            return
        with style():
            metadata = {"Software": None} if kind == "png" else None
            self.figure.savefig(path, format=kind, metadata=metadata)

    def svg(self, *, alone: bool = False) -> str:
        """The picture as SVG, for a page that has the palette as variables.

        ``alone`` makes it a file of its own. Equal pictures are equal texts.
        """
        root = ElementTree.fromstring(self._drawn)
        _make_plain(root, f"f{zlib.crc32(self.words.encode()):08x}")
        width, height = root.attrib["viewBox"].split()[2:]
        root.attrib |= {"class": "plot", "role": "img", "aria-label": self.words}
        root.attrib |= {"width": width, "height": height, "stroke-linejoin": "round"}
        if alone:
            root.set("xmlns", "http://www.w3.org/2000/svg")
            title, sheet = ElementTree.Element("title"), ElementTree.Element("style")
            title.text, sheet.text = self.words, theme("svg")
            root[:0] = [title, sheet]
        return ElementTree.tostring(root, encoding="unicode") + "\n"

    @cached_property
    def _drawn(self) -> bytes:
        """SVG as matplotlib draws it, once for the file and the page: that is what takes long."""
        with style():
            buffer = io.BytesIO()
            self.figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
        return buffer.getvalue()


def _make_plain(root: ElementTree.Element, prefix: str) -> None:
    """Remove what only a file of its own has, and let colours and fonts be those of a page.

    Names within it begin with ``prefix``: a page has one for each figure.
    """
    for part in root.iter():
        part.tag = part.tag.rpartition("}")[2]
        if link := part.attrib.pop(_XLINK, None):
            part.set("href", link)
    used = {link[1:] for part in root.iter() if (link := part.get("href", "")).startswith("#")}
    used |= {name for part in root.iter() for name in _REFERENCE.findall(part.get("clip-path", ""))}
    found = [name for part in root.iter() if (name := part.get("id", "")) in used]
    names = {name: f"{prefix}-{number}" for number, name in enumerate(found)}
    for parent in list(root.iter()):
        for part in list(parent):
            if part.tag in ("metadata", "style"):
                parent.remove(part)
    for part in root.iter():
        if (name := part.attrib.pop("id", "")) in names:
            part.set("id", names[name])
        if (link := part.get("href", "")).startswith("#"):
            part.set("href", f"#{names[link[1:]]}")
        if clip := _REFERENCE.fullmatch(part.get("clip-path", "")):
            part.set("clip-path", f"url(#{names[clip[1]]})")
        if "style" in part.attrib:
            look = _COLOUR.sub(_as_variable, part.attrib["style"])
            part.set("style", _FONT.sub(f"font-family: {_FONTS}", look))


def _as_variable(found: re.Match[str]) -> str:
    """A colour of the palette as its variable, after itself for viewers that know none."""
    what, value = found.groups()
    return f"{what}{value}; {what}var(--{_NAMES[value]})" if value in _NAMES else found[0]
