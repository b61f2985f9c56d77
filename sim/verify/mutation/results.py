"""Results of mutants: a file of a line each, written as each ends, and what they amount to."""

import json
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from backspike.golden.errors import UserError
from backspike.sim.verify.mutation.ladder import NAMES
from backspike.sim.verify.mutation.mutants import Key, Mutant
from backspike.sim.verify.mutation.trial import Trial

__all__ = ["Results", "summary"]

_NAMES = ("file", "line", "old", "new", "nth")


class Results:
    """Trials that were made, by the key of the mutant; later ones take the place of earlier ones.

    Parameters
    ----------
    path : Path
        The file; a last line that was cut off is ignored.

    Raises
    ------
    UserError
        If another line is none of ours.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self.trials: dict[Key, Trial] = {}
        #: Highest rung that a mutant survived.
        self.survived: dict[Key, int] = {}
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True) if path.exists() else []
        whole = [line for line in lines if line.endswith("\n")]
        for number, line in enumerate(whole, 1):
            try:
                row = json.loads(line)
                key = tuple(row.pop(name) for name in _NAMES)
                self._note(key, Trial(**row))
            except (ValueError, KeyError, TypeError, AttributeError):
                raise UserError(f"{path}, line {number}: not the result of a mutant") from None
        if len(whole) < len(lines):
            path.write_text("".join(whole), encoding="utf-8")

    def add(self, mutant: Mutant, trial: Trial) -> None:
        """Keep a trial."""
        row = dict(zip(_NAMES, mutant.key, strict=True)) | asdict(trial)
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(row) + "\n")
        self._note(mutant.key, trial)

    def _note(self, key: Key, trial: Trial) -> None:
        self.trials[key] = trial
        if trial.outcome == "survived":
            height = NAMES.index(trial.rung) if trial.rung else -1
            self.survived[key] = max(height, self.survived.get(key, -1))

    def is_late(self, key: Key) -> bool:
        """Tell if a mutant survived the tests that find it now: some were added since."""
        trial = self.trials[key]
        found = trial.outcome != "survived"
        return found and key in self.survived and NAMES.index(trial.rung) <= self.survived[key]


def summary(
    mutants: Iterable[Mutant], results: Results, equivalent: Iterable[Key]
) -> dict[str, dict[str, Any]]:
    """Numbers of mutants by room: all, tried, killed and how, equivalent, alive, and the score.

    ``late`` are those of the killed that led to the tests that kill them. ``score`` is the killed
    share of those tried that are not equivalent, or ``None`` where there are none. A mutant that
    hangs the tests is killed.
    """
    known = set(equivalent)
    rooms: dict[str, dict[str, Any]] = {}
    for mutant in mutants:
        room = rooms.setdefault(str(Path(mutant.file).parent), _empty())
        room["mutants"] += 1
        trial = results.trials.get(mutant.key)
        if trial is None:
            continue
        room["tried"] += 1
        room["late"] += results.is_late(mutant.key)
        if trial.outcome != "survived":
            room[trial.outcome if trial.outcome == "timeout" else trial.rung] += 1
        elif mutant.key in known:
            room["equivalent"] += 1
        else:
            room["survived"] += 1
    for room in rooms.values():
        counted = room["tried"] - room["equivalent"]
        room["score"] = round(1 - room["survived"] / counted, 4) if counted else None
    return rooms


def _empty() -> dict[str, Any]:
    names = ("mutants", "tried", "own", "users", "room", "system", "timeout", "late")
    return dict.fromkeys((*names, "equivalent", "survived"), 0)
