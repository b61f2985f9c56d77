"""Save files of GTKWave and Surfer, which open a waveform on what matters in it."""

import io
import math
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from vcd.gtkw import GTKWFlag, GTKWSave

__all__ = ["Shown", "gtkwave_text", "surfer_text", "wave_files"]

#: Pixels of a window of usual size that waves are drawn in, and lines that a drawn number takes.
_PIXELS, _LINES = 900, 3


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
    save.zoom_markers(-math.log2(max(1, end / _PIXELS)))
    for title, signals in _filled(groups):
        with save.group(title):
            for shown in signals:
                bits = f"[{shown.width - 1}:0]" if shown.width > 1 else ""
                plain = "signed" if shown.kind == "integer" else "hex"
                flags = GTKWFlag.analog_step if shown.drawn else GTKWFlag(0)
                save.trace(".".join(shown.path) + bits, datafmt=plain, extraflags=flags)
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


def _filled(groups: Mapping[str, Iterable[Shown]]) -> list[tuple[str, list[Shown]]]:
    """Groups that have signals."""
    return [(title, shown) for title, signals in groups.items() if (shown := list(signals))]
