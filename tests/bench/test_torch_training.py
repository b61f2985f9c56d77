"""Training in torch, with a stand-in that counts what it is told."""

import sys
from types import SimpleNamespace

import numpy as np
import pytest

from backspike.bench.torch_training import fit, torch_module
from backspike.golden.errors import UserError


def test_a_missing_torch_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(UserError, match=r"^torch is not installed: pip install"):
        torch_module()


def test_batches_are_of_all_samples_by_chance(monkeypatch):
    told, batches, done = [], [], []

    def note(name):
        return lambda *arguments: told.append(name)

    optimizer = SimpleNamespace(zero_grad=note("zero"), step=note("step"))
    schedule = SimpleNamespace(step=note("schedule"))
    rates = SimpleNamespace(LinearLR=lambda *arguments: told.append(arguments[1:]) or schedule)
    optim = SimpleNamespace(Adam=lambda *arguments: optimizer, lr_scheduler=rates)
    monkeypatch.setitem(sys.modules, "torch", SimpleNamespace(optim=optim))

    def loss_of(chosen):
        batches.append(chosen.tolist())
        return SimpleNamespace(backward=note("backward"))

    rng = np.random.default_rng(1)
    fit([], loss_of, 11, epochs=2, batch=4, rate=0.1, rng=rng, progress=done.append)
    assert told == [(1.0, 0.01, 4), *["zero", "backward", "step", "schedule"] * 4]
    assert done == [1, 2, 3, 4]
    orders = np.random.default_rng(1)
    for epoch in (batches[:2], batches[2:]):
        assert [*epoch[0], *epoch[1]] == orders.permutation(11)[:8].tolist()
