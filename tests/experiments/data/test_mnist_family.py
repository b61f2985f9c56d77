"""Files of MNIST and its family: where they are looked for."""

import gzip
import struct

import numpy as np
import pytest

from backspike.experiments.data import mnist_family
from backspike.experiments.data.mnist_family import MNIST_FAMILY, load_mnist_family
from backspike.experiments.data.source import DataError


def write(folder, *, packed=True, labels=4):
    folder.mkdir(parents=True, exist_ok=True)
    for name, array in (
        ("train-images-idx3-ubyte", np.full((4, 2, 3), 7)),
        ("train-labels-idx1-ubyte", np.arange(labels)),
        ("t10k-images-idx3-ubyte", np.zeros((2, 2, 3))),
        ("t10k-labels-idx1-ubyte", np.arange(2)),
    ):
        head = struct.pack(f">{array.ndim + 1}i", 0x800 + array.ndim, *array.shape)
        content = head + array.astype(np.uint8).tobytes()
        path = folder / (f"{name}.gz" if packed else name)
        path.write_bytes(gzip.compress(content) if packed else content)


@pytest.mark.parametrize("packed", [True, False])
@pytest.mark.parametrize("below", ["", "mnist", "MNIST/raw", "raw"])
def test_files_are_found_in_a_folder_or_in_that_of_the_set(packed, below, tmp_path):
    write(tmp_path / below, packed=packed)
    source = load_mnist_family("mnist", tmp_path)
    assert source.train.x[..., 0].shape == (4, 2, 3)
    assert source.train.x[..., 0].max() == 7
    assert source.test.y.tolist() == [0, 1]
    assert source.white == 255


@pytest.mark.parametrize("packed", [True, False])
def test_names_may_have_a_dot_before_idx(packed, tmp_path):
    write(tmp_path, packed=packed)
    for path in list(tmp_path.iterdir()):
        path.rename(path.with_name(path.name.replace("-idx", ".idx")))
    assert len(load_mnist_family("mnist", tmp_path).train.x) == 4


def test_a_missing_folder_is_told(tmp_path):
    with pytest.raises(DataError, match=r"^mnist: there is no folder .*/nothing$"):
        load_mnist_family("mnist", tmp_path / "nothing")


def test_torchvisions_folder_of_another_set_is_not_taken(tmp_path):
    write(tmp_path / "MNIST/raw")
    assert load_mnist_family("mnist", tmp_path / "MNIST").train.x.shape == (4, 2, 3, 1)
    assert load_mnist_family("mnist", tmp_path / "MNIST/raw").class_names[1] == "1"
    for folder in (tmp_path, tmp_path / "MNIST", tmp_path / "MNIST/raw"):
        with pytest.raises(DataError, match=r"^fashion-mnist: no train-images-idx3-ubyte\.gz"):
            load_mnist_family("fashion-mnist", folder)


def test_the_folder_of_another_set_is_not_taken(tmp_path):
    write(tmp_path / "mnist")
    with pytest.raises(DataError, match=r"^fashion-mnist: no train-images-idx3-ubyte\.gz"):
        load_mnist_family("fashion-mnist", tmp_path / "mnist")


def test_the_environment_names_a_folder(tmp_path, monkeypatch):
    write(tmp_path / "mnist")
    monkeypatch.setenv("BACKSPIKE_DATA", str(tmp_path))
    assert len(load_mnist_family("mnist", None).test.x) == 2


def test_without_a_folder_files_are_fetched(tmp_path, monkeypatch):
    write(tmp_path)
    monkeypatch.delenv("BACKSPIKE_DATA", raising=False)
    downloads = []

    def fetch(file, folder, *, progress):
        downloads.append((file, folder.name))
        return tmp_path / file.name

    monkeypatch.setattr(mnist_family, "fetch", fetch)
    load_mnist_family("mnist", None)
    assert downloads == [(file, "mnist") for file in MNIST_FAMILY["mnist"]]


def test_labels_must_fit_the_images(tmp_path):
    write(tmp_path, labels=3)
    with pytest.raises(DataError, match=r"3 labels for the 4 images of train-images"):
        load_mnist_family("mnist", tmp_path)
    write(tmp_path, labels=4)
    write(tmp_path / "many", labels=12)
    with pytest.raises(DataError, match=r"12 labels for the 4 images"):
        load_mnist_family("mnist", tmp_path / "many")
