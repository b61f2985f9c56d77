"""Folders of images."""

import re

import numpy as np
import pytest
from PIL import Image

from backspike.experiments.data.datasets import load_dataset
from backspike.experiments.data.image_folder import load_images
from backspike.experiments.data.source import DataError


def draw(path, shape=(6, 5), seed=0, mode="L"):
    path.parent.mkdir(parents=True, exist_ok=True)
    grey = np.random.default_rng(seed).integers(256, size=shape).astype(np.uint8)
    Image.fromarray(grey).convert(mode).save(path)
    return grey


def test_each_folder_is_a_class(tmp_path):
    drawn = [draw(tmp_path / name / f"{n}.png", seed=n) for name in ("b", "a") for n in range(5)]
    (tmp_path / ".hidden").touch()
    source = load_images(tmp_path)
    assert source.class_names == ("a", "b")
    assert source.train.y.tolist() == [0] * 5 + [1] * 5
    assert np.array_equal(source.train.x[..., 0], drawn[5:] + drawn[:5])
    data = load_dataset(str(tmp_path))
    assert data.image_shape == (6, 5, 4)
    assert (len(data.y_train), len(data.y_test)) == (8, 2)


def test_splits_are_folders_of_classes(tmp_path):
    for split, count in (("train", 3), ("test", 2), ("val", 1)):
        for name in "ab":
            for n in range(count):
                draw(tmp_path / split / name / f"{n}.PNG", mode="RGB" if n else "1")
    source = load_images(tmp_path)
    assert {name: len(split.y) for name, split in source.splits().items()} == {
        "train": 6, "test": 4, "val": 2,
    }  # fmt: skip


def test_what_cannot_be_used_is_explained(tmp_path):
    def refusal(message):
        with pytest.raises(DataError, match=f"^{re.escape(str(tmp_path) + message)}$"):
            load_images(tmp_path)

    refusal(": no folder of images in it, one of each class")
    (tmp_path / "a").mkdir()
    draw(tmp_path / "b" / "1.png")
    refusal("/a: no images of this class to learn from")
    draw(tmp_path / "a" / "1.png", (7, 5))
    refusal(f"/b/1.png: must have 7x5 pixels as {tmp_path}/a/1.png, not 6x5")
    (tmp_path / "b" / "1.png").write_text("text")
    refusal("/b/1.png: not an image")
    (tmp_path / "a" / "notes.txt").touch()
    with pytest.raises(DataError, match=r"notes\.txt: not an image by its name"):
        load_images(tmp_path)


def test_other_classes_in_a_test_are_refused(tmp_path):
    for name in ("train/a", "train/b", "test/c"):
        draw(tmp_path / name / "1.png")
    with pytest.raises(DataError, match=r"test/c: no such class in .*train$"):
        load_images(tmp_path)
