"""The cocotb side of :mod:`backspike.sim.verify.verification`: runs inside the simulator."""

import json
import os
import random
from dataclasses import asdict
from pathlib import Path
from typing import Any

import cocotb
from cocotb.task import bridge

from backspike.golden.core.golden_core import GoldenCore
from backspike.hdl.params import CoreParams
from backspike.sim.engines.cocotb_bfm import BridgedLink, CocotbLink
from backspike.sim.engines.link_engine import LinkEngine
from backspike.sim.verify.verification import JOB, Verification, verify_engine


@cocotb.test()
async def verify_runs(dut: Any) -> None:
    """Run what the job asks for, and write the results where it says."""
    job = json.loads(Path(os.environ[JOB]).read_text())
    params = CoreParams(**job["params"])
    link = CocotbLink(dut, random.Random(job["seed"]))
    await link.reset()

    @bridge
    def all_runs() -> list[Verification]:
        engine, golden = LinkEngine(params, BridgedLink(link), "icarus"), GoldenCore(params)
        seeds = range(job["seed"], job["seed"] + job["runs"])
        steps, rules = job["n_steps"], job["rules"]
        return [verify_engine(golden, engine, seed, steps, rules=rules) for seed in seeds]

    results = await all_runs()
    Path(job["answer"]).write_text(json.dumps([asdict(result) for result in results]))
