"""The page of stages: what is proved, simulated, mutated and covered of each room, from the runs.

``python -m backspike.proof.stages docs/data/verification > docs/stages.md``: each run leaves its
results there, with the command, the commit and the date.
"""

import json
import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from backspike.fpga.boards import BOARDS
from backspike.proof.block_stages import STAGES, Block, blocks

__all__ = ["stages_page"]

#: What has left results: a file of each.
_RUNS = ("proofs", "netlists", "mutation", "coverage", "random_programs", "fuzz")

#: Rooms of the RTL, by the folder that their files stand in.
_ROOMS = ("hdl", "hdl/host", "hdl/dendrite", "hdl/delivery", "hdl/learning", "hdl/lib")
_PAGE = """\
# Stages of verification

*Made from the results of the runs by `python -m backspike.proof.stages`. What each run means:
[verification](verification.md).*

{runs}
## Sign-off

{signoff}
## Room by room

{rooms}
Whole cores run as netlists, too; no board has run any.

## Block by block

{stages}
A block has reached a stage if it has all those before it. Coverage counts the core, not what lies
between it and a serial line.

{blocks}
{idle}
## Reached

What contracts want simulations to come to, and how often they did.

{covers}
## Netlists

Blocks of the boards' cores, as they are on the boards, before and after synthesis: in every cycle
of every run, from reset on, the outputs are the same. Registers and nodes that are equal are found
by simulation and proved by induction (ABC's `scorr`). Memories and products lie at the border of
a block, so that block RAM and multipliers are simulated only.

{netlists}
## Proofs

Solver: ABC, of yosys. *Invariant*: property directed reachability finds one, which induction
verifies. Depth: cycles of an induction or of a pipeline, else the frame of the invariant. Memories
of a proof begin with anything, and give garbage where a word is read as it is written.

{proofs}
## Proved for the first cycles only

{bounded}"""


def _row(cells: Iterable[object]) -> str:
    return "| " + " | ".join(map(str, cells)) + " |\n"


def _table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    return _row(head) + _row("---" for _ in head) + "".join(map(_row, rows))


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f} % of {whole:,}" if whole else "-"


def _killed(rooms: Iterable[Mapping[str, int]]) -> tuple[int, int]:
    """Mutants of some rooms that are killed, and all that were tried and are not equivalent."""
    pairs = [(room["tried"] - room["equivalent"], room["survived"]) for room in rooms]
    counted = sum(tried for tried, _ in pairs)
    return counted - sum(survived for _, survived in pairs), counted


def _runs(results: Mapping[str, Mapping[str, Any]]) -> str:
    """Runs, with their results, times and commits."""
    proofs, mutation = results["proofs"]["proofs"], results["mutation"]["rooms"].values()
    coverage, fuzz, netlists = results["coverage"], results["fuzz"], results["netlists"]["proofs"]
    programs, differ = (results["random_programs"][key] for key in ("programs", "differences"))
    killed, counted = _killed(mutation)
    seen = sum(bool(case.get("seen")) for case in coverage["plan"])
    named = sum("seen" not in case for case in coverage["plan"])
    figures = {
        "proofs": f"{sum(not p['failures'] for p in proofs)} of {len(proofs)} proofs, "
        f"{sum(p['claims'] for p in proofs)} claims",
        "netlists": f"{sum(not n['failures'] for n in netlists)} of {len(netlists)} blocks are "
        "their RTL",
        "mutation": f"{killed} of {counted} mutants that are not equivalent are killed, of a "
        f"sample of {sum(room['tried'] for room in mutation)} among "
        f"{sum(room['mutants'] for room in mutation):,}; {sum(room['late'] for room in mutation)} "
        "of them by later tests than were tried at first, or since",
        "coverage": f"{seen} cases of the plan counted, {named} in tests of their own, of "
        f"{len(coverage['plan'])}",
        "random_programs": f"{programs['verilator']:,} programs in Verilator and "
        f"{programs['icarus']:,} in Icarus, {len(differ)} differ",
        "fuzz": f"{fuzz['packets']:,} packets, {fuzz['words']:,} words, "
        f"{fuzz['refused']:,} refused, {len(fuzz['faults'])} faults",
    }
    rows = [
        (
            name.replace("_", " "),
            figure,
            f"`{results[name]['command']}`",
            f"{results[name]['seconds']:,.0f} s",
            f"{results[name]['commit']}, {results[name]['date']}",
        )
        for name, figure in figures.items()
    ]
    return _table(("run", "result", "command", "time", "commit"), rows)


def _room(path: str) -> str:
    return path.rpartition("/")[0]


def _rooms(results: Mapping[str, Mapping[str, Any]]) -> str:
    """Stages of each room."""
    rows = []
    for room in _ROOMS:
        proofs = [p for p in results["proofs"]["proofs"] if _room(p["component"]) == room]
        mutants = results["mutation"]["rooms"].get(room)
        sources = [s for path, s in results["coverage"]["sources"].items() if _room(path) == room]
        lines, bits = (
            [sum(s[kind][n] for s in sources) for n in (0, 1)] for kind in ("lines", "bits")
        )
        killed = "-"
        if mutants:
            killed = "{} of {}".format(*_killed([mutants]))
        rows.append((
            f"`{room}`",
            f"{sum(p['claims'] for p in proofs)} in {len({p['component'] for p in proofs})} files",
            killed,
            _share(*lines),
            _share(*bits),
        ))
    head = ("room", "claims proved", "mutants killed", "lines run", "bits toggled")
    return _table(head, rows)


def _signoff(results: Mapping[str, Mapping[str, Any]], every: Sequence[Block]) -> str:
    """Needs of a release, and how far it is."""
    plan, proofs = results["coverage"]["plan"], results["proofs"]["proofs"]
    killed, counted = _killed(results["mutation"]["rooms"].values())
    simulated = [block for block in every if block.is_simulated]
    claims = sum(proof["claims"] for proof in proofs)
    bounded = sum(len(proof["bounded"]) for proof in proofs)
    same = [netlist for netlist in results["netlists"]["proofs"] if not netlist["failures"]]
    differ = len(results["random_programs"]["differences"]) + len(results["fuzz"]["faults"])
    rows = [
        ("cases of the plan are seen", sum(case.get("seen") != 0 for case in plan), len(plan)),
        ("blocks have a test of their own", sum(b.is_tested for b in every), len(every)),
        (
            "blocks that Verilator runs have no line that does not, but for a reason",
            sum(block.runs for block in simulated),
            len(simulated),
        ),
        ("mutants that were tried, and are not equivalent, are killed", killed, counted),
        ("claims are proved without a bound", claims, claims + bounded),
        ("blocks of the boards are their netlists", len(same), len(results["netlists"]["proofs"])),
        ("boards have run it", 0, len(BOARDS)),
    ]
    shown = [(words, f"{part} of {whole}") for words, part, whole in rows]
    shown.append(("random programs and packets that differ from the golden core", str(differ)))
    return _table(("what a release needs", "state"), shown)


def _blocks(every: Sequence[Block]) -> str:
    """Every block, its stage, and why."""
    rows = [
        (
            f"`{block.path}`",
            block.stage,
            "yes" if block.is_tested else "-",
            block.contracts or "-",
            block.claims or "-",
            block.bounded or "-",
            _share(*block.lines),
            _share(*block.bits),
        )
        for block in every
    ]
    head = ("block", "stage", "own test", "contracts", "proved", "for some cycles", "lines", "bits")
    return _table(head, rows)


def _idle(results: Mapping[str, Mapping[str, Any]]) -> str:
    """Bits that never rise or never fall, for each reason."""
    coverage = results["coverage"]
    idle = sum((Counter(source["idle"]) for source in coverage["sources"].values()), Counter())
    reasons = coverage["idle"] | {"": "none: they are left to tests of the block itself"}
    rows = [(f"{idle[why]:,}", why or "-", reason) for why, reason in reasons.items()]
    return _table(("bits that stay as they are", "why", "reason"), rows)


def _covers(results: Mapping[str, Mapping[str, Any]]) -> str:
    """Situations that simulations must reach, and how often they have."""
    rows = [
        (f"`{cover['source']}`", cover["words"], f"{cover['seen']:,}")
        for cover in results["coverage"]["covers"]
    ]
    return _table(("block", "situation", "times"), rows)


def _netlists(results: Mapping[str, Mapping[str, Any]]) -> str:
    """Every block that was compared with its netlist."""
    rows = [
        (
            f"`{found['component']}`",
            f"`{found['name']}`",
            found["method"].split()[2],
            "; ".join(found["failures"]) or "the same",
            f"{found['flops']:,}",
            found["seconds"],
        )
        for found in results["netlists"]["proofs"]
    ]
    return _table(("block", "proof", "family", "result", "bits of state", "s"), rows)


def _proofs(results: Mapping[str, Mapping[str, Any]]) -> str:
    """Every proof."""
    rows = []
    for proof in results["proofs"]["proofs"]:
        bounded = proof["bounded"]
        method = (
            f"{proof['method']}; {len(bounded)} for {proof['cycles']} cycles"
            if bounded
            else proof["method"]
        )
        numbers = (proof["depth"], proof["claims"] + len(bounded), proof["flops"], proof["seconds"])
        rows.append((
            proof["words"],
            f"`{proof['component']}`",
            f"`{proof['name']}`",
            method,
            *numbers,
        ))
    head = ("what is proved", "of", "proof", "method", "depth", "claims", "bits of state", "s")
    return _table(head, rows)


def _bounded(results: Mapping[str, Mapping[str, Any]]) -> str:
    """Claims that are proved for some cycles only."""
    rows = [
        (claim, f"`{proof['name']}`", proof["cycles"])
        for proof in results["proofs"]["proofs"]
        for claim in proof["bounded"]
    ]
    if not rows:
        return "All claims are proved without a bound.\n"
    return _table(("claim", "proof", "cycles"), rows)


def stages_page(folder: Path) -> str:
    """The page, from the results in a folder."""
    results = {name: json.loads((folder / f"{name}.json").read_text()) for name in _RUNS}
    every = blocks(results)
    return _PAGE.format(
        runs=_runs(results),
        signoff=_signoff(results, every),
        rooms=_rooms(results),
        stages="".join(f"- **{name}**: {needs}.\n" for name, needs in STAGES.items()),
        blocks=_blocks(every),
        idle=_idle(results),
        covers=_covers(results),
        netlists=_netlists(results),
        proofs=_proofs(results),
        bounded=_bounded(results),
    )


if __name__ == "__main__":
    print(stages_page(Path(sys.argv[1])), end="")
