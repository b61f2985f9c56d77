"""The fuzzer as a command: ``python -m backspike.sim.verify.fuzz``."""

import time
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from backspike.golden.errors import UserError
from backspike.hdl.params import CoreParams
from backspike.sim.engines.verilator import HangError, VerilatorEngine
from backspike.sim.verify.covering_array import covering_cores
from backspike.sim.verify.fuzz.session import Fault, Session, Tally
from backspike.sim.verify.long_run import LongRun, long_run
from backspike.sim.verify.measured import write_measured

_MODULE = "backspike.sim.verify.fuzz"
#: Exchanges of a session, each of up to a dozen packets, and sessions on a core in a row.
EXCHANGES, IN_A_ROW = 60, 20
#: Cycles without a word after which a core counts as hanging: no step of these takes as many.
PATIENCE = 1 << 20


@lru_cache(maxsize=2)
def _engine(params: CoreParams) -> VerilatorEngine:
    return VerilatorEngine(params, patience=PATIENCE, brief=True)


def session(seed: int) -> dict[str, Any]:
    """The session of a seed: what it did, and its fault, if there is one."""
    begun = time.perf_counter()
    cores = covering_cores()
    core = seed // IN_A_ROW % len(cores)
    library = _engine(cores[core]).library
    library.gaps(seed, *((0, 0), (0.3, 0.3), (0.5, 0), (0, 0.5))[seed % 4])
    fault, tally = None, Tally(0, 0, 0, 0, 0)
    try:
        tally = Session(cores[core], library, seed).run(EXCHANGES)
    except (Fault, HangError) as found:
        fault = str(found)
    seconds = time.perf_counter() - begun
    return {"seed": seed, "core": core, "seconds": seconds, "fault": fault} | tally._asdict()


def _sessions(run: LongRun, first: int, seconds: float) -> Iterator[dict[str, Any]]:
    """Run sessions until so many seconds are over; yields those with a fault."""
    begun = time.monotonic()
    left = seconds
    while left > 0:
        part = session(first + len(run.parts))
        total = sum(part["packets"] for part in run.parts) + part["packets"]
        run.add(part, f"seed {part['seed']}: {total:,} packets, {left:,.0f} s left")
        if part["fault"]:
            yield part
        left = seconds - (time.monotonic() - begun)


@click.command()
@click.option("--seconds", default=60.0, type=click.FloatRange(0, min_open=True), show_default=True)
@click.option("--hours", type=click.FloatRange(0, min_open=True), help="instead of --seconds")
@click.option("--seed", default=0, type=click.IntRange(0), show_default=True, help="the first one")
@click.option("--out", type=click.Path(path_type=Path), help="file of JSON for the totals")
def main(seconds: float, hours: float | None, seed: int, out: Path | None) -> None:
    """Random words for the host link of 18 cores in Verilator, against the golden host.

    Every answer is compared, and all memories after each exchange. A run that was killed goes on
    where it was; a fault is told with the seed that repeats it.
    """
    console = Console()
    seconds = seconds if hours is None else 3600 * hours
    try:
        with long_run("fuzz", {"seed": seed}, console) as run:
            for part in _sessions(run, seed, seconds):
                text = f"seed {part['seed']}, core {part['core']}: {part['fault']}"
                console.print(text, highlight=False, markup=False, soft_wrap=True)
            totals = _totals(run.parts)
            if out is not None:
                spent = f"--seconds {round(run.seconds)} --seed {seed}"
                command = f"python -m {_MODULE} {spent}"
                write_measured(out, command, run.seconds, totals, run.commit)
            spent_in_all = run.seconds
            run.end()
    except UserError as error:
        raise click.UsageError(str(error)) from None
    console.print(
        f"{totals['sessions']:,} sessions on {totals['cores']} cores, {totals['packets']:,} "
        f"packets, {len(totals['faults'])} faults, {spent_in_all:,.0f} s",
        highlight=False,
    )
    if totals["faults"]:
        raise SystemExit(1)


def _totals(parts: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "first_seed": parts[0]["seed"],
        "sessions": len(parts),
        "cores": len({part["core"] for part in parts}),
        **{name: sum(part[name] for part in parts) for name in Tally._fields},
        "faults": [
            {name: part[name] for name in ("seed", "core", "fault")}
            for part in parts
            if part["fault"]
        ],
    }


if __name__ == "__main__":
    main()
