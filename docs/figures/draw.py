"""Draws every figure of the pages: ``python docs/figures/draw.py`` writes ``docs/img/*.svg``."""

from pathlib import Path

from core_blocks import core_blocks
from engine import learning_engine, one_step, time_step
from nbp import folded_steps, paper_steps, paths, surrogate

__all__ = ["FIGURES", "draw"]

FIGURES = {
    "core_blocks": core_blocks,
    "folded_steps": folded_steps,
    "learning_engine": learning_engine,
    "nbp_paths": paths,
    "nbp_surrogate": surrogate,
    "one_step": one_step,
    "paper_steps": paper_steps,
    "time_step": time_step,
}


def draw(folder: Path) -> None:
    """Write them all."""
    for name, make in FIGURES.items():
        (folder / f"{name}.svg").write_text(str(make()))


if __name__ == "__main__":
    draw(Path(__file__).parents[1] / "img")
