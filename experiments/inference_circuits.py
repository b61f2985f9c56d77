"""The circuits that only infer, compiled: how each is fed."""

from abc import ABC, abstractmethod
from typing import Any

import numpy as np

from backspike.golden.compiler.compiler import compile_network
from backspike.golden.compiler.program import Program
from backspike.golden.engine import Stimulus
from backspike.golden.errors import UserError
from backspike.golden.nbp.arguments import Shapes, Weights, layer_sizes
from backspike.golden.nbp.folded_circuit import folded_inference
from backspike.golden.nbp.folded_host import folded_stimulus
from backspike.golden.nbp.layer_shapes import all_dense
from backspike.golden.nbp.paper_circuit import inference_circuit
from backspike.golden.nbp.stimulus import (
    INFERENCE_FIRST_STEP,
    INFERENCE_STEPS,
    inference_stimulus,
)
from backspike.golden.network.network import Network
from backspike.hdl.params import CoreParams

__all__ = ["FoldedInference", "InferenceCircuit", "PaperInference", "check_dense", "compile_on"]


def compile_on(network: Network, core: int | CoreParams, **features: Any) -> Program:
    """A network compiled for a core, or for the smallest one of so many lanes and with these
    ``features``; raises as :func:`compile_network` does."""
    if isinstance(core, CoreParams):
        return compile_network(network, core)
    return compile_network(network, lanes=core, **features)


def check_dense(shapes: Shapes | None) -> None:
    """Raise :class:`UserError` if there is a convolution: the paper's circuit has none."""
    if not all_dense(shapes):
        raise UserError("the paper's circuit has no convolutions")


class InferenceCircuit(ABC):
    """A network that infers, compiled for a core, or for the smallest one of so many lanes.

    Its outputs are the populations ``o``, which fires, and ``o_v``, whose voltages are the sums.

    Attributes
    ----------
    program : Program
        The circuit with its weights.
    steps : int
        Time steps of a sample.
    lead : int
        Time steps before the first sample after a reset.
    """

    program: Program
    steps: int
    lead: int

    @abstractmethod
    def stimulus(self, x: np.ndarray, *, first: bool) -> Stimulus:
        """Spikes of samples, the first ones after a reset or later ones."""


class PaperInference(InferenceCircuit):
    """The forward half of the authors' circuit; raises as :class:`PaperCircuit` does."""

    steps, lead = INFERENCE_STEPS, INFERENCE_FIRST_STEP

    def __init__(
        self, weights: Weights, core: int | CoreParams, shapes: Shapes | None = None
    ) -> None:
        check_dense(shapes)
        self.program = compile_on(inference_circuit(layer_sizes(weights), weights), core)

    def stimulus(self, x: np.ndarray, *, first: bool) -> Stimulus:
        """See :meth:`InferenceCircuit.stimulus`."""
        return inference_stimulus(self.program, x, first=first)


class FoldedInference(InferenceCircuit):
    """The forward half of ours, a step a layer; raises as :class:`FoldedCircuit` does."""

    lead = 0

    def __init__(
        self, weights: Weights, core: int | CoreParams, shapes: Shapes | None = None
    ) -> None:
        self.steps = len(layer_sizes(weights, shapes))
        self.program = compile_on(folded_inference(weights, shapes), core)

    def stimulus(self, x: np.ndarray, *, first: bool) -> Stimulus:
        """See :meth:`InferenceCircuit.stimulus`; no sample needs a ``first`` one before it."""
        return folded_stimulus(self.program, x, steps=self.steps)
