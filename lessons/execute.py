"""Executes the notebooks of the course, and makes pages of them.

``python -m backspike.lessons.execute FOLDER [--solved]``: each lesson as an executed notebook and
as Markdown with its figures.
"""

import argparse
import re
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from backspike.golden.errors import UserError
from backspike.lessons.sources import lesson_names, lesson_text, notebook

if TYPE_CHECKING:
    from nbformat import NotebookNode

__all__ = ["execute_lesson", "main"]

#: Seconds that a cell may take: the first one compiles the kernels of the golden core.
_LIMIT = 300


def execute_lesson(name: str, folder: Path, *, solved: bool = False) -> None:
    """Write a lesson into a folder, executed: ``NAME.ipynb``, ``NAME.md``, and its figures.

    Raises
    ------
    UserError
        If nbconvert is missing.
    nbclient.exceptions.CellExecutionError
        If a cell raises an error.
    """
    try:
        import nbformat
        from nbclient import NotebookClient
        from nbconvert import MarkdownExporter
        from traitlets.config import Config
    except ImportError:
        raise UserError("executing needs nbconvert: pip install 'backspike[lessons]'") from None
    made = notebook(lesson_text(name, solved=solved))
    work = folder / "work"
    work.mkdir(parents=True, exist_ok=True)
    resources = {"metadata": {"path": str(work)}}
    # Ports of this machine, to which its other users could listen; else the kernel warns of them.
    encrypted = Config({"KernelManager": {"transport_encryption": "auto"}})
    NotebookClient(made, timeout=_LIMIT, resources=resources, config=encrypted).execute()
    nbformat.write(made, folder / f"{name}.ipynb")
    keys = {"unique_key": name, "output_files_dir": f"{name}_files"}
    text, parts = MarkdownExporter().from_notebook_node(made, resources=keys)
    words = iter(_alternatives(made))
    text = re.sub(r"!\[png\]", lambda _: f"![{next(words)}]", text)
    (folder / f"{name}_files").mkdir(exist_ok=True)
    for file, content in parts["outputs"].items():
        (folder / file).write_bytes(content)
    (folder / f"{name}.md").write_text(text, encoding="utf-8")


def _alternatives(made: "NotebookNode") -> list[str]:
    """Words for those who do not see a figure, of each one: ``alt`` of its cell."""
    return [
        cell.metadata.alt
        for cell in made.cells
        for output in cell.get("outputs", ())
        if "image/png" in output.get("data", ())
    ]


def main(arguments: Sequence[str]) -> None:
    """Execute all lessons, and say how long each took."""
    parser = argparse.ArgumentParser(prog="python -m backspike.lessons.execute")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--solved", action="store_true", help="with the solutions in place")
    found = parser.parse_args(arguments)
    for name in lesson_names():
        begun = time.monotonic()
        execute_lesson(name, found.folder, solved=found.solved)
        print(f"{name}: {time.monotonic() - begun:.0f} s", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
