"""Table of what each feature of a core costs on an FPGA, as measured.

Cells of the default core (1,024 compartments, 16 lanes) on ECP5, counted by yosys before place and
route. ``python -m backspike.bench.features`` counts them again.
"""

from collections.abc import Mapping
from typing import NamedTuple

from backspike.hdl.params import CoreParams
from backspike.hdl.presets import CORE_PRESETS

__all__ = ["FEATURES", "PLAIN", "PLAIN_CELLS", "Cells", "Feature", "cost_rows", "features_of"]


class Cells(NamedTuple):
    """Cells of a core, or what a feature adds to them; fewer are negative."""

    lut4: int
    ff: int
    bram: int
    multipliers: int

    def __add__(self, other: object) -> "Cells":
        if not isinstance(other, Cells):
            return NotImplemented
        return Cells(*(a + b for a, b in zip(self, other, strict=True)))


class Feature(NamedTuple):
    """Feature of a core.

    Attributes
    ----------
    name : str
    without : CoreParams
        The core that it is added to.
    changes : mapping of str to object
        Parameters that add it.
    added : Cells
        What it adds, as measured.
    """

    name: str
    without: CoreParams
    changes: Mapping[str, object]
    added: Cells


#: Neurons and synapses alone.
PLAIN = CORE_PRESETS["default"].with_(
    learning=False, traces=False, stochastic=False, epochs=False, columns=False
)
PLAIN_CELLS = Cells(8030, 8991, 114, 17)

#: With rules, whose other features stand on these.
_LEARNS = PLAIN.with_(learning=True)
_TRACES = _LEARNS.with_(traces=True)
_EPOCHS = _TRACES.with_(epochs=True)

FEATURES = tuple(
    Feature(name, without, changes, Cells(*added))
    for name, without, changes, added in (
        ("noise", PLAIN, {"noise": True}, (822, 560, 1, 0)),
        ("resets by subtraction", PLAIN, {"subtract": True}, (313, 195, 0, 0)),
        ("voltages that others watch", PLAIN, {"watch": True}, (156, 755, 3, 0)),
        ("delays of every synapse", PLAIN, {"delays": True}, (414, 327, 32, 0)),
        ("columns, teachers", PLAIN, {"columns": True}, (1158, 396, 2, 16)),
        ("sums that wrap", PLAIN, {"overflow": "wrap"}, (-489, -16, 0, 0)),
        ("no currents, voltages, biases", PLAIN, {"dynamics": False}, (-1494, -4617, -12, -16)),
        ("no counters", PLAIN, {"counters": False}, (-549, -678, 0, 0)),
        ("rules", PLAIN, {"learning": True}, (3556, 4078, 3, 17)),
        ("rules: compact, slower", _LEARNS, {"compact": True}, (-1547, -3727, 0, 0)),
        ("rules: longer epochs, gates", _LEARNS, {"epochs": True}, (501, 102, 4, 0)),
        ("rules: random rounding", _LEARNS, {"stochastic": True}, (2271, 830, 0, 0)),
        ("rules: tags", _LEARNS, {"tags": True}, (2597, 1744, 66, 0)),
        ("rules: learned delays", _LEARNS, {"delays": True}, (1865, 974, 32, 0)),
        ("rules: 4 reinforcement channels", _LEARNS, {"reinforcements": 4}, (309, 225, 0, 3)),
        ("rules: Lava's arithmetic", _LEARNS, {"lava": True}, (12543, 1142, 0, 16)),
        ("traces: x1, y1", _LEARNS, {"traces": True}, (2504, 695, 0, 16)),
        ("traces: x2, y2, y3, r0, u_k, sgn", _TRACES, {"more_factors": True}, (874, 362, 32, 33)),
        ("traces: times in epochs of 8", _EPOCHS, {"history": 8}, (4051, 879, 48, 0)),
    )
)


def features_of(needs: Mapping[str, int]) -> list[Feature]:
    """Features that a rule asks of a core, the rules themselves first.

    Parameters
    ----------
    needs : mapping of str to int
        By name in ``CoreParams``; 0 and 1 are what every core has.
    """
    plain = {name: int(getattr(PLAIN, name)) for name in needs}
    return [
        feature
        for feature in FEATURES
        if feature.without.learning or "learning" in feature.changes
        if all(needs.get(name, 0) > plain.get(name, 0) for name in feature.changes)
    ]


def cost_rows() -> list[tuple[str, ...]]:
    """Rows of the table in the docs: the plain core, then what each feature adds."""
    return [
        ("neurons and synapses", *(f"{n:,}" for n in PLAIN_CELLS)),
        *((f.name, *(f"{n:+,}" if n else "" for n in f.added)) for f in FEATURES),
    ]
