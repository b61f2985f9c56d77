"""Figures of the learning engine and of a time step."""

from svg import Drawing

__all__ = ["learning_engine", "time_step"]


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
_CYCLES = {"DENDRITE": (1816, "blue"), "DELIVER": (2939, "green"), "LEARN": (1738, "red")}


def time_step() -> Drawing:
    """The phases of a step and, below, their shares of a sample's cycles."""
    made = Drawing(600, 196, "The phases of a time step")
    phases = (
        ("DENDRITE", "who fires", "blue"),
        ("DELIVER", "their synapses", "green"),
        ("TRACES", "rise, decay", "purple"),
        ("LEARN", "end of an epoch", "red"),
    )
    for n, (name, note, hue) in enumerate(phases):
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
