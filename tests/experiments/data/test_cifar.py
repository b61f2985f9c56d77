"""CIFAR-10 in its binary files."""

import numpy as np
import pytest

from backspike.experiments.data.cifar import load_cifar_10
from backspike.experiments.data.datasets import load_dataset
from backspike.experiments.data.source import DataError

RECORD = 3073


@pytest.mark.parametrize(
    "below", ["", "cifar-10", "cifar-10-batches-bin", "cifar-10/cifar-10-batches-bin"]
)
def test_files_are_found_in_a_folder_or_in_that_of_the_set(cifar_files, below, tmp_path):
    cifar_files(tmp_path / below, 1)
    source = load_cifar_10(tmp_path)
    assert source.train.x.shape == (50, 32, 32, 3)
    assert source.test.x.shape == (10, 32, 32, 3)
    assert source.train.y.tolist() == [*range(10)] * 5
    assert (source.white, source.class_names[3]) == (255, "cat")


def test_planes_of_colours_become_channels_row_by_row(cifar_files, tmp_path):
    cifar_files(tmp_path, 1)
    path = tmp_path / "data_batch_3.bin"
    records = np.fromfile(path, np.uint8).reshape(10, RECORD)
    records[4] = np.arange(RECORD) * 7 % 251
    records[4, 0] = 9
    records.tofile(path)
    source = load_cifar_10(tmp_path)
    image, label = source.train.x[24], source.train.y[24]
    assert label == 9
    for channel in range(3):
        for row, column in ((0, 0), (0, 31), (17, 5), (31, 31)):
            place = 1 + 1024 * channel + 32 * row + column
            assert image[row, column, channel] == place * 7 % 251


def test_a_pixel_has_levels_of_each_colour(cifar_files, tmp_path):
    colours = cifar_files(tmp_path, 1)
    data = load_dataset("cifar-10", data_dir=tmp_path)
    assert (data.image_shape, data.channels, data.n_classes) == ((32, 32, 12), 3, 10)
    assert str(data.preparation) == "32x32 pixels of 3 channels, scale 255, encoder thermometer:4"
    images = data.x_train.reshape(-1, 32, 32, 3, 4)
    lit = images.any(axis=(3, 4))
    for label, colour in enumerate(colours):
        assert (images[label].sum(axis=-1)[lit[label]] == colour).all()
    grey = images.reshape(5, 10, 32, 32, 12).sum(axis=-1)
    assert (grey == grey[:, :1]).all(), "without colours, the classes are the same"


def test_the_environment_names_the_folder(cifar_files, tmp_path, monkeypatch):
    cifar_files(tmp_path / "cifar-10", 1)
    monkeypatch.setenv("BACKSPIKE_DATA", str(tmp_path))
    assert len(load_dataset("cifar-10", encoder="threshold:0.5").y_test) == 10
    monkeypatch.delenv("BACKSPIKE_DATA")
    with pytest.raises(DataError, match=r"^cifar-10: name the folder of its files with --data-dir"):
        load_dataset("cifar-10")


def test_missing_files_are_told(cifar_files, tmp_path):
    with pytest.raises(DataError, match=r"^cifar-10: there is no folder .*/nothing$"):
        load_cifar_10(tmp_path / "nothing")
    with pytest.raises(
        DataError, match=r"^cifar-10: no data_batch_1\.bin in .*/cifar-10-batches-bin$"
    ):
        load_cifar_10(tmp_path)
    cifar_files(tmp_path, 1)
    (tmp_path / "test_batch.bin").unlink()
    with pytest.raises(DataError, match=r"test_batch\.bin: cannot be read \(No such file or dir"):
        load_cifar_10(tmp_path)


@pytest.mark.parametrize(
    ("name", "change", "message"),
    [
        (
            "data_batch_2.bin",
            lambda content: content[:-1],
            "must hold samples of 3073 bytes, at least one and all whole, not 30729 bytes",
        ),
        (
            "test_batch.bin",
            lambda content: content + b"x",
            "must hold samples of .*, not 30731 bytes",
        ),
        ("test_batch.bin", lambda content: b"", "must hold samples of 3073 bytes, .*, not 0 bytes"),
        (
            "data_batch_5.bin",
            lambda content: content[:-RECORD],
            r"must hold 10 samples as data_batch_1\.bin does, not 9",
        ),
        (
            "data_batch_4.bin",
            lambda content: content[: 3 * RECORD] + b"\x0a" + content[3 * RECORD + 1 :],
            r"labels must be in 0\.\.9, not 10 of sample 3",
        ),
    ],
)
def test_a_damaged_file_is_one_line(cifar_files, name, change, message, tmp_path):
    cifar_files(tmp_path, 1)
    path = tmp_path / name
    path.write_bytes(change(path.read_bytes()))
    with pytest.raises(DataError, match=f"^{path}: {message}$"):
        load_cifar_10(tmp_path)


def test_a_file_that_no_memory_holds_is_not_read(cifar_files, tmp_path):
    cifar_files(tmp_path, 1)
    with (tmp_path / "data_batch_1.bin").open("r+b") as file:
        file.truncate(1 << 43)
    with pytest.raises(DataError, match=r"data_batch_1\.bin: cannot be read \(it is said to have"):
        load_cifar_10(tmp_path)
