"""Kernels of a circuit's run that another process compiles, while this one builds a simulator."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
from rich.console import Console

from backspike.experiments.equations_learner import EquationsLearner, EquationsState
from backspike.golden.engine import Stimulus
from backspike.golden.kernel_cache import is_kept
from backspike.golden.nbp.equations import evaluate, forward
from backspike.golden.nbp.initial_weights import init_weights
from backspike.golden.nbp.training_kernels import train_samples
from backspike.hdl.params import CoreParams
from backspike.sim.engines import packets
from backspike.sim.engines.schedule import schedule
from backspike.sim.waiting import Waiting

__all__ = ["compile_kernels", "compiled_ahead"]

_PROGRAM = (
    "import sys; from backspike.experiments.kernels_ahead import compile_kernels; "
    "compile_kernels(int(sys.argv[1]))"
)


def compile_kernels(depth: int) -> None:
    """Compile what equations of ``depth`` matrices, and the way to a simulator, need."""
    weights = init_weights((4,) * (depth + 1), seed=1)
    x, y = np.ones((1, 4), np.uint8), np.zeros(1, np.int64)
    EquationsLearner(EquationsState.fresh(weights)).learn(x, y)
    evaluate(weights, x, y)
    forward(weights, x)
    schedule(CoreParams(), Stimulus(np.zeros(1, np.int64), np.zeros(1, np.int64)), 1)
    packets.parse(np.zeros(0, np.uint32))


@contextmanager
def compiled_ahead(console: Console, depth: int) -> Iterator[None]:
    """Let another process compile meanwhile, unless the kernels were compiled before; and wait."""
    if is_kept(train_samples):
        yield
        return
    command = [sys.executable, "-P", "-c", _PROGRAM, str(depth)]
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    waiting = Waiting(console, "compiling functions (once: they are kept)")
    try:
        yield
        waiting.say("the equations")
        process.wait()
    finally:
        waiting.end()
        process.kill()
        process.wait()
