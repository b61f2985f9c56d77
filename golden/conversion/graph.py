"""The spiking graph: stages of a float network, each before neurons that integrate and fire."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import nir
import numpy as np

from backspike.golden.conversion.float_net import Stage
from backspike.golden.conversion.normalise import Normalised
from backspike.golden.nir.node import Node
from backspike.golden.nir.storage import GroupStorage, storage_metadata

__all__ = ["CHARGE", "DT", "INPUT", "spiking_graph"]

#: Seconds of a step: a number that NIR wants, and nothing depends on.
DT = 1e-3
#: Inputs of the graph: values, and a line that spikes in step 0 alone.
INPUT, CHARGE = "input", "charge"


def spiking_graph(
    high: float, stages: Sequence[Stage], populations: Sequence[Normalised], *, charge: bool
) -> nir.NIRGraph:
    """Weights as they are, biases by what a spike stands for, and neurons after each stage.

    Parameters
    ----------
    high : float
        Input that a spike in each step stands for.
    stages : sequence of Stage
    populations : sequence of Normalised
        Of the first stages, or of all.
    charge : bool
        A second input takes all neurons to half their threshold in step 0.
    """
    shape = stages[0].nodes[0].shape_in
    nodes: dict[str, Any] = {INPUT: nir.Input(np.array(shape), metadata=_stored(0))}
    unit, left = high, iter(populations)
    for k, stage in enumerate(stages):
        for node in stage.nodes:
            nodes[node.name] = _nir_node(node, unit)
            shape = node.shape_out
        if (made := next(left, None)) is not None:
            fields = (np.full(shape, value) for value in (1 / DT, made.threshold, 0.0))
            nodes[made.population] = nir.IF(*fields, metadata=_stored(k, reset="subtract"))
            unit = made.scale
    nodes["output"] = nir.Output(np.array(shape))
    edges = list(pairwise(nodes))
    if charge:
        nodes[CHARGE] = nir.Input(np.array([1]), metadata=_stored(1))
        for made in populations:
            name = f"{CHARGE}_{made.population}"
            nodes[name] = nir.Linear(np.full((made.neurons, 1), made.threshold / 2))
            edges += [(CHARGE, name), (name, made.population)]
    return nir.NIRGraph(nodes, edges, type_check=False)


def _stored(order: int, **notes: Any) -> dict[str, str]:
    """Metadata that an import follows."""
    return storage_metadata(GroupStorage(order, **notes))


def _nir_node(node: Node, unit: float) -> nir.NIRNode:
    """A node of the package ``nir``, for inputs of which a spike stands for ``unit``."""
    fields: Mapping[str, Any] = node.fields
    if node.kind == "Affine":
        bias = np.broadcast_to(fields["bias"].reshape(-1), node.shape_out) / unit
        return nir.Affine(fields["weight"], bias)
    if node.kind == "Conv2d":
        bias = np.broadcast_to(fields["bias"].reshape(-1), len(fields["weight"])) / unit
        options = (_pair(fields[name]) for name in ("stride", "padding", "dilation"))
        size, groups = node.shape_in[1:], fields["groups"][0]
        return nir.Conv2d(size, fields["weight"], *options, groups, bias)
    if node.kind == "AvgPool2d":
        names = ("kernel_size", "stride", "padding")
        return nir.AvgPool2d(*(np.array(_pair(fields[name])) for name in names))
    return nir.Flatten(np.array(node.shape_in), 0, -1)


def _pair(value: Any) -> Any:
    """Rows and columns; a word stays one."""
    return value if isinstance(value, str) else (value[0], value[-1])
