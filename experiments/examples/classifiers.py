"""Handwritten digits: nBP, and what is done where no error can go back through the weights.

One circuit, the folded one, with equal layers, samples and first weights; only the way of the
error differs. Every weight is compared with the equations at the end.
"""

from collections.abc import Callable

import numpy as np
from matplotlib.figure import Figure

from backspike.experiments.circuits import CIRCUITS
from backspike.experiments.data.datasets import load_dataset
from backspike.experiments.equations_learner import EquationsLearner, EquationsState
from backspike.experiments.evaluation import chance
from backspike.experiments.examples.example import Example, MakeEngine, Outcome
from backspike.experiments.learners import CircuitLearner
from backspike.experiments.runs import Checkpoint
from backspike.experiments.train_loop import train_on
from backspike.experiments.weight_pictures import draw_fields
from backspike.golden.nbp.equations import evaluate
from backspike.golden.nbp.folded_circuit import FOLDED_RULE
from backspike.golden.nbp.initial_weights import init_weights
from backspike.hdl.params import DEFAULT_LANES
from backspike.sim.figures import colour, new_figure, style
from backspike.sim.labels import End, label_ends

__all__ = ["EXAMPLES"]

SEED, LIFT, EPOCHS = 1, 64, 6


def _runner(
    name: str, circuit_name: str, hidden: tuple[int, ...], enough: float
) -> Callable[[MakeEngine], Outcome]:
    """A run that learns digits in a circuit, to an accuracy of at least ``enough``."""

    def run(make: MakeEngine) -> Outcome:
        data, circuit = load_dataset("digits"), CIRCUITS[circuit_name]
        layers = (data.n_in, *hidden, data.n_classes)
        weights = init_weights(layers, SEED, LIFT if hidden else 0)
        compiled = circuit.learn(weights, DEFAULT_LANES)
        state = EquationsState.fresh(weights)
        equations = EquationsLearner(state, variant=circuit.variant)
        learner, run = (
            CircuitLearner(compiled, make(compiled.program), equations),
            Checkpoint(*state),
        )
        curve = [evaluate(learner.weights(), data.x_test, data.y_test).membrane]
        train_on(learner, data, run, epochs=EPOCHS, seed=SEED, check=False)
        curve += [entry["test_membrane"] for entry in run.history]
        samples = EPOCHS * len(data.y_train)
        work, mismatches = learner.counters(), learner.mismatches()
        facts = {
            "accuracy on the test split, at first": curve[0],
            f"accuracy after {EPOCHS} epochs": curve[-1],
            "weights stored": compiled.program.weights,
            "synaptic operations a sample": round(work["synaptic_ops"] / samples),
            "weights that differ from the equations": mismatches,
        }
        learned = curve[-1] >= enough and not mismatches
        guessed = chance(data.y_test)
        figure = _figure(name, curve, guessed, learner.weights()[0], data.image_shape)
        return Outcome(facts, learned, figure)

    return run


@style()
def _figure(
    name: str,
    curve: list[float],
    guessed: float,
    w1: np.ndarray,
    image_shape: tuple[int, int, int] | None,
) -> Figure:
    figure = new_figure(9, 3.6)
    left, right = figure.subplots(1, 2, width_ratios=(1, 1.6))
    left.plot(curve, "o-", ms=4)
    left.axhline(guessed, color=colour("soft"), ls=":")
    left.set(xlabel="epoch", ylabel="accuracy on the test split (membrane)", ylim=(0, 1))
    left.set_xlim(0, len(curve) - 1)
    left.set_title(name)
    left.grid(lw=0.6)
    ends = ((curve[-1], f"{curve[-1]:.3f}", "blue"), (guessed, "chance", "soft"))
    label_ends(left, [End(len(curve) - 1, height, text, hue) for height, text, hue in ends])
    weights = draw_fields(right, w1, image_shape)
    right.set_title("Input weights of the first layer")
    figure.colorbar(weights, ax=right, label="negative inhibits, positive excites", shrink=0.7)
    return figure


def _example(
    name: str, about: str, circuit: str, hidden: tuple[int, ...], enough: float
) -> Example:
    return Example(name, about, (FOLDED_RULE,), _runner(name, circuit, hidden, enough))


EXAMPLES = (
    _example("nbp", "digits, by exact backpropagation (nBP)", "folded", (32, 32), 0.8),
    _example(
        "feedback-alignment",
        "digits, errors back through random weights, layer by layer",
        "random-feedback",
        (32, 32),
        0.6,
    ),
    _example(
        "direct-feedback-alignment",
        "digits, the output's error to every layer through random weights",
        "direct-feedback",
        (32, 32),
        0.6,
    ),
    _example("delta-rule", "digits, one layer alone, by its own error", "delta", (), 0.8),
)
