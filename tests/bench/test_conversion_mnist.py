"""The float network that torch trains: its files are those that a conversion takes."""

import sys

import numpy as np
import pytest

from backspike.bench import conversion_mnist
from backspike.bench.conversion_mnist import LAYERS, train
from backspike.experiments.data.source import Source, Split
from backspike.experiments.float_weights import load_values, load_weights
from backspike.golden.conversion.convert import convert
from backspike.golden.errors import UserError


def test_the_words_are_a_network_for_its_images():
    rng = np.random.default_rng(1)
    state = {}
    for number, shape in ((0, (8, 1, 5, 5)), (4, (16, 8, 5, 5)), (9, (10, 256))):
        state[f"{number}.weight"] = rng.normal(0, 0.2, shape)
        if number < 9:
            names = ("weight", "bias", "running_mean", "running_var")
            state |= {f"{number + 1}.{name}": np.ones(shape[0]) for name in names}
    made = convert(state, rng.random((3, 1, 28, 28)), layers=LAYERS)
    sizes = {name: one.size for name, one in made.imported.network.populations.items()}
    assert {"relu1": 4608, "relu2": 1024, "relu3": 10}.items() <= sizes.items()
    assert list(made.imported.network.convolutions) == ["input to relu1", "relu1 to relu2"]


def test_without_torch_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(UserError, match=r'pip install "backspike\[torch\]"'):
        train(np.zeros((64, 1, 28, 28), np.float32), np.zeros(64, int), 1)


def test_files_are_those_that_a_conversion_takes(monkeypatch, tmp_path, capsys):
    torch = pytest.importorskip("torch", reason="torch is not installed")
    rng = np.random.default_rng(1)
    images, labels = (rng.random((160, 28, 28)) * 255).astype(np.uint8), rng.integers(0, 10, 160)
    split = Split(images[..., None], labels.astype(np.uint8))
    monkeypatch.setattr(
        conversion_mnist, "load_mnist_family", lambda *_, **__: Source(split, split)
    )
    monkeypatch.setattr(conversion_mnist, "CALIBRATION", 20)
    out = tmp_path / "out"
    conversion_mnist.main(["--out", str(out), "--epochs", "1"], standalone_mode=False)
    told = capsys.readouterr().out
    assert f'backspike nir convert {out}/cnn.pt --layers "{LAYERS}"' in told
    state, _ = load_weights(out / "cnn.pt")
    values, _ = load_values(out / "calibration.npz")
    made = convert(state, values, layers=LAYERS)
    test, y = load_values(out / "test.npz")
    assert len(load_values(out / "validation.npz")[0]) == 80
    accuracy = np.mean(made.outputs(test).argmax(axis=1) == y)
    assert f"torch: {accuracy:.4f} of the test split" in told
    assert torch.is_tensor(torch.load(out / "cnn.pt", weights_only=True)["0.weight"])
