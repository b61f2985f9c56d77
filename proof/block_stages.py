"""Stages that each block of the RTL has reached, by its source, its test and results of runs."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

__all__ = ["STAGES", "Block", "blocks"]

#: Stages, each with what a block needs for it beside all that those before it need.
STAGES = {
    "V1": "a test of its own against its twin in the golden model",
    "V2": "every line runs in random programs, or has a reason; contracts are checked in all "
    "simulations of it, its own or those of the blocks that it is made of and drives",
    "V3": "what it does is proved for all inputs",
}
_ROOT = Path(__file__).resolve().parents[1]
_CONTRACT = re.compile(r"\bcontract\.(?:holds|needs|stays|needs_to_stay|passes|at_most_one)\(")


@dataclass(frozen=True)
class Block:
    """A source of the RTL that becomes logic.

    Attributes
    ----------
    path : str
        From the root of the project on.
    is_tested : bool
        There is a test of its stem.
    contracts : int
        Promises and needs in its source.
    claims : int
        Claims that are proved of it without a bound.
    bounded : int
        Claims that are proved for the first cycles.
    lines, bits : tuple of int
        Covered, and all; none if coverage does not count it.
    explained : bool
        Lines that do not run have a reason.
    """

    path: str
    is_tested: bool
    contracts: int
    claims: int
    bounded: int
    lines: tuple[int, int]
    bits: tuple[int, int]
    explained: bool

    @property
    def is_simulated(self) -> bool:
        """True if coverage counts it."""
        return sum(self.bits) > 0

    @property
    def runs(self) -> bool:
        """True if it has no line that does not run, but for a reason."""
        return self.lines[0] == self.lines[1] or self.explained

    @property
    def stage(self) -> str:
        """The highest of :data:`STAGES` that it has reached; a dash if none."""
        reached = [self.is_tested, self.runs and self.is_simulated, self.claims > 0]
        height = next((n for n, holds in enumerate(reached) if not holds), len(reached))
        return [*STAGES][height - 1] if height else "-"


def blocks(results: Mapping[str, Mapping[str, Any]]) -> list[Block]:
    """Every block, room by room.

    Parameters
    ----------
    results : mapping of str to mapping
        What ``proofs`` and ``coverage`` have left.
    """
    proofs, sources = results["proofs"]["proofs"], results["coverage"]["sources"]
    found = []
    for file in sorted((_ROOT / "hdl").rglob("*.py"), key=lambda file: (file.parent, file)):
        path, text = file.relative_to(_ROOT), file.read_text(encoding="utf-8")
        own = [proof for proof in proofs if proof["component"] == str(path)]
        if "def elaborate" not in text and not own:
            continue
        numbers = sources.get(str(path), {"lines": (0, 0), "bits": (0, 0), "why": ""})
        block = Block(
            str(path),
            (_ROOT / "tests" / path.parent / f"test_{path.name}").exists(),
            len(_CONTRACT.findall(text)),
            sum(proof["claims"] for proof in own),
            sum(len(proof["bounded"]) for proof in own),
            tuple(numbers["lines"]),
            tuple(numbers["bits"]),
            bool(numbers["why"]),
        )
        found.append(block)
    return found
