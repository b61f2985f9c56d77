"""The import from a file, and its options."""

import nir
import numpy as np
import pytest

from backspike.golden.errors import NoEffectWarning
from backspike.golden.nir.choices import Choice
from backspike.golden.nir.problems import GraphError
from backspike.golden.nir.to_network import check_nir, read_nir, rounded_by
from backspike.hdl.presets import CORE_PRESETS


def test_a_file_and_its_graph_make_the_same_network(random_graph, tmp_path):
    graph = random_graph(3, ("LIF", "IF"))
    nir.write(tmp_path / "a.nir", _complete(graph))
    for reset in ("zero", "subtract"):
        one, two = (read_nir(s, dt=1.0, reset=reset) for s in (graph, tmp_path / "a.nir"))
        assert repr(one.network) == repr(two.network)
        for name, connection in one.network.connections.items():
            assert np.array_equal(connection.weights, two.network.connections[name].weights)


def _complete(graph):
    """The graph with the sizes that a file must have."""
    graph.infer_types()
    return graph


def test_resets_are_of_nodes_or_kinds(chain, neurons):
    graph = chain((2,), neurons("LIF", (2,)), neurons("LIF", (2,)), neurons("IF", (2,)))
    imported = read_nir(graph, dt=1.0, reset={"LIF": "subtract", "n1": "delayed-zero"})
    assert imported.conventions.resets == {"n0": "subtract", "n1": "delayed-zero", "n2": "zero"}


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"dt": 0.0}, ValueError, "dt must be between 1e-09 and 1000 seconds, not 0"),
        ({"dt": float("nan")}, ValueError, "dt must be between 1e-09 and 1000 seconds, not nan"),
        ({"dt": "1"}, TypeError, "dt, in seconds, must be a number, not '1'"),
        ({"reset": "soft"}, ValueError, "reset must be one of zero, subtract, .*, not 'soft'"),
        ({"reset": {"x": "zero"}}, ValueError, "reset is of neurons or their kind, n0, not of 'x'"),
        ({"integrator": "rk4"}, ValueError, "integrator must be one of euler, exponential, not "),
        ({"scaling": "none"}, ValueError, "scaling must be one of power-of-two, free, not 'none'"),
    ],
)
def test_options_are_checked(chain, neurons, options, error, message):
    with pytest.raises(error, match=f"^{message}"):
        read_nir(chain((2,), neurons("IF", (2,))), **{"dt": 1.0, **options})


def test_a_graph_that_cannot_run_is_refused_with_its_problems(chain, neurons):
    graph = chain((2,), neurons("LIF", (2,), tau=0.1))
    with pytest.raises(GraphError, match=r"^n0 \(LIF\): tau must be at least dt") as caught:
        read_nir(graph, dt=1.0)
    assert caught.value.problems == check_nir(graph, dt=1.0).problems


def test_other_choices_round_the_same_graph(outliers):
    imported = read_nir(outliers, dt=1.0)
    assert imported.choices["lif"] == Choice(4.0)
    assert (imported.conventions.scaling, imported.conventions.synapses) == ("power-of-two", 1)
    other = rounded_by(imported, {"lif": Choice(16.0, 99.0, "sums")})
    assert other.choices == {**imported.choices, "lif": Choice(16.0, 99.0, "sums")}
    assert other.network.populations["lif"].threshold == 16
    same = rounded_by(other, imported.choices)
    for name, connection in imported.network.connections.items():
        assert np.array_equal(connection.weights, same.network.connections[name].weights)
    with pytest.raises(GraphError, match=r"lif \(LIF\): its constants do not fit with a scale of "):
        rounded_by(imported, {"lif": Choice(1e9)})


@pytest.mark.filterwarnings("error::backspike.golden.errors.NoEffectWarning")
def test_that_what_is_read_never_fires_is_no_warning_all_else_is(chain, neurons):
    imported = read_nir(chain((2,), neurons("LI", (2,))), dt=1.0)
    assert imported.compile().populations["n0"][1] == 2
    assert imported.compile(CORE_PRESETS["default"]).params == CORE_PRESETS["default"]
    alone = read_nir(chain((2,), nir.Linear(np.zeros((2, 2))), neurons("IF", (2,))), dt=1.0)
    with pytest.raises(NoEffectWarning, match="population 'n1' can never fire: no spike"):
        alone.compile()
