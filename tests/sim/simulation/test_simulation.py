"""Simulations: the same numbers from every engine, in pieces or at once."""

import re

import numpy as np
import pytest

from backspike.golden.compiler.compiler import compile_network
from backspike.golden.core.golden_core import GoldenCore
from backspike.golden.engine import Stimulus
from backspike.golden.errors import CapacityError, UserError
from backspike.golden.network.network import Network
from backspike.sim.engines.amaranth_engine import AmaranthEngine
from backspike.sim.engines.link_engine import LinkEngine
from backspike.sim.engines.verilator import VerilatorEngine
from backspike.sim.simulation import simulation as unit
from backspike.sim.simulation.generators import poisson
from backspike.sim.simulation.probes import Probe
from backspike.sim.simulation.simulation import Simulation, simulate


def same(one, other):
    assert list(one) == list(other)
    for name in one:
        np.testing.assert_array_equal(one[name], other[name], err_msg=name)


@pytest.fixture(scope="session")
def verilator(core):
    with_everything = VerilatorEngine(core)
    yield with_everything
    with_everything.close()


@pytest.mark.parametrize("network", ["learning", "kernels"])
def test_every_probe_is_the_same_in_the_rtl(network, request, core, spikes, verilator):
    net = request.getfixturevalue(network)
    golden = Simulation(net, params=core)
    every = {name: 1 + number % 3 for number, name in enumerate(golden.probes)}
    expected = golden.run(60, spikes, probes=every)
    rtl = Simulation(net, verilator)
    same(rtl.run(60, spikes, probes=every), expected)
    changing = [name for name in expected.arrays if len(np.unique(expected[name])) > 1]
    assert len(changing) > 5
    if network == "learning":
        assert {"w:dense", "w:sparse", "tag:dense", "delay:dense", "r0", "r1"} <= set(changing)
    for simulation in (golden, rtl) if network == "learning" else ():
        simulation.set_weights("dense", 40)
        simulation.set_weights("sparse", [2, 4, 6, 8])
        simulation.set_rule("sparse", "dw = 2*x0*r1")
        simulation.set_reward(90)
    more = {"a": spikes["a"][:20], "b": [(s, 2) for s in range(20)]}
    same(rtl.run(20, more, probes=every), changed := golden.run(20, more, probes=every))
    if network == "learning":
        assert changed["r1"].max() == 90
        assert changed["w:sparse"][-1].tolist() != [2, 4, 6, 8]


def tiny():
    """A network for the smallest core that does not learn, whose RTL Amaranth simulates quickly."""
    network = Network()
    a, p = network.input("a", 2), network.population("p", 2, threshold=20, decay_v=500)
    network.connect("ap", a, p, [[9, 3], [-4, 8]], pattern="all-to-all")
    small = {"lanes": 2, "dendrite_lanes": 1, "lists": 8, "dense_words": 4, "sparse_words": 4}
    return network, compile_network(network, **small, delay_slots=2).params


def test_amaranths_simulator_gives_the_same_numbers():
    network, params = tiny()
    spikes = {"a": np.random.default_rng(0).random((12, 2)) < 0.6}
    results = [
        simulate(network, spikes, steps=12, probes=["v:p", "w:ap"], params=params, engine=engine)
        for engine in ("golden", "amaranth", AmaranthEngine(params))
    ]
    assert [result.engine for result in results] == ["golden", "amaranth", "amaranth"]
    assert results[0]["spikes:p"].any()
    for other in results[1:]:
        same(other, results[0])


def test_the_numbers_are_those_of_the_engine(learning, core, spikes):
    """In the units of the network, after the steps that are due."""
    result = simulate(
        learning, spikes, steps=60, params=core, probes={"v:p": 20, "w:dense": 30, "w:back": 60}
    )
    program = compile_network(learning, core)
    engine = GoldenCore(core)
    engine.load(program)
    axons = [(s, n) for s, n in np.argwhere(spikes["a"])] + [(s, n + 4) for s, n in spikes["b"]]
    steps, numbers = np.array(sorted(axons)).T
    record = engine.run(60, Stimulus(steps, numbers))
    first, size = program.populations["p"]
    np.testing.assert_array_equal(result["spikes:p"], record.raster(60, first, size))
    np.testing.assert_array_equal(result["spikes:a"], spikes["a"])
    words = engine.read("state")[first : first + size].astype(np.int64)
    voltages = (words >> 24) & 0xFFFFFF
    voltages = (voltages ^ 0x800000) - 0x800000
    np.testing.assert_array_equal(result["v:p"][-1] * 64, voltages)
    assert result.times["v:p"].tolist() == [19, 39, 59]
    np.testing.assert_array_equal(result["w:dense"][-1], program.matrix(engine, "dense"))
    np.testing.assert_array_equal(result["w:back"][-1], -result["w:dense"][-1].T)


def test_pieces_are_those_of_a_whole(learning, core):
    whole = Simulation(learning, params=core)
    inputs = {"a": poisson(0.3, seed=2), "b": poisson(0.1, seed=2)}
    expected = whole.run(50, inputs, probes=whole.probes)
    pieces = Simulation(learning, params=core)
    parts = [pieces.run(n, inputs, probes=whole.probes) for n in (1, 20, 29)]
    assert pieces.step == 50
    same(parts[0] + parts[1] + parts[2], expected)
    pieces.reset()
    same(pieces.run(50, inputs, probes=whole.probes), expected)


def test_long_runs_are_cut_into_exchanges(learning, core, monkeypatch):
    expected = simulate(learning, {"a": poisson(0.3)}, steps=50, params=core, probes=["v:p"])
    monkeypatch.setattr(unit, "_STEPS", 7)
    monkeypatch.setattr(unit, "_WORDS", 13)
    got = simulate(learning, {"a": poisson(0.3)}, steps=50, params=core, probes=["v:p"])
    same(got, expected)


def test_a_run_is_one_exchange_however_much_is_read(small, golden_link):
    network = Network()
    p = network.population("p", 8, threshold=20, bias=3)
    network.connect("ap", network.input("a", 4), p, 4, pattern="all-to-all", rule="x0*y0")
    simulation = Simulation(network, LinkEngine(small, golden_link))
    before = golden_link.exchanges
    result = simulation.run(300, {"a": poisson(0.2)}, probes=["v:p", "w:ap"])
    assert golden_link.exchanges == before + 1
    assert result["v:p"].shape == (300, 8)
    same(result, simulate(network, {"a": poisson(0.2)}, steps=300, probes=["v:p", "w:ap"]))


def test_of_chosen_neurons_only_those_are_kept(learning, core):
    result = simulate(learning, steps=5, params=core, probes=[Probe("v:q", neurons=[3, 1])])
    everyone = simulate(learning, steps=5, params=core, probes=["v:q"])
    np.testing.assert_array_equal(result["v:q"], everyone["v:q"][:, [3, 1]])
    assert result.neurons["v:q"].tolist() == [3, 1]


def test_a_probe_can_be_read_without_a_step(learning, core):
    simulation = Simulation(learning, params=core)
    assert simulation.read("w:dense").tolist() == learning.connections["dense"].weights.tolist()
    assert simulation.read("v:p").tolist() == [0] * 4
    with pytest.raises(
        KeyError, match=r"^probe must be one of v:\{p, q, r\}, .*, r0:\{1, 2, 3\}, not 'v:x'$"
    ):
        simulation.read("v:x")


def test_it_is_shown_in_a_line(learning, core):
    shown = repr(Simulation(learning, params=core))
    assert shown.startswith("Simulation(Network(inputs a (4), b (4); populations p (4), q (4), r")
    assert shown.endswith("on golden, step 0)")


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"engine": "gold"}, KeyError, "engine must be one of golden, verilator, amaranth, not "),
        ({"network": 3}, TypeError, "network must be a Network, not 3"),
        ({"steps": 2.5}, TypeError, "steps must be an int, not 2.5"),
        ({"steps": -1}, ValueError, "steps must be between 0 and "),
        ({"inputs": {"c": []}}, KeyError, "input must be one of a, b, not 'c'"),
        (
            {"probes": ["v:x"]},
            KeyError,
            "probe must be one of spikes:{a, b, p, q, r}, v:{p, ",
        ),
        (
            {"steps": 10**9, "probes": {"v:p": 2}},
            UserError,
            "probe 'v:p' every 2 of 1,000,000,000 steps would take 16 GB: raise `every`",
        ),
    ],
)
def test_what_cannot_be_is_explained_before_the_first_step(
    learning, core, arguments, error, message
):
    fields = {"network": learning, "steps": 3, "params": core, **arguments}
    with pytest.raises(error, match=f"^{re.escape(message)}"):
        simulate(fields.pop("network"), fields.pop("inputs", None), **fields)


def test_an_engine_has_a_core_of_its_own(learning, core):
    with pytest.raises(UserError, match=r"^params must be left out, or be those of the engine$"):
        Simulation(learning, GoldenCore(core), params=core.with_(rules=9))
    with pytest.raises(CapacityError):
        Simulation(learning, GoldenCore(core.with_(sparse_words=4)))
    assert Simulation(learning, GoldenCore(core), params=core).program.params == core


def test_on_a_terminal_a_long_run_has_a_progress_bar(learning, core, monkeypatch, capfd):
    monkeypatch.setattr(unit, "_LONG", 10)
    simulate(learning, steps=20, params=core)
    assert capfd.readouterr().err == ""
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TTY_COMPATIBLE", "1")
    simulate(learning, steps=20, params=core)
    assert "20 steps on golden" in capfd.readouterr().err


@pytest.mark.parametrize("value", [None, 5, [], GoldenCore])
def test_what_is_no_engine_is_refused_with_the_names(learning, value):
    message = r"^engine must be one of golden, verilator, amaranth, or one such as GoldenCore\(par"
    with pytest.raises(TypeError, match=message):
        Simulation(learning, value)


def test_keywords_that_are_not_there_are_refused_with_those_that_are(learning):
    with pytest.raises(TypeError, match=r"^keyword of simulate\(\) .*'probe' \(did you mean pr"):
        simulate(learning, steps=1, probe=["v:p"])
    with pytest.raises(TypeError, match=r"^progress must be True or False, not 5$"):
        Simulation(learning).run(1, progress=5)
    with pytest.raises(TypeError, match=r"^params must be a CoreParams, not 5 \(int\)$"):
        Simulation(learning, params=5)
