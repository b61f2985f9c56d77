from pathlib import Path

from backspike.hdl.document import host_map_page


def test_host_map_page_is_current():
    page = Path(__file__).parents[2] / "docs" / "host-map.md"
    assert page.read_text() == host_map_page(), "run: python -m backspike.hdl.document"
