"""Synaptic operations and updates per cycle of the RTL, against one word of weights per cycle.

``python -m backspike.bench.throughput``
"""

from pathlib import Path

import numpy as np

from backspike.bench.alone import alone
from backspike.golden.compiler.compiler import compile_network
from backspike.golden.compiler.program import Program
from backspike.golden.engine import Engine, Stimulus
from backspike.golden.network.network import Network
from backspike.golden.rules.microcode import compile_rule
from backspike.hdl.params import DEFAULT_LANES
from backspike.sim.engines.verilator import VerilatorEngine

__all__ = ["run"]

SOURCES, STEPS = 64, 8
TARGETS = (64, 256, 1024)
#: One product with one postsynaptic factor, and sums of two and of four such products.
RULES = (
    "2*x0*y0",
    "2^-3*x0*y1 - 2^-3*x1*y0",
    "2^-3*x0*y1 - 2^-3*x1*y0 + (y1 - 9)*x0 - 2^-6*x0*w",
)
LEAST = 0.9  # of the limit, from 256 targets on


def _program(targets: int, rule: str, *, fires: bool) -> Program:
    """Sources that all spike in every step, onto cells that do so, too, or never."""
    network = Network()
    source = network.input("source", SOURCES)
    cells = network.population("cells", targets, threshold=0, bias=100 if fires else -4096)
    network.traces(x1=(32, 10), y1=(32, 10))
    network.connect("plastic", source, cells, 2, pattern="all-to-all", rule=rule)
    return compile_network(
        network,
        lanes=DEFAULT_LANES,
        compartments=max(TARGETS),
        input_axons=SOURCES,
        lists=SOURCES,
        dense_words=SOURCES * max(TARGETS) // DEFAULT_LANES,
        microcode_words=32,
        traces=True,
        stochastic=True,
    )


def _measure(engine: Engine, program: Program) -> dict[str, int]:
    """Rise of the core's own counters in a run."""
    engine.load(program)
    steps = np.repeat(np.arange(STEPS), SOURCES)
    spikes = Stimulus(steps, np.tile(np.arange(SOURCES), STEPS))
    before = engine.counters()
    engine.run(STEPS, spikes, record=False)
    return {name: count - before[name] for name, count in engine.counters().items()}


def run(data_dir: Path | None = None) -> dict:
    """Synaptic operations and updates per cycle of dense lists, and their share of the limit.

    Operations are those of a delivery whose targets stay silent, updates those of all targets
    having fired.
    The limit is ``DEFAULT_LANES`` operations per cycle, and so many updates divided by the lane
    operations of the rule.

    Returns
    -------
    dict
        ``lanes``, ``rows`` (of ``rule``, ``lane_ops``, ``targets``, ``operations``,
        ``operations_of_limit``, ``updates``, ``updates_of_limit``) and ``target``.
    """
    rows = []
    engine: Engine | None = None
    for rule in RULES:
        lane_ops = compile_rule(rule).lane_ops
        for targets in TARGETS:
            quiet, busy = (_program(targets, rule, fires=fires) for fires in (False, True))
            engine = engine or VerilatorEngine(quiet.params, contracts=False)
            # Cells that fire take cycles of the delivery, though they have no synapses here.
            delivered, learned = _measure(engine, quiet), _measure(engine, busy)
            operations = delivered["synaptic_ops"] / delivered["cycles_deliver"]
            updates = learned["synapses_visited"] / learned["cycles_learn"]
            rows.append({
                "rule": rule,
                "lane_ops": lane_ops,
                "targets": targets,
                "operations": round(operations, 2),
                "operations_of_limit": round(operations / DEFAULT_LANES, 3),
                "updates": round(updates, 2),
                "updates_of_limit": round(updates * lane_ops / DEFAULT_LANES, 3),
            })
    if engine:
        engine.close()
    print(f"throughput, {DEFAULT_LANES} lanes, {SOURCES} sources that spike in every step:")
    for row in rows:
        print(
            f"  {row['targets']:5} targets: {row['operations']:6} operations a cycle "
            f"({row['operations_of_limit']:.1%} of the limit), {row['updates']:6} updates a cycle "
            f"({row['updates_of_limit']:.1%} at {row['lane_ops']} cycles a word)  {row['rule']}"
        )
    return {"lanes": DEFAULT_LANES, "rows": rows, "target": LEAST}


if __name__ == "__main__":
    alone(run, __doc__)()
