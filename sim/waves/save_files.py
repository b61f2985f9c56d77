"""Save files of GTKWave and Surfer, which open a waveform on what matters in it."""

import io
import math
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from vcd.gtkw import GTKWFlag, GTKWSave

__all__ = ["Shown", "gtkwave_text", "surfer_text", "wave_files"]

#: Pixels of the window of GTKWave, of its names, and lines that a drawn number takes.
_WINDOW, _NAMES, _LINES = (1400, 800), 260, 3
#: Pixels that waves are drawn in: beside them are the names, and the tree of all signals.
_PIXELS = 800
#: Parts of the longest path whose last part says enough, such as network.step below the top.
_NAMED_ALONE = 4
#: GTKWave counts zoom as the binary logarithm of the time on so many pixels, negated.
_ZOOMED = 200


class Shown(NamedTuple):
    """A signal that a viewer opens on."""

    path: tuple[str, ...]
    width: int = 1
    kind: str = "wire"
    drawn: bool = False
    """It is a number that is drawn as a curve."""


def wave_files(path: Path) -> tuple[Path, Path, Path]:
    """Files of a waveform: its own, that of GTKWave, that of Surfer."""
    return path, path.with_suffix(".gtkw"), path.with_suffix(".sucl")


def gtkwave_text(name: str, groups: Mapping[str, Iterable[Shown]], end: int) -> str:
    """Save file of GTKWave.

    Parameters
    ----------
    name : str
        Of the waveform, in the same folder.
    groups : mapping of str to iterable of Shown
    end : int
        Time of the waveform's end; all of it is in the window.
    """
    out = io.StringIO()
    save = GTKWSave(out)
    save.dumpfile(name, abspath=False)
    save.size(*_WINDOW)
    save.signals_width(_NAMES)
    save.zoom_markers(-math.log2(max(1, end * _ZOOMED / _PIXELS)))
    for title, signals in _filled(groups):
        with save.group(title):
            for shown in signals:
                number = shown.kind == "integer"  # which GTKWave names without its bits
                bits = f"[{shown.width - 1}:0]" if shown.width > 1 and not number else ""
                plain = "signed" if number else "hex"
                flags = GTKWFlag.analog_step if shown.drawn else GTKWFlag(0)
                name = ".".join(shown.path) + bits
                save.trace(name, alias=_short(shown), datafmt=plain, extraflags=flags)
                for _ in range(_LINES if shown.drawn else 0):
                    save.blank(analog_extend=True)
    return out.getvalue()


def surfer_text(groups: Mapping[str, Iterable[Shown]]) -> str:
    """Command file of Surfer."""
    lines = []
    for title, signals in _filled(groups):
        lines.append(f"divider_add {title}")
        lines += [f"variable_add {'.'.join(shown.path)}" for shown in signals]
    return "\n".join([*lines, "zoom_fit", ""])


def _short(shown: Shown) -> str:
    """A name of few words that tells a signal from those beside it; GTKWave cuts it at dots.

    A signal of a population or a connection is named after it, too.
    """
    return ":".join(shown.path[-2 if len(shown.path) > _NAMED_ALONE else -1 :])


def _filled(groups: Mapping[str, Iterable[Shown]]) -> list[tuple[str, list[Shown]]]:
    """Groups that have signals."""
    return [(title, shown) for title, signals in groups.items() if (shown := list(signals))]
