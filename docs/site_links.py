"""Sphinx extension: source files as pages, names of files as links to them, figures as inline SVG.

A page says `hdl/core.py`, or draws a box that links to it: on the site, both lead to that file. A
figure that stands in the page itself takes the colours of the page, light or dark, and its links
can be followed. The page of the laboratory leads to its scenes, and has one in the place of its
picture.
"""

import html
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from docutils import nodes
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_for_filename
from sphinx.application import Sphinx
from sphinx.util.osutil import relative_uri

from backspike.lab.presets import SCENES

ROOT = Path(__file__).parents[1]
#: Folders whose files are pages.
FLOORS = (
    "hdl",
    "golden",
    "sim",
    "fpga",
    "proof",
    "experiments",
    "lab",
    "lessons",
    "cli",
    "bench",
    "src",
    "docs",
)
KINDS = (".py", ".v", ".cpp", ".j2")
#: Page of the laboratory, its picture, the scene that stands there on the site, and where the site
#: has all scenes.
LAB, LAB_PICTURE, LAB_SCENE, LAB_PAGES = "docs/lab", "docs/img/laboratory.svg", "stdp-window", "lab"
#: Links in figures, as they stand in ``docs/img``.
_LINK = re.compile(r'href="\.\./\.\./([\w/.]+)"')
#: What a figure says of itself, where a page says it.
_OWN = re.compile(r' (?:class|role|aria-label)="[^"]*"')


def source_files() -> dict[str, str]:
    """Path of each file in the repository, by its path and, if that says which, by its name."""
    links = ROOT / "src" / "backspike"
    found = sorted(
        path.relative_to(ROOT).as_posix()
        for floor in FLOORS
        for path in (ROOT / floor).rglob("*")
        if path.suffix in KINDS and not (links in path.parents and path.parent != links)
    )
    by_name: dict[str, list[str]] = {}
    for path in found:
        by_name.setdefault(Path(path).name, []).append(path)
    return {name: paths[0] for name, paths in by_name.items() if len(paths) == 1} | {
        path: path for path in found
    }


def figure(path: Path, alternative: str, source: str) -> str:
    """Text of a figure as a part of a page; ``source`` is the way from there to the source pages.

    Its own style is for where it stands alone: in a page, that of the site holds.
    """
    text = path.read_text()
    text = re.sub(r"<style>.*?</style>", "", text, flags=re.DOTALL)
    text = re.sub(r"<title>.*?</title>", "", text, count=1, flags=re.DOTALL)
    text = _LINK.sub(lambda link: f'href="{source}{link[1]}.html"', text)
    head, _, rest = text.partition(">")
    kind = "figure plot" if 'class="plot"' in head else "figure"
    head = _OWN.sub("", head)
    label = html.escape(alternative)
    head = head.replace("<svg ", f'<svg role="img" aria-label="{label}" class="{kind}" ', 1)
    return f"{head}>{rest}"


def _resolve(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Make links of names of files and of scenes, and parts of the page of figures."""
    if app.builder.format != "html":
        return
    page = app.builder.get_target_uri(docname)
    targets = {name: f"source/{path}.html" for name, path in source_files().items()}
    if docname == LAB:
        targets |= {name: f"{LAB_PAGES}/{name}.html" for name in SCENES}
    for node in list(doctree.findall(nodes.literal)):
        name = node.astext()
        if name in targets and not isinstance(node.parent, nodes.reference):
            uri = relative_uri(page, targets[name])
            node.replace_self(nodes.reference("", "", node.deepcopy(), refuri=uri, internal=True))
    for image in list(doctree.findall(nodes.image)):
        if image["uri"].endswith(".svg"):
            where = relative_uri(page, "source/")
            text = figure(ROOT / image["uri"], image.get("alt", ""), where)
            if image["uri"] == LAB_PICTURE:
                text = scene(LAB_SCENE, relative_uri(page, f"{LAB_PAGES}/"))
            image.replace_self(nodes.raw("", f'<div class="figure">{text}</div>', format="html"))


def scene(name: str, pages: str) -> str:
    """Text of a scene of the laboratory as a part of a page; ``pages`` is the way to its pages."""
    title = html.escape(f"The laboratory: {SCENES[name].title}")
    return (
        f'<iframe class="scene" src="{pages}{name}.html" title="{title}" loading="lazy"></iframe>'
    )


def _pages(app: Sphinx) -> Iterator[tuple[str, dict[str, Any], str]]:
    """Every source file as a page."""
    formatter = HtmlFormatter(linenos="inline", lineanchors="line", anchorlinenos=True)
    for path in sorted(set(source_files().values())):
        text = (ROOT / path).read_text()
        code = highlight(text, get_lexer_for_filename(path, stripnl=False), formatter)
        body = f'<h1>{path}</h1><div class="highlight-source notranslate">{code}</div>'
        yield f"source/{path}", {"title": path, "body": body}, "page.html"


def setup(app: Sphinx) -> dict[str, bool]:
    """Connect to Sphinx."""
    app.connect("doctree-resolved", _resolve)
    app.connect("html-collect-pages", _pages)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
