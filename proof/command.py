"""Command of the proofs: runs those that it is asked for, and keeps what was proved."""

import os
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import asdict
from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from backspike.golden.errors import UserError
from backspike.golden.workers import end_with_parent
from backspike.proof.checker import find_abc
from backspike.proof.equivalence import Equivalence
from backspike.proof.netlists import netlists
from backspike.proof.proof import Proof, Record
from backspike.proof.table import proofs
from backspike.sim.verify.measured import write_measured

__all__ = ["main"]


def _table_of(of_netlists: bool) -> Sequence[Proof | Equivalence]:
    """All that there is to prove of components, or of netlists."""
    return netlists() if of_netlists else proofs()


def _chosen(names: Sequence[str], of_netlists: bool) -> list[Proof | Equivalence]:
    """Proofs whose names begin with one of ``names``; all of them without any."""
    table = _table_of(of_netlists)
    for name in names:
        if not any(proof.name.startswith(name) for proof in table):
            known = ", ".join(sorted({proof.name for proof in table}))
            raise click.UsageError(f"NAME must be one of {known}, or how some begin, not {name!r}")
    return [p for p in table if not names or any(p.name.startswith(name) for name in names)]


def _run(
    names: Sequence[str], of_netlists: bool, limit: int, jobs: int, keep: Path | None
) -> Iterator[Record]:
    """Records of proofs, as they come."""
    with ProcessPoolExecutor(jobs, initializer=end_with_parent) as pool:
        runs = [
            pool.submit(_run_one, name, of_netlists, limit, keep and keep / name) for name in names
        ]
        for run in as_completed(runs):
            yield run.result()


def _run_one(name: str, of_netlists: bool, limit: int, folder: Path | None) -> Record:
    """Run a proof by its name: benches do not travel between processes."""
    (proof,) = (proof for proof in _table_of(of_netlists) if proof.name == name)
    return proof.run(limit, folder)


def _table(records: Sequence[Record]) -> Table:
    """Results as a table of a terminal."""
    table = Table("proof", "method", "claims", "flops", "s", "result", box=None)
    for record in records:
        result = "[red]" + "; ".join(record.failures) if record.failures else "proved"
        if record.bounded:
            result += f", and {len(record.bounded)} for {record.cycles} cycles"
        numbers = (record.claims, record.flops, record.seconds)
        table.add_row(record.name, record.method, *map(str, numbers), result)
    return table


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option(
    "--netlists",
    "of_netlists",
    is_flag=True,
    help="Prove that the blocks of the boards' cores are the same before and after synthesis.",
)
@click.option("--jobs", type=click.IntRange(1, 256), help="Proofs at once; one per core.")
@click.option(
    "--limit", type=click.IntRange(1, 86_400), default=900, show_default=True, help="Seconds each."
)
@click.option("--keep", type=click.Path(path_type=Path), help="Folder for models and logs.")
@click.option("--json", "path", type=click.Path(path_type=Path), help="Write the results there.")
def main(
    names: tuple[str, ...],
    of_netlists: bool,
    jobs: int | None,
    limit: int,
    keep: Path | None,
    path: Path | None,
) -> None:
    """Prove contracts of the RTL, and what its components do; ends with 1 if one is not proved.

    NAME is that of a proof, or how some begin.
    """
    console, begun = Console(), time.monotonic()
    order = [proof.name for proof in _chosen(names, of_netlists)]
    try:
        find_abc()
        with Progress(console=console, transient=True) as progress:
            task = progress.add_task("proofs", total=len(order))
            records = []
            count = jobs or len(os.sched_getaffinity(0))
            for record in _run(order, of_netlists, limit, count, keep):
                records.append(record)
                progress.update(task, advance=1, description=record.name)
    except UserError as error:
        raise click.UsageError(str(error)) from None
    records.sort(key=lambda record: order.index(record.name))
    console.print(_table(records))
    seconds = round(time.monotonic() - begun)
    failed = [record.name for record in records if record.failures]
    claims = sum(record.claims for record in records)
    proved = len(records) - len(failed)
    console.print(f"{proved} of {len(records)} proved, {claims} claims, {seconds} s")
    if path:
        values = {"proofs": [asdict(record) for record in records]}
        command = "python -m backspike.proof" + " --netlists" * of_netlists
        write_measured(path, command, seconds, values)
    raise SystemExit(1 if failed else 0)
