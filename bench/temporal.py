"""Costs of integers, of signs of errors, and of learning online: four forms of one network in time.

``python -m backspike.bench.temporal --dataset japanese-vowels``

All start from the same weights and have the same samples, epochs and constants, which are those of
`backspike.experiments.temporal.presets`. The integers are the equations that a core follows in
every weight. Beside them are the same rule in floating point, that rule with real errors, and exact
gradients through all steps; the rates of these two are chosen on training samples, too. Exact nBP
is told all steps at once.
"""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import click
import numpy as np
from rich.console import Console
from rich.table import Table

from backspike.cli.options import PATH
from backspike.experiments.files import check_file
from backspike.experiments.presets import PRESETS as NBP_PRESETS
from backspike.experiments.temporal.data import TemporalData, load_temporal
from backspike.experiments.temporal.presets import PRESETS, TemporalPreset
from backspike.golden.compiler.compiler import compile_network
from backspike.golden.files import write_text
from backspike.golden.nbp.equations import forward
from backspike.golden.nbp.initial_weights import init_weights
from backspike.golden.nbp.learning import TrainingPhase, random_states
from backspike.golden.nbp.training import epoch_order, train
from backspike.golden.temporal.circuit import TemporalWeights, temporal_circuit
from backspike.golden.temporal.equations import TemporalEquations
from backspike.golden.temporal.float_form import UNIT, float_form, float_weights
from backspike.golden.temporal.float_network import FloatTemporal
from backspike.golden.temporal.float_rule import float_predict, float_train
from backspike.golden.temporal.initial_weights import initial_weights
from backspike.golden.temporal.offline import Adam, offline_train
from backspike.golden.temporal.samples import TemporalSamples

__all__ = ["BESIDE", "FORMS", "REAL", "RealErrors", "Training", "compare"]


class RealErrors(NamedTuple):
    """Settings of the forms with real errors, for weights in units of the threshold."""

    rate: float
    rate_out: float
    step: float
    """Of Adam."""
    batch: int
    errors: str


#: By data set.
REAL = {
    "japanese-vowels": RealErrors(3e-3, 1e-3, 5e-3, 10, "every"),
    "mnist1d": RealErrors(1e-2, 1e-3, 5e-3, 50, "end"),
    "mnist-rows": RealErrors(1e-2, 1e-3, 5e-3, 100, "end"),
}


class Training(NamedTuple):
    """A network that is about to be trained."""

    preset: TemporalPreset
    real: RealErrors
    weights: TemporalWeights
    train: TemporalSamples
    seed: int

    @property
    def layers(self) -> tuple[int, ...]:
        """Sizes, the input's first."""
        return self.weights.layers

    def orders(self) -> list[np.ndarray]:
        """Samples of each epoch."""
        n = len(self.train.y)
        return [epoch_order(n, self.seed, epoch) for epoch in range(self.preset.epochs)]

    def shares(self) -> list[float]:
        """Share of the first rates that is left in each epoch."""
        halving = self.preset.options.halving
        epochs = range(self.preset.epochs)
        return [2.0 ** (-epoch / halving) if halving else 1.0 for epoch in epochs]


Predictor = Callable[[TemporalSamples], np.ndarray]


def _integers(training: Training) -> Predictor:
    """The equations that a core follows."""
    weights, options = training.weights.copy(), training.preset.options
    program = compile_network(temporal_circuit(weights, options, seed=training.seed))
    random = random_states(program.params.lanes, training.seed)
    equations = TemporalEquations(program, weights, options, random)
    for epoch, order in enumerate(training.orders()):
        equations.begin(epoch)
        equations.learn(training.train.of(order))
    return equations.predict


def _signs(training: Training) -> Predictor:
    """The same rule in floating point."""
    model, rate, rate_out = float_form(training.layers, training.preset.options)
    weights = float_weights(training.weights, training.preset.options)
    for order, share in zip(training.orders(), training.shares(), strict=True):
        float_train(model, weights, *training.train, order, rate * share, rate_out * share)
    return lambda samples: float_predict(model, weights, samples.x, samples.lengths)


def _real_model(training: Training) -> tuple[FloatTemporal, float]:
    """Network with real errors, and its threshold, in the units of its weights."""
    options, errors = training.preset.options, training.real.errors
    unit = options.threshold / UNIT
    settle = 0 if errors == "end" else options.settle
    changes = {"kind": "real", "errors": errors, "settle": settle, "temperature": unit}
    return float_form(training.layers, options, **changes).model, unit


def _real(training: Training) -> Predictor:
    """The online rule with real errors."""
    (model, unit), real = _real_model(training), training.real
    weights = float_weights(training.weights, training.preset.options)
    for order, share in zip(training.orders(), training.shares(), strict=True):
        rates = real.rate * share, real.rate_out * unit * share
        float_train(model, weights, *training.train, order, *rates)
    return lambda samples: float_predict(model, weights, samples.x, samples.lengths)


def _offline(training: Training) -> Predictor:
    """Backpropagation through time."""
    (model, unit), real = _real_model(training), training.real
    weights, optimiser = float_weights(training.weights, training.preset.options), Adam()
    for order, share in zip(training.orders(), training.shares(), strict=True):
        optimiser.rate = real.step * unit * share
        offline_train(model, weights, *training.train, order, real.batch, optimiser)
    return lambda samples: float_predict(model, weights, samples.x, samples.lengths)


def _at_once(training: Training) -> Predictor:
    """Exact nBP, which knows no time: the spikes of all steps are inputs of one sample."""
    n_in = training.train.x[0].size
    layers = (n_in, *training.preset.hidden, training.layers[-1])
    epochs = training.preset.epochs
    learning = NBP_PRESETS["recommended"](epochs)
    weights, random = init_weights(layers, training.seed), random_states(16, training.seed)
    x, y = _flat(training.train), training.train.y
    for epoch, order in enumerate(training.orders()):
        phase = TrainingPhase(epoch)
        train(weights, x, y, order, learning=learning, phase=phase, random=random)
    return lambda samples: forward(weights, _flat(samples, n_in))[-1].argmax(axis=1)


def _flat(samples: TemporalSamples, n_in: int = 0) -> np.ndarray:
    """Spikes of all steps side by side, ``n_in`` of them, or all."""
    flat = np.ascontiguousarray(samples.x, np.uint8).reshape(len(samples.y), -1)
    missing = max(0, n_in - flat.shape[1])
    return np.pad(flat, ((0, 0), (0, missing)))[:, : n_in or None]


#: Forms by name; what each costs is what the next one has more.
FORMS: dict[str, Callable[[Training], Predictor]] = {
    "integers, as on the core": _integers,
    "the same rule in floating point": _signs,
    "with real errors": _real,
    "offline, backpropagation through time": _offline,
}


BESIDE = {"nBP, all steps at once": _at_once}
"""Ways of learning that are none of these forms."""


def compare(
    data: TemporalData,
    preset: TemporalPreset,
    real: RealErrors,
    seeds: Sequence[int],
    tell: Callable[[str], None],
) -> dict[str, list[float]]:
    """Accuracies of each form by seed: on validation samples, if some were set aside, else on test
    samples."""
    judged = data.validation or data.test
    layers = (data.train.x.shape[2], *preset.hidden, data.series.n_classes)
    forms = FORMS | BESIDE
    found: dict[str, list[float]] = {name: [] for name in forms}
    for seed in seeds:
        weights = initial_weights(
            layers,
            threshold=preset.options.threshold,
            active=data.active,
            recurrent=preset.options.recurrent,
            seed=seed,
            in_exponent=preset.options.in_exponent,
        )
        training = Training(preset, real, weights, data.train, seed)
        for name, form in forms.items():
            found[name].append(float(np.mean(form(training)(judged) == judged.y)))
            tell(f"seed {seed}, {name}: {found[name][-1]:.4f}")
    return found


@click.command()
@click.option("--dataset", type=click.Choice(sorted(REAL)), default="japanese-vowels")
@click.option("--data-dir", type=PATH, help="Folder of MNIST's files, for mnist-rows.")
@click.option("--samples", type=click.IntRange(1), help="The first N of the training split only.")
@click.option("--epochs", type=click.IntRange(1), help="Those of the preset, if left out.")
@click.option("--seeds", default=3, type=click.IntRange(1), show_default=True)
@click.option("--validation", type=float, help="Judge by this share of the training split.")
@click.option("--out", type=PATH, help="JSON to write.")
def main(
    dataset: str,
    data_dir: Path | None,
    samples: int | None,
    epochs: int | None,
    seeds: int,
    validation: float | None,
    out: Path | None,
) -> None:
    """Compare four forms of learning over time: one table."""
    console = Console(width=120)
    if out is not None:
        check_file("--out", out)
    preset = PRESETS[dataset]
    if epochs is not None:
        preset = preset._replace(epochs=epochs)
    data = load_temporal(
        dataset, preset.encoder, samples=samples, data_dir=data_dir, validation=validation
    )
    numbers = list(range(1, seeds + 1))
    found = compare(data, preset, REAL[dataset], numbers, console.print)
    judges = "test" if validation is None else "validation"
    table = Table(dataset, f"accuracy, {judges} samples", "of seeds", "more than the row above")
    before: float | None = None
    for name, accuracies in found.items():
        mean = float(np.mean(accuracies))
        more = "" if before is None or name in BESIDE else f"{mean - before:+.4f}"
        table.add_row(name, f"{mean:.4f}", " ".join(f"{a:.4f}" for a in accuracies), more)
        before = mean
    console.print(table)
    if out is not None:
        write_text(
            out, json.dumps({"dataset": dataset, "judges": judges, **found}, indent=1) + "\n"
        )


if __name__ == "__main__":
    main()
