"""Campaigns: the mutants of a sample, tried on all cores of the machine, as far as they are not."""

import multiprocessing
import tempfile
from collections.abc import Callable, Collection, Iterable
from pathlib import Path
from typing import Any

from backspike.golden.errors import UserError
from backspike.sim.engines.cache import cache_folder
from backspike.sim.verify.mutation.ladder import first_rung
from backspike.sim.verify.mutation.mutants import Mutant
from backspike.sim.verify.mutation.results import Results
from backspike.sim.verify.mutation.tree import Tree
from backspike.sim.verify.mutation.trial import Trial, preload, run_rung, try_mutant

__all__ = ["run_campaign"]

#: The copy of the project that this process works on.
_tree: Tree


def run_campaign(
    root: Path,
    mutants: Iterable[Mutant],
    results: Results,
    jobs: int,
    names: Collection[str],
    on_trial: Callable[[Mutant, Trial], None],
) -> None:
    """Try mutants, ``jobs`` at once, and keep each result as it comes.

    Parameters
    ----------
    names : collection of str
        Names of the rungs whose tests are run.
    on_trial : callable
        Told of every mutant as its trial ends.

    Raises
    ------
    UserError
        If a test fails without a fault.
    """
    left = list(mutants)
    with tempfile.TemporaryDirectory(prefix="backspike-mutation-") as folder:
        context = multiprocessing.get_context("fork")
        numbers = context.SimpleQueue()
        for number in range(jobs):
            numbers.put(number)
        begin = (root, Path(folder), cache_folder().parent, numbers)
        with context.Pool(min(jobs, max(1, len(left))), _begin, begin) as pool:
            files = sorted({mutant.file for mutant in left})
            outcome, test = pool.apply(_run_without_fault, (files,))
            if outcome != "survived":
                raise UserError(f"without a fault, {test or 'the tests'} must pass: {outcome}")
            for mutant, trial in pool.imap_unordered(_try, [(mutant, names) for mutant in left]):
                results.add(mutant, trial)
                on_trial(mutant, trial)


def _begin(root: Path, folder: Path, user_cache: Path, numbers: Any) -> None:
    """Begin a process with a copy of the project of its own."""
    global _tree
    own = folder / str(numbers.get())
    own.mkdir()
    _tree = Tree(root, own, user_cache)
    preload(_tree.environment)


def _run_without_fault(files: list[str]) -> tuple[str, str]:
    return run_rung(_tree, first_rung(_tree.root, files))


def _try(job: tuple[Mutant, Collection[str]]) -> tuple[Mutant, Trial]:
    mutant, names = job
    return mutant, try_mutant(_tree, mutant, names)
