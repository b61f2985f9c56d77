"""Probes by name, and where they are."""

import numpy as np
import pytest

from backspike.golden.compiler.compiler import compile_network
from backspike.golden.network.network import Network
from backspike.sim.simulation.probes import Probe, make_probes, sources

#: Of the network that learns.
KNOWN = {
    "v": "pqr",
    "u": "pqr",
    "x1": "a",
    "x2": "a",
    "y1": "p",
    "y2": "p",
    "y3": "p",
    "w": ("dense", "fixed", "one", "sparse", "back"),
    "tag": ("dense",),
    "delay": ("dense",),
    "r1": ("", "1", "2", "3"),
    "r0": ("", "1", "2", "3"),
}


def test_everything_that_can_be_probed_has_a_name(learning, kernels, core):
    known = sources(learning, compile_network(learning, core))
    names = {f"{kind}:{of}" if of else kind for kind, groups in KNOWN.items() for of in groups}
    assert set(known) == names
    others = sources(kernels, compile_network(kernels))
    assert "w:kernel" in others
    assert "v:shared maps" in others
    assert "r1" not in others  # it does not learn


def test_a_core_without_dynamics_has_no_voltages():
    network = Network()
    network.population("p", 4, threshold=1)
    assert not sources(network, compile_network(network, dynamics=False))


def test_a_watcher_has_no_voltage_of_its_own():
    network = Network()
    cells = network.population("cells", 4, threshold=1, tau_v=5)
    network.population("watcher", 4, threshold=2, watches=cells)
    assert set(sources(network, compile_network(network))) == {"v:cells", "u:cells"}


@pytest.fixture
def known(learning, core):
    return sources(learning, compile_network(learning, core))


def test_probes_are_names_or_probes_or_a_mapping(known):
    one = make_probes(["v:p", Probe("w:dense", every=5)], known, ["a"])
    other = make_probes({"v:p": 1, "w:dense": 5}, known, ["a"])
    for made in (one, other):
        assert {name: probe.every for name, (probe, _) in made.items()} == {"v:p": 1, "w:dense": 5}
    assert list(make_probes("v:p", known, ["a"])) == ["v:p"]
    assert not make_probes(["spikes:a"], known, ["a"])  # always there


@pytest.mark.parametrize(
    ("neurons", "expected"),
    [(2, [2]), (slice(1, 3), [1, 2]), ([3, 0], [3, 0]), (None, None), (np.array([1]), [1])],
)
def test_neurons_can_be_chosen(known, neurons, expected):
    ((_, chosen),) = make_probes([Probe("v:p", neurons=neurons)], known, []).values()
    assert expected == (None if chosen is None else chosen.tolist())


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: "v:a", "probe must be one of .*v:.p, q, r.*, not 'v:a'"),
        (lambda: 3, "probe must be a name or a Probe, not 3"),
        (lambda: Probe("v:p", every=0), "every of probe 'v:p' must be between 1 and .*, not 0"),
        (lambda: Probe("v:p", every=1.5), r"every of probe 'v:p' must be an int, not 1\.5"),
        (
            lambda: Probe("v:p", neurons=4),
            "neuron of probe 'v:p' must be between 0 and 3, not 4",
        ),
        (
            lambda: Probe("v:p", neurons=[0.5]),
            r"neurons of probe 'v:p' must be integers, not \[0\.5\]",
        ),
        (
            lambda: Probe("w:dense", neurons=1),
            "neurons of probe 'w:dense' must be left out: it is of no neurons",
        ),
    ],
)
def test_what_cannot_be_probed_is_explained(known, make, message):
    with pytest.raises((ValueError, TypeError), match=f"^{message}$"):
        make_probes([make()], known, ["a"])


@pytest.mark.parametrize("probes", [None, 5, 2.5, Probe])
def test_probes_of_another_kind_are_refused(probes):
    with pytest.raises(TypeError, match=r"^probes must be a list of names and Probes, or "):
        make_probes(probes, {}, [])
    with pytest.raises(TypeError, match=r"^name of a probe must be a str, not "):
        Probe(probes)
