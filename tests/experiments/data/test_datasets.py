"""Data sets: the known ones, folders of IDX files, users' own files, and every refusal."""

import gzip
import re
import struct

import numpy as np
import pytest

from backspike.experiments.data import mnist_family
from backspike.experiments.data.datasets import load_dataset
from backspike.experiments.data.download import RemoteFile
from backspike.experiments.data.source import DataError

FILES = {
    "train-images-idx3-ubyte": (60, 8, 6),
    "train-labels-idx1-ubyte": (60,),
    "t10k-images-idx3-ubyte": (20, 8, 6),
    "t10k-labels-idx1-ubyte": (20,),
}
ENCODER = "crop:1,threshold:0.5"


def refusal(name, message, **options):
    with pytest.raises(DataError, match=f"^{re.escape(message)}$"):
        load_dataset(name, **options)


@pytest.fixture(autouse=True)
def no_environment(monkeypatch, tmp_path):
    monkeypatch.delenv("BACKSPIKE_DATA", raising=False)
    monkeypatch.setattr(mnist_family, "download_folder", lambda name: tmp_path / "cache" / name)


def pack_idx(array):
    magic = 0x800 | array.ndim
    return struct.pack(f">{1 + array.ndim}I", magic, *array.shape) + array.tobytes()


def write_idx(folder, *, pack=gzip.compress, suffix=".gz", **changed):
    """A small data set of random images; ``changed`` arrays by the first letters of their file."""
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(0)
    arrays = {}
    for file, shape in FILES.items():
        limit = 256 if len(shape) == 3 else 10
        array = rng.integers(limit, size=shape).astype(np.uint8)
        arrays[file] = changed.get(file.rsplit("-", 2)[0].replace("-", "_"), array)
        (folder / f"{file}{suffix}").write_bytes(pack(pack_idx(arrays[file])))
    return arrays


def test_digits():
    data = load_dataset("digits")
    assert (data.name, data.n_classes, data.n_in) == ("digits", 10, 256)
    assert data.x_train.shape == (1437, 256)
    assert data.x_test.shape == (360, 256)
    assert data.x_train.dtype == data.x_test.dtype == np.uint8
    assert data.y_train.dtype == data.y_test.dtype == np.int64
    assert data.image_shape == (8, 8, 4)
    assert np.bincount(data.y_test).tolist() == [36, 36, 36, 36, 37, 36, 36, 36, 35, 36]
    levels = data.x_train.reshape(-1, 8, 8, 4)
    assert (np.diff(levels.astype(int), axis=3) <= 0).all()  # a thermometer has no gaps
    assert set(np.unique(data.x_train)) == {0, 1}


def test_digits_never_change():
    """The split and the encoding are fixed: results in the docs rest on them."""
    data = load_dataset("digits")
    assert data.y_train[:12].tolist() == [1, 3, 5, 6, 7, 8, 9, 0, 1, 2, 3, 4]
    assert int(data.x_train.sum()) == 107_552
    assert int(data.x_test.sum()) == 26_722


@pytest.mark.parametrize("sub_folder", ["", "mnist"])
@pytest.mark.parametrize(
    ("pack", "suffix"), [(gzip.compress, ".gz"), (bytes, "")], ids=["gzip", "plain"]
)
def test_idx_files_in_a_folder_or_a_sub_folder(tmp_path, sub_folder, pack, suffix):
    arrays = write_idx(tmp_path / sub_folder, pack=pack, suffix=suffix)
    data = load_dataset("mnist", data_dir=tmp_path, encoder=ENCODER)
    assert data.image_shape == (6, 4, 1)
    expected = arrays["t10k-images-idx3-ubyte"][:, 1:-1, 1:-1] > 127
    assert (data.x_test.reshape(20, 6, 4) == expected).all()
    assert (data.y_train == arrays["train-labels-idx1-ubyte"]).all()


def test_default_encoders(tmp_path):
    images = {"train_images": np.full((60, 28, 28), 128, np.uint8)}
    images["t10k_images"] = np.full((20, 28, 28), 127, np.uint8)
    write_idx(tmp_path, **images)
    for name, image_shape in (("mnist", (20, 20, 1)), ("fashion-mnist", (28, 28, 1))):
        data = load_dataset(name, data_dir=tmp_path)
        assert data.image_shape == image_shape
        assert data.x_train.all()
        assert not data.x_test.any()


def test_environment_names_the_folder(tmp_path, monkeypatch):
    write_idx(tmp_path / "data/fashion-mnist")
    monkeypatch.setenv("BACKSPIKE_DATA", str(tmp_path / "data"))
    assert load_dataset("fashion-mnist", encoder=ENCODER).n_in == 24
    refusal(
        "mnist",
        f"mnist: no train-images-idx3-ubyte.gz (nor train-images-idx3-ubyte) in "
        f"{tmp_path}/data/mnist, {tmp_path}/data/MNIST/raw, {tmp_path}/data or {tmp_path}/data/raw",
    )
    write_idx(tmp_path / "other")
    assert load_dataset("mnist", data_dir=tmp_path / "other", encoder=ENCODER).n_in == 24


def test_a_folder_of_another_data_set_is_not_taken(tmp_path):
    write_idx(tmp_path / "mnist")
    refusal(
        "fashion-mnist",
        f"fashion-mnist: no train-images-idx3-ubyte.gz (nor train-images-idx3-ubyte) in "
        f"{tmp_path}/mnist/fashion-mnist or {tmp_path}/mnist/FashionMNIST/raw",
        data_dir=tmp_path / "mnist",
    )


def test_downloads_without_a_folder(tmp_path, monkeypatch):
    fetched = []

    def fetch(file, folder, *, progress):
        fetched.append((file.name, folder, progress))
        write_idx(folder)
        return folder / file.name

    monkeypatch.setattr(mnist_family, "fetch", fetch)
    assert load_dataset("mnist", encoder=ENCODER, progress=True).n_in == 24
    folder = tmp_path / "cache/mnist"
    assert fetched == [(f"{file}.gz", folder, True) for file in FILES]


def test_every_known_file_has_mirrors_and_a_checksum():
    for files in mnist_family.MNIST_FAMILY.values():
        assert [file.name for file in files] == [f"{name}.gz" for name in FILES]
        for file in files:
            assert isinstance(file, RemoteFile)
            assert len(file.mirrors) >= 2
            assert re.fullmatch("[0-9a-f]{32}", file.md5)


def test_unknown_names_are_explained():
    refusal(
        "letters",
        "there is no data set 'letters'; known are digits, mnist, fashion-mnist, cifar-10, "
        "and by path FILE.npz, FILE.csv and a FOLDER of images",
    )


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        (
            {"train_labels": np.zeros(59, np.uint8)},
            "train-labels-idx1-ubyte.gz: 59 labels for the 60 images of train-images-idx3-ubyte.gz",
        ),
        (
            {"t10k_labels": np.zeros(21, np.uint8)},
            "t10k-labels-idx1-ubyte.gz: 21 labels for the 20 images of t10k-images-idx3-ubyte.gz",
        ),
        (
            {"train_labels": np.full(60, 10, np.uint8)},
            "train-labels-idx1-ubyte.gz: labels must be in 0..9, not 10",
        ),
        (
            {"t10k_labels": np.zeros(0, np.uint8), "t10k_images": np.zeros((0, 8, 6), np.uint8)},
            "t10k-labels-idx1-ubyte.gz: holds no labels",
        ),
        (
            {"t10k_images": np.zeros((20, 8, 7), np.uint8)},
            "t10k-images-idx3-ubyte.gz: images must be 8x6 as those for training, not 8x7",
        ),
        (
            {"train_images": np.zeros(60, np.uint8)},
            "train-images-idx3-ubyte.gz: wrong magic number, expected 0x00000803, got 0x00000801",
        ),
    ],
)
def test_idx_files_that_do_not_fit_are_explained(tmp_path, changed, message):
    write_idx(tmp_path, **changed)
    refusal("mnist", f"{tmp_path}/{message}", data_dir=tmp_path, encoder=ENCODER)


def test_a_truncated_idx_file_is_explained(tmp_path):
    write_idx(tmp_path, pack=bytes, suffix="")
    path = tmp_path / "t10k-images-idx3-ubyte"
    path.write_bytes(path.read_bytes()[:-100])
    message = f"{path}: truncated IDX file, expected 976 bytes, got 876 bytes"
    refusal("mnist", message, data_dir=tmp_path, encoder=ENCODER)


# ------------------------------------------------------------------ own files


def own(**changed):
    rng = np.random.default_rng(0)
    arrays = {
        "x_train": rng.integers(2, size=(30, 12)),
        "y_train": np.arange(30) % 3,
        "x_test": rng.integers(2, size=(10, 12)),
        "y_test": np.arange(10) % 3,
    }
    return {**arrays, **changed}


def write_npz(tmp_path, **changed):
    arrays = {key: value for key, value in own(**changed).items() if value is not None}
    np.savez(tmp_path / "own.npz", **arrays)
    return str(tmp_path / "own.npz")


@pytest.mark.parametrize("kind", [bool, np.uint8, np.int64, np.float32])
def test_own_binary_data_needs_no_encoder(tmp_path, kind):
    path = write_npz(tmp_path, x_train=own()["x_train"].astype(kind))
    data = load_dataset(path)
    assert data.name == path
    assert (data.x_train == own()["x_train"]).all()
    assert data.x_train.dtype == np.uint8
    assert (data.n_classes, data.n_in, data.image_shape) == (3, 12, None)


@pytest.mark.parametrize(("scale", "kind"), [(255, np.uint8), (1, np.float64)])
def test_own_grey_data_takes_an_encoder(tmp_path, scale, kind):
    grey = np.linspace(0, scale, 30 * 12).reshape(30, 4, 3).astype(kind)
    path = write_npz(tmp_path, x_train=grey, x_test=grey[:10])
    data = load_dataset(path, encoder="thermometer:2", inputs="images")
    assert data.image_shape == (4, 3, 2)
    folded = data.x_train.reshape(30, 4, 3, 2)
    assert (folded[..., 0] == (grey > scale / 4)).all()
    assert (folded[..., 1] == (grey > scale * 3 / 4)).all()
    flat = write_npz(tmp_path, x_train=grey.reshape(30, 12), x_test=grey[:10].reshape(10, 12))
    assert (load_dataset(flat, encoder="thermometer:2").x_train == data.x_train).all()
    assert load_dataset(flat, encoder="thermometer:2").image_shape is None


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"y_test": None}, "no y_test in it, only x_train, y_train, x_test"),
        (
            {"x_train": np.where(np.arange(360).reshape(30, 12) == 40, np.nan, 0.5)},
            "x_train holds NaN, first in sample 3",
        ),
        ({"x_test": np.full((10, 12), np.inf)}, "x_test holds an infinity, first in sample 0"),
        ({"x_train": np.full((30, 12), "a")}, "x_train must hold numbers, not <U1"),
        (
            {"x_train": np.zeros(30)},
            "x_train must have shape (n, features), (n, height, width) or "
            "(n, channels, height, width), not (30,)",
        ),
        (
            {"x_test": np.zeros((0, 12)), "y_test": np.zeros(0, int)},
            "x_test is empty: it has shape (0, 12)",
        ),
        (
            {"x_test": np.zeros((10, 11))},
            "a sample of x_test must have shape (12,) as in x_train, not (11,)",
        ),
        ({"y_train": np.zeros(30)}, "y_train must be integers or texts (n,), not float64 (30,)"),
        (
            {"y_train": np.zeros((30, 3), int)},
            "y_train must be integers or texts (n,), not int64 (30, 3)",
        ),
        ({"y_train": np.arange(29) % 3}, "29 labels in y_train for 30 samples in x_train"),
        (
            {"y_train": np.arange(30) - 1},
            "y_train must be in 0..1023, not -1; --labels distinct makes a class of each label",
        ),
        ({"y_train": np.arange(30) + 1000}, "y_train must be in 0..1023, not 1029"),
        ({"y_test": np.full(10, 3)}, "y_test must be in 0..2, not 3"),
    ],
)
def test_own_data_that_cannot_be_used_is_explained(tmp_path, changed, message):
    path = write_npz(tmp_path, **changed)
    refusal(path, f"{path}: {message}")


def test_own_files_that_cannot_be_read_are_explained(tmp_path):
    path = tmp_path / "own.npz"
    refusal(str(path), f"{path}: no such file")
    path.write_bytes(b"PK\3\4 not really")
    refusal(str(path), f"{path}: not a readable .npz file (File is not a zip file)")
    np.savez(path, **own(x_train=np.array([{}], object)))
    with pytest.raises(DataError, match=rf"^{re.escape(str(path))}: not a readable \.npz file \("):
        load_dataset(str(path))
    np.save(tmp_path / "array.npy", np.zeros(3))
    (tmp_path / "array.npy").rename(path)
    refusal(str(path), f"{path}: not a readable .npz file (a single array, not an .npz)")


def test_own_features_need_no_options(tmp_path):
    """Real numbers become the percentiles of the training split, whatever their unit."""
    x = np.random.default_rng(1).normal(size=(50, 3))
    path = write_npz(
        tmp_path, x_train=x[:40], y_train=np.arange(40) % 2, x_test=x[40:], y_test=np.arange(10) % 2
    )
    data = load_dataset(path)
    assert str(data.preparation) == "3 features, scale percentile, encoder thermometer:8"
    assert data.image_shape is None
    assert data.x_train.sum(axis=0).tolist() == [37, 32, 27, 22, 17, 12, 7, 2] * 3
    scaled = x * [1, 1000, 0.001] + [0, 7, -3]
    other = write_npz(
        tmp_path, x_train=scaled[:40], y_train=np.arange(40) % 2, x_test=scaled[40:],
        y_test=np.arange(10) % 2,
    )  # fmt: skip
    assert np.array_equal(load_dataset(other).x_test, data.x_test)


def test_dark_images_do_not_become_black(tmp_path):
    dark = np.random.default_rng(1).integers(17, size=(30, 8, 8)).astype(np.uint8)
    dark[0, 0, 0], dark[0, 0, 1] = 0, 16
    path = write_npz(tmp_path, x_train=dark, x_test=dark[:10])
    data = load_dataset(path, encoder="threshold:0.5")
    assert np.array_equal(data.x_train.reshape(30, 8, 8), dark > 8)
    with pytest.raises(DataError, match=r"no input of x_train, in 0\.\.16, ever spikes with 8x8 "):
        load_dataset(path, encoder="threshold:0.5", scale="255")


def test_a_test_and_a_validation_split_are_set_aside(tmp_path):
    path = tmp_path / "own.npz"
    np.savez(path, x=np.arange(300).reshape(100, 3), y=np.repeat(["b", "a"], [80, 20]))
    data = load_dataset(str(path), validation=0.25)
    assert data.class_names == ("a", "b")
    assert [np.bincount(y).tolist() for y in (data.y_train, data.y_val, data.y_test)] == [
        [12, 48], [4, 16], [4, 16],
    ]  # fmt: skip
    without = load_dataset(str(path))
    assert (len(without.y_train), without.x_val) == (80, None)
    assert np.array_equal(without.y_test, data.y_test)


def test_a_validation_split_of_the_file_is_taken(tmp_path):
    path = write_npz(tmp_path, x_val=own()["x_test"], y_val=own()["y_test"])
    assert np.array_equal(load_dataset(path).x_val, own()["x_test"])
    refusal(path, f"{path}: --validation 0.2: it has a validation split", validation=0.2)


def test_only_the_training_split_is_scaled_by(tmp_path):
    x = np.linspace(0, 10, 30)[:, None] * np.ones((1, 2))
    data = [
        load_dataset(
            write_npz(tmp_path, x_train=x, x_test=test, y_test=np.zeros(2, int)), scale=scale
        )
        for scale in ("range", "percentile")
        for test in (np.full((2, 2), 5.0), np.array([[5, 5], [1e6, -1e6]]))
    ]
    for one, two in (data[:2], data[2:]):
        assert np.array_equal(one.x_train, two.x_train)
        assert two.x_test[1].reshape(2, 8).all(axis=1).tolist() == [True, False]
        assert not two.x_test[1, 8:].any()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"name": 5}, "path of the data must be a str or Path, not 5"),
        ({"name": ["x"]}, "path of the data must be a str or Path, not "),
        ({"data_dir": 5}, "path of data_dir must be a str or Path, not 5"),
        ({"encoder": 5}, "encoder must be a str, not 5"),
        ({"labels": ["a", "b"]}, "labels must be a str, not "),
        ({"scale": 16}, "scale must be a str, not 16"),
        ({"inputs": 5}, "inputs must be a str, not 5"),
        ({"inputs": "x"}, "inputs must be one of images, features, not 'x'"),
        ({"validation": "0.2"}, "validation must be a number, not '0.2'"),
        ({"validation": float("nan")}, "validation must be a share between 0 and 1, not nan"),
    ],
)
def test_arguments_of_another_kind_are_refused(arguments, message):
    with pytest.raises((TypeError, ValueError), match=f"^{message}"):
        load_dataset(**{"name": "digits"} | arguments)


def test_a_folder_that_no_data_is_read_from_is_refused(tmp_path):
    with pytest.raises(DataError, match=r"^data_dir .* is for mnist, .*, cifar-10, not for digits"):
        load_dataset("digits", data_dir=tmp_path)
    with pytest.raises(TypeError, match=r"^progress must be True or False, not 'x'$"):
        load_dataset("digits", progress="x")
