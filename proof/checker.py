"""Checker of models: invariants, induction and search for runs, by ABC."""

import re
import shutil
import subprocess
import time
from collections.abc import Set
from dataclasses import dataclass
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
    seconds: float
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
    """

    patience: int = 0
    otherwise: int = 0

    def __str__(self) -> str:
        return "invariant"

    def prove(self, model: Model, limit: int) -> Verdict:
        """Prove every claim of a model on its own, within so many seconds."""
        proved, broken, bounded, depth, spent = set(), {}, set(), 0, 0.0
        for n in range(len(model.names)):
            alone = f"fold; strash; scorr; cone -O {n}; strash; scleanup"
            text, seconds = _run(model, f"{alone}; pdr -T {self.patience or limit}", limit)
            if "All outputs solved" in text:  # it is constant, which is no matter of states
                text, more = _run(model, f"{alone}; comb; iprove", limit)
                seconds += more
            spent, depth = spent + seconds, max(depth, _last(_FRAMES, text))
            if "Property proved" in text or "UNSATISFIABLE" in text:
                proved.add(n)
            elif found := _BROKEN.search(text):
                broken[n] = int(found[2])
            elif self.otherwise:
                text, seconds = _run(model, f"{alone}; bmc3 -F {self.otherwise} -T {limit}", limit)
                spent += seconds
                if found := _BROKEN.search(text):
                    broken[n] = int(found[2])
                elif f"No output asserted in {self.otherwise} frames" in text:
                    bounded.add(n)
        return _verdict(model, proved, broken, depth, spent, bounded)


@dataclass(frozen=True)
class Induction:
    """Induction over ``depth`` cycles, of all claims together."""

    depth: int

    def __str__(self) -> str:
        return f"induction over {self.depth} cycles"

    def prove(self, model: Model, limit: int) -> Verdict:
        """Prove the claims from reset on for ``depth`` cycles, then that so many imply the next."""
        base, seconds = _run(model, f"fold; strash; bmc3 -a -F {self.depth} -T {limit}", limit)
        step, more = _run(model, f"fold; strash; orpos; ind -F {self.depth} -T {limit}", limit)
        holds = "Networks are equivalent" in step and not _broken(base)
        proved = set(range(len(model.names))) if holds else set()
        return _verdict(model, proved, _broken(base), self.depth, seconds + more)


@dataclass(frozen=True)
class Pipeline:
    """Claims about a pipeline of ``depth`` cycles that never goes back to itself, from any state.

    What it holds before is forgotten after ``depth`` cycles, so this is complete.
    """

    depth: int

    def __str__(self) -> str:
        return f"all inputs of {self.depth} cycles, any state"

    def prove(self, model: Model, limit: int) -> Verdict:
        """Prove each claim in the last of the cycles, by satisfiability."""
        frames, count = self.depth + 1, len(model.names)
        proved, spent = set(), 0.0
        for n in range(count):
            last = f"cone -O {self.depth * count + n}"
            unrolled = f"fold; strash; frames -F {frames}; comb; {last}; strash; iprove"
            text, seconds = _run(model, unrolled, limit)
            spent += seconds
            if "UNSATISFIABLE" in text:
                proved.add(n)
        return _verdict(model, proved, {}, self.depth, spent)


Method = Invariant | Induction | Pipeline


def reach(model: Model, limit: int, frames: int = 64) -> Verdict:
    """Look for runs of at most so many cycles that reach each bad state."""
    text, seconds = _run(model, f"fold; strash; bmc3 -a -F {frames} -T {limit}", limit)
    return _verdict(model, set(), _broken(text), frames, seconds)


def _broken(text: str) -> dict[int, int]:
    """Cycles in which bad states were reached, by their number."""
    return {int(n): int(frame) for n, frame in _BROKEN.findall(text)}


def _last(pattern: re.Pattern, text: str) -> int:
    return max(map(int, pattern.findall(text)), default=0)


def _verdict(
    model: Model,
    proved: set[int],
    broken: dict[int, int],
    depth: int,
    seconds: float,
    bounded: Set[int] = frozenset(),
) -> Verdict:
    """Verdict on each claim."""
    names = list(enumerate(model.names))
    return Verdict(
        [words for n, words in names if n in proved],
        {words: broken[n] for n, words in names if n in broken},
        [words for n, words in names if n not in proved | broken.keys() | bounded],
        depth,
        seconds,
        [words for n, words in names if n in bounded],
    )


def _run(model: Model, commands: str, limit: int) -> tuple[str, float]:
    """Answer of ABC to commands on a model, and the seconds that it took."""
    begun = time.monotonic()
    if not model.names:
        return "", 0.0
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
    return text, time.monotonic() - begun


_BROKEN = re.compile(r"Output\s+(\d+).*?was asserted in frame\s+(\d+)")
_FRAMES = re.compile(r"Invariant F\[(\d+)\]")
