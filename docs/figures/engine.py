"""Figures of the learning engine and of a time step."""

import re
from pathlib import Path

from svg import Drawing

__all__ = ["learning_engine", "one_step", "time_step"]

PAGE = Path(__file__).parents[1] / "architecture.md"
#: Line of the page's output on the cycles of step 1, in the order of the phases.
_STEP = re.compile(r"^1\t(\d+)\t(\d+)\t(\d+)\t(\d+)$", re.MULTILINE)
_PHASES = {"DENDRITE": "blue", "DELIVER": "green", "TRACES": "purple", "LEARN": "red"}


def learning_engine() -> Drawing:
    """A rule's way through the engine: once for each axon, then in all lanes."""
    made = Drawing(600, 318, "The learning engine")
    made.text(10, 16, "rule", "small", "start")
    made.text(10, 36, "dw = 2^-3*x1*y0 - 2^-3*x0*y1", "mono", "start")
    made.rect(10, 56, 260, 112, "panel")
    made.text(24, 74, "once for each axon", "strong", "start")
    made.box(24, 92, 104, 62, ["load, times", "x, r, u"])
    made.box(152, 92, 104, 62, ["coefficients", "up to 8"])
    made.arrow((128, 123), (152, 123), hue="red")
    made.rect(10, 186, 580, 118, "panel")
    made.text(24, 286, "in every lane, for each word", "strong", "start")
    lanes = (
        ("times", "y, w, t, d"),
        ("add", "to 128 w"),
        ("round", "down, random"),
        ("clip", "by sign"),
    )
    for n, lines in enumerate(lanes):
        x = 24 + 144 * n
        made.box(x, 204, 112, 62, lines)
        if n:
            made.arrow((x - 32, 235), (x, 235), hue="red")
    made.arrow((204, 154), (204, 176), (80, 176), (80, 204), hue="red")
    made.box(330, 92, 116, 62, ["traces", "y1, y2, y3"])
    made.box(470, 92, 116, 62, ["synapses", "w, t, d"])
    made.arrow((388, 154), (388, 180), (116, 180), (116, 204))
    made.arrow((528, 154), (528, 170), (240, 170), (240, 204))
    made.arrow((568, 204), (568, 154), hue="red")
    return made


#: Cycles of a training sample of the folded circuit, 400-400-10 on MNIST: ``docs/results.md``.
_CYCLES = {"DENDRITE": (1816, "blue"), "DELIVER": (2793, "green"), "LEARN": (888, "red")}


def time_step() -> Drawing:
    """The phases of a step and, below, their shares of a sample's cycles."""
    made = Drawing(600, 196, "The phases of a time step")
    notes = ("who fires", "their synapses", "rise, decay", "end of an epoch")
    for n, ((name, hue), note) in enumerate(zip(_PHASES.items(), notes, strict=True)):
        x = 10 + 147 * n
        made.box(x, 10, 128, 34, [name], kind=f"full {hue}")
        made.text(x + 64, 58, note, "small")
        if n:
            made.arrow((x - 19, 27), (x, 27))
    made.arrow((516, 72), (516, 86), (30, 86), (30, 48))
    made.text(273, 98, "the next step", "small")
    whole, x = sum(n for n, _ in _CYCLES.values()), 10.0
    made.text(10, 126, "cycles of a training sample, folded circuit 400-400-10", "small", "start")
    for name, (cycles, hue) in _CYCLES.items():
        w = 578 * cycles / whole
        made.rect(x, 142, w - 2, 26, f"full {hue}")
        made.text(x + w / 2, 155, name, "on")
        made.text(x + w / 2, 182, f"{cycles:,}", "small")
        x += w
    return made


def one_step() -> Drawing:
    """The phases of step 1 of the page's example as waves over its cycles."""
    made = Drawing(600, 190, "One time step, cycle by cycle")
    found = _STEP.search(PAGE.read_text())
    assert found, f"{PAGE} has no cycles of step 1"
    cycles = [int(number) for number in found.groups()]
    left, scale, begin = 90, 500 / sum(cycles), 0
    for n, ((name, hue), length) in enumerate(zip(_PHASES.items(), cycles, strict=True)):
        low, high = 44 + 36 * n, 24 + 36 * n
        x0, x1 = left + scale * begin, left + scale * (begin + length)
        made.text(left - 12, (low + high) / 2, name, f"small {hue}", "end")
        made.rect(x0, high, x1 - x0, low - high, f"half {hue}")
        ends = [(left, low), (x0, low), (x0, high), (x1, high), (x1, low), (left + 500, low)]
        made.line(ends, f"line {hue}")
        begin += length
    for cycle in range(0, sum(cycles), 10):
        made.line([(left + scale * cycle, 160), (left + scale * cycle, 166)])
        made.text(left + scale * cycle, 176, str(cycle), "small")
    made.line([(left, 160), (left + 500, 160)])
    made.text(left - 12, 176, "cycle", "small", "end")
    return made
