"""The network, worked out from signals and memories of a core."""

import pytest

from backspike.golden.compiler.compiler import compile_network
from backspike.golden.network.network import Network
from backspike.sim.waves.view import MOST_WEIGHTS, View


def program(decay_v=100, **features):
    network = Network()
    source = network.input("in", 40)
    target = network.population("out", 60, threshold=50, decay_v=decay_v)
    network.connect("all", source, target, 2, pattern="all-to-all")
    return compile_network(network, lanes=4, **features)


def fired(p, row, bits):
    return row | bits << (p.rows - 1).bit_length()


def test_spikes_are_those_of_a_step():
    made = program()
    view, p = View(made), made.params
    view.take(("sequencer", "in_dendrite"), 1)
    view.take(("dendrite", "fired__valid"), 1)
    view.take(("dendrite", "fired__spikes"), fired(p, 1, 0b0110))
    view.settle()
    view.take(("dendrite", "fired__spikes"), fired(p, p.compartment_rows, 0b1000))
    view.settle()
    assert view.running
    assert view.spikes["out"].value == 0b0110 << 4
    assert view.spikes["in"].value == 0b1000
    assert {line.split()[0] for line in view.changes()} == {"sDENDRITE", "b1100000", "b1000"}
    view.take(("dendrite", "fired__valid"), 0)
    view.take(("sequencer", "registers__step"), 1)
    view.settle()
    assert [view.spikes[name].value for name in ("in", "out")] == [0, 0]


def test_states_are_signed_numbers_of_32_bits():
    made = program()
    view = View(made)
    key = next(
        key for key in view.keys if key[:3] == ("dendrite", "state", "bank1") and key[3] == 0
    )
    view.take(key, (1 << 24) - 5 | 7 << 24)
    assert view.states["out", 1, "u"].value == (1 << 32) - 5
    assert view.states["out", 1, "v"].value == 7
    assert view.states["out", 0, "v"].value == 0


def test_what_changes_most_is_shown_unless_others_are_chosen():
    made = program()
    view = View(made, [("out", 3)], [("all", (39, 59))])
    assert sum(name == "all" for name, _ in view.weights) == MOST_WEIGHTS + 1
    view.take(next(key for key in view.keys if key[:2] == ("dendrite", "state")), 9 << 24)
    groups = view.groups([], [])
    changed = next(
        n for _, n, what in view.states if what == "v" and view.states["out", n, "v"].value
    )
    assert [shown.path[-1] for shown in groups["neurons"]] == [f"u_{changed}", f"v_{changed}"]
    groups = view.groups([("out", 3)], [("all", (39, 59))])
    assert [shown.path[-1] for shown in groups["neurons"]] == ["u_3", "v_3"]
    assert [".".join(s.path) for s in groups["weights"]] == [
        "backspike.network.weights.all.w_39_59"
    ]


def test_a_core_of_thresholds_alone_has_no_states_to_show():
    view = View(program(decay_v=4096, dynamics=False))
    assert not view.states
    for neurons in ([], [("out", 3)]):
        groups = view.groups(neurons, [])
        assert groups["neurons"] == []
        assert [shown.path[-1] for shown in groups["weights"]] == ["w_0_0"]


@pytest.mark.parametrize(
    ("neurons", "weights", "message"),
    [
        ([("nobody", 0)], [], "population must be one of out, not 'nobody'"),
        ([("out", 60)], [], "neuron of 'out' must be between 0 and 59, not 60"),
        ([], [("none", (0, 0))], "connection must be one of all, not 'none'"),
        ([], [("all", (40, 0))], r"weight of 'all' must be one of 40 x 60, not \(40, 0\)"),
        ([], [("all", (1,))], r"weight of 'all' must be one of 40 x 60, not \(1,\)"),
    ],
)
def test_what_is_not_there_is_refused(neurons, weights, message):
    with pytest.raises(ValueError, match=f"^{message}$"):
        View(program(), neurons, weights)
