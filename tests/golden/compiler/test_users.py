"""Parts of a network that need what a core lacks, by name."""

import pytest

from backspike.golden.compiler.compiler import compile_network
from backspike.golden.errors import CapacityError
from backspike.golden.network.network import Network


def network():
    made = Network(epoch=2)
    made.traces(x1=(5, 5.0))
    x, y = made.input("x", 3), made.population("y", 3, threshold=1)
    made.connect("plain", x, y, 2, pattern="one-to-one")
    made.connect("traced", x, y, 2, pattern="all-to-all", rule="2*x1*y0")
    made.connect("more", x, y, 2, pattern="all-to-all", rule="2*u1*x0")
    made.connect("tagged", x, y, 2, pattern="all-to-all", rule="2*t*y0")
    made.connect("late", x, y, 2, pattern="one-to-one", delay=9)
    made.connect("learned", x, y, 2, pattern="all-to-all", rule="dd = 2*x0")
    made.population("noisy", 3, threshold=1, noise=(1, 3))
    made.population("leaky", 3, threshold=1, bias=3, decay_v=9)
    made.population("counts", 3, threshold=1, bias=3, decay_v=9, reset="subtract")
    made.population("looks", 3, threshold=1, watches=y)
    made.population("gated", 3, threshold=1, bias=2, decay_v=4096, gate=x)
    return made


@pytest.mark.parametrize(
    ("sizes", "users"),
    [
        ({"traces": False}, "'traced'"),
        ({"stochastic": False}, "'traced'"),
        ({"more_factors": False}, "'more'"),
        ({"tags": False}, "'tagged'"),
        ({"delays": False}, "'learned'"),
        ({"noise": False}, "'noisy'"),
        ({"subtract": False}, "'counts'"),
        ({"watch": False}, "'looks'"),
        (
            {"noise": False, "subtract": False, "watch": False, "dynamics": False},
            "'noisy', 'leaky', 'counts', 'looks', 'gated'",
        ),
        ({"epochs": False}, "'gated'"),
        ({"delay_slots": 4}, "'late'"),
    ],
)
def test_they_are_told(sizes, users):
    with pytest.raises(CapacityError) as refused:
        compile_network(network(), **sizes)
    assert str(refused.value).endswith(f"; needed by {users}")


def test_where_all_need_it_none_is_named():
    with pytest.raises(CapacityError, match=r"the core has learning=False$"):
        compile_network(network(), learning=False)
