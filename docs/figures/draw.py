"""Draws every picture of the pages: ``python docs/figures/draw.py`` writes ``docs/img/*.svg``.

Names after it draw those only. Diagrams take no time; pictures of recorded numbers a second each;
of the others, the tutorial's network and the laboratory build simulators, if none is in the cache,
and the latter needs Chromium.
"""

import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from core_blocks import core_blocks
from engine import learning_engine, one_step, time_step
from imported import nir_fidelity
from laboratory import laboratory
from nbp import folded_steps, paper_steps, paths, surrogate
from recorded import (
    continual_split,
    fashion_mnist_equations,
    mnist_equations,
    mnist_rtl,
    rules_digits,
)
from run import demo_raster, first_network
from svg import Drawing
from waveform import waveform

from backspike.sim.figures import Picture

__all__ = ["DIAGRAMS", "FIGURES", "RECORDED", "draw"]

Made = Drawing | Picture | str
#: Drawn by hand and from tables of the pages.
DIAGRAMS: Mapping[str, Callable[[], Made]] = {
    "core_blocks": core_blocks,
    "folded_steps": folded_steps,
    "learning_engine": learning_engine,
    "nbp_paths": paths,
    "nbp_surrogate": surrogate,
    "one_step": one_step,
    "paper_steps": paper_steps,
    "time_step": time_step,
}
#: Of numbers in ``docs/data``.
RECORDED: Mapping[str, Callable[[], Made]] = {
    "continual_split": continual_split,
    "fashion_mnist_equations": fashion_mnist_equations,
    "mnist_equations": mnist_equations,
    "mnist_rtl": mnist_rtl,
    "rules_digits": rules_digits,
}
#: All, with those that something is run for.
FIGURES: Mapping[str, Callable[[], Made]] = {
    **DIAGRAMS,
    **RECORDED,
    "demo_raster": demo_raster,
    "first_network": first_network,
    "laboratory": laboratory,
    "nir_fidelity": nir_fidelity,
    "waveform": waveform,
}


def draw(name: str, folder: Path) -> None:
    """Write one of them."""
    made = FIGURES[name]()
    text = made.svg(alone=True) if isinstance(made, Picture) else str(made)
    (folder / f"{name}.svg").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    for chosen in sys.argv[1:] or FIGURES:
        print(f"{chosen} ... ", end="", flush=True)
        begun = time.monotonic()
        draw(chosen, Path(__file__).parents[1] / "img")
        print(f"{time.monotonic() - begun:.1f} s")
