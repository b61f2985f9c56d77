"""Links of the site: names of files to source pages, figures into the page."""

import sys
from pathlib import Path

import pytest

pytest.importorskip("sphinx")
DOCS = Path(__file__).parents[2] / "docs"


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
