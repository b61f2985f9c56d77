"""Training in torch, for benches whose networks are imported or converted.

``pip install "backspike[torch]"``
"""

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from backspike.golden.errors import UserError

__all__ = ["fit", "torch_module"]


def torch_module() -> Any:
    """The package torch.

    Raises
    ------
    UserError
        If it is not installed.
    """
    try:
        import torch
    except ImportError:
        raise UserError('torch is not installed: pip install "backspike[torch]"') from None
    return torch


def fit(
    parameters: Iterable[Any],
    loss_of: Callable[[np.ndarray], Any],
    samples: int,
    *,
    epochs: int,
    batch: int,
    rate: float,
    rng: np.random.Generator,
    progress: Callable[[int], None],
) -> None:
    """Change parameters by Adam, with a rate that falls to a hundredth.

    Parameters
    ----------
    parameters : iterable of tensor
    loss_of : callable
        Numbers of the samples of a batch to their loss, a tensor.
    samples : int
        Samples of an epoch, of which what fills no batch is left out.
    epochs, batch, rate
    rng : numpy.random.Generator
        Of the order of samples, drawn at the beginning of each epoch.
    progress : callable
        Told the number of batches that are done.
    """
    torch = torch_module()
    starts = range(0, samples - batch + 1, batch)
    optimizer = torch.optim.Adam(list(parameters), rate)
    schedule = torch.optim.lr_scheduler.LinearLR(optimizer, 1.0, 0.01, epochs * (samples // batch))
    for epoch in range(epochs):
        order = rng.permutation(samples)
        for done, begin in enumerate(starts, epoch * len(starts) + 1):
            loss = loss_of(order[begin : begin + batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
            progress(done)
