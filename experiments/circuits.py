"""Circuits that run nBP, or an alternative to it, on a core, by name."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from backspike.experiments.inference_circuits import (
    FoldedInference,
    InferenceCircuit,
    PaperInference,
    check_dense,
)
from backspike.experiments.learning_circuits import FoldedCircuit, LearningCircuit, PaperCircuit
from backspike.golden.errors import UserError
from backspike.golden.nbp.arguments import Shapes, Weights
from backspike.golden.nbp.folded_circuit import FOLDED_RULE
from backspike.golden.nbp.learning import PAPER, LearningOptions
from backspike.golden.nbp.paper_circuit import PAPER_RULE
from backspike.hdl.params import CoreParams

__all__ = ["CIRCUITS", "TEMPORAL", "Circuit"]

TEMPORAL = "temporal"
"""Name of the circuit that learns over time, from data in time: it is not among the others."""


class Infer(Protocol):
    """Makes a circuit that infers; raises ValueError if there is none, or it does not fit."""

    def __call__(
        self, weights: Weights, core: int | CoreParams, shapes: Shapes | None = None
    ) -> InferenceCircuit: ...


@dataclass(frozen=True)
class Circuit:
    """One way to run nBP, or an alternative to it, on a core.

    Attributes
    ----------
    rule : str
        The rule by which it learns the same as the equations.
    variant : str
        The variant of the equations that it follows.
    checked : str
        The comparison with the equations, in words.
    about : str
        What it does with a sample, step by step, in words.
    infer : callable
        Weights, lanes or a whole core, and shapes, to an :class:`InferenceCircuit`.
    """

    rule: str
    variant: str
    checked: str
    about: str
    infer: Infer

    def learn(
        self,
        weights: Weights,
        core: int | CoreParams,
        *,
        rule: str | None = None,
        learning: LearningOptions = PAPER,
        seed: int = 0,
        rivals: bool = False,
        shapes: Shapes | None = None,
    ) -> LearningCircuit:
        """The circuit that learns, from these weights on, by its own rule or another.

        ``core`` is a number of lanes or a whole core; the rest, as :class:`FoldedCircuit` has it,
        is not for the paper's circuit.

        Raises
        ------
        ValueError
            If there is no such circuit for these weights, or it does not fit.
        """
        rule = rule or self.rule
        if self.variant != "paper":
            return FoldedCircuit(
                weights,
                core,
                rule,
                variant=self.variant,
                learning=learning,
                seed=seed,
                rivals=rivals,
                shapes=shapes,
            )
        check_dense(shapes)
        if learning != PAPER or rivals:
            raise UserError(f"the paper's circuit learns as the paper says, not with {learning}")
        return PaperCircuit(weights, core, rule)


def _folded(variant: str, back: str) -> Circuit:
    named = "" if variant == "circuit" else f", variant {variant}"
    checked = f"golden equations{named}: every weight after every epoch"
    about = (
        "Each weight is stored once. The sample goes forward, a layer a step, until the outputs "
        f"fire and are compared with the target. {back} At the end of the sample weights learn "
        "whose source fired: up where their target has an error +, down where it has an error -."
    )
    return Circuit(FOLDED_RULE, variant, checked, about, FoldedInference)


#: By the name that the command line gives them.
CIRCUITS: Mapping[str, Circuit] = {
    "paper": Circuit(
        PAPER_RULE,
        "paper",
        "golden equations, variant paper: all eight plastic matrices after every epoch",
        "The circuit of Renner et al. (2024). A closed chain of gates opens one group of neurons "
        "after the other: forward in steps 1 to 3, the error in step 4, and then back, twice: in "
        "steps 5 to 7 weights grow, in steps 9 to 11 others shrink. In these steps the same "
        "neurons fire again with what they have to learn, and a weight changes where both of its "
        "ends fire.",
        PaperInference,
    ),
    "folded": _folded("circuit", "The error goes back through the same synapses, a layer a step."),
    "random-feedback": _folded(
        "random", "The error goes back through fixed random weights, a layer a step."
    ),
    "direct-feedback": _folded(
        "direct", "The outputs' error goes to all hidden layers at once, through random weights."
    ),
    "delta": _folded("delta", "There is no other layer for the error to go back to."),
}
