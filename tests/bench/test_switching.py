"""Figures of energy: by phase and cluster, and what they add up to."""

import json

import numpy as np
import pytest
from click.testing import CliRunner

from backspike.bench import switching
from backspike.fpga.switching.toggles import Activity
from backspike.golden.errors import UserError

#: Four cycles of each phase, and eight of delivery.
ACTIVITY = Activity(np.array([4, 4, 8, 4]), np.zeros((4, 0)), np.zeros((4, 0)))
#: By phase: logic, registers, clock; pJ.
USED = {
    "dendrite": np.array([[0, 0, 10], [5, 5, 10], [0, 0, 20], [0, 0, 10]]),
    "sequencer": np.array([[1, 1, 2], [1, 1, 2], [2, 2, 4], [1, 1, 2]]),
}
BITS = {"dendrite": np.array([[0, 0], [6, 4], [0, 0], [0, 0]])}
COUNTS = {"synaptic_ops": 7, "synapses_visited": 2}


@pytest.fixture
def found():
    return switching.figures(USED, BITS, ACTIVITY, COUNTS, samples=2)


def test_phases_and_clusters_have_the_same_total(found):
    for what in ("phases", "clusters"):
        kinds = [
            sum(row[kind] for row in found[what].values())
            for kind in ("logic", "registers", "clock")
        ]
        assert kinds == pytest.approx([5e-3, 5e-3, 30e-3])
        assert sum(row["memory_bits"] for row in found[what].values()) == 5
    assert found["nj_per_sample"] == pytest.approx(40e-3)
    assert found["pj_per_cycle"] == pytest.approx(80 / 20)


def test_synapses_are_those_of_their_phase(found):
    assert found["operations"]["delivered"] == pytest.approx({
        "count": 3.5,
        "pj": 4 / 7,
        "pj_with_clock": 28 / 7,
    })
    assert found["operations"]["visited to learn"] == pytest.approx({
        "count": 1,
        "pj": 2 / 2,
        "pj_with_clock": 14 / 2,
    })


def test_no_synapse_that_learns_takes_nothing():
    found = switching.figures(USED, BITS, ACTIVITY, {**COUNTS, "synapses_visited": 0}, samples=2)
    assert found["operations"]["visited to learn"] == {"count": 0, "pj": 0, "pj_with_clock": 0}


def test_a_gated_clock_rests_where_its_cluster_does(found):
    assert found["nj_clock"] == pytest.approx(30e-3)
    assert found["nj_clock_gated"] == pytest.approx((10 + 10 + 10) * 1e-3 / 2)


def test_memories_take_what_the_model_says(found):
    assert found["nj_memories"] == pytest.approx(5 * 2.5e-3)


def test_cores_that_differ_are_an_error():
    run = switching.Run(*[np.arange(3)] * 3, {"spikes": 3, "cycles_deliver": 1})
    switching.compare(run, run._replace(counts={"spikes": 3, "cycles_deliver": 0}))
    for other in (
        run._replace(weights=np.zeros(3)),
        run._replace(counts={"spikes": 4, "cycles_deliver": 1}),
    ):
        with pytest.raises(RuntimeError, match=r"^the netlist and the golden core differ$"):
            switching.compare(run, other)


def test_the_command_prints_and_writes_what_was_found(found, monkeypatch, tmp_path):
    sizes = {"layers": [4, 2], "lanes": 2, "samples": 2, "cells": 9, "registers": 3}
    result = {**sizes, "memory_bits": 64, **found}
    monkeypatch.setattr(switching, "measure", lambda samples, lanes: result)
    said = CliRunner().invoke(switching.main, ["--json", str(tmp_path / "found.json")])
    assert said.exit_code == 0
    assert "a sample: 0.0 nJ, of which the clock 0.0" in said.output
    assert "a cycle: 4.0 pJ\na synapse delivered: 0.6 pJ, with the clock 4.0; 3.5" in said.output
    assert json.loads((tmp_path / "found.json").read_text()) == result


def test_a_missing_tool_is_one_line(monkeypatch):
    def measure(samples, lanes):
        raise UserError("sta is not on PATH: apt install opensta")

    monkeypatch.setattr(switching, "measure", measure)
    said = CliRunner().invoke(switching.main, [])
    assert (said.exit_code, said.output) == (1, "Error: sta is not on PATH: apt install opensta\n")
