"""Speed of a circuit at 400-400-10: RTL in Verilator, beside the golden core."""

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from backspike.bench.inputs import mnist_or_noise
from backspike.experiments.circuits import CIRCUITS
from backspike.experiments.energy import energy_parts
from backspike.experiments.inference_circuits import InferenceCircuit
from backspike.experiments.learners import rehearsal
from backspike.golden.core.golden_core import GoldenCore
from backspike.golden.engine import Engine, Stimulus, all_cycles
from backspike.golden.nbp.initial_weights import init_weights
from backspike.golden.nbp.training import train
from backspike.hdl.host_map import COUNTERS
from backspike.hdl.params import DEFAULT_LANES
from backspike.sim.engines.verilator import VerilatorEngine

__all__ = ["measure"]

LAYERS = (400, 400, 10)
WARM_UP = 2_000  # samples learned by the equations first, so that the circuit sees a usual load
SAMPLES, REPEATS = 40, 5


def measure(name: str, targets: dict[str, float], data_dir: Path | None = None) -> dict:
    """Cycles and samples per second, and cycles per sample by phase; the best of five runs.

    Parameters
    ----------
    name : str
        Of one of ``backspike.experiments.circuits.CIRCUITS``.
    targets : dict of str to float
        Figures that the result should reach.

    Returns
    -------
    dict
        ``circuit``, ``data``, ``layers``, ``lanes``, ``cycles_per_second``,
        ``rtl_samples_per_second``, ``golden_samples_per_second``, ``golden_to_rtl``,
        ``cycles_per_sample``, ``phases`` (cycles per sample by phase), ``work`` (the other
        counters per sample), ``limit_cycles`` (what is delivered and learned, at a synapse per
        lane and cycle), ``cycles_to_limit``, ``joule_per_sample`` (`experiments.energy`),
        ``inference`` (cycles, limit and energy of an inferred sample) and ``targets``.
    """
    source, x, y = mnist_or_noise(data_dir)
    weights = init_weights(LAYERS, seed=1)
    train(weights, x[:WARM_UP], y[:WARM_UP])
    x, y = x[WARM_UP:], y[WARM_UP:]
    circuit = CIRCUITS[name].learn(weights, DEFAULT_LANES)
    steps, params = circuit.steps, circuit.program.params
    typical = rehearsal(circuit, x, y)  # as a long `backspike train`
    golden = GoldenCore(params)
    rtl = VerilatorEngine(params, rehearsal=typical, contracts=False)
    for engine in (rtl, golden):
        engine.load(circuit.program)
        spikes = circuit.stimulus(x[:1], y[:1], first=True)
        engine.run(circuit.lead + steps, spikes, record=False)
    before = rtl.counters()
    rtl_seconds = golden_seconds = float("inf")
    for n in range(REPEATS):  # in turns, so that both see the same machine
        part = slice(1 + n * SAMPLES, 1 + (n + 1) * SAMPLES)
        spikes = circuit.stimulus(x[part], y[part], first=False)
        rtl_seconds = min(rtl_seconds, _seconds(rtl, steps, spikes))
        golden_seconds = min(golden_seconds, _seconds(golden, steps, spikes))
    after = rtl.counters()
    per_sample = {key: (after[key] - before[key]) / (SAMPLES * REPEATS) for key in COUNTERS}
    rtl.close()
    inference = _inference(CIRCUITS[name].infer(weights, DEFAULT_LANES), x)
    phases = {key: round(n) for key, n in per_sample.items() if key.startswith("cycles_")}
    cycles = all_cycles(per_sample)
    result = {
        "circuit": name,
        "data": source,
        "layers": list(LAYERS),
        "lanes": DEFAULT_LANES,
        "cycles_per_second": round(cycles * SAMPLES / rtl_seconds),
        "rtl_samples_per_second": round(SAMPLES / rtl_seconds, 1),
        "golden_samples_per_second": round(SAMPLES / golden_seconds, 1),
        "golden_to_rtl": round(rtl_seconds / golden_seconds, 1),
        "phases": phases,
        **_limits(per_sample),
        "inference": inference,
        "work": {key: round(n) for key, n in per_sample.items() if key not in phases},
        "targets": targets,
    }
    print(
        f"{name} circuit, {'-'.join(map(str, LAYERS))}, {DEFAULT_LANES} lanes, {source}: "
        f"RTL {result['cycles_per_second']:,} cycles/s, {result['rtl_samples_per_second']} "
        f"samples/s; golden core {result['golden_samples_per_second']} samples/s, "
        f"{result['golden_to_rtl']} times the RTL; {result['cycles_per_sample']:,} cycles a sample"
    )
    for what, of in (("training", result), ("inference", inference)):
        print(
            f"  {what}: {of['cycles_per_sample']:,} cycles a sample, {of['cycles_to_limit']} times "
            f"the {of['limit_cycles']:,} that its synaptic operations alone would take; "
            f"{1e6 * of['joule_per_sample']:.3f} uJ by the energies of Loihi"
        )
    for key, n in phases.items():
        print(f"  {key:16} {n:7,} cycles a sample")
    return result


def _limits(per_sample: Mapping[str, float]) -> dict[str, Any]:
    """Cycles of a sample beside those of its synaptic operations alone, and the energy estimate."""
    cycles = all_cycles(per_sample)
    limit = (per_sample["synaptic_ops"] + per_sample["synapses_visited"]) / DEFAULT_LANES
    return {
        "cycles_per_sample": round(cycles),
        "limit_cycles": round(limit),
        "cycles_to_limit": round(cycles / limit, 2),
        "joule_per_sample": sum(part.joule for part in energy_parts(per_sample, 1)),
    }


def _inference(circuit: InferenceCircuit, x: np.ndarray) -> dict[str, Any]:
    """The same for a circuit that only infers."""
    engine = VerilatorEngine(circuit.program.params)
    engine.load(circuit.program)
    spikes = circuit.stimulus(x[:1], first=True)
    engine.run(circuit.lead + circuit.steps, spikes, record=False)
    before = engine.counters()
    count = SAMPLES * REPEATS
    spikes = circuit.stimulus(x[1 : 1 + count], first=False)
    engine.run(circuit.steps * count, spikes, record=False)
    after = engine.counters()
    engine.close()
    return _limits({key: (after[key] - before[key]) / count for key in COUNTERS})


def _seconds(engine: Engine, steps: int, spikes: Stimulus) -> float:
    """Time of one run of ``SAMPLES`` samples."""
    start = time.perf_counter()
    engine.run(steps * SAMPLES, spikes, record=False)
    return time.perf_counter() - start
