"""Speed of a circuit at 400-400-10: RTL in Verilator, beside the golden core."""

import time
from pathlib import Path

from backspike.bench.inputs import mnist_or_noise
from backspike.golden.core import GoldenCore
from backspike.golden.equations import init_weights, train
from backspike.hdl.host_map import COUNTERS
from backspike.sim.circuits import CIRCUITS
from backspike.sim.engine import Engine, Stimulus
from backspike.sim.verilator import VerilatorEngine

__all__ = ["measure"]

LAYERS = (400, 400, 10)
LANES = 16
WARM_UP = 2_000  # samples learned by the equations first, so that the circuit sees a usual load
SAMPLES, REPEATS = 40, 5


def measure(name: str, targets: dict[str, float], data_dir: Path | None = None) -> dict:
    """Cycles and samples per second, and cycles per sample by phase; the best of five runs.

    Parameters
    ----------
    name : str
        Of one of ``backspike.sim.circuits.CIRCUITS``.
    targets : dict of str to float
        What the result should reach.

    Returns
    -------
    dict
        ``circuit``, ``data``, ``layers``, ``lanes``, ``cycles_per_second``,
        ``rtl_samples_per_second``, ``golden_samples_per_second``, ``golden_to_rtl``,
        ``cycles_per_sample``, ``phases`` (cycles per sample by phase), ``work`` (the other
        counters per sample) and ``targets``.
    """
    source, x, y = mnist_or_noise(data_dir)
    weights = init_weights(LAYERS, seed=1)
    train(weights, x[:WARM_UP], y[:WARM_UP])
    x, y = x[WARM_UP:], y[WARM_UP:]
    circuit = CIRCUITS[name]
    steps = circuit.steps(LAYERS)
    program = circuit.program(LAYERS, weights, LANES, circuit.rule)
    rtl, golden = VerilatorEngine(program.params), GoldenCore(program.params)
    for engine in (rtl, golden):
        engine.load(program)
        spikes = circuit.stimulus(program, x[:1], y[:1], first=True)
        engine.run(circuit.lead + steps, spikes, record=False)
    before = rtl.counters()
    rtl_seconds = golden_seconds = float("inf")
    for n in range(REPEATS):  # in turns, so that both see the same machine
        part = slice(1 + n * SAMPLES, 1 + (n + 1) * SAMPLES)
        spikes = circuit.stimulus(program, x[part], y[part], first=False)
        rtl_seconds = min(rtl_seconds, _seconds(rtl, steps, spikes))
        golden_seconds = min(golden_seconds, _seconds(golden, steps, spikes))
    after = rtl.counters()
    per_sample = {key: (after[key] - before[key]) / (SAMPLES * REPEATS) for key in COUNTERS}
    rtl.close()
    phases = {key: round(n) for key, n in per_sample.items() if key.startswith("cycles_")}
    cycles = sum(n for key, n in per_sample.items() if key.startswith("cycles_"))
    result = {
        "circuit": name,
        "data": source,
        "layers": list(LAYERS),
        "lanes": LANES,
        "cycles_per_second": round(cycles * SAMPLES / rtl_seconds),
        "rtl_samples_per_second": round(SAMPLES / rtl_seconds, 1),
        "golden_samples_per_second": round(SAMPLES / golden_seconds, 1),
        "golden_to_rtl": round(rtl_seconds / golden_seconds, 1),
        "cycles_per_sample": round(cycles),
        "phases": phases,
        "work": {key: round(n) for key, n in per_sample.items() if key not in phases},
        "targets": targets,
    }
    print(
        f"{name} circuit, {'-'.join(map(str, LAYERS))}, {LANES} lanes, {source}: "
        f"RTL {result['cycles_per_second']:,} cycles/s, {result['rtl_samples_per_second']} "
        f"samples/s; golden core {result['golden_samples_per_second']} samples/s, "
        f"{result['golden_to_rtl']} times the RTL; {result['cycles_per_sample']:,} cycles a sample"
    )
    for key, n in phases.items():
        print(f"  {key:16} {n:7,} cycles a sample")
    return result


def _seconds(engine: Engine, steps: int, spikes: Stimulus) -> float:
    """Time of one run of ``SAMPLES`` samples."""
    start = time.perf_counter()
    engine.run(steps * SAMPLES, spikes, record=False)
    return time.perf_counter() - start
