"""Files of weights and values: read, or refused in one line."""

import sys

import numpy as np
import pytest

from backspike.experiments.float_weights import load_values, load_weights
from backspike.golden.errors import UserError


def test_arrays_and_words_of_an_npz(tmp_path):
    arrays = {"0.weight": np.ones((3, 2)), "0.bias": np.zeros(3)}
    np.savez(tmp_path / "a.npz", **arrays)
    found, words = load_weights(tmp_path / "a.npz")
    assert words is None
    assert found.keys() == arrays.keys()
    np.savez(tmp_path / "b.npz", layers="dense, relu", **arrays)
    assert load_weights(tmp_path / "b.npz")[1] == "dense, relu"
    np.savez(tmp_path / "c.npz", layers=np.array(["dense", "relu"]), **arrays)
    found, words = load_weights(tmp_path / "c.npz")
    assert (words, list(found)) == ("dense, relu", ["0.weight", "0.bias"])


def test_values_and_labels(tmp_path):
    x, y = np.ones((4, 2)), np.arange(4)
    np.savez(tmp_path / "a.npz", x=x, y=y)
    np.save(tmp_path / "a.npy", x)
    values, labels = load_values(tmp_path / "a.npz")
    assert (values.shape, labels.tolist()) == ((4, 2), [0, 1, 2, 3])
    assert load_values(tmp_path / "a.npy")[1] is None


def test_what_cannot_be_read_is_one_line(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", None)
    np.savez(tmp_path / "z.npz", z=np.ones(3))
    np.savez(tmp_path / "layers.npz", layers=np.ones(3))
    for name in ("text.npz", "state.pt"):
        (tmp_path / name).write_bytes(b"text")
    for read, name, message in (
        (load_weights, "no.npz", "no.npz: no such file"),
        (load_weights, "no.pt", "no.pt: no such file"),
        (load_weights, "text.npz", "text.npz: not a readable .npz file"),
        (load_weights, "net.onnx", "net.onnx must end in .npz, .pt or .pth"),
        (load_weights, "layers.npz", "layers must be a text, not float64"),
        (load_weights, "state.pt", 'torch, which is not installed: pip install "backspike[torch]"'),
        (load_values, "z.npz", "z.npz: no x in it, only z"),
        (load_values, "no.npy", "no.npy: no such file"),
        (load_values, "a.csv", "a.csv must end in .npz or .npy"),
    ):
        with pytest.raises(UserError) as raised:
            read(tmp_path / name)
        assert message in str(raised.value)
        assert "\n" not in str(raised.value)


def test_a_state_dict_of_torch(tmp_path):
    torch = pytest.importorskip("torch", reason="torch is not installed")
    module = torch.nn.Linear(2, 3)
    torch.save(module.state_dict(), tmp_path / "a.pt")
    torch.save({"state_dict": module.state_dict(), "epoch": 3}, tmp_path / "b.pth")
    for name in ("a.pt", "b.pth"):
        found, words = load_weights(tmp_path / name)
        assert words is None
        assert np.array_equal(found["weight"], module.weight.detach().numpy())
    torch.save(module, tmp_path / "whole.pt")
    torch.save({"epoch": 3}, tmp_path / "none.pt")
    (tmp_path / "text.pt").write_bytes(b"text")
    for name, message in (
        ("whole.pt", "not a readable state dict"),
        ("text.pt", "not a readable state dict"),
        ("none.pt", "not a state dict: a dict of tensors by name is wanted"),
    ):
        with pytest.raises(UserError, match=message) as raised:
            load_weights(tmp_path / name)
        assert "\n" not in str(raised.value)
