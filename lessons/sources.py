"""Texts of the lessons: with exercises or with solutions, as Python and as notebooks."""

import re
from importlib.resources import files
from typing import TYPE_CHECKING

from backspike.golden.errors import UserError

if TYPE_CHECKING:
    from nbformat import NotebookNode

__all__ = ["lesson_names", "lesson_text", "notebook"]

_CELL = re.compile(r"(?m)^(?=# %%)")
_EXERCISE = re.compile(r"# %% exercise (\d\.\d)\n")
_KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}


def lesson_names() -> list[str]:
    """Names of all lessons, in order, such as ``01_neuron``."""
    found = (file.name for file in files("backspike.lessons").iterdir())
    return sorted(name.removesuffix(".py") for name in found if re.match(r"\d\d_\w+\.py", name))


def lesson_text(name: str, *, solved: bool = False) -> str:
    """Text of a lesson in jupytext's percent format; ``solved`` puts the solutions in place."""
    folder = files("backspike.lessons")
    text = folder.joinpath(f"{name}.py").read_text(encoding="utf-8")
    if not solved:
        return text
    solutions = _exercises(folder.joinpath(f"solutions/{name}.py").read_text(encoding="utf-8"))
    return "".join(
        solutions[found[1]] + "\n" if (found := _EXERCISE.match(cell)) else cell
        for cell in _CELL.split(text)
    )


def notebook(text: str) -> "NotebookNode":
    """Notebook of a lesson's text, not yet executed.

    Raises
    ------
    UserError
        If jupytext is missing.
    """
    try:
        import jupytext
    except ImportError:
        raise UserError("notebooks need jupytext: pip install 'backspike[lessons]'") from None
    made = jupytext.reads(text, fmt="py:percent")
    made.metadata["kernelspec"] = _KERNEL
    for number, cell in enumerate(made.cells):
        cell["id"] = f"cell-{number}"  # rather than a random one: equal texts, equal notebooks
    return made


def _exercises(text: str) -> dict[str, str]:
    """Cells of exercises, by name."""
    cells = _CELL.split(text)
    return {found[1]: cell.rstrip() + "\n" for cell in cells if (found := _EXERCISE.match(cell))}
