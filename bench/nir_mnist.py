"""A convolutional network that torch trains on MNIST, as a NIR graph with data to compare it on.

``pip install "backspike[torch]"``, then ``python -m backspike.bench.nir_mnist``

Two convolutions with poolings and a dense layer, of leaky neurons that subtract their threshold,
learn by backpropagation through time with a surrogate gradient. A pixel spikes in each step with
the probability of its brightness. Files are for ``backspike nir report``: ``cnn.nir``, ``test.npz``
of the test split, and ``calibration.npz`` of training samples.
"""

from collections.abc import Callable, Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any

import click
import nir
import numpy as np

from backspike.bench.torch_training import fit, torch_module
from backspike.cli.console import console
from backspike.cli.options import PATH
from backspike.experiments.data.mnist_family import load_mnist_family
from backspike.experiments.files import check_folder, held_out
from backspike.experiments.progress import bars
from backspike.golden.files import replace_file, write_arrays
from backspike.golden.names import counted

__all__ = ["DT", "TAU", "graph_of", "spikes_of", "train"]

#: Seconds of a step, and steps of a sample and of a time constant.
DT, STEPS, TAU = 1e-3, 12, 8.0
#: Shapes of weights, (out, in, height, width) or (out, in); 28 x 28 becomes 10.
LAYERS = {"conv1": (8, 1, 5, 5), "conv2": (16, 8, 5, 5), "dense": (10, 256)}
SEED, BATCH, RATE = 1, 64, 2e-3
#: Samples for calibration, and parts that the test split is run in.
CALIBRATION, _PARTS = 500, 20

Weights = dict[str, np.ndarray]


def spikes_of(images: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Spikes of images (n, 28, 28) of 0 to 255, bool, (n, steps, 1, 28, 28)."""
    shape = (len(images), STEPS, 1, *images.shape[1:])
    return rng.random(shape, np.float32) < images[:, None, None] / np.float32(255)


def graph_of(weights: Mapping[str, np.ndarray]) -> nir.NIRGraph:
    """The network as a graph, of weights and biases such as ``conv1`` and ``conv1.bias``."""

    def neurons(*shape: int) -> nir.LIF:
        return nir.LIF(*(np.full(shape, value) for value in (TAU * DT, TAU, 0.0, 1.0)))

    def pool() -> nir.AvgPool2d:
        return nir.AvgPool2d(np.array([2, 2]), np.array([2, 2]), np.array([0, 0]))

    def conv(name: str, size: int) -> nir.Conv2d:
        return nir.Conv2d((size, size), weights[name], 1, 0, 1, 1, weights[f"{name}.bias"])

    nodes = {
        "input": nir.Input(np.array([1, 28, 28])),
        "conv1": conv("conv1", 28),
        "lif1": neurons(8, 24, 24),
        "pool1": pool(),
        "conv2": conv("conv2", 12),
        "lif2": neurons(16, 8, 8),
        "pool2": pool(),
        "flat": nir.Flatten(np.array([16, 4, 4]), 0, -1),
        "dense": nir.Affine(weights["dense"], weights["dense.bias"]),
        "lif3": neurons(10),
        "output": nir.Output(np.array([10])),
    }
    return nir.NIRGraph(nodes, list(pairwise(nodes)), type_check=False)


def train(
    images: np.ndarray,
    labels: np.ndarray,
    epochs: int,
    progress: Callable[[int], None] = lambda done: None,
) -> tuple[Weights, Callable[[np.ndarray], np.ndarray]]:
    """Train the network in torch.

    Parameters
    ----------
    images, labels : numpy.ndarray
        (n, 28, 28) of 0 to 255, and classes (n,).
    epochs : int
    progress : callable, optional
        Told the number of batches that are done.

    Returns
    -------
    (dict of str to numpy.ndarray, callable)
        Weights for :func:`graph_of`, and the network itself: from spikes (n, steps, 1, 28, 28) to
        the number of spikes of each output, (n, 10).

    Raises
    ------
    UserError
        If torch is not installed.
    """
    torch = torch_module()
    functional = torch.nn.functional
    torch.manual_seed(SEED)
    parameters: dict[str, Any] = {}
    for name, shape in LAYERS.items():
        bound = 2 / np.prod(shape[1:]) ** 0.5
        parameters[name] = torch.empty(shape).uniform_(-bound, bound).requires_grad_()
        parameters[f"{name}.bias"] = torch.zeros(shape[0], requires_grad=True)

    def fire(voltage: Any) -> Any:
        over = voltage - 1
        soft = over / (1 + 5 * over.abs())  # whose slope is that of the spike, backwards
        return (over > 0).float() + (soft - soft.detach())

    def run(spikes: Any) -> Any:
        voltages = [torch.zeros(())] * len(LAYERS)
        counts = torch.zeros(())
        for x in spikes.transpose(0, 1):
            for k, name in enumerate(LAYERS):
                layer = functional.linear if name == "dense" else functional.conv2d
                x = x.flatten(1) if name == "dense" else x
                drive = layer(x, parameters[name], parameters[f"{name}.bias"])
                voltage = voltages[k] * (1 - 1 / TAU) + drive
                fired = fire(voltage)
                voltages[k] = voltage - fired
                x = fired if name == "dense" else functional.avg_pool2d(fired, 2)
            counts = counts + x
        return counts

    rng = np.random.default_rng(SEED)

    def loss_of(chosen: np.ndarray) -> Any:
        spikes = torch.from_numpy(spikes_of(images[chosen], rng)).float()
        return functional.cross_entropy(run(spikes), torch.from_numpy(labels[chosen]))

    fit(
        parameters.values(), loss_of, len(images), epochs=epochs, batch=BATCH, rate=RATE, rng=rng,
        progress=progress,
    )  # fmt: skip

    def counts(spikes: np.ndarray) -> np.ndarray:
        with torch.no_grad():
            found: np.ndarray = run(torch.from_numpy(spikes).float()).numpy()
        return found

    return {name: values.detach().numpy() for name, values in parameters.items()}, counts


@click.command()
@click.option("--data-dir", type=PATH, help="Folder of the IDX files.")
@click.option("--epochs", default=2, type=click.IntRange(1), show_default=True)
@click.option("--samples", type=click.IntRange(BATCH), help="The first N of the training split.")
@click.option("--out", type=PATH, default=Path("runs/nir_mnist"), show_default=True)
def main(data_dir: Path | None, epochs: int, samples: int | None, out: Path) -> None:
    """Train a convolutional network in torch, and write it with data to compare it on."""
    check_folder("--out", out)
    source = load_mnist_family("mnist", data_dir, progress=True)
    assert source.test is not None
    x, x_test = (split.x.reshape(-1, 28, 28) for split in (source.train, source.test))
    x, y = x[:samples], source.train.y[:samples].astype(np.int64)
    with held_out(out):
        with bars(console) as progress:
            task = progress.add_task("train", total=epochs * (len(x) // BATCH))
            weights, counts = train(x, y, epochs, lambda n: progress.update(task, completed=n))
        rng = np.random.default_rng(SEED + 1)
        tested = [spikes_of(part, rng) for part in np.array_split(x_test, _PARTS)]
        predicted = np.concatenate([counts(part).argmax(axis=1) for part in tested])
        accuracy = float(np.mean(predicted == source.test.y))
        replace_file(out / "cnn.nir", lambda path: nir.write(path, graph_of(weights)))
        few = spikes_of(x[:CALIBRATION], rng)
        test = {"x": np.concatenate(tested), "y": source.test.y.astype(np.int64)}
        write_arrays(out / "test.npz", test)
        write_arrays(out / "calibration.npz", {"x": few})
    samples_tested = counted(len(predicted), "test sample")
    console.print(f"torch: {accuracy:.4f} of {samples_tested}", highlight=False)
    command = f"backspike nir report {out}/cnn.nir --dt {DT:g} --reset subtract"
    console.print(f"{command} --data {out}/test.npz --out {out}/report", soft_wrap=True)


if __name__ == "__main__":
    main()
