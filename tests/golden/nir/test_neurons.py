"""Constants of neurons: shares that a step loses, gains, biases, shifts."""

import numpy as np
import pytest

from backspike.golden.nir.graph import read_graph
from backspike.golden.nir.neurons import NEURONS, dynamics_of
from backspike.golden.nir.primitives import PRIMITIVES


def constants(chain, node, dt=1.0, reset="zero", integrator="euler"):
    graph = read_graph(chain((2,), node))
    return dynamics_of(graph.nodes["n0"], dt, reset, integrator)


def test_every_primitive_with_a_state_has_its_constants():
    stateful = {kind for kind, row in PRIMITIVES.items() if row.apply is None}
    assert set(NEURONS) == stateful - {"Input", "Delay"} | {"Output"}


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("IF", (1, 0, 0.5, 7)),
        ("I", (1, 0, 0.5, None)),
        ("LIF", (1, 1 / 16, 0.5, 7)),
        ("LI", (1, 1 / 16, 0.5, None)),
        ("CubaLIF", (0.25, 1 / 16, 0.25, 7)),
        ("CubaLI", (0.25, 1 / 16, 0.25, None)),
        ("Threshold", (1, 1, 1, 7)),
    ],
)
def test_constants_are_those_of_half_a_second(chain, neurons, kind, expected):
    made = constants(chain, neurons(kind, (2,)), dt=0.5)
    threshold = None if made.threshold is None else made.threshold[0]
    assert (made.decay_u[0], made.decay_v[0], made.gain[0], threshold) == expected
    assert made.resets == (kind != "Threshold")


def test_an_exponential_step_loses_less(chain, neurons):
    made = constants(chain, neurons("LIF", (2,)), integrator="exponential")
    assert made.decay_v[0] == pytest.approx(1 - np.exp(-1 / 8))
    assert made.gain[0] == pytest.approx(8 * (1 - np.exp(-1 / 8)))


def test_voltages_count_from_where_a_reset_goes(chain, neurons):
    made = constants(chain, neurons("LIF", (2,), v_leak=3.0, v_reset=1.0))
    assert (made.threshold[0], made.shift[0], made.bias[0]) == (6, 1, 2 / 8)


@pytest.mark.parametrize(
    ("changes", "options", "message"),
    [
        ({"tau": 0.0}, {}, "tau must be above 0, not 0"),
        ({"tau": 0.5}, {}, "tau must be at least dt = 1 s, not 0.5: a step would lose more than"),
        ({"tau": 2e6}, {}, "tau must be at most 1,000,000 steps of dt = 1 s, not 2e.06 s"),
        ({"v_reset": 8.0}, {}, "threshold must be at least the voltage that a reset goes to"),
        ({"v_reset": -1.0}, {"reset": "subtract"}, "v_reset must be 0 where a reset subtracts the"),
    ],
)
def test_what_a_core_cannot_have_is_refused(chain, neurons, changes, options, message):
    with pytest.raises(ValueError, match=f"^{message}"):
        constants(chain, neurons("LIF", (2,), **changes), **options)
