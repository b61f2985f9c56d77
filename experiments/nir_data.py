"""Files of spikes for networks of other frameworks: one array, or several by the names of inputs.

| file | |
| --- | --- |
| ``.npy`` | spikes of the only input |
| ``.npz`` | spikes by the names of the inputs, or ``x`` for the only one; optional labels ``y`` |

Spikes are 0 and 1, ``(samples, steps, ...)`` or ``(steps, ...)``, channels first; labels are
numbers of output neurons, ``(samples,)``. An input may be named ``y``; labels are then apart.
"""

from pathlib import Path

import numpy as np

from backspike.experiments.data.npz_data import read_npz
from backspike.experiments.data.source import DataError, Split
from backspike.experiments.data.splitting import set_aside
from backspike.golden.nir.samples import Samples, input_groups, spike_samples
from backspike.golden.nir.to_network import NirImport

__all__ = ["load_labelled", "load_spikes", "read_array_file", "without_share"]


def load_spikes(imported: NirImport, path: Path, labels: Path | None = None) -> Samples:
    """Samples of a file, with the labels in it, or in another one.

    Raises
    ------
    UserError
        If a file cannot be read, or its arrays are not those that :func:`spike_samples` takes.
    """
    arrays = read_array_file(path, "x")
    names = input_groups(imported)
    own = None if "y" in names else arrays.pop("y", None)
    if list(arrays) == ["x"] and len(names) == 1:
        arrays = {names[0]: arrays["x"]}
    if labels is not None:
        found = read_array_file(labels, "y")
        if "y" not in found:
            raise DataError(f"{labels}: no y in it, only {', '.join(found) or 'nothing'}")
        own = found["y"]
    return spike_samples(imported, arrays, own, origin=str(path))


def load_labelled(imported: NirImport, path: Path) -> Samples:
    """Samples of a file with labels in it.

    Raises
    ------
    UserError
        As :func:`load_spikes`, or if there are no labels.
    """
    samples = load_spikes(imported, path)
    if samples.labels is None:
        raise DataError(f"{path}: no labels y in it")
    return samples


def without_share(samples: Samples, share: float) -> tuple[Samples, Samples]:
    """Samples with labels without a share of them, and these: of every class the same share.

    Raises
    ------
    UserError
        If nothing would be left, or nothing set aside.
    """
    assert samples.labels is not None
    split = Split(np.arange(len(samples)), samples.labels)
    kept, aside = set_aside(samples.origin, split, share)
    return samples.at(kept.x), samples.at(aside.x)


def read_array_file(path: Path, name: str) -> dict[str, np.ndarray]:
    """Arrays of an ``.npz``, or that of an ``.npy``, which gets a name.

    Raises
    ------
    DataError
        If it cannot be read.
    """
    if path.suffix == ".npz":
        return read_npz(path)
    if path.suffix != ".npy":
        raise DataError(f"{path} must end in .npz or .npy")
    try:
        # Mapped, no size of it is believed before it is compared with the file's.
        return {name: np.array(np.load(path, mmap_mode="r", allow_pickle=False))}
    except FileNotFoundError:
        raise DataError(f"{path}: no such file") from None
    except (OSError, ValueError, EOFError, TypeError, OverflowError, SyntaxError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise DataError(f"{path}: not a readable .npy file ({reason})") from None
