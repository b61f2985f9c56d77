"""The work behind ``backspike eval`` and ``backspike raster``: looking at what was learned."""

from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from backspike.cli.engines import maker
from backspike.experiments.circuits import CIRCUITS
from backspike.experiments.data.datasets import Dataset
from backspike.experiments.evaluation import infer
from backspike.experiments.files import check_file
from backspike.experiments.inputs import first_samples, load_data
from backspike.experiments.kernels_text import layer_shapes, read_kernels
from backspike.experiments.learned_circuit import (
    choose_sample,
    circuit_that_infers,
    lanes_for,
    of_run,
)
from backspike.experiments.progress import bars
from backspike.experiments.raster_pictures import groups_of, plot_raster
from backspike.experiments.rasters import sample_inputs, sample_rasters, write_waveform
from backspike.experiments.runs import RunFolder, RunResult
from backspike.experiments.weights_file import load_weights
from backspike.golden.engine import all_cycles
from backspike.golden.errors import UserError
from backspike.golden.files import check_replaceable, replace_file
from backspike.golden.nbp.arguments import layer_sizes
from backspike.golden.nbp.equations import evaluate
from backspike.golden.nbp.initial_weights import init_kernels
from backspike.golden.nbp.learning import PAPER
from backspike.sim.waves.save_files import wave_files

__all__ = ["eval_run", "raster_run", "refuse_given"]


def eval_run(
    console: Console,
    *,
    run: Path,
    engine: str,
    data_dir: Path | None,
    samples: int | None,
    lanes: int | None,
    kernels: str | None,
    **source: Any,
) -> bool:
    """Print the accuracy of a run's weights; returns whether the engine agrees with the equations.

    ``run`` is the folder of a run, finished or not, or a file of weights; ``source`` are arguments
    of :func:`load_data` for these, and ``kernels`` their convolutions.

    Raises
    ------
    ValueError
        If the run, its data or an option is unusable.
    """
    if engine == "equations" and lanes is not None:
        raise UserError(f"--lanes {lanes} is for an engine with a core: the equations have none")
    result, data = _learned(run, data_dir, source, kernels)
    x, y = first_samples(samples, data.x_test, data.y_test)
    expected = evaluate(result.weights, x, y, result.shapes)
    columns, cycles = {"equations": expected}, 0.0
    if engine != "equations":
        way = CIRCUITS[circuit_that_infers(result.circuit, result.shapes)]
        circuit = way.infer(result.weights, lanes or lanes_for(result.shapes), result.shapes)
        core = maker(console, engine)(circuit.program.params)
        with bars(console) as progress:
            task = progress.add_task(f"infer on {engine}", total=len(y))
            columns[engine], counters = infer(
                circuit, core, x, y, lambda n: progress.advance(task, n)
            )
        core.close()
        cycles = all_cycles(counters)
    table = Table("read-out", *columns)
    for n, name in enumerate(expected._fields):
        table.add_row(name, *(f"{column[n]:.4f}" for column in columns.values()))
    console.print(table)
    if cycles:
        console.print(f"{cycles:,.0f} cycles a sample, with the host's own")
    return all(column == expected for column in columns.values())


def _learned(
    run: Path, data_dir: Path | None, source: dict[str, Any], kernels: str | None
) -> tuple[RunResult, Dataset]:
    """Weights of a run, or in a file, and the data that they are for."""
    given = {name: value for name, value in source.items() if value is not None}
    if not run.is_file():
        refuse_given(
            {**given, "kernels": kernels}, f"is for a file of weights: RUN {run} has its own"
        )
        result = RunFolder(run).load_result()
        return result, load_data(**result.source, data_dir=data_dir)
    if "dataset" not in given:
        raise UserError(f"RUN {run} is a file of weights: name the --dataset that they are for")
    data = load_data(**given, data_dir=data_dir)
    weights = load_weights(f"RUN {run}", run)
    behind = weights[len(read_kernels(kernels)) :]
    sizes = len(weights[0]), *(w.shape[1] for w in behind)
    shapes = layer_shapes(data.image_shape, kernels, sizes)
    try:
        layers = layer_sizes(weights, shapes)
    except ValueError as error:
        raise UserError(f"RUN {run}: {error}") from None
    if (layers[0], layers[-1]) != (data.n_in, data.n_classes):
        raise UserError(
            f"RUN {run} has {layers[0]} inputs and {layers[-1]} outputs, {data.name} has "
            f"{data.n_in} inputs and {data.n_classes} classes"
        )
    return RunResult(source, "equations", None, shapes, weights, PAPER), data


def refuse_given(given: dict[str, Any], why: str) -> None:
    """Raise if an option has a value."""
    for name, value in given.items():
        if value is not None:
            raise UserError(f"--{name} {why}")


def raster_run(
    console: Console,
    *,
    run: Path | None,
    data_dir: Path | None,
    kernels: str | None,
    hidden: tuple[int, ...] | None,
    seed: int | None,
    circuit: str | None,
    samples: int | None,
    sample: str | None,
    engine: str,
    out: Path,
    **source: Any,
) -> None:
    """Write the spikes of test samples, with the weights of a run or with fresh ones.

    Raises
    ------
    ValueError
        If the run, the data, an option or the place to write to is unusable.
    """
    stem = out.with_suffix("") if out.suffix in (".png", ".vcd") else out
    picture, waveform = (stem.parent / (stem.name + end) for end in (".png", ".vcd"))
    if not out.name or out.is_dir():
        raise UserError(f"--out {out} is a folder: name files in it, such as {out / 'raster'}")
    check_replaceable(f"--out {out}", out)
    for path in (picture, *wave_files(waveform)):
        check_file("--out", path)
    if run is not None:
        fresh = {**source, "kernels": kernels, "hidden": hidden, "seed": seed}
        refuse_given(fresh, f"is for fresh weights: RUN {run} has its own")
        compiled, weights, shapes, data = of_run(run, data_dir, circuit)
    elif source["dataset"] is not None:
        data = load_data(**source, data_dir=data_dir)
        if hidden is None:
            hidden = () if kernels else (64,)
        sizes = data.n_in, *hidden, data.n_classes
        shapes = layer_shapes(data.image_shape, kernels, sizes)
        weights = init_kernels(shapes, 1 if seed is None else seed)
        way = CIRCUITS[circuit_that_infers(circuit or "equations", shapes)]
        compiled = way.learn(weights, lanes_for(shapes), shapes=shapes)
    else:
        raise UserError("name a RUN for its weights, or a --dataset for fresh ones")
    first = 0 if sample is None else choose_sample(sample, weights, data, shapes)
    count = samples or (2 if sample is None else 1)
    x, y = first_samples(count, data.x_test[first:], data.y_test[first:])
    core = maker(console, engine)(compiled.program.params)
    rasters = sample_rasters(compiled, core, x, y)
    core.close()
    classes = ", ".join(data.class_names[label] for label in y)
    last = first + len(y) - 1
    numbers = f"sample {first}" if first == last else f"samples {first} to {last}"
    title = f"Test {numbers} ({classes}), on the engine {engine}"
    inputs = sample_inputs(compiled, x, y)
    groups = groups_of(rasters, inputs, compiled.words)
    replace_file(picture, plot_raster(groups, title, compiled.labels).save)
    write_waveform(rasters, waveform, inputs=inputs, labels=compiled.labels)
    spikes = sum(int(raster.sum()) for raster in rasters.values())
    console.print(f"{picture} and {waveform}: {numbers}, {spikes} spikes", soft_wrap=True)
