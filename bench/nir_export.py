"""Exported networks in snnTorch, by nirtorch, beside the golden core: spikes that differ.

``pip install "backspike[torch]"``, then ``python -m backspike.bench.nir_export``
"""

from collections.abc import Iterator
from typing import Any

import click
import nir
import numpy as np
from rich.table import Table

from backspike.cli.console import console
from backspike.golden.compiler.compiler import compile_network
from backspike.golden.core.golden_core import GoldenCore
from backspike.golden.engine import Stimulus
from backspike.golden.errors import UserError
from backspike.golden.network.network import Network
from backspike.golden.nir.export import nir_graph
from backspike.golden.nir.reference import run_float
from backspike.golden.nir.to_network import read_nir

__all__ = ["layered", "main", "spikes_of_the_core", "spikes_of_the_graph", "spikes_of_torch"]

SIZES = (20, 15, 5)
STEPS, RATE, NETWORKS = 2_000, 0.2, 5
#: Seconds of a time step: snnTorch's.
DT = 1e-4
#: Constants of the neurons that are compared, by what they are called.
NEURONS: dict[str, dict[str, Any]] = {
    "nothing stays, reset to zero": {"tau_v": 0},
    "leaky, reset to zero": {"tau_v": 20},
    "leaky, subtracted a step later": {"tau_v": 20, "reset": "delayed"},
    "leaky, subtracted at once": {"tau_v": 20, "reset": "subtract"},
}


def layered(seed: int, **constants: Any) -> Network:
    """Layers ``n1``, with a bias, and ``n2`` behind an input ``in``; weights by chance."""
    rng, network = np.random.default_rng(seed), Network()
    source: Any = network.input("in", SIZES[0])
    for k, size in enumerate(SIZES[1:], 1):
        bias = 2.0 if k == 1 else 0.0
        cells = network.population(f"n{k}", size, threshold=250, bias=bias, **constants)
        weights = rng.integers(-60, 90, (source.size, size))
        network.connect(f"W{k}", source, cells, weights, pattern="all-to-all")
        source = cells
    return network


def spikes_of_the_core(network: Network, x: np.ndarray) -> Iterator[np.ndarray]:
    """Spikes of each layer on the golden core, bool, in the steps of a graph."""
    depths = range(1, len(SIZES))
    program = compile_network(network)
    core = GoldenCore(program.params)
    core.load(program)
    later = np.zeros((len(SIZES), SIZES[0]), x.dtype)
    record = core.run(len(x) + len(later), Stimulus.of(np.vstack([x, later])))
    for depth in depths:
        raster = record.raster(len(x) + len(later), *program.populations[f"n{depth}"])
        yield raster[depth : depth + len(x)]


def spikes_of_the_graph(network: Network, x: np.ndarray) -> Iterator[np.ndarray]:
    """Spikes of each layer in the float reference of the exported graph, likewise."""
    activity = run_float(read_nir(_graph(network), dt=DT), {"in": x})
    yield from (activity.spikes[f"n{depth}"] for depth in range(1, len(SIZES)))


def spikes_of_torch(network: Network, x: np.ndarray, reset: str) -> list[np.ndarray]:
    """Spikes of each layer in snnTorch, likewise, with the reset that it is told.

    Raises
    ------
    UserError
        If it is not installed.
    """
    try:
        import torch
        from snntorch.import_nir import import_from_nir
    except ImportError:
        raise UserError('snnTorch is not installed: pip install "backspike[torch]"') from None
    loaded = import_from_nir(_graph(network))
    layers = [dict(loaded.named_modules())[f"n{k}"] for k in range(1, len(SIZES))]
    spikes: list[list[np.ndarray]] = [[] for _ in layers]
    for layer, found in zip(layers, spikes, strict=True):
        if reset != "zero":  # snnTorch imports the one to zero
            layer.reset_mechanism, layer.state_function = "subtract", layer._base_sub
            layer.reset_delay = reset == "delayed"
        layer.register_forward_hook(
            lambda _module, _inputs, out, found=found: found.append(out.numpy().reshape(-1) > 0)
        )
    with torch.no_grad():
        state = None
        for step in torch.from_numpy(x.astype(np.float32)):
            _, state = loaded(step[None], state)
    return [np.array(found) for found in spikes]


def _graph(network: Network) -> nir.NIRGraph:
    return nir_graph(network, dt=DT, late_biases=True).graph


@click.command()
def main() -> None:
    """Run exported networks in snnTorch and on the golden core."""
    table = Table("neurons", title=f"{NETWORKS} networks, {STEPS:,} steps each")
    for title in ("spikes in snnTorch", "differ in the float reference", "on the golden core"):
        table.add_column(title, justify="right")
    rng = np.random.default_rng(1)
    for name, constants in NEURONS.items():
        spikes = every = 0
        differ = np.zeros(2, int)
        for seed in range(NETWORKS):
            network = layered(seed, **constants)
            x = (rng.random((STEPS, SIZES[0])) < RATE).astype(np.uint8)
            layers = spikes_of_torch(network, x, constants.get("reset", "zero"))
            ours = spikes_of_the_graph(network, x), spikes_of_the_core(network, x)
            for found, *same in zip(layers, *ours, strict=True):
                spikes, every = spikes + found.sum(), every + found.size
                differ += [(one != found).sum() for one in same]
        shares = (f"{count:,} ({count / every:.2%})" for count in differ)
        table.add_row(name, f"{spikes:,}", *shares)
    console.print(table)


if __name__ == "__main__":
    main()
