"""The ``backspike lessons`` command: the course, as notebooks of one's own."""

from functools import partial
from pathlib import Path

import click

from backspike.cli.console import console
from backspike.cli.options import PATH
from backspike.golden.errors import UserError
from backspike.golden.files import replace_file
from backspike.lessons.sources import lesson_names, lesson_text, notebook

__all__ = ["lessons"]


@click.command()
@click.argument("folder", type=PATH, default=Path("lessons"))
@click.option("--solved", is_flag=True, help="with the solutions in place, for teachers")
def lessons(folder: Path, *, solved: bool) -> None:
    """Put the notebooks of the course into FOLDER [default: lessons].

    Notebooks that are there already stay as they are: someone may have worked in them.
    """
    if folder.exists() and not folder.is_dir():
        raise UserError(f"FOLDER {folder} is no folder")
    folder.mkdir(parents=True, exist_ok=True)
    for name in lesson_names():
        file = folder / f"{name}.ipynb"
        if file.exists():
            console.print(f"{file}: is there already", highlight=False, soft_wrap=True)
            continue
        replace_file(file, partial(_write, name, solved=solved))
        console.print(f"{file}", highlight=False, soft_wrap=True)
    console.print(
        "Open them in VS Code, or: pip install jupyterlab, then",
        f"jupyter lab {folder}",
        highlight=False,
        soft_wrap=True,
    )


def _write(name: str, file: Path, *, solved: bool) -> None:
    """Write the notebook of a lesson."""
    made = notebook(lesson_text(name, solved=solved))
    import nbformat  # comes with jupytext, which has made it

    nbformat.write(made, file)
