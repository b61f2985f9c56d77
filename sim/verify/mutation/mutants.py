"""Mutants: sources with one fault, numbered so that a sample can be drawn again."""

import random
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from backspike.sim.verify.mutation.operators import Edit, edits

__all__ = ["Key", "Mutant", "find_mutants", "order_mutants"]

#: File, line, what stood there, what stands there now, and which of several such it is.
Key = tuple[str, str, str, str, int]


@dataclass(frozen=True)
class Mutant:
    """A source with one fault.

    Attributes
    ----------
    file : str
        The source, from the root of the project on.
    number : int
        Line of the fault, from 1.
    line : str
        Text of that line, without its indentation.
    nth : int
        Place among the mutants of equal lines and equal changes, from 0.
    edit : Edit
    """

    file: str
    number: int
    line: str
    old: str
    nth: int
    edit: Edit

    @property
    def key(self) -> Key:
        """Name that stays when lines move."""
        return self.file, self.line, self.old, self.edit.text, self.nth

    def apply(self, source: str) -> str:
        """The source with the fault."""
        data = source.encode()
        return (data[: self.edit.start] + self.edit.text.encode() + data[self.edit.end :]).decode()

    def __str__(self) -> str:
        return f"{self.file}:{self.number}: {self.old} -> {self.edit.text}"


def find_mutants(root: Path, files: Iterable[str]) -> list[Mutant]:
    """Every mutant of some sources."""
    return [mutant for file in files for mutant in _of_file(root, file)]


def _of_file(root: Path, file: str) -> list[Mutant]:
    source = (root / file).read_text(encoding="utf-8")
    data, seen, mutants = source.encode(), Counter[tuple[str, str, str]](), []
    lines = source.splitlines()
    for edit in edits(source):
        number = data.count(b"\n", 0, edit.start) + 1
        line = lines[number - 1].strip()
        old = " ".join(data[edit.start : edit.end].decode().split())
        like = (line, old, edit.text)
        mutants.append(Mutant(file, number, line, old, seen[like], edit))
        seen[like] += 1
    return mutants


def order_mutants(mutants: Iterable[Mutant], seed: int) -> list[Mutant]:
    """Mutants in a random order of which every beginning is a fair sample of all files."""
    of_file: dict[str, list[Mutant]] = {}
    for mutant in mutants:
        of_file.setdefault(mutant.file, []).append(mutant)
    placed: list[tuple[float, Mutant]] = []
    for file, own in sorted(of_file.items()):
        rng = random.Random(f"{seed} {file}")
        offset = rng.random()
        for rank, mutant in enumerate(rng.sample(own, len(own))):
            placed.append(((rank + offset) / len(own), mutant))
    return [mutant for _, mutant in sorted(placed, key=lambda pair: pair[0])]
