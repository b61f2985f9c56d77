"""Rasters of samples, and their waveform."""

import re

import numpy as np
import pytest

from backspike.experiments.circuits import CIRCUITS
from backspike.experiments.rasters import sample_inputs, sample_rasters, write_waveform
from backspike.golden.core.golden_core import GoldenCore
from backspike.golden.nbp.initial_weights import init_weights
from backspike.sim.waves.names import vcd_names

X, Y = np.eye(20, dtype=np.uint8)[[3, 4]], np.array([1, 2])


@pytest.mark.parametrize("name", ["paper", "folded"])
def test_the_hidden_layer_fires_where_the_labels_say(name):
    weights = [np.full((20, 12), 254, np.int16), np.zeros((12, 5), np.int16)]
    circuit = CIRCUITS[name].learn(weights, 4)
    rasters = sample_rasters(circuit, GoldenCore(circuit.program.params), X | 1, Y)
    assert all(len(raster) == 2 * circuit.steps for raster in rasters.values())
    assert rasters["h1"].any(axis=0).all()
    step = int(np.argmax(rasters["h1"].any(axis=1)))
    assert circuit.labels[step].startswith("hidden")


def test_a_program_with_other_weights_may_run():
    circuit = CIRCUITS["folded"].learn(init_weights((20, 12, 5), 3), 4)
    other = CIRCUITS["folded"].learn([np.full((20, 12), 254, np.int16),
                                      np.zeros((12, 5), np.int16)], 4)  # fmt: skip
    core = GoldenCore(circuit.program.params)
    plain, loud = (
        sample_rasters(circuit, core, X | 1, Y, program) for program in (None, other.program)
    )
    assert any(not np.array_equal(plain[name], loud[name]) for name in plain)


def test_a_waveform_has_every_population(tmp_path):
    rasters = {"x": np.array([[True, False], [True, True]]), "h": np.array([[False], [True]])}
    write_waveform(rasters, tmp_path / "a.vcd")
    text = (tmp_path / "a.vcd").read_text()
    assert "$timescale 1 us $end" in text
    assert "$var wire 2 " in text
    assert "b11 " in text


def test_a_waveform_can_be_read_whatever_its_names_are(tmp_path):
    names = ["ü", "$end", "", "a b", "a_b", "x$1"]
    write_waveform({name: np.ones((2, 1), bool) for name in names}, tmp_path / "a.vcd")
    lines = (tmp_path / "a.vcd").read_text(encoding="ascii").splitlines()
    declared = [line.split() for line in lines if line.startswith("$var")]
    assert [line[4] for line in declared] == ["step", *vcd_names(names).values()]
    assert all(line[-1] == "$end" and len(line) == 6 for line in declared)


@pytest.mark.parametrize("name", ["paper", "folded"])
def test_a_waveform_has_the_inputs_and_what_happens_in_each_step(name, tmp_path):
    circuit = CIRCUITS[name].learn(init_weights((20, 12, 5), 3), 4)
    x, y = np.repeat(X, 1, axis=0), Y
    rasters = sample_rasters(circuit, GoldenCore(circuit.program.params), x, y)
    inputs = sample_inputs(circuit, x, y)
    assert set(inputs) == set(circuit.program.inputs)
    assert sum(int(spikes.sum()) for spikes in inputs.values()) >= 2
    files = write_waveform(
        rasters,
        tmp_path / "a.vcd",
        inputs=inputs,
        labels=circuit.labels,
    )
    assert [file.name for file in files] == ["a.vcd", "a.gtkw", "a.sucl"]
    text = files[0].read_text(encoding="ascii")
    for group, spikes in inputs.items():
        assert f"$var wire {spikes.shape[1]} " in text
        assert f"backspike.inputs.{group}" in files[1].read_text()
        assert f"variable_add backspike.inputs.{group}" in files[2].read_text()
    assert re.search(r"^shidden", text, re.MULTILINE)
