"""Speed of the paper's circuit at 400-400-10: RTL in Verilator, beside the golden core.

``python -m backspike.bench.paper_circuit [DATA_DIR]``
"""

import sys
import time
from pathlib import Path

from backspike.bench.inputs import mnist_or_noise
from backspike.golden.compiler import compile_network
from backspike.golden.core import GoldenCore
from backspike.golden.equations import init_weights, train
from backspike.golden.nbp_circuit import FIRST_STEP, SAMPLE_STEPS, paper_circuit, stimulus
from backspike.hdl.host_map import COUNTERS
from backspike.sim.engine import Engine, Stimulus
from backspike.sim.verilator import VerilatorEngine

__all__ = ["run"]

LAYERS = (400, 400, 10)
LANES = 16
WARM_UP = 2_000  # samples learned by the equations first, so that the circuit sees a usual load
SAMPLES, REPEATS = 40, 5
TARGETS = {"cycles_per_second": 1_500_000, "cycles_per_sample": 60_000, "golden_to_rtl": 3}


def run(data_dir: Path | None = None) -> dict:
    """Cycles and samples per second, and cycles per sample by phase; the best of five runs.

    Returns
    -------
    dict
        ``data``, ``layers``, ``lanes``, ``cycles_per_second``, ``rtl_samples_per_second``,
        ``golden_samples_per_second``, ``golden_to_rtl``, ``cycles_per_sample``, ``phases`` (cycles
        per sample by phase), ``work`` (the other counters per sample) and ``targets``.
    """
    source, x, y = mnist_or_noise(data_dir)
    weights = init_weights(LAYERS, seed=1)
    train(weights, x[:WARM_UP], y[:WARM_UP])
    x, y = x[WARM_UP:], y[WARM_UP:]
    program = compile_network(paper_circuit(LAYERS, weights), lanes=LANES)
    rtl, golden = VerilatorEngine(program.params), GoldenCore(program.params)
    for engine in (rtl, golden):
        engine.load(program)
        engine.run(FIRST_STEP + SAMPLE_STEPS, stimulus(program, x[:1], y[:1]), record=False)
    before = rtl.counters()
    rtl_seconds = golden_seconds = float("inf")
    for n in range(REPEATS):  # in turns, so that both see the same machine
        part = slice(1 + n * SAMPLES, 1 + (n + 1) * SAMPLES)
        spikes = stimulus(program, x[part], y[part], first=False)
        rtl_seconds = min(rtl_seconds, _seconds(rtl, spikes))
        golden_seconds = min(golden_seconds, _seconds(golden, spikes))
    after = rtl.counters()
    per_sample = {name: (after[name] - before[name]) / (SAMPLES * REPEATS) for name in COUNTERS}
    rtl.close()
    phases = {name: round(n) for name, n in per_sample.items() if name.startswith("cycles_")}
    cycles = sum(n for name, n in per_sample.items() if name.startswith("cycles_"))
    result = {
        "data": source,
        "layers": list(LAYERS),
        "lanes": LANES,
        "cycles_per_second": round(cycles * SAMPLES / rtl_seconds),
        "rtl_samples_per_second": round(SAMPLES / rtl_seconds, 1),
        "golden_samples_per_second": round(SAMPLES / golden_seconds, 1),
        "golden_to_rtl": round(rtl_seconds / golden_seconds, 1),
        "cycles_per_sample": round(cycles),
        "phases": phases,
        "work": {name: round(n) for name, n in per_sample.items() if name not in phases},
        "targets": TARGETS,
    }
    print(
        f"paper circuit, {'-'.join(map(str, LAYERS))}, {LANES} lanes, {source}: "
        f"RTL {result['cycles_per_second']:,} cycles/s, {result['rtl_samples_per_second']} "
        f"samples/s; golden core {result['golden_samples_per_second']} samples/s, "
        f"{result['golden_to_rtl']} times the RTL; {result['cycles_per_sample']:,} cycles a sample"
    )
    for name, n in phases.items():
        print(f"  {name:16} {n:7,} cycles a sample")
    return result


def _seconds(engine: Engine, spikes: Stimulus) -> float:
    """Time of one run of ``SAMPLES`` samples."""
    start = time.perf_counter()
    engine.run(SAMPLE_STEPS * SAMPLES, spikes, record=False)
    return time.perf_counter() - start


if __name__ == "__main__":
    run(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
