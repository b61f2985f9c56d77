"""Links of the site: names of files to source pages, figures into the page."""

import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

pytest.importorskip("sphinx")
nodes = pytest.importorskip("docutils.nodes")
new_document = pytest.importorskip("docutils.utils").new_document
ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"


@pytest.fixture
def site_links(monkeypatch):
    monkeypatch.syspath_prepend(DOCS)
    import site_links

    yield site_links
    del sys.modules["site_links"]


def test_files_are_found_by_path_and_by_a_name_that_says_which(site_links):
    files = site_links.source_files()
    assert files["hdl/core.py"] == files["packet_reader.py"].replace("host/packet_reader", "core")
    assert files["packet_reader.py"] == "hdl/host/packet_reader.py"
    assert "__init__.py" not in files
    assert "host.py" not in files or files["host.py"] == "hdl/host/host.py"


def test_a_figure_in_a_page_has_its_words_and_its_links(site_links, tmp_path):
    path = tmp_path / "a.svg"
    path.write_text(
        '<svg xmlns="s"><title>T</title><style>x{}</style><a href="../../hdl/core.py"></a></svg>'
    )
    text = site_links.figure(path, 'what "it" shows', "../source/")
    assert text == (
        '<svg role="img" aria-label="what &quot;it&quot; shows" class="figure" xmlns="s">'
        '<a href="../source/hdl/core.py.html"></a></svg>'
    )


def _resolved(site_links, docname, *children):
    """HTML of what becomes of nodes of a page."""
    doctree = new_document(docname)
    doctree += children
    builder = SimpleNamespace(format="html", get_target_uri=lambda name: f"{name}.html")
    site_links._resolve(SimpleNamespace(builder=builder), doctree, docname)
    return doctree


def test_names_of_scenes_lead_to_their_pages_on_the_page_of_the_laboratory_alone(site_links):
    for docname, targets in (("docs/lab", ["../lab/reward.html"]), ("docs/rules", [])):
        page = _resolved(site_links, docname, nodes.literal("", "reward"), nodes.literal("", "x"))
        assert [link["refuri"] for link in page.findall(nodes.reference)] == targets


def test_the_picture_of_the_laboratory_is_a_scene(site_links):
    picture = nodes.image(uri=site_links.LAB_PICTURE, alt="A page")
    assert (ROOT / site_links.LAB_PICTURE).exists()
    (raw,) = _resolved(site_links, site_links.LAB, picture).findall(nodes.raw)
    assert raw.astext() == (
        '<div class="figure"><iframe class="scene" src="../lab/stdp-window.html" title="The '
        'laboratory: The window of pair STDP" loading="lazy"></iframe></div>'
    )
