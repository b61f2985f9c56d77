"""Files of graphs, written whole or not at all."""

import io
from pathlib import Path

import nir

from backspike.golden.files import replace_file

__all__ = ["write_graph"]


def write_graph(path: Path, graph: nir.NIRGraph) -> None:
    """Write a graph of the package ``nir`` as an HDF5 file.

    It is made in memory: where the disk is full, the library of HDF5 ends the process.

    Raises
    ------
    OSError
        If it cannot be written; names ``path``. What was there before stays.
    """
    made = io.BytesIO()
    nir.write(made, graph)
    replace_file(path, lambda file: file.write_bytes(made.getvalue()))
