"""Problems of a graph, each anchored to its node, and the error that has all of them."""

from collections.abc import Sequence
from dataclasses import dataclass

from backspike.golden.errors import UserError

__all__ = ["GraphError", "Problem"]


@dataclass(frozen=True)
class Problem:
    """A reason why a graph cannot run on a core, the node (or edge) that it is of, and its kind."""

    node: str
    text: str
    kind: str = ""

    def __str__(self) -> str:
        where = f"{self.node} ({self.kind})" if self.kind else self.node
        return f"{where}: {self.text}"


class GraphError(UserError):
    """A graph that cannot run on a core; the message is its first problem.

    Attributes
    ----------
    problems : tuple of Problem
        All that were found, in the order of the nodes.
    """

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        more = f" (and {len(problems) - 1} more problems)" if len(problems) > 1 else ""
        super().__init__(f"{problems[0]}{more}")
