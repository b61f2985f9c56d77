"""The circuit of a run, with what it has learned, and samples of its data by choice."""

import math
from pathlib import Path
from typing import NamedTuple

import numpy as np

from backspike.experiments.circuits import CIRCUITS
from backspike.experiments.data.datasets import Dataset
from backspike.experiments.inputs import load_data
from backspike.experiments.learning_circuits import LearningCircuit
from backspike.experiments.mistakes import mistakes_of
from backspike.experiments.runs import RunFolder
from backspike.golden.errors import UserError
from backspike.golden.names import unknown
from backspike.golden.nbp.arguments import Shapes
from backspike.golden.nbp.layer_shapes import LayerShape, all_dense
from backspike.golden.nbp.learning import PAPER
from backspike.hdl.params import DEFAULT_LANES

__all__ = [
    "FIRST_MISTAKE",
    "LearnedCircuit",
    "choose_sample",
    "circuit_that_infers",
    "lanes_for",
    "of_run",
]

#: Choice of the first test sample that the membrane read-out takes for another class.
FIRST_MISTAKE = "first mistake"


class LearnedCircuit(NamedTuple):
    """A circuit, the weights that it begins with, and the data that they are for."""

    circuit: LearningCircuit
    weights: list[np.ndarray]
    shapes: tuple[LayerShape, ...]
    data: Dataset


def circuit_that_infers(circuit: str, shapes: Shapes) -> str:
    """The circuit that infers what a run has learned: of the equations, the paper's if it can."""
    if circuit in CIRCUITS:
        return circuit
    return "paper" if len(shapes) == 2 and all_dense(shapes) else "folded"


def lanes_for(shapes: Shapes) -> int:
    """Lanes of a core for layers of these shapes: the usual ones, if filters can be spread so."""
    return math.gcd(DEFAULT_LANES, *(shape.filters for shape in shapes if not shape.is_dense))


def of_run(run: Path, data_dir: Path | None, circuit: str | None = None) -> LearnedCircuit:
    """The circuit of a run, or another one with the run's weights.

    Raises
    ------
    UserError
        If the run cannot be read, or has learned by a rule that the other circuit has not.
    """
    result = RunFolder(run).load_result()
    data = load_data(**result.source, data_dir=data_dir)
    if circuit is not None and result.rule is not None and circuit != result.circuit:
        raise UserError(f"--circuit {circuit}: RUN {run} learned in the other, {result.rule!r}")
    name = circuit_that_infers(circuit or result.circuit, result.shapes)
    learning = result.learning if name == "folded" == result.circuit else PAPER
    compiled = CIRCUITS[name].learn(
        result.weights,
        lanes_for(result.shapes),
        rule=result.rule,
        learning=learning,
        shapes=result.shapes,
    )
    return LearnedCircuit(compiled, result.weights, result.shapes, data)


def choose_sample(
    choice: str, weights: list[np.ndarray], data: Dataset, shapes: Shapes | None = None
) -> int:
    """Number of a test sample.

    Parameters
    ----------
    choice : str
        The number itself, ``class:NAME`` for the first sample of a class, or ``first mistake``.

    Raises
    ------
    UserError
        If there is no such sample.
    """
    kind, _, name = choice.partition(":")
    if kind == "class":
        if name not in data.class_names:
            raise unknown("--sample class", name, data.class_names)
        found = np.flatnonzero(data.y_test == data.class_names.index(name))
        if not found.size:
            raise UserError(f"--sample {choice}: the test split has no sample of that class")
        return int(found[0])
    if choice.replace("-", " ") == FIRST_MISTAKE:
        mistakes = mistakes_of(weights, data, shapes)
        if not mistakes:
            raise UserError(f"--sample {choice!r}: every test sample is read right")
        return mistakes[0].sample
    last = len(data.y_test) - 1
    if not choice.isdecimal() or int(choice) > last:
        raise UserError(
            f"--sample must be a number from 0 to {last}, class:NAME or {FIRST_MISTAKE!r}, "
            f"not {choice!r}"
        )
    return int(choice)
