"""Checker of models: invariants, induction and search for runs, by ABC."""

import re
import shutil
import subprocess
from collections.abc import Iterable, Set
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path

from backspike.fpga.toolchain import ToolError
from backspike.proof.model import Model

__all__ = [
    "Induction",
    "Invariant",
    "Method",
    "Pipeline",
    "Verdict",
    "find_abc",
    "reach",
]


@dataclass(frozen=True)
class Verdict:
    """Result of a check of all bad states of a model."""

    proved: list[str]
    """Claims that hold in every state that can be reached."""
    broken: dict[str, int]
    """Bad states that were reached, and in which cycle."""
    open: list[str]
    """Neither, within the time."""
    depth: int
    """Cycles that were looked at; of an invariant, its frame."""
    bounded: list[str]
    """Claims that are proved for some cycles only."""


def find_abc() -> str:
    """Path of ABC: ``yosys-abc`` on PATH, or that of the package pyosys.

    Raises
    ------
    ToolError
        If there is none.
    """
    if native := shutil.which("yosys-abc"):
        return native
    spec = find_spec("pyosys")
    if spec and spec.origin:
        packaged = Path(spec.origin).with_name("yosys-abc")
        if packaged.exists():
            return str(packaged)
    raise ToolError("yosys-abc is not on PATH, nor pyosys installed: pip install pyosys")


@dataclass(frozen=True)
class Invariant:
    """Property directed reachability: ABC finds an invariant, and verifies it by induction.

    Registers that it proves to be always equal are merged first.

    Parameters
    ----------
    patience : int
        Seconds after which a claim is tried otherwise, or left open; 0 for the limit of the run.
    otherwise : int
        Cycles from reset on in which such a claim is proved at least; 0 for none.
    contracts_first : bool
        Whether promises of contracts are proved first, and then assumed: a claim about something
        large needs them.
    """

    patience: int = 0
    otherwise: int = 0
    contracts_first: bool = False

    def __str__(self) -> str:
        return "invariant"

    def prove(self, model: Model, limit: int) -> Verdict:
        """Prove every claim of a model on its own, within so many seconds."""
        merged = _changed(model, "fold; strash; scorr", limit)
        if not self.contracts_first:
            return self._prove_each(merged, range(len(model.names)), limit)
        first = replace(self, otherwise=0)._prove_each(merged, sorted(model.promises), limit)
        rest = model.assuming({n for n in model.promises if model.names[n] in first.proved})
        merged = _changed(rest, "strash; scorr -c; fold; strash; scorr", limit)
        then = self._prove_each(merged, range(len(rest.names)), limit)
        return replace(
            then,
            proved=first.proved + then.proved,
            broken=first.broken | then.broken,
            depth=max(first.depth, then.depth),
        )

    def _prove_each(self, model: Model, numbers: Iterable[int], limit: int) -> Verdict:
        """Prove some claims, each on its own."""
        proved, broken, bounded, depth = set(), {}, set(), 0
        for n in numbers:
            alone = f"cone -O {n}; strash; scleanup"
            if self.contracts_first:
                alone += "; scorr"
            text = _run(model, f"{alone}; pdr -T {self.patience or limit}", limit)
            if "All outputs solved" in text:  # it is constant, which is no matter of states
                text = _run(model, f"{alone}; comb; iprove", limit)
            depth = max([depth, *map(int, _FRAMES.findall(text))])
            is_proved = "Property proved" in text or "UNSATISFIABLE" in text
            if self.otherwise and not is_proved and not _BROKEN.search(text):
                text = _run(model, f"{alone}; bmc3 -F {self.otherwise} -T {limit}", limit)
                if _is_whole(text, self.otherwise):
                    bounded.add(n)
            if is_proved:
                proved.add(n)
            elif found := _BROKEN.search(text):
                broken[n] = int(found[2])
        return _verdict(model, proved, broken, depth, bounded)


@dataclass(frozen=True)
class Induction:
    """Induction over ``depth`` cycles, of all claims together."""

    depth: int

    def __str__(self) -> str:
        return f"induction over {self.depth} cycles"

    def prove(self, model: Model, limit: int) -> Verdict:
        """Prove the claims from reset on for ``depth`` cycles, then that so many imply the next."""
        base = _run(model, f"fold; strash; bmc3 -a -F {self.depth} -T {limit}", limit)
        step = _run(model, f"fold; strash; orpos; ind -F {self.depth} -T {limit}", limit)
        holds = "Networks are equivalent" in step and _is_whole(base, self.depth)
        proved = set(range(len(model.names))) if holds else set()
        return _verdict(model, proved, _broken(base), self.depth)


@dataclass(frozen=True)
class Pipeline:
    """Claims about a pipeline of ``depth`` cycles that never goes back to itself, from any state.

    What it holds before is forgotten after ``depth`` cycles, so this is complete: the last of them
    counts. Of a bench with :meth:`~backspike.proof.bench.Bench.cycle`, all from the first one on.
    Contracts, which hold from reset on rather than from any state, are proved elsewhere.
    """

    depth: int

    def __str__(self) -> str:
        return f"all inputs of {self.depth} cycles, any state"

    def prove(self, model: Model, limit: int) -> Verdict:
        """Prove each claim in these cycles, by satisfiability."""
        frames, count = self.depth + 1, len(model.names)
        proved = set()
        for n in sorted({*range(count)} - model.promises):
            last = f"frames -F {frames}; comb; cone -O {self.depth * count + n}"
            every = f"cone -O {n}; strash; frames -i -F {frames}; orpos"
            unrolled = f"fold; strash; {every if model.is_timed else last}; strash; iprove"
            if "UNSATISFIABLE" in _run(model, unrolled, limit):
                proved.add(n)
        verdict = _verdict(model, proved, {}, self.depth)
        promises = {model.names[n] for n in model.promises}
        return replace(verdict, open=[words for words in verdict.open if words not in promises])


Method = Invariant | Induction | Pipeline


def reach(model: Model, limit: int, frames: int = 64) -> Verdict:
    """Look for runs of at most so many cycles that reach each bad state."""
    text = _run(model, f"fold; strash; bmc3 -a -F {frames} -T {limit}", limit)
    return _verdict(model, set(), _broken(text), frames)


def _changed(model: Model, commands: str, limit: int) -> Model:
    """A model after commands that change its graph."""
    changed = replace(model, path=model.path.with_name("merged.aig"))
    changed.path.unlink(missing_ok=True)  # of another model: nothing is proved of it by mistake
    _run(model, f"{commands}; write_aiger {changed.path}", limit)
    return changed


def _broken(text: str) -> dict[int, int]:
    """Cycles in which bad states were reached, by their number."""
    return {int(n): int(frame) for n, frame in _BROKEN.findall(text)}


def _is_whole(text: str, frames: int) -> bool:
    """Tell if a search has looked at all its cycles, and found nothing."""
    return f"No output asserted in {frames} frames" in text


def _verdict(
    model: Model,
    proved: set[int],
    broken: dict[int, int],
    depth: int,
    bounded: Set[int] = frozenset(),
) -> Verdict:
    """Verdict on each claim."""
    names = list(enumerate(model.names))
    return Verdict(
        [words for n, words in names if n in proved],
        {words: broken[n] for n, words in names if n in broken},
        [words for n, words in names if n not in proved | broken.keys() | bounded],
        depth,
        [words for n, words in names if n in bounded],
    )


def _run(model: Model, commands: str, limit: int) -> str:
    """Answer of ABC to commands on a model; none if there is nothing to prove, or no time left."""
    if not model.names:
        return ""
    command = [find_abc(), "-q", f"read_aiger {model.path}; {commands}"]
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            timeout=limit + 30,
            check=False,
        )
        text = done.stdout
    except subprocess.TimeoutExpired:
        text = ""
    with model.path.with_suffix(".txt").open("a") as log:
        log.write(f"{commands}\n{text}\n")
    return text


_BROKEN = re.compile(r"Output\s+(\d+).*?was asserted in frame\s+(\d+)")
_FRAMES = re.compile(r"Invariant F\[(\d+)\]")
