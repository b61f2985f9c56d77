"""Block diagram of the core: boxes with their files, their places, and the ways between them."""

from importlib.resources import files
from typing import Any, NamedTuple

__all__ = ["BOXES", "CLUSTERS", "SIZE", "Box", "Way", "diagram", "source", "ways"]

#: Width and height of the diagram.
SIZE = 624, 656


class Box(NamedTuple):
    """A box: place and size, a second line, its file, and its submodules in the core."""

    x: float
    y: float
    width: float
    height: float
    note: str
    file: str
    modules: tuple[str, ...]

    def middle(self, side: str) -> tuple[float, float]:
        """Middle of one of its sides."""
        x, y, w, h = self[:4]
        return {
            "left": (x, y + h / 2),
            "right": (x + w, y + h / 2),
            "top": (x + w / 2, y),
            "bottom": (x + w / 2, y + h),
        }[side]


class Way(NamedTuple):
    """An arrow along some points; blue is the way of a spike, green a reward, red learning."""

    points: tuple[tuple[float, float], ...]
    hue: str = ""
    both: bool = False


#: Panels around boxes: place and size.
CLUSTERS = {
    "host": (10, 40, 600, 96),
    "dendrite phase": (10, 226, 270, 262),
    "deliver": (310, 226, 300, 262),
    "learn": (10, 518, 600, 128),
}


def _box(x: float, y: float, w: float, h: float, note: str, file: str, *modules: str) -> Box:
    return Box(x, y, w, h, note, f"hdl/{file}.py", modules)


#: Boxes by their names.
BOXES = {
    "command processor": _box(
        24, 70, 156, 50, "packets in and out", "host/command_processor", "host.processor"
    ),
    "registers": _box(
        198, 70, 118, 50, "and counters", "host/registers", "host.registers", "host.counters"
    ),
    "router": _box(332, 70, 126, 50, "to every memory", "host/router", "host.router"),
    "spike reports": _box(474, 70, 122, 50, "to the host", "host/spike_reporter", "host.reporter"),
    "sequencer": _box(
        10, 160, 600, 42, "the phases of a step, one after the other", "sequencer", "sequencer"
    ),
    "input spikes": _box(24, 258, 116, 50, "of the host", "dendrite/inputs", "inputs"),
    "accumulators": _box(150, 258, 116, 50, "by step", "dendrite/accumulators", "accumulators"),
    "compartments": _box(24, 336, 242, 50, "leak, add, compare", "dendrite/lif", "dendrite"),
    "spike history": _box(24, 420, 242, 50, "rows that fired", "dendrite/spike_history", "history"),
    "scanner": _box(324, 420, 128, 50, "active axons", "delivery/axon_scanner", "delivery.scanner"),
    "list fetch": _box(468, 420, 128, 50, "their lists", "delivery/list_fetch", "delivery.lists"),
    "planner": _box(
        468, 336, 128, 50, "words of a list", "delivery/list_planner", "delivery.planner"
    ),
    "walker": _box(324, 336, 128, 50, "a word a cycle", "delivery/list_walker", "delivery.walker"),
    "synapses": _box(
        324, 258, 272, 50, "weights, tags, delays", "delivery/synapses", "delivery.synapses"
    ),
    "rewards": _box(24, 550, 128, 34, "", "learning/rewards", "rewards"),
    "traces": _box(24, 596, 128, 34, "", "learning/traces", "learning.traces"),
    "engine": _box(236, 550, 100, 80, "of rules", "learning/engine", "learning.engine.pipeline"),
    "rule set-up": _box(360, 550, 110, 34, "", "learning/rule_setup", "learning.engine.setup"),
    "words": _box(360, 596, 110, 34, "", "learning/word_issue", "learning.engine.issue"),
    "lanes": _box(
        490, 550, 106, 80, "add, round, clip", "learning/learning_lane", "learning.engine.lane"
    ),
}


def _join(a: str, side_a: str, b: str, side_b: str, hue: str = "") -> Way:
    return Way((BOXES[a].middle(side_a), BOXES[b].middle(side_b)), hue)


def ways() -> list[Way]:
    """All arrows of the diagram."""
    return [
        Way(((99, 40), (99, 70)), both=True),
        _join("command processor", "right", "registers", "left"),
        _join("registers", "right", "router", "left"),
        Way(((253, 120), (253, 160))),
        Way(((145, 202), (145, 226))),
        Way(((460, 202), (460, 226))),
        Way(((295, 202), (295, 518))),
        Way(((82, 308), (82, 336)), "blue"),
        Way(((208, 308), (208, 336)), "blue"),
        _join("compartments", "bottom", "spike history", "top", "blue"),
        _join("spike history", "right", "scanner", "left", "blue"),
        _join("scanner", "right", "list fetch", "left", "blue"),
        _join("list fetch", "top", "planner", "bottom", "blue"),
        _join("planner", "left", "walker", "right", "blue"),
        Way(((388, 336), (388, 308)), "blue"),
        _join("synapses", "left", "accumulators", "right", "blue"),
        Way(((360, 386), (360, 404), (280, 404), (280, 500), (72, 500), (72, 550)), "green"),
        Way(((188, 470), (188, 603), (152, 603)), "red"),
        Way(((152, 567), (236, 567)), "red"),
        Way(((152, 621), (236, 621)), "red"),
        Way(((336, 567), (360, 567)), "red"),
        Way(((336, 613), (360, 613)), "red"),
        Way(((470, 567), (490, 567)), "red"),
        Way(((470, 613), (490, 613)), "red"),
        Way(((596, 590), (616, 590), (616, 283), (596, 283)), "red"),
    ]


def diagram() -> dict[str, Any]:
    """The diagram as JSON may have it."""
    return {
        "size": SIZE,
        "clusters": CLUSTERS,
        "boxes": {name: {**box._asdict(), "modules": None} for name, box in BOXES.items()},
        "ways": [way._asdict() for way in ways()],
    }


def source(name: str) -> str:
    """Text of the file of a box; raises KeyError if there is none of that name."""
    return files("backspike").joinpath(BOXES[name].file).read_text(encoding="utf-8")
