"""Samples for the benchmarks: MNIST where it is at hand, else noise like it."""

import os
from pathlib import Path

import numpy as np

from backspike.experiments.data.datasets import load_dataset
from backspike.experiments.data.mnist_family import download_folder

__all__ = ["mnist_or_noise"]


def mnist_or_noise(data_dir: Path | None = None) -> tuple[str, np.ndarray, np.ndarray]:
    """Name of the samples, binary inputs (samples, 400) and classes (samples,).

    MNIST from ``data_dir``, ``$BACKSPIKE_DATA`` or the user's cache; else noise with a quarter of
    the inputs active, as in MNIST, and random classes.
    """
    if data_dir or os.environ.get("BACKSPIKE_DATA") or download_folder("mnist").exists():
        data = load_dataset("mnist", data_dir=data_dir)
        return "MNIST", data.x_train, data.y_train
    rng = np.random.default_rng(0)
    x = (rng.random((10_000, 400)) < 0.25).astype(np.uint8)
    return "random inputs", x, rng.integers(10, size=len(x))
