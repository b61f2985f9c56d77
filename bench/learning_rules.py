"""nBP beside its alternatives, with the same layers, samples and lanes.

``python -m backspike.bench.learning_rules --dataset mnist --hidden 400,400 --epochs 5``

Accuracy comes from the equations of each, which its circuit follows in every weight (that is what
the tests of the circuits say). The hybrid's first layer learns in the RTL; what its hidden neurons
then say to every sample teaches the last layer by the equations. Weights, operations, updates and
cycles are those of the circuits in Verilator, when the second epoch begins.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from backspike.cli.options import PATH, SIZES
from backspike.experiments.circuits import CIRCUITS
from backspike.experiments.data.datasets import Dataset
from backspike.experiments.equations_learner import EquationsLearner, EquationsState
from backspike.experiments.examples.hybrid import LIFT, Hybrid, Sizes
from backspike.experiments.files import check_file
from backspike.experiments.inputs import load_data, shortened
from backspike.experiments.runs import Checkpoint
from backspike.experiments.train_loop import train_on
from backspike.golden.engine import Engine, all_cycles
from backspike.golden.files import replace_file, write_text
from backspike.golden.nbp.initial_weights import init_weights
from backspike.golden.nbp.training import epoch_order
from backspike.hdl.params import DEFAULT_LANES
from backspike.sim.engines.verilator import VerilatorEngine
from backspike.sim.figures import Picture, colour, new_figure, style
from backspike.sim.labels import End, label_ends
from backspike.sim.palette import CYCLE

__all__ = ["Result", "compare", "draw"]

SEED, MEASURED = 1, 64
#: Name in the table, circuit, and whether it has the hidden layers.
METHODS = (
    ("nBP", "folded", True),
    ("feedback alignment", "random-feedback", True),
    ("direct feedback alignment", "direct-feedback", True),
    ("delta rule, one layer", "delta", False),
)


@dataclass(frozen=True)
class Result:
    """One row: accuracy of a method after each epoch, and costs of a sample in the second."""

    method: str
    layers: tuple[int, ...]
    accuracy: list[float]
    weights: int
    operations: int
    learned: int
    cycles: int


def compare(
    data: Dataset,
    hidden: Sequence[int],
    epochs: int,
    lift: int,
    stdp_samples: int,
    tell: Callable[[str], None],
) -> list[Result]:
    """Train all methods and measure them; ``accuracy`` is by membrane, after every epoch."""
    results = []
    for method, name, deep in METHODS:
        layers = (data.n_in, *(hidden if deep else ()), data.n_classes)
        state = EquationsState.fresh(init_weights(layers, SEED, lift if deep else 0))
        run, variant = Checkpoint(*state), CIRCUITS[name].variant
        learner = EquationsLearner(state, variant=variant)
        train_on(learner, data, run, epochs=1, seed=SEED)
        # Later, there are fewer errors to learn from.
        circuit = CIRCUITS[name].learn(state.weights, DEFAULT_LANES)
        train_on(learner, data, run, epochs=epochs, seed=SEED)
        curve = [entry["test_membrane"] for entry in run.history]
        x, y = data.x_train[:MEASURED], data.y_train[:MEASURED]
        engine = VerilatorEngine(circuit.program.params, contracts=False)
        engine.load(circuit.program)
        before = engine.counters()
        spikes = circuit.stimulus(x, y, first=True)
        engine.run(circuit.steps * MEASURED, spikes, record=False)
        work = _spent(engine, before, MEASURED)
        engine.close()
        results.append(Result(method, layers, curve, circuit.program.weights, *work))
        tell(f"{method}: {curve[-1]:.4f}")
    results += _hybrid(data, hidden[0], epochs, stdp_samples, tell)
    return results


def _hybrid(
    data: Dataset, hidden: int, epochs: int, stdp_samples: int, tell: Callable[[str], None]
) -> list[Result]:
    """One hidden layer of the hybrid: ``stdp_samples`` of STDP, then nBP on the last layer."""
    sizes = Sizes(hidden=hidden, winners=max(2, hidden // 16), seed=SEED)
    hybrid = Hybrid(data, sizes, lambda program: VerilatorEngine(program.params))
    work = {}
    for phase, count in (("first", stdp_samples), ("last", MEASURED)):
        order = epoch_order(len(data.y_train), SEED, 0)[:count]
        x, y = data.x_train[order], data.y_train[order]
        before = hybrid.engine.counters()
        hybrid.learn_samples(phase, x, y)
        work[phase] = _spent(hybrid.engine, before, len(y))
    seen = hybrid.codes(data.x_train, data.y_train), hybrid.codes(data.x_test, data.y_test)
    hybrid.engine.close()
    state = EquationsState.fresh(init_weights((hidden, data.n_classes), SEED, LIFT))
    run, codes = Checkpoint(*state), replace(data, x_train=seen[0], x_test=seen[1])
    train_on(EquationsLearner(state), codes, run, epochs=epochs, seed=SEED)
    curve = [entry["test_membrane"] for entry in run.history]
    tell(f"hybrid: {curve[-1]:.4f}")
    layers, stored = (data.n_in, hidden, data.n_classes), hybrid.program.weights
    return [
        Result("hybrid, first layer: STDP", layers[:2], [], stored, *work["first"]),
        Result("hybrid, last layer: nBP", layers, curve, stored, *work["last"]),
    ]


def _spent(engine: Engine, before: dict[str, int], samples: int) -> tuple[int, int, int]:
    """Synaptic operations, synapses that rules visited and cycles of each of ``samples``."""
    after = engine.counters()
    spent = {name: (after[name] - before[name]) / samples for name in after}
    visited, cycles = spent["synapses_visited"], all_cycles(spent)
    return round(spent["synaptic_ops"]), round(visited), round(cycles)


@style()
def draw(results: Sequence[Result], title: str) -> Picture:
    """Accuracy over epochs, and costs of each method."""
    figure = new_figure(11, 4)
    curves, weights, cycles = figure.subplots(1, 3, width_ratios=(1.9, 1, 1))
    ends = []
    for result, hue in zip(results, CYCLE, strict=True):
        if result.accuracy:
            epochs = range(1, len(result.accuracy) + 1)
            curves.plot(epochs, result.accuracy, "o-", ms=3, color=colour(hue))
            last = result.accuracy[-1]
            ends.append(End(epochs[-1], last, f"{result.method} {last:.3f}", hue))
    curves.set(xlabel="epoch", ylabel="accuracy on the test split (membrane)", title=title)
    curves.locator_params(axis="x", integer=True)
    curves.grid(lw=0.6)
    names = [result.method for result in results]
    for axes, values, label in (
        (weights, [result.weights for result in results], "weights stored"),
        (cycles, [result.cycles for result in results], "cycles a sample"),
    ):
        bars = axes.barh(names, values, color=[colour(hue) for hue in CYCLE])
        axes.bar_label(bars, fmt="{:,.0f}", fontsize=8, padding=2)
        axes.set(title=label, xticks=[], xlim=(0, 1.3 * max(values)))
        axes.invert_yaxis()
        axes.spines["bottom"].set_visible(False)
        axes.tick_params("y", length=0, labelsize=8)
    cycles.set_yticklabels([])
    label_ends(curves, ends)
    told = "; ".join(
        f"{r.method}: {f'accuracy {r.accuracy[-1]:.3f}, ' if r.accuracy else ''}{r.weights:,} "
        f"weights, {r.cycles:,} cycles"
        for r in results
    )
    return Picture(figure, f"{title}: {told}")


@click.command()
@click.option("--dataset", default="digits", show_default=True)
@click.option("--data-dir", type=PATH, help="Folder of the IDX files.")
@click.option("--hidden", default="64,64", type=SIZES, show_default=True)
@click.option("--samples", type=click.IntRange(1), help="The first N of the training split only.")
@click.option("--epochs", default=25, type=click.IntRange(1), show_default=True)
@click.option("--lift", default=64, type=click.IntRange(0, 240), show_default=True)
@click.option("--stdp-samples", default=1437, type=click.IntRange(1), show_default=True)
@click.option("--out", type=PATH, help="JSON to write: title and rows.")
@click.option("--picture", type=PATH, help="SVG or PNG to write.")
def main(
    dataset: str,
    data_dir: Path | None,
    hidden: tuple[int, ...],
    samples: int | None,
    epochs: int,
    lift: int,
    stdp_samples: int,
    out: Path | None,
    picture: Path | None,
) -> None:
    """Compare nBP with its alternatives: one table, one picture."""
    console = Console(width=120)
    for option, path in (("--out", out), ("--picture", picture)):
        if path is not None:
            check_file(option, path)
    data = shortened(load_data(dataset, data_dir, None), samples)
    results = compare(data, hidden, epochs, lift, stdp_samples, console.print)
    table = Table(
        "method",
        "layers",
        f"accuracy, {epochs} epochs",
        "weights",
        "operations",
        "learned",
        "cycles",
    )
    for r in results:
        accuracy = f"{r.accuracy[-1]:.4f}" if r.accuracy else "-"
        numbers = [f"{n:,}" for n in (r.weights, r.operations, r.learned, r.cycles)]
        table.add_row(r.method, "-".join(map(str, r.layers)), accuracy, *numbers)
    console.print(table)
    title = f"{dataset}, hidden {'-'.join(map(str, hidden))}"
    if out is not None:
        rows = [asdict(result) for result in results]
        write_text(out, json.dumps({"title": title, "results": rows}, indent=1) + "\n")
    if picture is not None:
        replace_file(picture, draw(results, title).save)


if __name__ == "__main__":
    main()
