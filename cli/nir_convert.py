"""The ``backspike nir convert`` command: a float network as a graph that spikes."""

from pathlib import Path
from typing import get_args

import click
from rich.table import Table

from backspike.cli.console import console
from backspike.cli.nir_import import rounding_options
from backspike.cli.nir_tables import node_table
from backspike.cli.options import PATH, VALUES, WHOLE
from backspike.experiments.files import check_file
from backspike.experiments.float_weights import load_values, load_weights
from backspike.experiments.progress import bars
from backspike.golden.conversion.accuracy import STEPS, Accuracy, accuracy_by_steps
from backspike.golden.conversion.coding import Code
from backspike.golden.conversion.convert import Conversion, Read, convert
from backspike.golden.conversion.graph import DT
from backspike.golden.conversion.inputs import Channels
from backspike.golden.errors import UserError
from backspike.golden.files import write_arrays
from backspike.golden.names import counted
from backspike.golden.nir.graph_file import write_graph
from backspike.golden.nir.scales import Scaling

__all__ = ["accuracy_table", "convert_file"]

#: Calibration samples that are compared where no others are named.
_COMPARED = 200


@click.command()
@click.argument("weights", type=PATH)
@click.option(
    "--calibration",
    type=PATH,
    metavar="DATA",
    help="inputs x (.npz, .npy) that scales are taken from; not those of a test",
)
@click.option("--layers", help='such as "conv padding=1, relu, avgpool 2, flatten, dense"')
@click.option(
    "--channels",
    type=click.Choice(get_args(Channels)),
    default="first",
    show_default=True,
    help="of images; last: weights, too, as in Keras",
)
@click.option(
    "--percentile",
    type=float,
    default=99.9,
    show_default=True,
    help="of a layer's activations above 0 that is a spike in each step",
)
@click.option(
    "--read",
    type=click.Choice(get_args(Read)),
    default="spikes",
    show_default=True,
    help="outputs are neurons that spike, or sums that are read in each step",
)
@click.option(
    "--charge/--no-charge",
    default=True,
    show_default=True,
    help="neurons begin at half their threshold, by a second input",
)
@rounding_options
@click.option(
    "--code",
    type=click.Choice(get_args(Code)),
    default="regular",
    show_default=True,
    help="spikes of inputs: evenly spaced, or by chance",
)
@click.option("--seed", type=WHOLE(0), default=1, show_default=True, help="of --code bernoulli")
@click.option(
    "--steps",
    type=VALUES(1, 1 << 14),
    default=",".join(map(str, STEPS)),
    show_default=True,
    help="after which predictions are compared",
)
@click.option("--test", type=PATH, metavar="DATA", help="inputs x and labels y that are compared")
@click.option("--samples", type=WHOLE(1), help="that are compared: the first ones")
@click.option("--spikes", type=PATH, help="write their spikes here (.npz), for `nir report`")
@click.option("-o", "--out", type=PATH, help="graph to write [default: WEIGHTS.nir, here]")
def convert_file(
    weights: Path,
    calibration: Path | None,
    layers: str | None,
    channels: Channels,
    percentile: float,
    read: Read,
    charge: bool,
    scaling: Scaling,
    synapses: int,
    code: Code,
    seed: int,
    steps: tuple[int, ...],
    test: Path | None,
    samples: int | None,
    spikes: Path | None,
    out: Path | None,
) -> None:
    """Convert a float network with ReLUs to a NIR graph that spikes.

    WEIGHTS is an .npz of arrays such as 0.weight and 0.bias, or a state dict of torch (.pt). One
    table says what a rate stands for in each layer, another one the accuracies of the float
    network, of the spiking graph in floating point and of the core, by steps.
    """
    state, stored = load_weights(weights)
    target = out or Path(f"{weights.stem}.nir")
    _check(target, calibration, test, spikes)
    assert calibration is not None
    values = load_values(calibration)
    x, y = load_values(test) if test else values
    count = samples or (len(x) if test else _COMPARED)
    x, y = x[:count], None if y is None else y[:count]
    made = convert(
        state,
        values[0],
        layers=stored if layers is None else layers,
        channels=channels,
        percentile=percentile,
        read=read,
        charge=charge,
        scaling=scaling,
        synapses=synapses,
    )
    made.arranged(x, str(test or calibration))  # of which an error names the file
    coded = made.spikes(x, max(steps), code=code, seed=seed) if spikes else {}
    with bars(console) as progress:
        task = progress.add_task("compare", total=len(x))
        found = accuracy_by_steps(
            made,
            x,
            y,
            steps=steps,
            code=code,
            seed=seed,
            progress=lambda n: progress.update(task, completed=n),
        )
    write_graph(target, made.graph)
    if spikes is not None:
        labels = {} if y is None else {"y": y}
        write_arrays(spikes, {**coded, **labels})
    console.print(node_table(made.imported.records))
    _show(made, found, code, seed)
    console.print(_of_what(test, calibration, found), highlight=False, soft_wrap=True)
    console.print(accuracy_table(found))
    console.print(f"{target}: {made.imported.network}", highlight=False, soft_wrap=True)
    if spikes is not None:
        command = f"backspike nir report {target} --dt {DT:g} --reset subtract --data {spikes}"
        console.print(command, highlight=False, soft_wrap=True)


def _check(target: Path, calibration: Path | None, test: Path | None, spikes: Path | None) -> None:
    """Refuse files that cannot be written, and options that exclude each other."""
    if target.suffix != ".nir":
        raise UserError(f"--out {target} must end in .nir")
    check_file("--out", target)
    if spikes is not None:
        if spikes.suffix != ".npz":
            raise UserError(f"--spikes {spikes} must end in .npz")
        check_file("--spikes", spikes)
    if calibration is None:
        raise UserError("--calibration is missing: scales are taken from inputs, x in a file")
    if test is not None and test.resolve() == calibration.resolve():
        raise UserError(f"--test {test} must not be the --calibration that scales are taken from")


def _show(made: Conversion, found: Accuracy, code: Code, seed: int) -> None:
    """Print what rates stand for."""
    table = Table("layer", "population", "neurons", "spike a step", "largest", "threshold")
    table.add_column("silent")
    for column in table.columns[2:]:
        column.justify = "right"
    for one in made.populations:
        numbers = (f"{one.scale:.5g}", f"{one.most:.5g}", f"{one.threshold:.5g}")
        silent = f"{one.silent:.1%}" if one.silent else ""
        table.add_row(one.layer, one.population, f"{one.neurons:,}", *numbers, silent)
    console.print(table)
    chance = f", seed {seed}" if code == "bernoulli" else ""
    signs = "; two for each input, above and below 0" if made.inputs.signed else ""
    limited = f"; {found.limited:.2%} of the inputs are limited to that" if found.limited else ""
    console.print(
        f"inputs: {code} spikes{chance}, one a step is {made.inputs.high:.5g}{signs}{limited}; "
        f"percentile {made.percentile:g} of {counted(made.samples, 'calibration sample')}",
        highlight=False,
        soft_wrap=True,
    )


def _of_what(test: Path | None, calibration: Path, found: Accuracy) -> str:
    """The samples that are compared, and how the float network does on them."""
    seen = "" if test else ", which scales were taken from"
    right = "" if found.network is None else f": {found.network:.4f} in the float network"
    return f"{counted(found.samples, 'sample')}, {test or calibration}{seen}{right}"


def accuracy_table(found: Accuracy) -> Table:
    """Accuracies by steps."""
    table = Table("steps", "spiking graph, float", "core", "core as float network")
    for column in table.columns:
        column.justify = "right"
    for row in found.rows:
        sides = ("" if one is None else f"{one:.4f}" for one in (row.graph, row.core))
        table.add_row(f"{row.steps:,}", *sides, f"{row.agree:.2%}")
    return table
