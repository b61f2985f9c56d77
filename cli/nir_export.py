"""The ``backspike nir export`` command."""

from pathlib import Path

import click

from backspike.cli.console import console, verdict
from backspike.cli.options import PATH
from backspike.experiments.files import check_file
from backspike.experiments.runs import RunFolder
from backspike.golden.errors import UserError
from backspike.golden.nbp.folded_circuit import folded_inference
from backspike.golden.network.network import Network
from backspike.golden.network.network_file import load_network
from backspike.golden.nir.export import nir_graph
from backspike.golden.nir.graph_file import write_graph

__all__ = ["export_nir"]


@click.command()
@click.argument("source", type=PATH)
@click.option(
    "--dt",
    type=float,
    default=1e-4,
    show_default=True,
    help="seconds of a time step; snnTorch has 1e-4",
)
@click.option(
    "--late-biases",
    is_flag=True,
    help="biases begin with the first spike, not with the first step: fewer Delay nodes",
)
@click.option("-o", "--out", type=PATH, help="graph to write [default: SOURCE.nir, here]")
def export_nir(source: Path, dt: float, late_biases: bool, out: Path | None) -> None:
    """Write a network as a NIR graph, which other frameworks read.

    SOURCE is a network (.npz, by `backspike.save_network` or `nir import`), or the folder of a
    run, whose forward pass is written with the weights that it has learned.
    """
    target = out or Path(f"{source.resolve().stem}.nir")
    if target.suffix != ".nir":
        raise UserError(f"--out {target} must end in .nir")
    check_file("--out", target)
    network = _network(source)
    made = nir_graph(network, dt=dt, late_biases=late_biases)
    write_graph(target, made.graph)
    for line in made.left_out:
        console.print(f"left out: {line}", highlight=False, soft_wrap=True)
    if made.differences:
        text = f"an import makes a program that differs in {', '.join(made.differences)}"
        console.print(verdict(text, good=False), soft_wrap=True)
    else:
        console.print(verdict("an import makes the same program, word for word", good=True))
    nodes, edges = len(made.graph.nodes), len(made.graph.edges)
    console.print(f"{target}: {nodes} nodes, {edges} edges, steps of {dt:g} s", highlight=False)


def _network(source: Path) -> Network:
    """The network of a file, or the forward pass of a run."""
    if source.is_dir():
        result = RunFolder(source).load_result()
        return folded_inference(result.weights, result.shapes)
    return load_network(source)
