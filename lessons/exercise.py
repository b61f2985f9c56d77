"""Exercises of the course: what is asked, what is right, and what is often got wrong."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

__all__ = ["Exercise", "Mistake"]


class Mistake(NamedTuple):
    """Well-known wrong answer."""

    answer: Callable[..., Any]
    """What is seen of it, of the arguments of a case."""
    words: str
    """Sentence that names the mistake."""


def _call(answer: Any, *arguments: Any) -> Any:
    return answer(*arguments)


@dataclass(frozen=True)
class Exercise:
    """A question of a lesson.

    Attributes
    ----------
    name : str
        Number of the lesson and of the exercise in it, such as ``"1.2"``.
    cases : mapping of str to tuple
        Arguments of each case, by the words that the table of a check has for it.
    expected : callable
        What is right, of the arguments of a case: a number, a text, or a sequence or a mapping of
        them. It comes from the golden model.
    mistakes : sequence of Mistake
        Wrong answers that a check knows by name.
    hints : mapping of str to str
        Sentences for what no mistake explains, by the place of the first value that differs.
    observe : callable
        What is seen of an answer, of the answer and the arguments of a case.
    by_hand : bool
        It asks for values that a student works out: expected ones are not shown before they are
        reached.
    """

    name: str
    cases: Mapping[str, tuple[Any, ...]]
    expected: Callable[..., Any]
    mistakes: Sequence[Mistake] = ()
    hints: Mapping[str, str] = field(default_factory=dict)
    observe: Callable[..., Any] = _call
    by_hand: bool = False
