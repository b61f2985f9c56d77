"""Thousands of random programs on cores in which every two features meet, and on wide ones.

The golden core and the RTL run them.

A command of its own: ``python -m backspike.sim.verify.many``. A run that was killed goes on.
"""

import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import click
from rich.console import Console

from backspike.golden.core.golden_core import GoldenCore
from backspike.golden.errors import UserError
from backspike.hdl.params import CoreParams
from backspike.sim.engines.verilator import VerilatorEngine
from backspike.sim.verify.covering_array import program_cores
from backspike.sim.verify.long_run import LongRun, long_run
from backspike.sim.verify.measured import write_measured
from backspike.sim.verify.verification import Verification, verify_engine, verify_in_cocotb

__all__ = ["Batch", "batches", "many"]

#: Time steps of each program.
STEPS = 30
#: Programs after which what is done is kept: those in Icarus take a process of their own.
_SIZES = {"verilator": 25, "icarus": 500}
#: Cycles without a word after which a core counts as hanging.
_PATIENCE = 1 << 22


@dataclass(frozen=True)
class Batch:
    """Programs of seeds that follow each other, on one core.

    Attributes
    ----------
    core : int
        Its number among :func:`program_cores`.
    rules : bool
        Rules are compiled from random texts, rather than their microcode drawn.
    first, count : int
        The first seed, and how many.
    """

    simulator: Literal["verilator", "icarus"]
    core: int
    rules: bool
    first: int
    count: int

    def run(self) -> list[Verification]:
        """Run the programs on the golden core and in the simulator."""
        params = program_cores()[self.core]
        if self.simulator == "icarus":
            return verify_in_cocotb(
                "icarus", self.first, self.count, params, STEPS, rules=self.rules
            )
        golden, engine = _engines(params)
        seeds = range(self.first, self.first + self.count)
        return [verify_engine(golden, engine, seed, STEPS, rules=self.rules) for seed in seeds]


@lru_cache(maxsize=1)
def _engines(params: CoreParams) -> tuple[GoldenCore, VerilatorEngine]:
    """The golden core and the RTL, of the core that is in work."""
    return GoldenCore(params), VerilatorEngine(params, patience=_PATIENCE, brief=True)


def batches(
    programs: dict[Literal["verilator", "icarus"], int], seed: int, cores: Sequence[CoreParams]
) -> Iterator[Batch]:
    """So many programs in each simulator, spread over the cores; half of them with rules where the
    core learns. Of seeds from ``seed`` on, the same for each core."""
    for simulator, total in programs.items():
        for number, core in enumerate(cores):
            here = total // len(cores) + (number < total % len(cores))
            ruled = here // 2 if core.learning else 0
            for rules, count in ((False, here - ruled), (True, ruled)):
                for at in range(0, count, _SIZES[simulator]):
                    some = min(_SIZES[simulator], count - at)
                    yield Batch(simulator, number, rules, seed + at, some)


def many(run: LongRun, todo: Sequence[Batch]) -> dict[str, Any]:
    """Run the batches that are not done yet; returns the totals of all."""
    done = {_key(part["batch"]) for part in run.parts}
    total = sum(batch.count for batch in todo)
    for batch in todo:
        if _key(asdict(batch)) in done:
            continue
        begun = time.perf_counter()
        results = batch.run()
        part = {
            "batch": asdict(batch),
            "seconds": time.perf_counter() - begun,
            "spikes": sum(result.spikes for result in results),
            "synapses_changed": sum(result.synapses_changed for result in results),
            "differences": [[r.seed, r.difference] for r in results if r.difference],
        }
        run.add(part, _progress(run, part, total))
    return _totals(run.parts)


def _key(batch: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(batch.values())


def _progress(run: LongRun, part: dict[str, Any], total: int) -> str:
    """Line of progress; ``part`` is the last one, which is not kept yet."""
    parts = [*run.parts, part]
    done = sum(p["batch"]["count"] for p in parts)
    spent = sum(p["seconds"] for p in parts)
    found = sum(len(p["differences"]) for p in parts)
    batch = part["batch"]
    return (
        f"{done:,} of {total:,} programs, {done / spent:,.1f}/s ({batch['simulator']}, core "
        f"{batch['core']}), {found} differences, {(total - done) * spent / done:,.0f} s left"
    )


def _totals(parts: Sequence[dict[str, Any]]) -> dict[str, Any]:
    programs: Counter[str] = Counter()
    seconds: Counter[str] = Counter()
    for part in parts:
        programs[part["batch"]["simulator"]] += part["batch"]["count"]
        seconds[part["batch"]["simulator"]] += part["seconds"]
    return {
        "programs": dict(programs),
        "seconds_in": {name: round(value, 1) for name, value in seconds.items()},
        "with_compiled_rules": sum(p["batch"]["count"] for p in parts if p["batch"]["rules"]),
        "cores": len({part["batch"]["core"] for part in parts}),
        "steps_of_a_program": STEPS,
        "spikes": sum(part["spikes"] for part in parts),
        "synapses_changed": sum(part["synapses_changed"] for part in parts),
        "differences": [
            {**part["batch"], "seed": seed, "difference": text}
            for part in parts
            for seed, text in part["differences"]
        ],
    }


@click.command()
@click.option("--verilator", default=10_000, type=click.IntRange(0), show_default=True)
@click.option("--icarus", default=500, type=click.IntRange(0), show_default=True)
@click.option("--seed", default=0, type=click.IntRange(0), show_default=True, help="the first one")
@click.option("--out", type=click.Path(path_type=Path), help="file of JSON for the totals")
def main(verilator: int, icarus: int, seed: int, out: Path | None) -> None:
    """Random programs on 20 cores: so many in Verilator and in Icarus, against the golden core.

    Spikes, all memories, registers and counters are compared. A run that was killed goes on.
    """
    console = Console()
    programs: dict[Literal["verilator", "icarus"], int] = {
        "verilator": verilator,
        "icarus": icarus,
    }
    command = f"python -m {_MODULE} --verilator {verilator} --icarus {icarus} --seed {seed}"
    try:
        with long_run("many", programs | {"seed": seed}, console) as run:
            totals = many(run, list(batches(programs, seed, program_cores())))
            if out is not None:
                values = {"first_seed": seed} | totals
                write_measured(out, command, run.seconds, values, run.commit)
            seconds = run.seconds
            run.end()
    except UserError as error:
        raise click.UsageError(str(error)) from None
    for found in totals["differences"]:
        console.print(found, highlight=False, markup=False, soft_wrap=True)
    said = " and ".join(f"{count:,} in {name}" for name, count in totals["programs"].items())
    console.print(
        f"{said} programs, {len(totals['differences'])} differences, {seconds:,.0f} s",
        highlight=False,
    )
    if totals["differences"]:
        raise SystemExit(1)


_MODULE = "backspike.sim.verify.many"

if __name__ == "__main__":
    main()
