"""Drawings in SVG whose parts have classes, so that a page gives them its colours.

Standing alone, a drawing brings the palette with it, light and dark.
"""

import html
from collections.abc import Iterable, Sequence

from backspike.sim.palette import theme

__all__ = ["Drawing"]

_RULES = """\
text { font: 14px system-ui, sans-serif; fill: var(--ink); }
text.small { font-size: 12px; fill: var(--soft); }
text.strong { font-weight: 600; }
text.mono { font-family: ui-monospace, monospace; font-size: 12px; }
text.blue, text.red, text.green, text.purple { fill: var(--hue); }
text.on { fill: var(--ground); font-weight: 600; }
rect, path, circle { stroke-width: 1.5; }
rect.panel { fill: var(--panel); stroke: none; }
rect.box, circle.box { fill: var(--ground); stroke: var(--soft); }
rect.full, circle.full { fill: var(--hue, var(--soft)); stroke: none; }
rect.half { fill: var(--hue, var(--soft)); fill-opacity: 0.35; stroke: none; }
rect.outline { fill: none; stroke: var(--hue, var(--soft)); }
path.line { fill: none; stroke: var(--hue, var(--soft)); }
path.thin { fill: none; stroke: var(--soft); stroke-width: 0.5; }
path.tip { fill: var(--hue, var(--soft)); stroke: none; }
a text { fill: var(--blue); }
a:hover rect, a:focus rect { stroke: var(--blue); stroke-width: 2.5; }
.blue { --hue: var(--blue); } .red { --hue: var(--red); }
.green { --hue: var(--green); } .purple { --hue: var(--purple); }
"""


class Drawing:
    """A drawing of a size in units of one pixel; x goes right, y goes down.

    Parameters
    ----------
    width, height : int
    title : str
        Short text for those who do not see it; the page has a longer one.
    """

    def __init__(self, width: int, height: int, title: str) -> None:
        self.size, self.title = (width, height), title
        self.parts: list[str] = []

    def rect(self, x: float, y: float, w: float, h: float, kind: str) -> None:
        """A rectangle."""
        self.parts.append(
            f'<rect class="{kind}" x="{x:g}" y="{y:g}" width="{w:g}" height="{h:g}" rx="4"/>'
        )

    def circle(self, x: float, y: float, radius: float, kind: str) -> None:
        """A circle."""
        self.parts.append(f'<circle class="{kind}" cx="{x:g}" cy="{y:g}" r="{radius:g}"/>')

    def text(self, x: float, y: float, text: str, kind: str = "", anchor: str = "middle") -> None:
        """A line of text whose middle is at y."""
        self.parts.append(
            f'<text class="{kind}" x="{x:g}" y="{y:g}" text-anchor="{anchor}" '
            f'dominant-baseline="central">{html.escape(text)}</text>'
        )

    def heading(self, x: float, y: float, text: str, link: str) -> None:
        """A strong line of text from x on, which leads to ``link``."""
        self.parts.append(f'<a href="{link}">')
        self.text(x, y, text, "strong", "start")
        self.parts.append("</a>")

    def box(
        self,
        x: float,
        y: float,
        w: float,
        h: float,
        lines: Sequence[str],
        *,
        link: str | None = None,
        kind: str = "box",
    ) -> None:
        """A rectangle with lines of text in its middle, which leads to ``link``."""
        if link:
            self.parts.append(f'<a href="{link}">')
        self.rect(x, y, w, h, kind)
        for n, line in enumerate(lines):
            style_of = ("on" if "full" in kind else "") if n == 0 else "small"
            self.text(x + w / 2, y + h / 2 + 18 * (n - (len(lines) - 1) / 2), line, style_of)
        if link:
            self.parts.append("</a>")

    def line(self, points: Iterable[tuple[float, float]], kind: str = "line") -> None:
        """A line through points."""
        path = " L ".join(f"{x:g} {y:g}" for x, y in points)
        self.parts.append(f'<path class="{kind}" d="M {path}"/>')

    def arrow(self, *points: tuple[float, float], hue: str = "", both: bool = False) -> None:
        """A line through points, with a tip at its end or at both."""
        self.line(points, f"line {hue}".strip())
        ends = [(points[-2], points[-1])] + ([(points[1], points[0])] if both else [])
        for (x0, y0), (x1, y1) in ends:
            length = ((x1 - x0) ** 2 + (y1 - y0) ** 2) ** 0.5
            dx, dy = (x1 - x0) / length, (y1 - y0) / length
            corners = [
                (x1, y1),
                (x1 - 9 * dx - 4.5 * dy, y1 - 9 * dy + 4.5 * dx),
                (x1 - 9 * dx + 4.5 * dy, y1 - 9 * dy - 4.5 * dx),
            ]
            path = " L ".join(f"{x:.1f} {y:.1f}" for x, y in corners)
            self.parts.append(f'<path class="{f"tip {hue}".strip()}" d="M {path} Z"/>')

    def __str__(self) -> str:
        width, height = self.size
        head = (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
            f'width="{width}" height="{height}">'
        )
        title = f"<title>{html.escape(self.title)}</title>"
        style = f"<style>{theme('svg')}{_RULES}</style>"
        ground = '<rect width="100%" height="100%" style="fill: var(--ground)"/>'
        return "\n".join([head, title, style, ground, *self.parts, "</svg>", ""])
