"""One proof: what is proved of which component, and how; and the record of its run."""

import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from backspike.proof.bench import Bench
from backspike.proof.checker import Invariant, Method, reach
from backspike.proof.model import make_model

__all__ = ["Proof", "Record", "run_proof"]


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


def run_proof(proof: Proof, limit: int, folder: Path | None = None) -> Record:
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
    with tempfile.TemporaryDirectory() as temporary:
        place = folder or Path(temporary)
        place.mkdir(parents=True, exist_ok=True)
        models = make_model(proof.bench(), place)
        verdict = proof.method.prove(models["claims"], limit)
        goals = reach(models["goals"], limit)
    failures = [f"broken in cycle {cycle}: {words}" for words, cycle in verdict.broken.items()]
    failures += [f"open: {words}" for words in verdict.open]
    failures += [f"never reached: {words}" for words in goals.open]
    if not models["goals"].names:
        failures.append("nothing is shown to be reached")
    facts: dict[str, Any] = {
        "claims": len(verdict.proved),
        "flops": models["claims"].flops,
        "depth": verdict.depth,
        "seconds": round(time.monotonic() - begun, 1),
        "bounded": verdict.bounded,
        "cycles": getattr(proof.method, "otherwise", 0) if verdict.bounded else 0,
    }
    method = str(proof.method)
    return Record(proof.name, proof.component, proof.words, method, failures=failures, **facts)
