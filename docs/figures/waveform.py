"""The waveform of the page on waves, drawn from the file that its first block of code writes."""

import contextlib
import io
import re
import tempfile
from pathlib import Path

from matplotlib.patches import Rectangle
from vcd.reader import TokenKind, tokenize

from backspike.sim.figures import Picture, colour, new_figure, style

__all__ = ["waveform"]

DOCS = Path(__file__).parents[1]
#: Times and values of each signal.
Changes = dict[str, list[tuple[int, int | str]]]
#: Colours of the phases.
PHASES = {"DENDRITE": "blue", "DELIVER": "green", "TRACE": "purple", "LEARN": "red"}
#: What is drawn, its label, and its colour; True is a curve.
ROWS = (
    ("step", "step", "ink", False),
    ("phase", "phase", "ink", False),
    ("inputs.pixels.spikes", "pixels: spikes", "blue", False),
    ("populations.cells.spikes", "cells: spikes", "blue", False),
    ("populations.cells.u_0", "u of cell 0", "green", True),
    ("populations.cells.v_0", "v of cell 0", "green", True),
    ("weights.synapses.w_0_0", "weight 0 to 0", "red", True),
)


def changes_of(path: Path) -> tuple[Changes, int]:
    """Times and values of each signal of the network, and the end of the file."""
    scope: list[str] = []
    names: dict[str, str] = {}
    found: Changes = {}
    end = 0
    with path.open("rb") as file:
        for token in tokenize(file):
            if token.kind is TokenKind.SCOPE:
                scope.append(token.scope.ident)
            elif token.kind is TokenKind.UPSCOPE:
                scope.pop()
            elif token.kind is TokenKind.VAR and scope[:2] == ["backspike", "network"]:
                names[token.var.id_code] = ".".join((*scope[2:], token.var.reference))
            elif token.kind is TokenKind.CHANGE_TIME:
                end = token.time_change
            elif token.kind in (TokenKind.CHANGE_VECTOR, TokenKind.CHANGE_STRING):
                change = token.data
                if change.id_code in names:
                    found.setdefault(names[change.id_code], []).append((end, change.value))
    return found, end


@style()
def draw(found: Changes, end: int) -> Picture:
    """Draw the rows, a band each, time in cycles to the right."""
    figure = new_figure(10, 4.2)
    axes = figure.subplots()
    for band, (name, label, hue, is_curve) in enumerate(ROWS):
        low = -band * 1.25
        times = [time / 10 for time, _ in found[name]] + [end / 10]
        values = [value for _, value in found[name]]
        axes.text(-8, low + 0.4, label, ha="right", va="center")
        if is_curve:
            heights = [low + 0.8 * n / max(1, *values) for n in values]
            axes.step(times, [*heights, heights[-1]], where="post", color=colour(hue))
            for value in (0, max(values)):
                height = low + 0.8 * value / max(1, *values)
                axes.text(end / 10 + 4, height, f"{value:,}", va="center", fontsize=8)
            continue
        for begin, until, value in zip(times, times[1:], values, strict=False):
            silent = value == "HOST" or ("spikes" in name and not value)
            box = (begin, low), until - begin, 0.8
            if not silent:
                hue_of = colour(PHASES.get(value, hue))
                axes.add_patch(Rectangle(*box, fc=hue_of, alpha=0.3, lw=0))
            axes.add_patch(Rectangle(*box, fill=False, ec=colour("soft"), lw=0.6))
            text = f"{value:b}" if "spikes" in name else str(value)
            if until - begin > 6 * len(text) and not silent:
                middle = begin + (until - begin) / 2
                axes.text(middle, low + 0.4, text, ha="center", va="center", fontsize=8)
    patches = [Rectangle((0, 0), 1, 1, fc=colour(hue), alpha=0.3) for hue in PHASES.values()]
    figure.legend(patches, PHASES, loc="outside upper center", ncols=4)
    axes.set(xlim=(0, end / 10), ylim=(-1.25 * (len(ROWS) - 1) - 0.2, 1), yticks=[])
    axes.set_xlabel("clock cycles")
    axes.spines["left"].set_visible(False)
    steps = len(found["step"])
    return Picture(figure, f"A waveform of {steps} time steps, {end // 10} clock cycles")


def waveform() -> Picture:
    """Run the page's first block, and draw what it writes."""
    page = (DOCS / "waves.md").read_text()
    (code,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)[:1]
    with (
        tempfile.TemporaryDirectory() as folder,
        contextlib.chdir(folder),
        contextlib.redirect_stdout(io.StringIO()),
    ):
        exec(code, {})
        return draw(*changes_of(Path("first.vcd")))
