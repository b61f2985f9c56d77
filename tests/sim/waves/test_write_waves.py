"""Waveforms of the RTL say what the golden core says, step by step."""

import numpy as np
import pytest

from backspike.golden.compiler.compiler import compile_network
from backspike.golden.engine import Stimulus
from backspike.golden.network.network import Network
from backspike.sim.simulation.simulation import simulate
from backspike.sim.waves.write_waves import write_waves

FIRST, LAST = 2, 6
RULE = "dw = 2^-3*x1*y0 - 2^-4*x0*y1"
SPIKES = (np.random.default_rng(5).random((9, 5)) < 0.5).astype(np.uint8)


def network():
    """Dense and sparse synapses that learn, and names that no VCD can have."""
    made = Network(seed=3)
    made.traces(x1=(40, 8.0), y1=(40, 8.0))
    pixels = made.input("pixels", 5)
    cells = made.population("cells", 3, threshold=150, decay_u=2048, decay_v=400)
    odd = made.population("$end ü", 2, threshold=30, decay_u=2048)
    made.connect("dense", pixels, cells, 30, pattern="all-to-all", rule=RULE)
    made.connect("a.b [1]", cells, odd, [20, -30], pattern=[(0, 1), (2, 0)], rule=RULE)
    return made


@pytest.fixture(scope="module", params=["amaranth"])
def written(request, tmp_path_factory, read_vcd):
    """Program, waveform, its changes, and steps that were told."""
    program = compile_network(network(), lanes=2)
    path = tmp_path_factory.mktemp("waves") / "a.vcd"
    told = []
    waves = write_waves(
        program,
        Stimulus.of(SPIKES),
        path,
        steps=(FIRST, LAST),
        simulator=request.param,
        on_step=told.append,
    )
    return program, waves, read_vcd(path), told


def at_ends(changes):
    """Values of each signal of the network at the end of each step, by its path."""
    ends = [time for time, _ in changes["backspike.network.step"][1:]]
    assert len(ends) == LAST - FIRST + 1
    found = {}
    for path, values in changes.items():
        if path.startswith("backspike.network."):
            name = path.removeprefix("backspike.network.")
            found[name] = [[v for t, v in values if t < end][-1] for end in ends]
    return found


def test_every_step_is_that_of_the_golden_core(written):
    program, _, changes, _ = written
    probes = [f"{what}:{name}" for what in "uv" for name in ("cells", "$end ü")]
    result = simulate(
        network(), {"pixels": SPIKES}, steps=9, params=program.params,
        probes=[*probes, "w:dense", "w:a.b [1]"],
    )  # fmt: skip
    seen, steps = at_ends(changes), slice(FIRST, LAST + 1)
    for name, safe in (("cells", "cells"), ("$end ü", "_end__")):
        for what in "uv":
            expected = result[f"{what}:{name}"][steps] * 64
            assert expected.any()
            got = [seen[f"populations.{safe}.{what}_{n}"] for n in range(expected.shape[1])]
            assert np.array_equal(np.transpose(got), expected)
    groups = {
        "inputs.pixels": "pixels",
        "populations.cells": "cells",
        "populations._end__": "$end ü",
    }
    for path, name in groups.items():
        expected = result[f"spikes:{name}"][steps].astype(int)
        assert expected.any()
        bits = expected @ (1 << np.arange(expected.shape[1]))
        assert seen[f"{path}.spikes"] == bits.tolist()
    scale = np.ldexp(1.0, network().connections["dense"].exponents)
    dense = result["w:dense"][steps] / scale
    assert (dense[0] != dense[-1]).any()
    for n, m in np.ndindex(5, 3):
        assert seen[f"weights.dense.w_{n}_{m}"] == dense[:, n, m].tolist()
    single = result["w:a.b [1]"][steps] / np.ldexp(1.0, network().connections["a.b [1]"].exponents)
    assert (single[0] != single[-1]).any()
    assert [seen[f"weights.a_b__1_.w_{n}"] for n in range(2)] == single.T.tolist()


def test_phases_follow_each_other_and_states_have_names(written):
    _, waves, changes, told = written
    assert [value for _, value in changes["backspike.network.step"]] == [*range(FIRST, LAST + 2)]
    assert told[: LAST + 1] == [*range(LAST + 1)]
    phases = [value for _, value in changes["backspike.network.phase"]]
    assert phases[:5] == ["DENDRITE", "DELIVER", "TRACE", "LEARN", "HOST"]
    assert changes["backspike.network.phase"][-1][0] <= 10 * waves.cycles


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"path": None}, "path of a waveform must be a str or Path, not None"),
        ({"neurons": 5}, r"neurons must be a list of \(name, index\), not 5"),
        ({"neurons": ["cells"]}, r"neurons must be a list of \(name, index\), not "),
        ({"weights": [("dense",)]}, r"weights must be a list of \(name, index\), not "),
        ({"on_step": 5}, "on_step must be a function of a step, not 5"),
        ({"simulator": ["amaranth"]}, "simulator must be one of "),
        ({"stimulos": None}, r"keyword of write_waves\(\) must be one of stimulus, "),
    ],
)
def test_arguments_of_another_kind_are_refused(tmp_path, options, message):
    arguments = {"path": tmp_path / "x.vcd", "steps": (0, 1)} | options
    with pytest.raises((TypeError, ValueError), match=f"^{message}"):
        write_waves(compile_network(network()), Stimulus(), **arguments)
    assert not any(tmp_path.iterdir())
