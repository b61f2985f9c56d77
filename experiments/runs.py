"""The folder of a run: its files, each written all at once, and what may be there before."""

import json
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import fields
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from backspike.experiments.checkpoint import Checkpoint, checkpoint_arrays, read_checkpoint
from backspike.experiments.data.preparation import Preparation
from backspike.experiments.files import check_folder, held_out
from backspike.experiments.settings import DATA
from backspike.experiments.weights_file import load_weights
from backspike.golden.array_file import ArrayFileError, read_arrays
from backspike.golden.errors import UserError
from backspike.golden.nbp.learning import PAPER, LearningOptions
from backspike.golden.nbp.paper_circuit import PLASTIC
from backspike.sim.files import held, is_leftover, replace_file, write_text

__all__ = ["PAPER_PICTURE", "Checkpoint", "RunFolder", "RunResult"]


class RunResult(NamedTuple):
    """A run's data, circuit, rule, if any, and weights, for other commands."""

    source: dict[str, Any]
    """Arguments of :func:`load_data`, without ``data_dir``."""
    circuit: str
    rule: str | None
    layers: tuple[int, ...]
    weights: list[np.ndarray]
    learning: LearningOptions
    """Ways in which it learned, so that a circuit may show them."""


_CHECKPOINT, _SETTINGS, _INPUTS = "checkpoint.npz", "run.json", "inputs.npz"
_METRICS = "metrics.json"
PAPER_PICTURE = "paper.svg"
"""A sample in the paper's circuit, which a demo shows first."""
_SOURCE = tuple(name for name in DATA if name != "data_dir")
_CONTENTS = {"data": "--dataset", "init": "--init"}
#: Files of a run that has not learned anything yet.
_FIRST = (_SETTINGS, _INPUTS)
#: Pictures, of which earlier versions left bitmaps.
_PICTURES = ("confusion", "curves", "mistakes", "weights", "raster")
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
                        f"{file.name})"
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
        self.write(name, lambda path: np.savez_compressed(path, **arrays))  # type: ignore[arg-type]

    def save_settings(self, settings: Mapping[str, Any]) -> None:
        """Write ``run.json``: the settings, as :meth:`load_settings` gives them."""
        self.write_text(_SETTINGS, json.dumps(settings, indent=2) + "\n")

    def load_settings(self) -> dict[str, Any] | None:
        """The settings that the run was begun with; None of a run of an earlier version.

        Raises
        ------
        UserError
            If they cannot be read.
        """
        return self._read_json(_SETTINGS) if (self.path / _SETTINGS).is_file() else None

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
        except (ArrayFileError, KeyError, TypeError, ValueError):
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
        settings, layers, _ = self._described("run.json", stored | stored.get("settings", {}))
        saved, state = self.checkpoint()
        weights = state.weights
        if len(weights) == len(PLASTIC) and settings["circuit"] == "paper":
            weights = [weights[list(PLASTIC).index(name)] for name in ("W1", "W2")]
        if len(weights) != len(layers) - 1:
            raise UserError(f"RUN {self.path} has not learned anything yet: go on with --resume")
        source = {name: settings[name] for name in _SOURCE}
        rule, learning = _text(saved.get("rule")), _learning(saved.get("learning"))
        return RunResult(source, settings["circuit"], rule, layers, weights, learning)

    def load_finished(self) -> RunResult:
        """As :meth:`load_result`, of a finished run only."""
        what = f"RUN {self.path}"
        if not self.path.is_dir():
            raise UserError(f"{what}: there is no such folder")
        if not self.is_finished():
            if self.is_run():
                raise UserError(f"{what} is not finished: go on with --resume")
            raise UserError(f"{what} is not a run: it has no {_METRICS}")
        metrics = self._read_json(_METRICS)
        settings, layers, rule = self._described(_METRICS, metrics)
        weights = self.path / "weights.npz"
        read = load_weights(f"RUN {weights}", weights, layers)
        source = {name: settings[name] for name in _SOURCE}
        learning = _learning(metrics.get("learning"))
        return RunResult(source, settings["circuit"], rule, layers, read, learning)

    def is_finished(self) -> bool:
        """Tell if a run has left its results here, not only a report of how far it is."""
        path = self.path / _METRICS
        return path.is_file() and self._read_json(_METRICS).get("finished", True) is not False

    def reopen(self) -> None:
        """Make a run that is gone on with an unfinished one."""
        (self.path / _METRICS).unlink(missing_ok=True)

    def _described(
        self, name: str, read: Mapping[str, Any]
    ) -> tuple[dict[str, Any], tuple[int, ...], str | None]:
        """Data and circuit, layers, and rule that a file tells."""
        try:
            layers = tuple(read["layers"])
            settings = {key: read.get(key) for key in _SOURCE} | {"circuit": read["circuit"]}
            rule = _text(read.get("rule"))
            texts = [settings[key] for key in ("dataset", "circuit")]
            if not all(isinstance(text, str) for text in texts):
                raise TypeError
            if len(layers) < 2 or not all(isinstance(n, int) and n > 0 for n in layers):
                raise TypeError
        except (KeyError, TypeError):
            raise UserError(f"RUN {self.path}: its {name} is not that of a run") from None
        return settings, layers, rule

    def _read_json(self, name: str) -> dict[str, Any]:
        try:
            read = json.loads((self.path / name).read_text(encoding="utf-8"))
        except (OSError, ValueError, RecursionError):
            read = None
        if not isinstance(read, dict):
            raise UserError(f"RUN {self.path}: its {name} is not that of a run")
        return read


def _learning(values: object) -> LearningOptions:
    """Options in a file; the paper's, if it has none that are of use."""
    known = {f.name for f in fields(LearningOptions)}
    try:
        return LearningOptions(**{k: v for k, v in dict(values).items() if k in known})  # type: ignore[call-overload]
    except (TypeError, ValueError):
        return PAPER


def _text(value: object) -> str | None:
    """A text or None; raises TypeError for anything else."""
    if value is not None and not isinstance(value, str):
        raise TypeError(f"must be a text, not {value!r}")
    return value
