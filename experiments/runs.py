"""The folder of a run: its files, each written all at once, and what may be there before."""

import json
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from backspike.experiments.checkpoint import Checkpoint, checkpoint_arrays, read_checkpoint
from backspike.experiments.circuits import TEMPORAL
from backspike.experiments.data.preparation import Preparation
from backspike.experiments.files import check_folder, held_out
from backspike.experiments.option import options_of
from backspike.experiments.run_description import (
    OVER_TIME,
    RunResult,
    checked_settings,
    learning_in,
    read_description,
    read_object,
)
from backspike.experiments.settings import from_json
from backspike.experiments.weights_file import load_weights
from backspike.golden.array_file import ArrayFileError, read_arrays
from backspike.golden.errors import UserError
from backspike.golden.files import held, is_leftover, replace_file, write_arrays, write_text
from backspike.golden.nbp.arguments import layer_sizes
from backspike.golden.nbp.paper_circuit import PLASTIC

__all__ = ["PAPER_PICTURE", "Checkpoint", "RunFolder", "RunResult"]


Settings = TypeVar("Settings")

_CHECKPOINT, _SETTINGS, _INPUTS = "checkpoint.npz", "run.json", "inputs.npz"
_METRICS = "metrics.json"
PAPER_PICTURE = "paper.svg"
"""A sample in the paper's circuit, which a demo shows first."""
_CONTENTS = {"data": "--dataset", "init": "--init"}
#: Files of a run that has not learned anything yet.
_FIRST = (_SETTINGS, _INPUTS)
#: Pictures, of which earlier versions left bitmaps.
_PICTURES = ("confusion", "curves", "mistakes", "weights", "raster", "sample")
#: Every file of a run; the one that makes the folder a run is last.
_FILES = (
    _METRICS,
    "report.html",
    *(f"{name}.{kind}" for name in _PICTURES for kind in ("svg", "png")),
    PAPER_PICTURE,
    "program.npz",
    "weights.npz",
    *_FIRST,
    _CHECKPOINT,
)


class RunFolder:
    """Path of a run's results.

    Parameters
    ----------
    path : Path
        The folder; made with the first write.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def check_out(self, *, resume: bool, demo: bool) -> None:
        """Check that a run can be written here.

        Raises
        ------
        UserError
            If the folder cannot be written, or holds what neither ``resume`` nor a new ``demo``
            in the place of an old one may touch.
        """
        out = f"--out {self.path}"
        check_folder("--out", self.path)
        if resume:
            if not self.is_run():
                raise UserError(f"nothing to resume: {self.path / _CHECKPOINT} does not exist")
        elif self.is_run():
            if not demo:
                raise UserError(f"{out} holds a run: go on with --resume, or name another folder")
            if not read_checkpoint(self.path / _CHECKPOINT)[0].get("demo"):
                raise UserError(f"{out} holds a run that is no demo: name another folder")
        elif self.path.is_dir():
            for file in self.path.iterdir():
                if file.name not in _FIRST and not is_leftover(file):
                    raise UserError(
                        f"{out} is neither empty nor a run (it has no {_CHECKPOINT}, but "
                        f"{file.name}): name a new or an empty folder, or that of a run"
                    )

    def held(self) -> AbstractContextManager[None]:
        """Hold the folder: see :func:`held_out`."""
        return held_out(self.path)

    def clear(self) -> None:
        """Delete what a run has written here, and nothing else."""
        for name in _FILES:
            (self.path / name).unlink(missing_ok=True)

    def is_run(self) -> bool:
        """Tell if a run has left a checkpoint here."""
        return (self.path / _CHECKPOINT).is_file()

    def is_held(self) -> bool:
        """Tell if a process is writing a run here."""
        try:
            with held(self.path):
                return False
        except BlockingIOError:
            return True

    def write(self, name: str, write: Callable[[Path], object]) -> None:
        """Write or replace a file, all of it or nothing: ``write`` makes it at a path."""
        self.path.mkdir(parents=True, exist_ok=True)
        replace_file(self.path / name, write)

    def write_text(self, name: str, text: str) -> None:
        """As :meth:`write`, a text."""
        self.path.mkdir(parents=True, exist_ok=True)
        write_text(self.path / name, text)

    def write_arrays(self, name: str, arrays: Mapping[str, np.ndarray]) -> None:
        """As :meth:`write`, an ``.npz``."""
        self.path.mkdir(parents=True, exist_ok=True)
        write_arrays(self.path / name, arrays)

    def save_settings(self, settings: Mapping[str, Any]) -> None:
        """Write ``run.json``: the settings, as :meth:`load_settings` gives them."""
        self.write_text(_SETTINGS, json.dumps(settings, indent=2) + "\n")

    def load_settings(self) -> dict[str, Any] | None:
        """The settings that the run was begun with; None of a run of an earlier version.

        Raises
        ------
        UserError
            If they cannot be read, or are not such as :meth:`save_settings` was given.
        """
        if not (self.path / _SETTINGS).is_file():
            return None
        return checked_settings(self.path / _SETTINGS)

    def settings_as(
        self, kind: type[Settings], changes: Mapping[str, Any] | None = None
    ) -> Settings:
        """The settings as a class of them, with changes; defaults where there is none.

        Raises as :meth:`load_settings`, and if a value is of another kind, or out of range.
        """
        stored = self.load_settings()
        values = {} if stored is None else stored["settings"]
        if values.get("circuit") == TEMPORAL not in options_of(kind)["circuit"].choices:
            go_on = f"go on with --circuit {TEMPORAL} --resume"
            raise UserError(f"RUN {self.path} {OVER_TIME}: {go_on}")
        return from_json(kind, values | dict(changes or {}), f"RUN {self.path / _SETTINGS}")

    def save_inputs(self, preparation: Preparation) -> None:
        """Write ``inputs.npz``: the way from a file's inputs to spikes."""
        self.write_arrays(_INPUTS, preparation.arrays())

    def load_inputs(self) -> Preparation:
        """Read ``inputs.npz``.

        Raises
        ------
        UserError
            If the run has none, or it cannot be read.
        """
        path = self.path / _INPUTS
        try:
            return Preparation.from_arrays(read_arrays(path))
        except FileNotFoundError:
            raise UserError(f"RUN {self.path} has no {_INPUTS}: train it again") from None
        except ArrayFileError as error:
            raise UserError(f"RUN {path} is damaged: {error}") from None
        except (KeyError, TypeError, ValueError):
            raise UserError(f"RUN {path} is damaged") from None

    def save_checkpoint(self, identity: Mapping[str, Any], state: Checkpoint) -> None:
        """Write ``checkpoint.npz`` of the run with that identity: see :func:`run_identity`."""
        self.write_arrays(_CHECKPOINT, checkpoint_arrays(identity, state))

    def checkpoint(self) -> tuple[dict[str, Any], Checkpoint]:
        """As :func:`read_checkpoint`."""
        return read_checkpoint(self.path / _CHECKPOINT)

    def load_checkpoint(self, identity: Mapping[str, Any]) -> Checkpoint:
        """Read ``checkpoint.npz``.

        Raises
        ------
        UserError
            If it cannot be read, or is of another run.
        """
        saved, state = self.checkpoint()
        for name, wanted in json.loads(json.dumps(identity)).items():
            was = saved.get(name)
            if was != wanted and was and wanted and name in _CONTENTS:
                raise UserError(
                    f"--resume: what {_CONTENTS[name]} holds has changed since the checkpoint "
                    f"(SHA-256 was {was:.12}..., is {wanted:.12}...)"
                )
            if was != wanted:
                raise UserError(
                    f"--resume: the checkpoint is of another run: {name} was {was!r}, "
                    f"not {wanted!r}"
                )
        return state

    def load_result(self) -> RunResult:
        """Read what a run has learned so far: its result, or its checkpoint.

        Raises
        ------
        UserError
            If there is no run here, it has not learned yet, or it cannot be read.
        """
        if self.is_finished() or not self.is_run():
            return self.load_finished()
        stored = self.load_settings()
        if stored is None:
            return self.load_finished()
        described = read_description(
            self.path / _SETTINGS, stored["settings"], stored.get("layers"), stored.get("image")
        )
        saved, state = self.checkpoint()
        weights = state.weights
        if len(weights) == len(PLASTIC) and described.circuit == "paper":
            weights = [weights[list(PLASTIC).index(name)] for name in ("W1", "W2")]
        if len(weights) != len(described.shapes):
            raise UserError(f"RUN {self.path} has not learned anything yet: go on with --resume")
        try:
            layer_sizes(weights, described.shapes)
        except ValueError as error:
            raise UserError(
                f"RUN {self.path / _SETTINGS}: layers must be those of the weights that it has "
                f"learned: {error}"
            ) from None
        described = described._replace(rule=saved.get("rule"))
        return RunResult(*described, weights, learning_in(saved.get("learning")))

    def load_finished(self) -> RunResult:
        """As :meth:`load_result`, of a finished run only."""
        what = f"RUN {self.path}"
        if self.path.is_file():
            raise UserError(f"{what} must be the folder of a run, not a file")
        if not self.path.is_dir():
            raise UserError(f"{what}: there is no such folder")
        if not self.is_finished():
            if self.is_run():
                raise UserError(f"{what} is not finished: go on with --resume")
            raise UserError(f"{what} is not a run: it has no {_METRICS}")
        metrics = read_object(self.path / _METRICS)
        described = read_description(
            self.path / _METRICS, metrics, metrics.get("layers"), metrics.get("image")
        )
        weights = self.path / "weights.npz"
        read = load_weights(f"RUN {weights}", weights, described.shapes)
        return RunResult(*described, read, learning_in(metrics.get("learning")))

    def is_finished(self) -> bool:
        """Tell if a run has left its results here, not only a report of how far it is."""
        path = self.path / _METRICS
        return path.is_file() and read_object(path).get("finished", True) is not False

    def reopen(self) -> None:
        """Make a run that is gone on with an unfinished one."""
        (self.path / _METRICS).unlink(missing_ok=True)
