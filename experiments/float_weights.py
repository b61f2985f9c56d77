"""Files of float networks, and of the values that they are calibrated and compared on.

| file | |
| --- | --- |
| ``.npz`` | arrays ``NAME.weight``, ``NAME.bias``, ``NAME.running_mean``, ``NAME.running_var`` as torch has them, or ``coefs_N`` and ``intercepts_N``; optional text ``layers`` |
| ``.pt``, ``.pth`` | a state dict that torch has saved, or a dict with one as ``state_dict`` |
| values: ``.npz``, ``.npy`` | inputs ``x``, ``(n, ...)``; optional labels ``y``, ``(n,)`` |
"""  # noqa: E501

from pathlib import Path
from typing import Any

import numpy as np

from backspike.experiments.data.npz_data import read_npz
from backspike.experiments.data.source import DataError
from backspike.experiments.nir_data import read_array_file
from backspike.golden.errors import UserError

__all__ = ["load_values", "load_weights"]


def load_weights(path: Path) -> tuple[dict[str, Any], str | None]:
    """State dict of a file, and the words for its layers, if it has any.

    Raises
    ------
    UserError
        If it cannot be read; of a ``.pt``, if torch is not installed.
    """
    if path.suffix == ".npz":
        arrays = read_npz(path)
        words = arrays.pop("layers", None)
        if words is None:
            return arrays, None
        if words.dtype.kind != "U":
            raise DataError(f"{path}: layers must be a text, not {words.dtype}")
        return arrays, ", ".join(words.reshape(-1).tolist())
    if path.suffix in (".pt", ".pth"):
        return _torch_state(path), None
    raise DataError(f"{path} must end in .npz, .pt or .pth")


def _torch_state(path: Path) -> dict[str, Any]:
    """State dict that torch has saved, as arrays; no code of the file is run."""
    if not path.exists():
        raise DataError(f"{path}: no such file")
    try:
        import torch
    except ImportError:
        raise UserError(
            f'{path} needs torch, which is not installed: pip install "backspike[torch]", or save '
            "the arrays of the state dict as .npz"
        ) from None
    try:
        saved = torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:  # of pickle, zipfile and torch, of many kinds
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise DataError(f"{path}: not a readable state dict ({reason:.200})") from None
    if isinstance(saved, dict) and isinstance(saved.get("state_dict"), dict):
        saved = saved["state_dict"]
    if not isinstance(saved, dict) or not all(map(torch.is_tensor, saved.values())):
        raise DataError(f"{path}: not a state dict: a dict of tensors by name is wanted")
    return {name: values.detach().cpu().numpy() for name, values in saved.items()}


def load_values(path: Path) -> tuple[np.ndarray, np.ndarray | None]:
    """Inputs and, if it has them, labels of a file.

    Raises
    ------
    DataError
        If it cannot be read, or has no ``x``.
    """
    arrays = read_array_file(path, "x")
    if "x" not in arrays:
        raise DataError(f"{path}: no x in it, only {', '.join(arrays) or 'nothing'}")
    return arrays["x"], arrays.get("y")
