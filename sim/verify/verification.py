"""Random programs and stimuli, the golden core against the RTL in a simulator."""

import json
import os
import tempfile
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from rich.console import Console

from backspike.golden.core.golden_core import GoldenCore
from backspike.golden.engine import Engine
from backspike.hdl.params import CoreParams
from backspike.hdl.presets import CORE_PRESETS
from backspike.sim.engines.verilator_build import BuildProgress
from backspike.sim.verify.coverage import Coverage, cover_run
from backspike.sim.verify.random_grammar import random_rule_program
from backspike.sim.verify.random_program import random_program, random_stimulus
from backspike.sim.verify.scoreboard import compare_runs, explain_run
from backspike.sim.waiting import Building, Waiting

__all__ = ["SIMULATORS", "Verification", "verify", "verify_engine", "verify_in_cocotb"]

Simulator = Literal["verilator", "icarus", "amaranth"]
SIMULATORS: tuple[Simulator, ...] = ("verilator", "icarus", "amaranth")

#: Time steps of a run, unless another number is asked for.
STEPS = 30
#: Environment variable that tells ``verify_cocotb`` what to run; it holds a path.
JOB = "BACKSPIKE_VERIFY"


@dataclass(frozen=True)
class Verification:
    """One random run.

    Attributes
    ----------
    seed : int
        Repeats it.
    steps, spikes, synapses_changed : int
        What happened in it, in the golden core.
    difference : str or None
        The first difference, if there is one, and the step in which it arose.
    """

    seed: int
    steps: int
    spikes: int
    synapses_changed: int
    difference: str | None


def verify(
    simulator: Simulator = "verilator",
    seed: int = 0,
    runs: int = 10,
    *,
    params: CoreParams = CORE_PRESETS["tiny"],
    n_steps: int = STEPS,
    rules: bool = False,
    on_run: Callable[[Verification], None] | None = None,
    console: Console | None = None,
) -> list[Verification]:
    """Run random programs, of seeds ``seed``, ``seed + 1``, ..., on the golden core and the RTL.

    Parameters
    ----------
    rules : bool
        Compile the rules of the programs from random texts, rather than draw their microcode.
    on_run : callable, optional
        Told of every run as it ends (of those in Icarus when all have).
    console : Console, optional
        Told of what takes long.

    Raises
    ------
    ValueError
        If there is no such simulator.
    UserError
        If the simulator is not installed, or cannot be built.
    RuntimeError
        If it fails.
    """
    if simulator not in SIMULATORS:
        raise ValueError(f"simulator must be one of {', '.join(SIMULATORS)}, not {simulator!r}")
    console = console or Console(quiet=True)
    if simulator == "icarus":
        with Waiting(console, f"{runs} runs in Icarus"):
            results = verify_in_cocotb("icarus", seed, runs, params, n_steps, rules)
        for result in results:
            if on_run:
                on_run(result)
        return results
    with Building(console) as progress:
        engine = _make_engine(simulator, params, progress)
    golden = GoldenCore(params)
    try:
        results = []
        for number in range(seed, seed + runs):
            results.append(verify_engine(golden, engine, number, n_steps, rules=rules))
            if on_run:
                on_run(results[-1])
        return results
    finally:
        engine.close()


def verify_engine(
    golden: Engine,
    engine: Engine,
    seed: int,
    n_steps: int = STEPS,
    coverage: Coverage | None = None,
    *,
    rules: bool = False,
) -> Verification:
    """One random run on two engines; adds what it exercised to ``coverage``."""
    rng = np.random.default_rng(seed)
    program = (random_rule_program if rules else random_program)(rng, engine.params)
    stimulus = random_stimulus(rng, program, n_steps)
    before = golden.counters()
    difference, record = compare_runs(golden, engine, program, stimulus, n_steps, seed)
    work = {name: count - before[name] for name, count in golden.counters().items()}
    if difference:
        origin = explain_run(golden, engine, program, stimulus, n_steps, seed)
        difference = f"{difference}; step by step: {origin}"
    elif coverage:
        cover_run(coverage, program, stimulus, record, n_steps, work, golden.read("dense"))
    return Verification(seed, n_steps, record.steps.size, work["synapses_changed"], difference)


def _make_engine(simulator: Simulator, params: CoreParams, progress: BuildProgress) -> Engine:
    """The RTL in a simulator of this process."""
    if simulator == "verilator":
        from backspike.sim.engines.verilator import VerilatorEngine

        return VerilatorEngine(params, progress)
    from backspike.sim.engines.amaranth_engine import AmaranthEngine

    return AmaranthEngine(params)


def verify_in_cocotb(
    simulator: Literal["verilator", "icarus"],
    seed: int,
    runs: int,
    params: CoreParams,
    n_steps: int,
    rules: bool,
) -> list[Verification]:
    """The same in a process of a Verilog simulator, through cocotb."""
    from backspike.sim.engines.cocotb_run import run_cocotb

    with tempfile.TemporaryDirectory(prefix="backspike-") as name:
        folder = Path(name)
        job, answer = folder / "job.json", folder / "answer.json"
        job.write_text(
            json.dumps({
                "seed": seed,
                "runs": runs,
                "n_steps": n_steps,
                "rules": rules,
                "params": asdict(params),
                "answer": str(answer),
            })
        )
        environment = {JOB: os.fspath(job)}
        run_cocotb(
            simulator,
            params,
            "backspike.sim.verify.verify_cocotb",
            folder,
            environment,
            only_ports=True,
        )
        return [Verification(**row) for row in json.loads(answer.read_text())]
