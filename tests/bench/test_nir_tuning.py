"""Converted networks that go on learning on the core."""

import json

import numpy as np
import pytest
from click.testing import CliRunner

from backspike.bench import nir_tuning
from backspike.bench.conversion import split
from backspike.bench.nir_tuning import Found, main, measure, turned


def test_digits_are_turned_about_their_middle():
    x = np.arange(64.0)[None]
    np.testing.assert_array_equal(turned(x).reshape(8, 8), np.rot90(x.reshape(8, 8), 2))


def test_what_is_learned_was_upside_down_and_never_a_test_sample(monkeypatch):
    parts = split(1)
    few = {name: values[: 120 if "train" in name else 40] for name, values in parts.items()}
    monkeypatch.setattr(nir_tuning, "split", lambda seed: few)
    looked_at, tune = [], nir_tuning.tune_nir

    def look(imported, samples, *, validation, **options):
        looked_at.append((samples, validation))
        return tune(imported, samples, validation=validation, **options)

    monkeypatch.setattr(nir_tuning, "tune_nir", look)
    found = measure(1, (32,), 2)
    ((learned, aside),) = looked_at
    for samples, name in ((learned, "train"), (aside, "val")):
        np.testing.assert_array_equal(samples.labels, few[f"y_{name}"])
        brightness = samples.inputs["input"].mean(axis=1).reshape(len(samples), -1)
        like = [np.corrcoef(brightness.ravel(), x.ravel())[0, 1] for x in
                (turned(few[f"x_{name}"]), few[f"x_{name}"])]  # fmt: skip
        assert like[0] > 0.9 > like[1]
    assert found.turned_after > found.turned + 0.1
    assert found.upright > found.turned + 0.1


@pytest.mark.parametrize(("after", "status"), [(0.86, 0), (0.84, 1)])
def test_the_promise_is_of_the_mean(after, status, monkeypatch, tmp_path):
    monkeypatch.setattr(
        nir_tuning, "measure", lambda seed: Found(seed, 0.97, 0.96, 0.4, after + seed / 100, 0.5)
    )
    monkeypatch.setattr(nir_tuning, "PROMISED", 0.865)
    file = tmp_path / "a.json"
    done = CliRunner().invoke(main, ["--seeds", "2", "--json", str(file)])
    assert done.exit_code == status, done.output
    assert [row["seed"] for row in json.loads(file.read_text())] == [1, 2]
    assert f"{after + 0.015:.4f}" in done.output
    assert ("promised" in done.output) == bool(status)
