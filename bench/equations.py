"""Speed of the golden equations beside the same equations in plain numpy.

``python -m backspike.bench.equations [DATA_DIR]``
"""

import time
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_limits

from backspike.bench import plain_numpy
from backspike.bench.alone import alone
from backspike.bench.inputs import mnist_or_noise
from backspike.golden.nbp.initial_weights import init_weights
from backspike.golden.nbp.training import train

__all__ = ["run"]

LAYERS = (400, 400, 10)
WARM_UP = 60_000  # samples that are learned first, so that both see a network at work
GOLDEN_SAMPLES, NUMPY_SAMPLES = 60_000, 2_000
REPEATS = 5
TARGET_RATIO = 60


def run(data_dir: Path | None = None) -> dict:
    """Samples per second of both on one core, at 400-400-10, on a network in training.

    Both go on learning from the same weights and samples: MNIST, where its files are at hand
    (``data_dir`` or ``$BACKSPIKE_DATA`` or the user's cache), else random inputs of the same
    sparsity. Their labels are random, too, so that nearly every sample pays for an update: the
    ratio is then lower than in real training, which the target is about. The best of five runs
    of each counts.

    Returns
    -------
    dict
        ``data``, ``layers``, ``golden_samples_per_second``, ``numpy_samples_per_second``,
        ``ratio`` and ``target_ratio``.
    """
    source, x, y = mnist_or_noise(data_dir)
    weights = init_weights(LAYERS, seed=1)
    train(weights, x, y, np.arange(WARM_UP) % len(y))  # compiles the kernels, too
    order = np.arange(GOLDEN_SAMPLES) % len(y)
    x_few, y_few = x[:NUMPY_SAMPLES].astype(np.float32), y[:NUMPY_SAMPLES]
    golden = plain = float("inf")  # seconds per sample
    with threadpool_limits(1):
        for _ in range(REPEATS):  # in turns, so that both see the same machine
            compiled = [w.copy() for w in weights]
            start = time.perf_counter()
            train(compiled, x, y, order)
            golden = min(golden, (time.perf_counter() - start) / len(order))
            in_numpy = [w.astype(np.float32) for w in weights]
            start = time.perf_counter()
            plain_numpy.train(in_numpy, x_few, y_few)
            plain = min(plain, (time.perf_counter() - start) / len(y_few))
    ratio = plain / golden
    result = {
        "data": source,
        "layers": list(LAYERS),
        "golden_samples_per_second": round(1 / golden),
        "numpy_samples_per_second": round(1 / plain),
        "ratio": round(ratio, 1),
        "target_ratio": TARGET_RATIO,
    }
    print(
        f"equations, {'-'.join(map(str, LAYERS))}, {source}: golden {1 / golden:,.0f} samples/s, "
        f"plain numpy {1 / plain:,.0f} samples/s, ratio {ratio:.0f} (target {TARGET_RATIO})"
    )
    return result


if __name__ == "__main__":
    alone(run, __doc__)()
