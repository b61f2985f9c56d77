"""One proof: what is proved of which component, and how; and the record of its run."""

import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from backspike.proof.bench import Bench
from backspike.proof.checker import Invariant, Method, reach
from backspike.proof.model import make_model

__all__ = ["Proof", "Record", "working_folder"]


@dataclass(frozen=True)
class Record:
    """Result of a proof."""

    name: str
    component: str
    words: str
    method: str
    claims: int
    """Claims that are proved, contracts of the component among them."""
    flops: int
    """Bits of state of the design."""
    depth: int
    seconds: float
    bounded: list[str]
    """Claims that are proved for the first cycles only."""
    cycles: int
    """So many."""
    failures: list[str]
    """Claims that are broken or open, and goals that are not reached; none if it is proved."""


@contextmanager
def working_folder(folder: Path | None) -> Iterator[Path]:
    """A folder that is made, and stays; a temporary one without."""
    with tempfile.TemporaryDirectory() as temporary:
        place = folder or Path(temporary)
        place.mkdir(parents=True, exist_ok=True)
        yield place


@dataclass(frozen=True)
class Proof:
    """A line of the table of proofs."""

    name: str
    """Short, unique."""
    component: str
    """File of the component."""
    words: str
    """What is proved, in a sentence."""
    bench: Callable[[], Bench]
    method: Method = field(default_factory=Invariant)

    def run(self, limit: int, folder: Path | None = None) -> Record:
        """Prove what can be proved within so many seconds a claim.

        Parameters
        ----------
        folder : Path, optional
            Where models and what the tools said are left.

        Raises
        ------
        ToolError
            If yosys or ABC is missing or fails.
        """
        begun = time.monotonic()
        with working_folder(folder) as place:
            models = make_model(self.bench(), place)
            verdict = self.method.prove(models["claims"], limit)
            goals = reach(models["goals"], limit)
        failures = [f"broken in cycle {cycle}: {words}" for words, cycle in verdict.broken.items()]
        failures += [f"open: {words}" for words in verdict.open]
        failures += [f"never reached: {words}" for words in goals.open]
        if not models["goals"].names:
            failures.append("nothing is shown to be reached")
        return Record(
            self.name,
            self.component,
            self.words,
            str(self.method),
            claims=len(verdict.proved),
            flops=models["claims"].flops,
            depth=verdict.depth,
            seconds=round(time.monotonic() - begun, 1),
            bounded=verdict.bounded,
            cycles=getattr(self.method, "otherwise", 0) if verdict.bounded else 0,
            failures=failures,
        )
