"""Circuits that run nBP, or an alternative to it, on a core, by name."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from backspike.experiments.inference_circuits import (
    FoldedInference,
    InferenceCircuit,
    PaperInference,
)
from backspike.experiments.learning_circuits import FoldedCircuit, LearningCircuit, PaperCircuit
from backspike.golden.errors import UserError
from backspike.golden.nbp.arguments import Weights
from backspike.golden.nbp.folded_circuit import FOLDED_RULE
from backspike.golden.nbp.learning import PAPER, LearningOptions
from backspike.golden.nbp.paper_circuit import PAPER_RULE
from backspike.hdl.params import CoreParams

__all__ = ["CIRCUITS", "Circuit"]


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
    infer : callable
        Weights and lanes to an :class:`InferenceCircuit`.
    """

    rule: str
    variant: str
    checked: str
    infer: Callable[[Weights, int], InferenceCircuit]

    def learn(
        self,
        weights: Weights,
        core: int | CoreParams,
        *,
        rule: str | None = None,
        learning: LearningOptions = PAPER,
        seed: int = 0,
        rivals: bool = False,
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
            )
        if learning != PAPER or rivals:
            raise UserError(f"the paper's circuit learns as the paper says, not with {learning}")
        return PaperCircuit(weights, core, rule)


def _folded(variant: str) -> Circuit:
    named = "" if variant == "circuit" else f", variant {variant}"
    checked = f"golden equations{named}: every weight after every epoch"
    return Circuit(FOLDED_RULE, variant, checked, FoldedInference)


#: By the name that the command line gives them.
CIRCUITS: Mapping[str, Circuit] = {
    "paper": Circuit(
        PAPER_RULE,
        "paper",
        "golden equations, variant paper: all eight plastic matrices after every epoch",
        PaperInference,
    ),
    "folded": _folded("circuit"),
    "random-feedback": _folded("random"),
    "direct-feedback": _folded("direct"),
    "delta": _folded("delta"),
}
