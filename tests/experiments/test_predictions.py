"""Classes of samples in a file."""

import re

import numpy as np
import pytest
from PIL import Image

from backspike.experiments.data.preparation import Preparation
from backspike.experiments.data.scaling import Scale
from backspike.experiments.data.source import DataError
from backspike.experiments.predictions import as_csv, class_numbers, load_samples, predict

TABLE = Preparation((1, 2, 1), True, None, None, ("cat", "dog"), ("a", "b"))
IMAGES = Preparation((2, 2, 1), False, Scale("white", np.array(255)), "threshold:0.5", ("x", "y"))
WEIGHTS = [np.array([[254, 0]] * 3 + [[0, 254]], np.int16)]


def test_columns_are_found_by_name(tmp_path):
    (tmp_path / "s.csv").write_text("b,c,class,a\n0,7,dog,1\n1,7,cat,0\n")
    samples = load_samples(tmp_path / "s.csv", TABLE)
    assert samples.x.tolist() == [[1, 0], [0, 1]]
    assert class_numbers("s", samples.y, TABLE.class_names).tolist() == [1, 0]
    (tmp_path / "s.csv").write_text("b,c\n0,7\n")
    with pytest.raises(DataError, match=r"no column 'a', which the run has learned from$"):
        load_samples(tmp_path / "s.csv", TABLE)


def test_without_names_the_label_may_be_the_last_column(tmp_path):
    (tmp_path / "s.csv").write_text("1,0,1\n0,1,0\n")
    samples = load_samples(tmp_path / "s.csv", TABLE)
    assert samples.x.tolist() == [[1, 0], [0, 1]]
    assert class_numbers("s", samples.y, TABLE.class_names).tolist() == [1, 0]
    (tmp_path / "s.csv").write_text("1,0\n")
    assert load_samples(tmp_path / "s.csv", TABLE).y is None


def test_arrays_have_their_names(tmp_path):
    np.savez(tmp_path / "s.npz", x_test=np.eye(2), y_test=np.arange(2))
    samples = load_samples(tmp_path / "s.npz", TABLE)
    assert samples.names == ("0", "1")
    assert samples.y.tolist() == [0, 1]
    np.savez(tmp_path / "s.npz", z=np.eye(2))
    with pytest.raises(DataError, match=r"no x \(nor x_test\) in it, only z$"):
        load_samples(tmp_path / "s.npz", TABLE)


def test_images_are_predicted_with_their_lead(tmp_path):
    for name, pixels in (("a", [[255, 255], [255, 0]]), ("b", [[0, 0], [0, 255]])):
        Image.fromarray(np.array(pixels, np.uint8)).save(tmp_path / f"{name}.png")
    samples = load_samples(tmp_path, IMAGES)
    found, spikes = predict(WEIGHTS, IMAGES, "FILE", samples)
    assert spikes.tolist() == [[1, 1, 1, 0], [0, 0, 0, 1]]
    assert as_csv(found) == "sample,class,spikes,lead\na.png,x,x,762\nb.png,y,,254\n"
    one = load_samples(tmp_path / "b.png", IMAGES)
    assert predict(WEIGHTS, IMAGES, "FILE", one)[0] == found[1:]


def test_folders_of_images_are_labels(tmp_path):
    for name, white in (("x", 255), ("y", 0)):
        (tmp_path / name).mkdir()
        Image.fromarray(np.full((2, 2), white, np.uint8)).save(tmp_path / name / "0.png")
    samples = load_samples(tmp_path, IMAGES)
    assert samples.names == ("x/0.png", "y/0.png")
    assert class_numbers("FILE", samples.y, IMAGES.class_names).tolist() == [0, 1]
    Image.fromarray(np.zeros((2, 2), np.uint8)).save(tmp_path / "loose.png")
    with pytest.raises(DataError, match=r"x: not an image by its name"):
        load_samples(tmp_path, IMAGES)


def test_other_files_and_labels_are_refused(tmp_path):
    with pytest.raises(DataError, match=r"must be \.npz, \.csv, an image or a folder of images$"):
        load_samples(tmp_path / "s.txt", TABLE)
    with pytest.raises(DataError, match=r"no images in it$"):
        load_samples(tmp_path, IMAGES)
    for label in ("cow", 2, -1):
        message = f"FILE: {label!r} is no class of the run (cat, dog)"
        with pytest.raises(DataError, match=f"^{re.escape(message)}$"):
            class_numbers("FILE", np.array([label]), TABLE.class_names)
