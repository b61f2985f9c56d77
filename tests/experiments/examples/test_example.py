"""Networks on an engine by the names of their parts; the command lists and runs examples."""

import os

import numpy as np

from backspike.experiments.examples import EXAMPLES
from backspike.experiments.examples.example import SMALL_CORE, Session
from backspike.golden.network.network import Network


def test_a_session_speaks_in_names(golden):
    network = Network()
    first, second = network.input("first", 2), network.input("second", 3)
    neurons = network.population("neurons", 3, threshold=50)
    network.connect("weak", first, neurons, 20, pattern="all-to-all", exponent=0)
    delays = np.arange(9).reshape(3, 3)
    network.connect(
        "strong", second, neurons, 60, pattern="all-to-all", exponent=0, delays=delays, rule="x0*y0"
    )
    session = Session(network, golden)
    assert session.program.params.lanes == SMALL_CORE.lanes
    assert session.weights("weak").tolist() == [[20] * 3] * 2
    assert session.delays("strong").tolist() == delays.tolist()
    record = session.run(12, [(2, "second", 1), (0, "first", 0)])
    fired = session.fired(record, "neurons", 12)
    assert fired.shape == (12, 3)
    assert [np.flatnonzero(column).tolist() for column in fired.T] == [[6], [7], [8]]


def test_they_are_listed_with_their_rules(backspike):
    done = backspike("example")
    assert done.returncode == 0
    for example in EXAMPLES.values():
        assert example.name in done.stdout
        assert all(rule in done.stdout for rule in example.rules)


def test_one_is_run_and_drawn(backspike, tmp_path):
    done = backspike("example", "pair-stdp", "--out", tmp_path / "made" / "picture.png")
    assert done.returncode == 2, "the folder is not there"
    assert not (tmp_path / "made").exists()
    done = backspike("example", "pair-stdp", "--out", tmp_path / "picture.png")
    assert done.returncode == 0, done.stderr
    assert "learned" in done.stdout
    assert (tmp_path / "picture.png").read_bytes().startswith(b"\x89PNG")
    assert os.listdir(tmp_path) == ["picture.png"]


def test_an_unknown_one_is_refused(backspike):
    done = backspike("example", "nothing")
    assert done.returncode == 2
    assert "'nothing' is not one of 'pair-stdp'" in done.stderr
