"""Examples in the RTL: the same facts as on the golden core."""

from dataclasses import replace

import numpy as np
import pytest

from backspike.cli.engines import make_engine
from backspike.experiments.data.datasets import load_dataset
from backspike.experiments.examples import EXAMPLES
from backspike.experiments.examples.hybrid import Hybrid, Sizes

#: Examples of :data:`backspike.experiments.examples.example.SMALL_CORE`, which is built once.
SMALL = ("pair-stdp", "triplet-stdp", "reward-stdp", "delays")


@pytest.mark.parametrize("name", SMALL)
def test_rtl_learns_the_same(name):
    facts = {
        engine: EXAMPLES[name].run(lambda program, e=engine: make_engine(e, program.params)).facts
        for engine in ("golden", "verilator")
    }
    assert facts["verilator"] == facts["golden"]


def test_the_hybrid_learns_the_same_weights():
    data = load_dataset("digits")
    data = replace(
        data,
        x_train=data.x_train[:100],
        y_train=data.y_train[:100],
        x_test=data.x_test[:50],
        y_test=data.y_test[:50],
    )
    runs = []
    for engine in ("golden", "verilator"):
        sizes = Sizes(hidden=16, winners=2, stdp_epochs=1, nbp_epochs=1)
        run = Hybrid(data, sizes, lambda program, e=engine: make_engine(e, program.params))
        before = run.weights("W1"), run.weights("W2")
        run.learn("first", 1)
        run.learn("last", 1)
        accuracy = run.accuracy()
        runs.append((accuracy, run.weights("W1"), run.weights("W2"), before))
        run.engine.close()
    (a, *golden, before), (b, *rtl, _) = runs
    assert a == b
    for name, x, y, first in zip(("W1", "W2"), golden, rtl, before, strict=True):
        assert np.array_equal(x, y), name
        assert (x != first).any(), f"{name} learned nothing"
