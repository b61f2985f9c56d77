"""The report of a run: one page that needs nothing else, in light and dark, on paper and phones."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from backspike.experiments.circuits import CIRCUITS
from backspike.experiments.mistakes import SHOWN, Mistake, confusions
from backspike.experiments.pages import render_page
from backspike.experiments.raster_pictures import Group
from backspike.experiments.report_terms import TERMS
from backspike.golden.names import listed
from backspike.hdl.host_map import COUNTERS
from backspike.sim.figures import Picture

__all__ = ["ShownSample", "report_page"]

#: Phases of a time step by their counter, each with its hue.
PHASES = {
    "cycles_host": "soft",
    "cycles_dendrite": "blue",
    "cycles_deliver": "green",
    "cycles_trace": "purple",
    "cycles_learn": "red",
}
#: Results that stand at the top, each with its words.
READ_OUTS = {
    "test_membrane": "test, membrane",
    "test_spikes": "test, spikes",
    "test_exact": "test, exact",
}
_LEARNING = ("margin", "window", "dead_zone", "rate", "halving", "shifts")
_FREQUENT = 8  # confusions in a table


class ShownSample(NamedTuple):
    """A sample in a circuit."""

    picture: Picture
    groups: list[Group]
    sample: str
    """In words."""
    engine: str
    """That its spikes come from."""


def report_page(
    metrics: Mapping[str, Any],
    pictures: Mapping[str, Picture],
    mistakes: Sequence[Mistake],
    shown: ShownSample | None,
) -> str:
    """HTML of the report.

    Parameters
    ----------
    metrics : mapping of str to object
        Content of ``metrics.json``.
    pictures : mapping of str to Picture
        ``curves``, ``weights``, ``confusion`` and, where there are some, ``mistakes``, ``raster``.
    mistakes : sequence of Mistake
    shown : ShownSample, optional
        The sample in the raster, if a circuit has learned.
    """
    per_sample, circuit = metrics["counters_per_sample"], metrics["circuit"]
    names, counts = metrics["class_names"], np.array(metrics["confusion"])
    spent = {name: per_sample[name] for name in PHASES if per_sample.get(name)}
    cycles = sum(spent.values())
    return render_page(
        "report.html.j2",
        pictures,
        TERMS,
        m=metrics,
        read_outs=READ_OUTS,
        name=Path(metrics["dataset"]).name,
        mistakes=mistakes,
        most=SHOWN,
        frequent=[(n, names[a], names[b]) for n, a, b in confusions(counts)[:_FREQUENT]],
        about=CIRCUITS[circuit].about if circuit in CIRCUITS else "",
        shown=shown,
        phases=[(COUNTERS[name], n, n / cycles, PHASES[name]) for name, n in spent.items()],
        work=[(name, COUNTERS[name], n) for name, n in per_sample.items() if name not in PHASES],
        settings=_settings(metrics),
    )


def _settings(metrics: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Term, name and value of each setting that has one."""
    learning = metrics["learning"]
    values = {name: learning.get(name) for name in _LEARNING} | {
        name: metrics.get(name) for name in ("kernels", "encoder", "rule", "seed")
    }
    if values["rate"] is None:
        values["rate"] = "always"
    return [
        (name, name.replace("_", " "), listed(value))
        for name, value in values.items()
        if value is not None
    ]
