"""State of a run between two samples, and the file that it goes on from."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

import numpy as np

from backspike.experiments.files import digest
from backspike.golden.array_file import ArrayFileError, check_names, read_arrays
from backspike.golden.errors import UserError

__all__ = ["Checkpoint", "checkpoint_arrays", "read_checkpoint"]


@dataclass
class Checkpoint:
    """State between two samples.

    Attributes
    ----------
    weights, backward, random : list of numpy.ndarray
        The state of the equations, an :class:`EquationsState`; with a rule other than nBP's, all
        matrices of the circuit as ``weights`` (none before the first sample), and nothing else.
    epoch, position : int
        Epoch under way, and samples of it that are done.
    hits : int
        Samples of this epoch that were right before their own update.
    history : list of dict
        One entry per finished epoch.
    totals : dict of str to float
        Counters, ``mismatches`` and ``seconds_...`` so far.
    """

    weights: list[np.ndarray]
    backward: list[np.ndarray]
    random: list[np.ndarray] = field(default_factory=list)
    epoch: int = 0
    position: int = 0
    hits: int = 0
    history: list[dict[str, Any]] = field(default_factory=list)
    totals: dict[str, float] = field(default_factory=dict)


_REFUSED = "is not a checkpoint of this version, or is damaged"
_ARRAYS = ("weights", "backward", "random")


def checkpoint_arrays(identity: Mapping[str, Any], state: Checkpoint) -> dict[str, np.ndarray]:
    """Content of the file of the run with that identity: see :func:`run_identity`."""
    arrays = {
        f"{name}{n:02}": array for name in _ARRAYS for n, array in enumerate(getattr(state, name))
    }
    meta = {
        "config": identity,
        "digest": digest(arrays.values()),
        **{f.name: getattr(state, f.name) for f in fields(state) if f.name not in _ARRAYS},
    }
    return {"meta": np.array(json.dumps(meta))} | arrays


def read_checkpoint(path: Path) -> tuple[dict[str, Any], Checkpoint]:
    """Identity of the run, and its state.

    Raises
    ------
    UserError
        If the file cannot be read.
    """
    try:
        arrays = read_arrays(path, check_names(rf"({'|'.join(_ARRAYS)})\d+"))
        meta = json.loads(str(arrays.pop("meta")))
        written = meta.pop("digest", None)
        if written is not None and written != digest(arrays.values()):
            raise ArrayFileError("its arrays are not those that were written")
        lists = {
            name: [array for key, array in arrays.items() if key.startswith(name)]
            for name in _ARRAYS
        }
        return dict(meta.pop("config")), Checkpoint(**(lists | meta))
    except FileNotFoundError:
        raise UserError(f"{path}: no such file") from None
    except ArrayFileError as error:
        raise UserError(f"{path} {_REFUSED}: {error}") from None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise UserError(f"{path} {_REFUSED}") from None
