"""Block diagram of the core: each box leads to the file that the page's table names."""

import re
from pathlib import Path

from svg import Drawing

__all__ = ["BOXES", "CLUSTERS", "WHOLE", "core_blocks", "files_of_boxes"]

PAGE = Path(__file__).parents[1] / "architecture.md"
ROW = re.compile(r"^\| ([^|]+) \| `([\w/.]+\.py)` \|", re.MULTILINE)

#: Name of all that is drawn.
WHOLE = "the whole core"
#: Panels around boxes: place and size.
CLUSTERS = {
    "host": (10, 40, 600, 96),
    "dendrite phase": (10, 226, 270, 262),
    "deliver": (310, 226, 300, 262),
    "learn": (10, 518, 600, 128),
}
#: Boxes: place, size, and a second line.
BOXES = {
    "command processor": (24, 70, 156, 50, "packets in and out"),
    "registers": (198, 70, 118, 50, "and counters"),
    "router": (332, 70, 126, 50, "to every memory"),
    "spike reports": (474, 70, 122, 50, "to the host"),
    "sequencer": (10, 160, 600, 42, "the phases of a step, one after the other"),
    "input spikes": (24, 258, 116, 50, "of the host"),
    "accumulators": (150, 258, 116, 50, "by step"),
    "compartments": (24, 336, 242, 50, "leak, add, compare"),
    "spike history": (24, 420, 242, 50, "rows that fired"),
    "scanner": (324, 420, 128, 50, "active axons"),
    "list fetch": (468, 420, 128, 50, "their lists"),
    "planner": (468, 336, 128, 50, "words of a list"),
    "walker": (324, 336, 128, 50, "a word a cycle"),
    "synapses": (324, 258, 272, 50, "weights, tags, delays"),
    "rewards": (24, 550, 128, 34, ""),
    "traces": (24, 596, 128, 34, ""),
    "engine": (236, 550, 100, 80, "of rules"),
    "rule set-up": (360, 550, 110, 34, ""),
    "words": (360, 596, 110, 34, ""),
    "lanes": (490, 550, 106, 80, "add, round, clip"),
}
_WHERE = {name: box[:4] for name, box in BOXES.items()}


def files_of_boxes() -> dict[str, str]:
    """File of each box, as the table of the page has it."""
    table = PAGE.read_text().partition("| box | file |")[2].partition("\n\n")[0]
    return dict(ROW.findall(table))


def _middle(name: str, side: str) -> tuple[float, float]:
    x, y, w, h = _WHERE[name]
    return {
        "left": (x, y + h / 2),
        "right": (x + w, y + h / 2),
        "top": (x + w / 2, y),
        "bottom": (x + w / 2, y + h),
    }[side]


def core_blocks() -> Drawing:
    """The diagram."""
    made = Drawing(624, 656, "The blocks of the core")
    files = files_of_boxes()
    link = {name: f"../../{file}" for name, file in files.items()}
    made.heading(10, 18, f"{files[WHOLE]}: {WHOLE}", link[WHOLE])
    for name, (x, y, w, h) in CLUSTERS.items():
        made.rect(x, y, w, h, "panel")
        made.heading(x + 14, y + 16, name, link[name])

    def join(a: str, side_a: str, b: str, side_b: str, hue: str = "") -> None:
        made.arrow(_middle(a, side_a), _middle(b, side_b), hue=hue)

    made.arrow((99, 40), (99, 70), both=True)
    join("command processor", "right", "registers", "left")
    join("registers", "right", "router", "left")
    made.arrow((253, 120), (253, 160))
    for x in (145, 460):
        made.arrow((x, 202), (x, 226))
    made.arrow((295, 202), (295, 518))
    made.arrow((82, 308), (82, 336), hue="blue")
    made.arrow((208, 308), (208, 336), hue="blue")
    join("compartments", "bottom", "spike history", "top", "blue")
    join("spike history", "right", "scanner", "left", "blue")
    join("scanner", "right", "list fetch", "left", "blue")
    join("list fetch", "top", "planner", "bottom", "blue")
    join("planner", "left", "walker", "right", "blue")
    made.arrow((388, 336), (388, 308), hue="blue")
    join("synapses", "left", "accumulators", "right", "blue")
    made.text(266, 242, "step t + 1 + delay", "small blue", "end")
    made.arrow((360, 386), (360, 404), (280, 404), (280, 500), (72, 500), (72, 550), hue="green")
    made.arrow((188, 470), (188, 603), (152, 603), hue="red")
    made.arrow((152, 567), (236, 567), hue="red")
    made.arrow((152, 621), (236, 621), hue="red")
    made.arrow((336, 567), (360, 567), hue="red")
    made.arrow((336, 613), (360, 613), hue="red")
    made.arrow((470, 567), (490, 567), hue="red")
    made.arrow((470, 613), (490, 613), hue="red")
    made.arrow((596, 590), (616, 590), (616, 283), (596, 283), hue="red")
    for name, (x, y, w, h, note) in BOXES.items():
        made.box(x, y, w, h, [name, note] if note else [name], link=link[name])
    return made
