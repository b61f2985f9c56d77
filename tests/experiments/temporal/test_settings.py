"""Settings of runs that learn over time: what is left out, and what a run is."""

from dataclasses import fields, replace
from pathlib import Path

import pytest

from backspike.experiments.option import options_of
from backspike.experiments.settings import as_json, from_json
from backspike.experiments.temporal.presets import DEFAULT, PRESETS
from backspike.experiments.temporal.settings import TemporalSettings, temporal_identity
from backspike.golden.temporal.options import TemporalOptions


def test_every_constant_is_an_option():
    assert {f.name for f in fields(TemporalOptions)} <= set(options_of(TemporalSettings))


def test_what_is_left_out_is_that_of_the_data():
    for name, preset in (*PRESETS.items(), ("own.npz", DEFAULT)):
        settled = TemporalSettings(dataset=name).settled()
        assert settled.learning == preset.options
        assert (settled.encoder, settled.hidden) == (preset.encoder, preset.hidden)
        assert settled.epochs == preset.epochs
    changed = TemporalSettings(dataset="own.npz", tau=3.0, hidden=(7,), recurrent=False).settled()
    assert changed.learning == replace(DEFAULT.options, tau=3.0, recurrent=False)
    assert changed.hidden == (7,)


def test_parts_of_a_preset_that_do_not_go_with_an_option_give_way():
    learning = TemporalSettings(dataset="own.npz", threshold=100).learning
    assert (learning.threshold, learning.box) == (100, 32)
    assert TemporalSettings(dataset="own.npz", errors="end").learning.settle == 0
    with pytest.raises(ValueError, match=r"^settle must be 0"):
        _ = TemporalSettings(dataset="own.npz", errors="end", settle=2).learning


def test_settings_are_read_as_they_were_written():
    given = TemporalSettings(dataset="own.npz", tau=3.0, hidden=(7, 8), out=Path("x"))
    assert from_json(TemporalSettings, as_json(given)) == given


def test_what_a_run_is():
    settings = TemporalSettings(dataset="a/own.npz", out=Path("x")).settled()
    identity = temporal_identity(settings, (4, 5, 2), {"data": "abc"})
    assert identity["dataset"] == "npz"
    assert identity["data"] == "abc"
    assert identity["learning"]["tau"] == DEFAULT.options.tau
    for change in ({"tau": 2.0}, {"seed": 5}, {"encoder": "delta:0.1"}, {"lanes": 4}):
        other = replace(settings, **change)
        assert temporal_identity(other, (4, 5, 2), {"data": "abc"}) != identity
    elsewhere = replace(settings, dataset="b/own.npz", out=Path("y"), epochs=3)
    assert temporal_identity(elsewhere, (4, 5, 2), {"data": "abc"}) == identity
