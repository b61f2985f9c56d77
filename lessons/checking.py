"""Checks of exercises: each expected value equal, different or not reached, and why."""

import gc
import inspect
import sys
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from amaranth.hdl import UnusedElaboratable
from rich.console import Console
from rich.table import Table
from rich.text import Text

from backspike.golden.errors import UserError
from backspike.lessons import exercises
from backspike.lessons.exercise import Exercise
from backspike.lessons.exercises import EXERCISES
from backspike.sim.waiting import told_kernels

__all__ = ["Row", "Verdict", "check", "compare"]

#: Rows of a table at most: the first ones, and the first that are not equal.
_SHOWN = 12
#: Folders of what is no code of a student: this package, and all that is installed.
_EXERCISES = str(Path(exercises.__file__).parent)
_NOT_OWN = (str(Path(__file__).parents[1]), str(Path(np.__file__).parents[1]), sys.prefix)
_UNWRITTEN = "This is not written yet: put your own code where the cell says `your turn`."
#: What Python or a library says of a slip that many make, and what to do about it.
_SLIPS = {
    "Amaranth value to Python boolean": "Python's own `if`, `and`, `or` and `not` cannot see "
    "signals: take `m.If` or `Mux`, `&`, `|` and `~`, with each comparison in parentheses.",
    "numpy boolean subtract": "Make numbers of booleans before you subtract: `.astype(int)`.",
    "truth value of an array": "An array has no single truth: for `0 < s <= 1` write "
    "`(0 < s) & (s <= 1)`.",
}
_LOOKS = {"equal": "green", "different": "red", "not reached": "yellow"}


@dataclass(frozen=True)
class Row:
    """One expected value, beside that of the answer."""

    place: str
    expected: Any
    got: Any
    """``None`` where it was not reached."""

    @property
    def state(self) -> str:
        """Equal, different or not reached."""
        if self.got is None:
            return "not reached"
        return "equal" if _same(self.expected, self.got) else "different"


@dataclass(frozen=True)
class Verdict:
    """Result of a check; true if every value is equal."""

    name: str
    rows: list[Row]
    words: str
    """Sentence on what is wrong, or that nothing is."""
    by_hand: bool = False
    """Expected values are shown only where they are reached."""

    def __bool__(self) -> bool:
        return all(row.state == "equal" for row in self.rows)

    def _ipython_display_(self) -> None:
        """Show nothing in a notebook: the check has shown it already."""


def check(name: str, answer: Any) -> Verdict:
    """Compare an answer with the golden model, and say what differs.

    Parameters
    ----------
    name : str
        Of the exercise, such as ``"1.2"``.
    answer : function, class or value
        What the exercise asks for.

    Raises
    ------
    UserError
        If there is no such exercise.
    """
    if name not in EXERCISES:
        raise UserError(f"exercise must be one of {', '.join(EXERCISES)}, not {name!r}")
    console = Console(highlight=False, width=100)
    with told_kernels(console):
        verdict = compare(EXERCISES[name], answer)
    _show(verdict, console)
    return verdict


def compare(exercise: Exercise, answer: Any) -> Verdict:
    """Compare an answer with what an exercise expects, without a word."""
    rows: list[Row] = []
    seen: list[Any] = []
    trouble = ""
    for place, arguments in exercise.cases.items():
        expected = _values(exercise.expected(*arguments), place)
        found, stopped = _observed(exercise, answer, place, arguments)
        got, trouble = _values(found, place), trouble or stopped
        rows += [Row(key, value, got.get(key)) for key, value in expected.items()]
        rows += [Row(key, "nothing", got[key]) for key in got if key not in expected]
        seen += got.values()
    words = trouble or _reason(exercise, rows, seen)
    return Verdict(exercise.name, rows, words, exercise.by_hand)


def _observed(
    exercise: Exercise, answer: Any, place: str, arguments: tuple[Any, ...]
) -> tuple[Any, str]:
    """Observe an answer in one case; if it stops, there is nothing, and a sentence on that."""
    if answer is None:
        return None, _UNWRITTEN
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UnusedElaboratable)
        try:
            return exercise.observe(answer, *arguments), ""
        except NotImplementedError:
            stopped = _UNWRITTEN
        except Exception as error:  # whatever a student's code may raise
            stopped = _trouble(place, error)
        gc.collect()  # half a circuit, which would complain that nobody uses it
    return None, stopped


def _values(found: Any, place: str) -> dict[str, Any]:
    """Single values of a result, by their place in it."""
    if isinstance(found, Mapping):
        items = [(str(key), value) for key, value in found.items()]
    elif isinstance(found, list | tuple) or (isinstance(found, np.ndarray) and found.ndim):
        items = [(str(n), value) for n, value in enumerate(found)]
    else:
        value = found.item() if isinstance(found, np.generic) else found
        return {} if value is None else {place: value}
    parts = [_values(value, f"{place}, {key}" if place else key) for key, value in items]
    return {key: value for part in parts for key, value in part.items()}


def _same(expected: Any, got: Any) -> bool:
    """Tell whether two values are equal; True and 1 are."""
    try:
        return bool(expected == got)
    except Exception:  # a value of a kind that cannot be compared
        return False


def _trouble(place: str, error: Exception) -> str:
    """Sentence on an answer that raised an error."""
    frames = inspect.getinnerframes(error.__traceback__) if error.__traceback__ else []
    own = [f for f in frames if f.code_context and not f.filename.startswith(_NOT_OWN)]
    where = f", at `{own[-1].code_context[0].strip()}`" if own and own[-1].code_context else ""
    case = f" in the case `{place}`" if place else ""
    told = f"{type(error).__name__}: {error}"
    if not own and frames and frames[-1].filename.startswith(_EXERCISES):
        return f"Your answer is not of the form that the exercise asks for{case} ({told})."
    slip = next((f" {words}" for part, words in _SLIPS.items() if part in told), "")
    return f"Your code stopped{case} with {told}{where}.{slip}"


def _reason(exercise: Exercise, rows: list[Row], seen: list[Any]) -> str:
    """Sentence on values that differ: that of a known mistake, if one has the same values."""
    if all(row.state == "equal" for row in rows):
        return "All values are equal."
    if all(row.got is None for row in rows):
        return "There is no value yet. If it is a function: does it `return` one?"
    for mistake in exercise.mistakes:
        wrong: list[Any] = []
        with warnings.catch_warnings(action="ignore"):  # of what the student did not write
            for arguments in exercise.cases.values():
                wrong += _values(mistake.answer(*arguments), "").values()
        if len(wrong) == len(seen) and all(map(_same, wrong, seen)):
            return mistake.words
    if any(isinstance(row.got, float) and isinstance(row.expected, int) for row in rows):
        return "Some of your values are fractions; the core has whole numbers only."
    if any(row.expected == "nothing" for row in rows):
        return "There are more values than expected."
    if any(row.got is None for row in rows):
        return "Some values are missing: is there one for every case?"
    first = next(row for row in rows if row.state != "equal")
    by_hand = f"Look at `{first.place}` first, and work it out by hand."
    return exercise.hints.get(first.place, by_hand)


def _show(verdict: Verdict, console: Console) -> None:
    """Print the table of a verdict and its sentence."""
    table = Table(f"exercise {verdict.name}", "expected", "yours", "")
    wrong = [row for row in verdict.rows if row.state != "equal"][: _SHOWN - 4]
    equal = [row for row in verdict.rows if row.state == "equal"][: _SHOWN - len(wrong)]
    shown = [row for row in verdict.rows if any(row is kept for kept in (*wrong, *equal))]
    for row in shown:
        got = "" if row.got is None else str(row.got)
        expected = "?" if verdict.by_hand and row.state != "equal" else str(row.expected)
        table.add_row(row.place, expected, got, Text(row.state, _LOOKS[row.state]))
    console.print(table)
    states = [row.state for row in verdict.rows]
    counts = [f"{n} {state}" for state in _LOOKS if (n := states.count(state))]
    more = f" ({len(shown)} are shown)" if len(shown) < len(states) else ""
    console.print(Text(f"{', '.join(counts)}{more}. {verdict.words}", "bold" if verdict else ""))
