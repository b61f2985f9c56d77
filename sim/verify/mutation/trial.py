"""Trials of mutants: tests run on one until some fail, each set in a process of its own."""

import contextlib
import ctypes
import importlib
import os
import select
import signal
import sys
import time
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from backspike.sim.verify.mutation.ladder import Rung, rungs
from backspike.sim.verify.mutation.mutants import Mutant
from backspike.sim.verify.mutation.tree import Tree

__all__ = ["Trial", "preload", "run_rung", "try_mutant"]

Outcome = Literal["killed", "timeout", "survived"]
#: Of Linux's ``prctl``: a signal to be sent when the parent ends, as by Ctrl-C.
_END_WITH_PARENT = 1
#: Packages that every test imports: they are imported once, before all.
_PACKAGES = (
    "amaranth.sim",
    "amaranth.back.verilog",
    "click",
    "h5py",
    "matplotlib.pyplot",
    "nir",
    "numba",
    "pytest",
    "rich.progress",
    "sklearn.datasets",
)


@dataclass(frozen=True)
class Trial:
    """The end of a mutant.

    Attributes
    ----------
    outcome : str
        ``killed`` if a test failed, ``timeout`` if some hung, or ``survived``.
    rung : str
        Name of the last rung; empty if there was none to run.
    test : str
        The test that failed; empty if the tests could not be collected, or none failed.
    seconds : float
    """

    outcome: Outcome
    rung: str
    test: str
    seconds: float


def preload(environment: dict[str, str]) -> None:
    """Set variables, and import what each process of tests will have."""
    os.environ.update(environment)
    for name in _PACKAGES:
        importlib.import_module(name)


def try_mutant(tree: Tree, mutant: Mutant, names: Collection[str]) -> Trial:
    """Run the tests of a mutant's source, up to the first that fails or hangs, on the rungs of
    ``names``."""
    begun, last = time.monotonic(), ""
    outcome: Outcome = "survived"
    test = ""
    with tree.mutated(mutant):
        for rung in rungs(tree.root, mutant.file):
            if rung.name in names:
                last = rung.name
                outcome, test = run_rung(tree, rung)
                if outcome != "survived":
                    break
    return Trial(outcome, last, test, round(time.monotonic() - begun, 1))


def run_rung(tree: Tree, rung: Rung) -> tuple[Outcome, str]:
    """Run tests in a process of their own; returns what came of it, and the test that failed.

    The process begins as a copy of this one, whose modules of the project it forgets.
    """
    reader, writer = os.pipe()
    sys.stdout.flush()
    pid = os.fork()
    if pid == 0:
        with contextlib.suppress(BaseException):
            os.setsid()
            ctypes.CDLL(None).prctl(_END_WITH_PARENT, signal.SIGKILL)
            os.close(reader)
            os._exit(_run_pytest(tree.root, rung, writer))
        os._exit(1)
    os.close(writer)
    done = os.pidfd_open(pid)
    try:
        ended = bool(select.select([done], [], [], rung.seconds)[0])
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(pid, signal.SIGKILL)
        _, status = os.waitpid(pid, 0)
        os.close(done)
    with os.fdopen(reader) as told:
        test = told.readline().strip()
    if not ended:
        return "timeout", ""
    passed = os.waitstatus_to_exitcode(status) in (0, 5)  # 5: there was none to run
    return ("survived", "") if passed else ("killed", test)


def _run_pytest(root: Path, rung: Rung, told: int) -> int:
    """Exit status of pytest in a copy of the project; says the first test that fails."""
    for name in [name for name in sys.modules if name.partition(".")[0] == "backspike"]:
        del sys.modules[name]
    os.environ.update(rung.environment)
    os.chdir(root)
    sys.path.insert(0, str(root / "src"))
    log = os.open(root.parent / "last.log", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(log, 1)
    os.dup2(log, 2)
    import pytest

    options = ["-x", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", *rung.options]
    return int(pytest.main([*options, *rung.tests], plugins=[_Teller(told)]))


class _Teller:
    """A plugin of pytest that writes the name of a test that fails."""

    def __init__(self, told: int) -> None:
        self._told = told

    def pytest_runtest_logreport(self, report: Any) -> None:
        if report.failed:
            os.write(self._told, f"{report.nodeid}\n".encode())
