"""Float networks of scikit-learn, converted."""

import json
import sys

import numpy as np
import pytest
from click.testing import CliRunner

from backspike.bench import conversion
from backspike.bench.conversion import PERCENTILES, Found, main, measure, split, train
from backspike.golden.errors import UserError


def test_test_and_validation_samples_are_apart():
    parts = split(1)
    sizes = {name: len(values) for name, values in parts.items() if name.startswith("x")}
    assert sizes == {"x_train": 1077, "x_val": 270, "x_test": 450}
    rows = {tuple(row) for row in np.concatenate([parts["x_train"], parts["x_val"]])}
    assert not rows & {tuple(row) for row in parts["x_test"]}
    assert parts["x_train"].max() == 1
    assert not np.array_equal(parts["x_test"], split(2)["x_test"])


def test_a_percentile_is_chosen_without_the_test_samples(monkeypatch):
    samples = split(1)
    model = train(samples, (16,), 1)
    few = {name: values[:80] for name, values in samples.items()}
    few |= {name: samples[name] for name in ("x_train", "y_train")}
    found = measure(few, model, 1, (8, 32))
    assert found.network == pytest.approx(model.score(few["x_test"], few["y_test"]))
    assert abs(found.core[1] - found.network) <= 0.05
    looked_at = []

    def look(made, x, y, *, steps):
        looked_at.append((made.percentile, x is few["x_val"]))
        row = conversion_row(0.9 if made.percentile == PERCENTILES[1] else 0.5)
        return type("", (), {"rows": (row,), "network": 0.7})

    def conversion_row(value):
        return type("", (), {"core": value, "graph": value})

    monkeypatch.setattr(conversion, "accuracy_by_steps", look)
    assert measure(few, model, 1, (8,)).percentile == PERCENTILES[1]
    assert looked_at == [*((p, True) for p in PERCENTILES), (PERCENTILES[1], False)]


@pytest.mark.parametrize(("lost", "status"), [(0.004, 0), (0.006, 1)])
def test_the_promise_is_of_the_means_after_64_steps(lost, status, monkeypatch, tmp_path):
    def found(samples, model, seed):
        values = (0.4, 0.5, 0.6, 0.97 - lost, 0.97)
        return Found(seed, 0.97, 99.0, values, values)

    monkeypatch.setattr(conversion, "split", lambda seed: {})
    monkeypatch.setattr(conversion, "train", lambda *_: None)
    monkeypatch.setattr(conversion, "measure", found)
    file = tmp_path / "a.json"
    done = CliRunner().invoke(main, ["--seeds", "2", "--json", str(file)])
    assert done.exit_code == status, done.output
    assert [row["seed"] for row in json.loads(file.read_text())] == [1, 2]
    assert f"{0.97 - lost:.4f}" in done.output


def test_a_missing_package_is_one_line(monkeypatch):
    monkeypatch.setitem(sys.modules, "sklearn", None)
    monkeypatch.setitem(sys.modules, "sklearn.datasets", None)
    with pytest.raises(UserError, match=r"^scikit-learn is not installed: pip install scikit-lea"):
        split(1)
