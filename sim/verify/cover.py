"""Coverage, functional and of the RTL: ``python -m backspike.sim.verify.cover``."""

import argparse
import os
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rich.console import Console

from backspike.golden.errors import UserError
from backspike.golden.files import write_text
from backspike.sim.engines.verilator import COVERAGE
from backspike.sim.verify.coverage_holes import HOLES, IDLE_BITS, reason_of_bit
from backspike.sim.verify.coverage_plan import PROGRAMS, count_cases, plan
from backspike.sim.verify.covering_array import covering_cores
from backspike.sim.verify.measured import write_measured
from backspike.sim.verify.rtl_coverage import Coverage, component_files, read_coverage

__all__ = ["main"]

ROOT = Path(__file__).resolve().parents[2]
_FOLDER, _SECONDS = ROOT / "build" / "coverage", "seconds.txt"
#: Tests whose RTL runs in Verilator, apart from circuits, which are large and have nothing more.
TESTS = (
    PROGRAMS,
    "tests/system/test_random_rules.py",
    "tests/system/test_host_writes.py",
    "tests/system/test_nothing_is_lost.py",
)


def main() -> int:
    """Run the command; returns its exit status."""
    parser = argparse.ArgumentParser(prog="cover", description=(__doc__ or "").partition(":")[0])
    parser.add_argument("--report", type=Path, metavar="JSON", help="write all numbers")
    parser.add_argument("--kept", action="store_true", help="count what the last run has left")
    options = parser.parse_args()
    try:
        return _run(options.report, kept=options.kept)
    except UserError as error:
        print(f"cover: {error}", file=sys.stderr)
        return 2


def _run(report: Path | None, *, kept: bool) -> int:
    console = Console()
    if not (ROOT / "tests").is_dir():
        raise UserError("coverage needs the project with its tests, not an installed package")
    with console.status("functional coverage"):
        counts = count_cases().counts
    rows = [
        {"feature": row.feature, "case": row.case, "where": row.where}
        | ({"seen": n} if (n := counts.get(f"{row.feature}: {row.case}")) is not None else {})
        for row in plan()
    ]
    missing = [row for row in rows if row.get("seen") == 0]
    console.print(f"functional: {len(rows) - len(missing)} of {len(rows)} cases are seen")
    for row in missing:
        console.print(f"  not seen: {row['feature']}: {row['case']}", markup=False)
    if not kept:
        _run_tests()
    found = read_coverage(_FOLDER, component_files(covering_cores()))
    covers = _covers(found)
    unreached = [row for row in covers if not row["seen"]]
    console.print(f"contracts: {len(covers) - len(unreached)} of {len(covers)} covers are reached")
    for row in unreached:
        console.print(f"  not reached: {row['source']}: {row['words']}", markup=False)
    sources = _sources(found)
    for name, numbers in sources.items():
        shown = (f"{kind} {numbers[kind][0]} of {numbers[kind][1]}" for kind in ("lines", "bits"))
        left = numbers["idle"].get("", 0)
        rest = f", {left} without a reason" if left else ""
        console.print(f"{name:36} {' '.join(shown)}{rest}", highlight=False, soft_wrap=True)
    if report:
        seconds = int((_FOLDER / _SECONDS).read_text(encoding="utf-8"))
        reasons = {why: reason for why, (reason, _) in IDLE_BITS.items()}
        values = {"tests": TESTS, "plan": rows, "covers": covers, "idle": reasons}
        values["sources"] = sources
        write_measured(report, "make coverage", seconds, values)
    unexplained = [name for name, found in sources.items() if found["holes"] and not found["why"]]
    for name in unexplained:
        console.print(f"  lines that do not run, without a reason: {name}", markup=False)
    return int(bool(missing or unreached or unexplained))


def _run_tests() -> None:
    """Run the tests in simulators that count, and keep how long they took."""
    begun = time.monotonic()
    shutil.rmtree(_FOLDER, ignore_errors=True)
    spread = ("-n", "auto", "--dist", "worksteal")
    command = [sys.executable, "-P", "-m", "pytest", "-q", *spread, *TESTS]
    done = subprocess.run(command, cwd=ROOT, env=os.environ | {COVERAGE: str(_FOLDER)}, check=False)
    if done.returncode:
        raise UserError("the tests must pass before their coverage counts")
    write_text(_FOLDER / _SECONDS, f"{time.monotonic() - begun:.0f}\n")


def _covers(sources: Mapping[str, Coverage]) -> list[dict[str, Any]]:
    """Situations that contracts want to be reached, and how often each was."""
    return [
        {"source": name, "words": words, "seen": count}
        for name, found in sources.items()
        for words, count in sorted(found.reached.items())
    ]


def _sources(sources: Mapping[str, Coverage]) -> dict[str, dict[str, Any]]:
    """Covered and all lines and bits of each source, its lines that are not, and how many of its
    bits are not, for each reason: without one, for none."""
    return {
        name: {
            "lines": (sum(found.lines.values()), len(found.lines)),
            "bits": (sum(found.bits.values()), len(found.bits)),
            "holes": sorted(line for line, seen in found.lines.items() if not seen),
            "why": HOLES.get(name, ""),
            "idle": Counter(reason_of_bit(bit) for bit, seen in found.bits.items() if not seen),
        }
        for name, found in sources.items()
    }


if __name__ == "__main__":
    sys.exit(main())
