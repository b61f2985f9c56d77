"""Figures of neuromorphic backpropagation: its equations, and the circuits that compute them."""

from svg import Drawing

__all__ = ["folded_steps", "paper_steps", "paths", "surrogate"]


def paths() -> Drawing:
    """Forward, error and backwards through one network of two layers of weights."""
    made = Drawing(600, 300, "Forward, error, and back through the same weights")
    columns = {"x": (60, 4), "h": (230, 4), "o": (400, 3)}
    for (_, (x0, n0)), (_, (x1, n1)) in zip(
        list(columns.items())[:-1], list(columns.items())[1:], strict=True
    ):
        for a in range(n0):
            for b in range(n1):
                made.line([(x0 + 14, 70 + 42 * a), (x1 - 14, 70 + 42 * b)], "thin")
    for name, (x, n) in columns.items():
        for k in range(n):
            made.circle(x, 70 + 42 * k, 13, "box")
        made.text(x, 32, name, "strong")
    made.circle(60, 112, 8, "full blue")
    made.circle(230, 70, 8, "full blue")
    made.circle(230, 154, 8, "full blue")
    made.circle(400, 112, 8, "full blue")
    made.circle(400, 70, 8, "full red")
    for k in range(3):
        made.circle(520, 70 + 42 * k, 13, "box")
    made.circle(520, 70, 8, "full green")
    made.text(520, 32, "target t", "strong")
    for k in range(3):
        made.arrow((500, 70 + 42 * k), (420, 70 + 42 * k), hue="red")
    made.text(460, 188, "d = t - o", "small red")
    made.text(145, 242, "W1", "strong")
    made.text(315, 242, "W2", "strong")
    made.arrow((80, 258), (380, 258), hue="blue")
    made.text(392, 258, "activity, forwards", "small blue", "start")
    made.arrow((380, 280), (210, 280), hue="red")
    made.text(392, 280, "error, back through W2", "small red", "start")
    return made


def surrogate() -> Drawing:
    """Activity and box derivative over the sum of a neuron."""
    made = Drawing(600, 210, "Activity and its derivative")
    zero, half, theta = 150, 290, 430
    made.rect(zero, 130, theta - zero, 40, "half red")
    made.line([(40, 170), (570, 170)])
    made.line([(40, 80), (half, 80), (half, 30), (570, 30)], "line blue")
    made.text(500, 48, "activity: 1 above theta/2", "small blue")
    made.text((zero + theta) / 2, 150, "box derivative: errors pass here", "small red")
    for x, name in ((zero, "0"), (half, "theta/2 = 512"), (theta, "theta = 1024")):
        made.line([(x, 165), (x, 175)])
        made.text(x, 192, name, "small")
    made.text(560, 192, "sum s", "small", "end")
    made.text(48, 68, "0", "small blue", "start")
    made.text(558, 18, "1", "small blue", "end")
    return made


#: Populations of the paper's circuit, and the kind of their spikes in steps.
_PAPER = {
    "x": {1: "blue", 7: "green", 11: "green"},
    "h1": {2: "blue", 5: "green", 7: "red", 9: "green", 11: "red"},
    "h_lo, h_hi": {2: "blue", 7: "red", 11: "red"},
    "m_h1, m_x6": {3: "green", 6: "green"},
    "o": {3: "blue", 5: "red", 9: "red"},
    "target t": {3: "blue"},
    "d+, d-": {4: "red"},
    "oT-": {5: "red", 9: "red"},
    "h1T": {5: "green", 6: "red", 9: "green", 10: "red"},
    "c_h1": {6: "green"},
}
_LEARNS = {5: "W2 up", 7: "W1 up", 9: "W2 down", 11: "W1 down"}


def _grid(
    rows: dict[str, dict[int, str]], steps: range, learns: dict[int, str], title: str
) -> Drawing:
    """A table of who fires in which step."""
    left, cell = 112, 480 / len(steps)
    made = Drawing(600, 68 + 28 * len(rows) + 46, title)
    bottom = 40 + 28 * len(rows)
    made.text(left - 12, 22, "step", "small", "end")
    for column, step in enumerate(steps):
        x = left + column * cell
        if step in learns:
            made.rect(x, 36, cell, bottom - 32, "half purple")
            words = learns[step].split()
            for n, word in enumerate(words):
                made.text(x + cell / 2, bottom + 16 + 15 * n, word, "small purple")
        made.text(x + cell / 2, 22, str(step), "small")
    for row, (name, spikes) in enumerate(rows.items()):
        y = 40 + 28 * row
        made.text(left - 12, y + 14, name, "", "end")
        made.line([(left, y + 28), (left + 480, y + 28)], "thin")
        for column, step in enumerate(steps):
            if step in spikes:
                made.rect(left + column * cell + 4, y + 5, cell - 8, 18, f"full {spikes[step]}")
    x = left
    for hue, name in (
        ("blue", "activity"),
        ("red", "error"),
        ("green", "recalled"),
        ("purple", "learning"),
    ):
        made.rect(x, bottom + 50, 14, 14, ("half " if hue == "purple" else "full ") + hue)
        made.text(x + 20, bottom + 57, name, "small", "start")
        x += 116
    return made


def paper_steps() -> Drawing:
    """The paper's circuit: twelve steps of one sample."""
    title = "The paper's circuit, step by step"
    return _grid(_PAPER, range(1, 13), _LEARNS, title)


def folded_steps() -> Drawing:
    """The folded circuit of two layers of weights: four steps of one sample."""
    rows = {
        "x": {0: "blue"},
        "h, c": {1: "blue"},
        "target t": {1: "blue"},
        "o": {2: "blue"},
        "d+, d-": {2: "red"},
        "e+, e-": {3: "red"},
    }
    return _grid(rows, range(4), {3: "W1 W2"}, "The folded circuit, step by step")
