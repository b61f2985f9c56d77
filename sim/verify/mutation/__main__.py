"""Mutation of the core and its golden model: ``python -m backspike.sim.verify.mutation``."""

import argparse
import difflib
import os
import sys
import time
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any, NoReturn

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from backspike.golden.errors import UserError
from backspike.sim.verify.measured import write_measured
from backspike.sim.verify.mutation.campaign import run_campaign
from backspike.sim.verify.mutation.equivalents import lost_equivalents, read_equivalents
from backspike.sim.verify.mutation.ladder import NAMES
from backspike.sim.verify.mutation.mutants import Key, Mutant, find_mutants, order_mutants
from backspike.sim.verify.mutation.results import Results, summary
from backspike.sim.verify.mutation.trial import Trial

__all__ = ["TARGETS", "main"]

ROOT = Path(__file__).resolve().parents[3]
#: Folders and files that have mutants, unless others are chosen.
TARGETS = ("hdl", "golden/core", "golden/compiler", "golden/rules", "golden/network")
_EQUIVALENTS = Path(__file__).parent / "equivalents.toml"
_RESULTS = ROOT / "build" / "mutation" / "results.jsonl"


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        """One line, and status 2."""
        self.exit(2, f"{self.prog}: {message}\n")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="mutate",
        description="Put small faults into the sources, one at a time, and see if a test finds "
        "each. A run that is interrupted goes on where it was.",
    )
    parser.add_argument("--sample", type=int, metavar="N", help="mutants to try; all without it")
    parser.add_argument("--of", nargs="+", metavar="PATH", help=f"default: {' '.join(TARGETS)}")
    parser.add_argument("--seed", type=int, default=0, help="of the sample (default: 0)")
    parser.add_argument("--jobs", type=int, help="mutants at once (default: one on each core)")
    parser.add_argument("--results", type=Path, default=_RESULTS, help="default: below build/")
    parser.add_argument(
        "--until",
        choices=NAMES,
        default=NAMES[-1],
        help="the last tests to run: those of the source itself, of the units that use it, of its "
        "folder, or of whole cores (default: %(default)s)",
    )
    parser.add_argument(
        "--again", action="store_true", help="try those that survived, and no others"
    )
    parser.add_argument("--report", type=Path, metavar="JSON", help="write the scores")
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns its exit status."""
    options = _parser().parse_args(arguments)
    try:
        return _run(options)
    except UserError as error:
        print(f"mutate: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


def _run(options: argparse.Namespace) -> int:
    if not (ROOT / "tests").is_dir():
        raise UserError("mutation needs the project with its tests, not an installed package")
    jobs = len(os.sched_getaffinity(0)) if options.jobs is None else options.jobs
    for name, value, least in (("jobs", jobs, 1), ("sample", options.sample, 0)):
        if value is not None and value < least:
            raise UserError(f"{name} must be at least {least}, not {value}")
    mutants = find_mutants(ROOT, _sources(options.of or TARGETS))
    equivalent = read_equivalents(_EQUIVALENTS)
    if lost := lost_equivalents(equivalent, {mutant.key for mutant in mutants}):
        raise UserError(f"{_EQUIVALENTS.name} has a mutant that is none: {lost[0]}")
    results = Results(options.results)
    chosen = order_mutants(mutants, options.seed)[: options.sample]
    left = [mutant for mutant in chosen if _is_left(mutant, results, options.again, equivalent)]
    begun = time.monotonic()
    _try_all(left, results, jobs, NAMES[: NAMES.index(options.until) + 1])
    scores = summary(mutants, results, equivalent)
    alive = [m for m in mutants if _survives(m, results) and m.key not in equivalent]
    _print(scores, alive)
    if options.report:
        seconds = sum(trial.seconds for trial in results.trials.values())
        values = {
            "rooms": scores,
            "alive": [str(mutant) for mutant in alive],
            "equivalents": len(equivalent),
        }
        command = f"make mutate ARGS='--seed {options.seed}'"
        write_measured(options.report, command, seconds, values)
    print(f"{len(left)} mutants in {time.monotonic() - begun:.0f} s")
    return 0


def _sources(paths: Sequence[str]) -> list[str]:
    """Files of folders and files, from the root on."""
    found: list[str] = []
    for name in paths:
        path = ROOT / name
        files = sorted(path.rglob("*.py")) if path.is_dir() else [path]
        files = [file for file in files if file.is_file() and file.suffix == ".py"]
        relative = [os.path.relpath(file, ROOT) for file in files]
        if not relative or relative[0].split(os.sep)[0] not in ("hdl", "golden"):
            raise UserError(f"of must be folders or sources of hdl or golden, not {name!r}")
        found += [file for file in relative if file not in found]
    return found


def _survives(mutant: Mutant, results: Results) -> bool:
    trial = results.trials.get(mutant.key)
    return trial is not None and trial.outcome == "survived"


def _is_left(mutant: Mutant, results: Results, again: bool, equivalent: Collection[Key]) -> bool:
    """Tell if a mutant is to be tried."""
    if again:
        return _survives(mutant, results) and mutant.key not in equivalent
    return mutant.key not in results.trials


def _try_all(mutants: list[Mutant], results: Results, jobs: int, names: Collection[str]) -> None:
    """Try mutants, and show how far it is."""
    console = Console()
    columns = (
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[last]}"),
    )
    with Progress(*columns, console=console) as progress:
        task = progress.add_task("", total=len(mutants), last="")

        def show(mutant: Mutant, trial: Trial) -> None:
            progress.update(task, advance=1, last=f"{mutant.file} {trial.outcome}")
            if trial.outcome == "survived":
                progress.console.print(f"survived: {_diff(mutant)}", markup=False, highlight=False)

        if mutants:
            run_campaign(ROOT, mutants, results, jobs, names, show)


def _diff(mutant: Mutant) -> str:
    """A mutant as a change of lines."""
    source = (ROOT / mutant.file).read_text(encoding="utf-8")
    pair = (source.splitlines(), mutant.apply(source).splitlines())
    name = f"{mutant.file}:{mutant.number}"
    return "\n".join(difflib.unified_diff(*pair, name, name, n=0, lineterm=""))


def _print(scores: dict[str, dict[str, Any]], alive: list[Mutant]) -> None:
    for room, numbers in scores.items():
        shown = "-" if numbers["score"] is None else f"{100 * numbers['score']:.1f} %"
        print(
            f"{room:20} {shown:>8}", *(f"{k} {v}" for k, v in numbers.items() if k != "score" and v)
        )
    for mutant in alive:
        print(f"alive: {mutant}")


if __name__ == "__main__":
    sys.exit(main())
