"""Fidelity of an import: how far the spikes of a core are from those of the float graph."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

from backspike.golden.nir.record import NodeRecord

__all__ = ["Difference", "EngineDifference", "Fidelity", "GroupFidelity", "Shown"]


@dataclass(frozen=True)
class Difference:
    """The first spike that one side has and the other has not: first by step, then by sample.

    Attributes
    ----------
    sample, step : int
        Step of the graph.
    element : tuple of int
        Place in the shape of the node, channels first.
    core_step, neuron : int
        Step of the core, and neuron of the population.
    fired : str
        The side that has it: ``float`` or ``core``.
    """

    sample: int
    step: int
    element: tuple[int, ...]
    core_step: int
    neuron: int
    fired: str


@dataclass(frozen=True, eq=False)
class GroupFidelity:
    """A population beside the neurons of the float graph.

    Attributes
    ----------
    name, kind : str
    neurons : int
    spikes_float, spikes_core : int
        Over all samples and steps.
    different : int
        Neurons and steps with a spike on one side alone.
    same : float
        Share of neurons and steps that are equal.
    spikes_both : int
        Spikes that both sides have.
    rate_error, rate_error_max : float
        Mean and largest difference of the rates of a neuron, in spikes a step.
    first : Difference, optional
    voltage_error : float, optional
        Largest difference of voltages, in NIR's unit, where nothing has spiked differently and no
        limit was reached yet, of the samples whose voltages were read (the first four); None if
        there is no such step.
    limited : int
        Neurons and steps of these samples whose voltage is at a limit of the core, which the graph
        has not.
    read_error : float, optional
        Of neurons that never fire: root of the mean square error of their voltages, relative to
        those of the float graph.
    rates_float, rates_core : numpy.ndarray
        Spikes a step of each neuron, (neurons,), in NIR's order.
    """

    name: str
    kind: str
    neurons: int
    spikes_float: int
    spikes_core: int
    different: int
    same: float
    spikes_both: int
    rate_error: float
    rate_error_max: float
    first: Difference | None
    voltage_error: float | None
    limited: int
    read_error: float | None
    rates_float: np.ndarray
    rates_core: np.ndarray

    @property
    def same_spikes(self) -> float | None:
        """Share of the spikes of either side that both have; None without spikes."""
        return _shared(self.spikes_float, self.spikes_core, self.spikes_both)


@dataclass(frozen=True)
class EngineDifference:
    """Golden core and another engine on the same samples.

    Attributes
    ----------
    engine : str
    samples, steps : int
        The first samples, and the steps of each.
    spikes : int
        Of all populations on the golden core.
    different : int
        Spikes that one of them has and the other has not.
    """

    engine: str
    samples: int
    steps: int
    spikes: int
    different: int


@dataclass(frozen=True, eq=False)
class Shown:
    """Spikes of one sample on both sides, bool, (steps, \\*shape), by group."""

    sample: int
    spikes_float: Mapping[str, np.ndarray]
    spikes_core: Mapping[str, np.ndarray]

    @property
    def differs(self) -> bool:
        """True if a spike differs."""
        return any(
            not np.array_equal(spikes, self.spikes_core[name])
            for name, spikes in self.spikes_float.items()
        )


@dataclass(frozen=True, eq=False, repr=False)
class Fidelity:
    """Comparison of an import with its graph in floating point.

    Attributes
    ----------
    records : tuple of NodeRecord
        Verdict and constants of each node.
    groups : tuple of GroupFidelity
    origin : str
        Where the samples are from.
    samples, steps : int
    output : str
        The output of the graph that predictions are read from; empty if it has none.
    accuracy_float, accuracy_core : float, optional
        Share of samples in which the output neuron with the most spikes (of neurons that never
        fire, the highest sum of voltages) is the label; None without labels.
    agreement : float, optional
        Share of samples in which it is the same on both sides; None without an output.
    shown : Shown
        The first sample that differs, or the first of all.
    engine : EngineDifference, optional
    calibration : list of dict
        What calibration has tried for each population: see :mod:`.calibration`.
    """

    records: tuple[NodeRecord, ...]
    groups: tuple[GroupFidelity, ...]
    origin: str
    samples: int
    steps: int
    output: str
    accuracy_float: float | None
    accuracy_core: float | None
    agreement: float | None
    shown: Shown
    engine: EngineDifference | None = None
    calibration: list[dict[str, Any]] = field(default_factory=list)

    def __repr__(self) -> str:
        same = "no spikes" if self.same_spikes is None else f"{self.same_spikes:.2%} of spikes same"
        return f"Fidelity({self.samples:,} samples of {self.steps:,} steps: {same})"

    @property
    def different(self) -> int:
        """Neurons and steps with a spike on one side alone, of all populations."""
        return sum(group.different for group in self.groups)

    @property
    def different_share(self) -> float:
        """The same as a share of all neurons and steps."""
        return self.different / (sum(g.neurons for g in self.groups) * self.samples * self.steps)

    @property
    def same_spikes(self) -> float | None:
        """Share of the spikes of either side that both have, of all populations."""
        names = ("spikes_float", "spikes_core", "spikes_both")
        return _shared(*(sum(getattr(group, name) for group in self.groups) for name in names))

    def as_dict(self) -> dict[str, Any]:
        """All but the arrays, as plain values that JSON has."""
        groups = [
            {k: v for k, v in vars(group).items() if not isinstance(v, np.ndarray)}
            | {"same_spikes": group.same_spikes}
            | {"first": asdict(group.first) if group.first else None}
            for group in self.groups
        ]
        names = ("origin", "samples", "steps", "different", "same_spikes", "output")
        results = ("accuracy_float", "accuracy_core", "agreement")
        made = {
            **{name: getattr(self, name) for name in (*names, *results)},
            "engine": asdict(self.engine) if self.engine else None,
            "nodes": [_node(record) for record in self.records],
            "populations": groups,
            "calibration": self.calibration,
        }
        plain: dict[str, Any] = json.loads(json.dumps(made))
        return plain


def _shared(exact: int, core: int, both: int) -> float | None:
    """Share of the spikes of either side that both have."""
    either = exact + core - both
    return both / either if either else None


def _node(record: NodeRecord) -> dict[str, Any]:
    """A node, its verdict, and its constants with their errors."""
    constants = [
        {
            "name": constant.name,
            "error": constant.error,
            "largest_error": constant.largest,
            "numbers": constant.exact.size,
        }
        for constant in record.constants
    ]
    return {
        "node": record.node,
        "kind": record.kind,
        "verdict": str(record.verdict),
        "notes": list(record.notes),
        "constants": constants,
    }
