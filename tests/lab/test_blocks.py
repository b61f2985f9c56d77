"""The block diagram: files as the documents have them, boxes that do not overlap."""

import json
import re
from itertools import combinations
from pathlib import Path

import pytest

from backspike.lab.blocks import BOXES, SIZE, diagram, source, ways

ROOT = Path(__file__).parents[2]


def test_files_are_those_of_the_page_on_the_architecture():
    page = (ROOT / "docs" / "architecture.md").read_text()
    rows = dict(re.findall(r"^\| ([^|]+) \| `([\w/.]+\.py)` \|", page, re.MULTILINE))
    assert {name: box.file for name, box in BOXES.items()} == {name: rows[name] for name in BOXES}


def test_each_box_opens_the_text_of_its_file():
    for name, box in BOXES.items():
        assert source(name) == (ROOT / box.file).read_text()
    with pytest.raises(KeyError):
        source("../lab/server.py")


def test_boxes_are_within_the_diagram_and_apart():
    for name, other in combinations(BOXES, 2):
        a, b = BOXES[name], BOXES[other]
        beside = a.x + a.width <= b.x or b.x + b.width <= a.x
        assert beside or a.y + a.height <= b.y or b.y + b.height <= a.y, (name, other)
    spots = [spot for way in ways() for spot in way.points]
    spots += [(box.x + box.width, box.y + box.height) for box in BOXES.values()]
    assert all(0 <= x <= SIZE[0] and 0 <= y <= SIZE[1] for x, y in spots)


def test_the_diagram_is_plain_data():
    drawn = json.loads(json.dumps(diagram()))
    assert list(drawn["boxes"]) == list(BOXES)
    assert drawn["boxes"]["walker"]["file"] == "hdl/delivery/list_walker.py"
    assert len(drawn["ways"]) == len(ways())
