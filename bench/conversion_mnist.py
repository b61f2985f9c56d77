"""A convolutional float network that torch trains on MNIST, with data to convert and compare it on.

``pip install "backspike[torch]"``, then ``python -m backspike.bench.conversion_mnist``

Two convolutions with batch norms and average poolings and a dense layer. Files are for
``backspike nir convert``: the state dict ``cnn.pt``, ``calibration.npz`` of training samples,
``validation.npz`` of those set aside, and ``test.npz`` of the test split.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import numpy as np

from backspike.bench.torch_training import fit, torch_module
from backspike.cli.console import console
from backspike.cli.options import PATH
from backspike.experiments.data.mnist_family import load_mnist_family
from backspike.experiments.files import check_folder, held_out
from backspike.experiments.progress import bars
from backspike.golden.files import replace_file, write_arrays

__all__ = ["LAYERS", "train"]

#: For ``--layers``; 28 x 28 becomes 10.
LAYERS = "conv, batchnorm, relu, avgpool 2, conv, batchnorm, relu, avgpool 2, flatten, dense"
SEED, BATCH, RATE = 1, 64, 2e-3
VALIDATION, CALIBRATION = 5000, 500
#: Samples that the network is asked at once.
_PART = 1000


def train(
    images: np.ndarray,
    labels: np.ndarray,
    epochs: int,
    progress: Callable[[int], None] = lambda done: None,
) -> Any:
    """Train the network in torch.

    Parameters
    ----------
    images, labels : numpy.ndarray
        float32 from 0 to 1, (n, 1, 28, 28), and classes (n,).
    epochs : int
    progress : callable, optional
        Told the number of batches that are done.

    Returns
    -------
    torch.nn.Sequential
        The network, with the statistics of its batch norms held.

    Raises
    ------
    UserError
        If torch is not installed.
    """
    torch = torch_module()
    nn = torch.nn
    torch.manual_seed(SEED)
    block = [nn.Conv2d(1, 8, 5), nn.BatchNorm2d(8), nn.ReLU(), nn.AvgPool2d(2)]
    block += [nn.Conv2d(8, 16, 5), nn.BatchNorm2d(16), nn.ReLU(), nn.AvgPool2d(2)]
    net = nn.Sequential(*block, nn.Flatten(), nn.Linear(256, 10))

    def loss_of(chosen: np.ndarray) -> Any:
        x, y = (torch.from_numpy(values[chosen]) for values in (images, labels))
        return nn.functional.cross_entropy(net(x), y)

    fit(
        net.parameters(), loss_of, len(images), epochs=epochs, batch=BATCH, rate=RATE,
        rng=np.random.default_rng(SEED), progress=progress,
    )  # fmt: skip
    return net.eval()


def _accuracy(net: Any, images: np.ndarray, labels: np.ndarray) -> float:
    """Accuracy of a network of torch."""
    torch = torch_module()
    with torch.no_grad():
        parts = np.split(images, range(_PART, len(images), _PART))
        found = [net(torch.from_numpy(part)).numpy().argmax(axis=1) for part in parts]
    return float(np.mean(np.concatenate(found) == labels))


@click.command()
@click.option("--data-dir", type=PATH, help="Folder of the IDX files.")
@click.option("--epochs", default=3, type=click.IntRange(1), show_default=True)
@click.option("--out", type=PATH, default=Path("runs/conversion_mnist"), show_default=True)
def main(data_dir: Path | None, epochs: int, out: Path) -> None:
    """Train a convolutional float network in torch, and write it with data to convert it on."""
    check_folder("--out", out)
    source = load_mnist_family("mnist", data_dir, progress=True)
    assert source.test is not None
    splits = [
        (split.x.reshape(-1, 1, 28, 28).astype(np.float32) / 255, split.y.astype(np.int64))
        for split in (source.train, source.test)
    ]
    (x, y), test = splits
    kept = len(x) - min(VALIDATION, len(x) // 2)
    with held_out(out):
        with bars(console) as progress:
            task = progress.add_task("train", total=epochs * (kept // BATCH))
            net = train(x[:kept], y[:kept], epochs, lambda n: progress.update(task, completed=n))
        save = torch_module().save
        replace_file(out / "cnn.pt", lambda path: save(net.state_dict(), path))
        write_arrays(out / "calibration.npz", {"x": x[:CALIBRATION], "y": y[:CALIBRATION]})
        write_arrays(out / "validation.npz", {"x": x[kept:], "y": y[kept:]})
        write_arrays(out / "test.npz", dict(zip("xy", test, strict=True)))
    console.print(f"torch: {_accuracy(net, *test):.4f} of the test split", highlight=False)
    command = f'backspike nir convert {out}/cnn.pt --layers "{LAYERS}"'
    data = f"--calibration {out}/calibration.npz --test {out}/test.npz"
    console.print(f"{command} {data} -o {out}/cnn.nir", highlight=False, soft_wrap=True)


if __name__ == "__main__":
    main()
