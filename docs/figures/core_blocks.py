"""Block diagram of the core: each box leads to the file that the page's table names."""

import re
from pathlib import Path

from svg import Drawing

from backspike.lab.blocks import BOXES, CLUSTERS, SIZE, ways

__all__ = ["BOXES", "CLUSTERS", "WHOLE", "core_blocks", "files_of_boxes"]

PAGE = Path(__file__).parents[1] / "architecture.md"
ROW = re.compile(r"^\| ([^|]+) \| `([\w/.]+\.py)` \|", re.MULTILINE)

#: Name of all that is drawn.
WHOLE = "the whole core"


def files_of_boxes() -> dict[str, str]:
    """File of each box, as the table of the page has it."""
    table = PAGE.read_text().partition("| box | file |")[2].partition("\n\n")[0]
    return dict(ROW.findall(table))


def core_blocks() -> Drawing:
    """The diagram."""
    made = Drawing(*SIZE, "The blocks of the core")
    files = files_of_boxes()
    link = {name: f"../../{file}" for name, file in files.items()}
    made.heading(10, 18, f"{files[WHOLE]}: {WHOLE}", link[WHOLE])
    for name, (x, y, w, h) in CLUSTERS.items():
        made.rect(x, y, w, h, "panel")
        made.heading(x + 14, y + 16, name, link[name])
    for way in ways():
        made.arrow(*way.points, hue=way.hue, both=way.both)
    made.text(266, 242, "step t + 1 + delay", "small blue", "end")
    for name, box in BOXES.items():
        texts = [name, box.note] if box.note else [name]
        made.box(box.x, box.y, box.width, box.height, texts, link=link[name])
    return made
