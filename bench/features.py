"""Costs of each feature of a core: cells on ECP5 with it, and beyond the core without it.

``python -m backspike.bench.features``: the default core, of 1,024 compartments and 16 lanes,
counted by yosys before place and route (a few minutes each, an hour in all).
"""

from pathlib import Path

from rich.console import Console
from rich.table import Table

from backspike.bench.alone import alone
from backspike.fpga.resources import cell_counts
from backspike.hdl.params import CoreParams
from backspike.hdl.presets import CORE_PRESETS

__all__ = ["FEATURES", "run"]

#: Neurons and synapses alone.
_PLAIN = CORE_PRESETS["default"].with_(
    learning=False, traces=False, stochastic=False, epochs=False, columns=False
)
#: With rules, whose other features stand on these.
_LEARNS = _PLAIN.with_(learning=True)
_TRACES = _LEARNS.with_(traces=True)
_EPOCHS = _TRACES.with_(epochs=True)

#: Name, the core without the feature, and what it takes.
FEATURES: tuple[tuple[str, CoreParams, dict[str, object]], ...] = (
    ("noise", _PLAIN, {"noise": True}),
    ("delays of every synapse", _PLAIN, {"delays": True}),
    ("columns, teachers", _PLAIN, {"columns": True}),
    ("sums that wrap", _PLAIN, {"overflow": "wrap"}),
    ("no currents, voltages, biases", _PLAIN, {"dynamics": False}),
    ("no counters", _PLAIN, {"counters": False}),
    ("rules", _PLAIN, {"learning": True}),
    ("rules: traces x1, y1", _LEARNS, {"traces": True}),
    ("rules: random rounding", _LEARNS, {"stochastic": True}),
    ("rules: longer epochs, gates", _LEARNS, {"epochs": True}),
    ("rules: compact, slower", _LEARNS, {"compact": True}),
    ("rules: tags", _LEARNS, {"tags": True}),
    ("rules: learned delays", _LEARNS, {"delays": True}),
    ("rules: 4 reinforcement channels", _LEARNS, {"reinforcements": 4}),
    ("rules: Lava's arithmetic", _LEARNS, {"lava": True}),
    ("traces: x2, y2, y3, r0, u_k, sgn", _TRACES, {"more_factors": True}),
    ("traces: times in epochs of 8", _EPOCHS, {"history": 8}),
)


def run(data_dir: Path | None = None) -> dict:
    """Count and print; returns the cells of the plain core, and what every feature adds.

    Raises
    ------
    ToolError
        If yosys is missing or fails.
    """
    known: dict[CoreParams, dict[str, int]] = {}
    console = Console()

    def cells(params: CoreParams) -> dict[str, int]:
        if params not in known:
            known[params] = cell_counts(params)
        return known[params]

    added = {}
    with console.status("") as status:
        status.update("neurons and synapses")
        plain = cells(_PLAIN)
        for name, without, changes in FEATURES:
            status.update(name)
            with_it = cells(without.with_(**changes))
            added[name] = {kind: n - cells(without)[kind] for kind, n in with_it.items()}
    size = f"{_PLAIN.compartments} compartments, {_PLAIN.lanes} lanes"
    table = Table("feature", *plain, title=f"ECP5, yosys, {size}")
    table.add_row("neurons and synapses", *(f"{n:,}" for n in plain.values()))
    for name, counts in added.items():
        table.add_row(name, *(f"{n:+,}" for n in counts.values()))
    console.print(table)
    return {"core": size, "plain": plain, "added": added}


if __name__ == "__main__":
    alone(run, __doc__)()
