"""Networks that learn over time, in floating point: constants, first weights, checks of weights."""

import math

import numpy as np
import pytest

from backspike.golden.temporal.float_network import (
    FloatTemporal,
    FloatWeights,
    check_float_weights,
    initial_float_weights,
)

_TAUS = {"tau": 5.0, "tau_out": 10.0, "tau_trace": 4.0}


def test_shares_kept_are_those_of_time_constants():
    model = FloatTemporal(layers=(3, 4, 2), **{**_TAUS, "tau_out": math.inf})
    assert model.kept("tau") == math.exp(-1 / 5)
    assert model.kept("tau_out") == 1.0, "nothing fades"
    assert model.kept("tau_current") == 0.0, "all is forgotten"
    assert model.kept("tau_trace_out") == math.exp(-1 / 4), "that of the other traces"
    own = FloatTemporal(layers=(3, 4, 2), tau_trace_out=10.0, **_TAUS)
    assert own.kept("tau_trace_out") == math.exp(-1 / 10)
    assert own.kept("tau_tag") == math.exp(-1 / 10), "that of the outputs"


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("layers", [3, 4, 2], r"layers must be a tuple of inputs, .* not \[3, 4, 2\]"),
        ("layers", (3, 2), r"layers must be a tuple of .*, not \(3, 2\)"),
        ("layers", (3, 0, 2), "size of a layer must be between 1 and 65536, not 0"),
        ("settle", -1, "settle must be between 0 and 65536, not -1"),
        ("errors", "all", "errors must be 'every' or 'end', not 'all'"),
        ("eligibility", "", "eligibility must be 'trace' or 'tag', not ''"),
        ("kind", None, "kind must be 'signs' or 'real', not None"),
        ("tau", -1.0, "tau must be 0 or more, not -1"),
        ("tau_out", math.nan, "tau_out must be finite, not nan"),
        ("tau_trace_out", -2.0, "tau_trace_out must be 0 or more, not -2"),
        ("tau_current", math.inf, "tau_current must be finite, not inf"),
        ("adaptation", -0.5, "adaptation must be 0 or more, not -0.5"),
        ("threshold", 0, "threshold must be above 0, not 0"),
        ("box", 0.0, "box must be above 0, not 0"),
        ("goal", -math.inf, "goal must be finite, not -inf"),
        ("margin", -1, "margin must be 0 or more, not -1"),
        ("dead_zone", -1, "dead_zone must be 0 or more, not -1"),
        ("temperature", 0, "temperature must be above 0, not 0"),
        ("limit", 0, "limit must be above 0, not 0"),
    ],
)
def test_bad_fields_are_explained(field, value, message):
    with pytest.raises(ValueError, match=f"^{message}$"):
        FloatTemporal(**{"layers": (3, 4, 2), **_TAUS, field: value})


@pytest.mark.parametrize("field", ["tau", "limit", "recurrent"])
def test_fields_of_another_kind_are_refused(field):
    with pytest.raises(TypeError, match=f"^{field} must be .*, not '1'$"):
        FloatTemporal(**{"layers": (3, 4, 2), **_TAUS, field: "1"})


def test_first_weights_give_sums_of_the_width_asked_for():
    model = FloatTemporal(layers=(400, 300, 200, 100), **_TAUS)
    weights = initial_float_weights(
        model, 1, drive=2.0, recurrent=0.5, output=0.25, activity=(0.5, 0.2, 0.1)
    )
    shares = [*zip(weights.forward, (0.5, 0.2, 0.1), (2, 2, 0.25), strict=True)]
    shares += zip(weights.recurrent, (0.2, 0.1), (0.5, 0.5), strict=True)
    for w, share, wanted in shares:
        assert w.std() * math.sqrt(len(w) * share) == pytest.approx(wanted, rel=0.02)
    assert weights.forward[0].mean() > 0, "neurons fire from the start"


def test_first_weights_follow_the_seed_and_the_limit():
    model = FloatTemporal(layers=(5, 4, 3), limit=0.1, **_TAUS)
    weights, again = initial_float_weights(model, 1), initial_float_weights(model, 1)
    for w, same in zip(
        (*weights.forward, *weights.recurrent), (*again.forward, *again.recurrent), strict=True
    ):
        np.testing.assert_array_equal(w, same)
        assert np.abs(w).max() == 0.1
    assert (initial_float_weights(model, 2).forward[0] != weights.forward[0]).any()
    alone = FloatTemporal(layers=(5, 4, 3), recurrent=False, **_TAUS)
    assert initial_float_weights(alone, 1).recurrent == []


def _changed(**changes):
    """Weights of layers 3, 4, 2, with some arrays replaced."""
    arrays = {"W1": np.zeros((3, 4)), "W2": np.zeros((4, 2)), "R1": np.zeros((4, 4))} | changes
    return FloatWeights([arrays["W1"], arrays["W2"]], [arrays["R1"]])


def _read_only():
    made = np.zeros((4, 4))
    made.flags.writeable = False
    return made


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        (FloatWeights([np.zeros((3, 4))], []), "weights W must be 2 arrays, not 1"),
        (FloatWeights([np.zeros((3, 4)), np.zeros((4, 2))], []), "weights R must be 1 .* 0"),
        (_changed(W1=np.zeros((4, 3))), r"W1 must have shape \(3, 4\), not \(4, 3\)"),
        (_changed(W2=np.full((4, 2), np.nan)), r"W2 must be finite, not nan at \[0, 0\]"),
        (_changed(W2=np.full((4, 2), -3.0)), "W2 must be within the limit of 2, not 3"),
        (_changed(R1=_read_only()), "R1 must be C-contiguous and writeable"),
        (_changed(R1=np.zeros((4, 4), order="F")), "R1 must be C-contiguous and writeable"),
    ],
)
def test_weights_that_do_not_fit_are_explained(weights, message):
    model = FloatTemporal(layers=(3, 4, 2), limit=2.0, **_TAUS)
    with pytest.raises(ValueError, match=f"^{message}$"):
        check_float_weights(model, weights, writeable=True)


@pytest.mark.parametrize(("bad", "kind"), [(np.zeros((3, 4), np.float32), "float32"), ([], "list")])
def test_weights_of_another_kind_are_refused(bad, kind):
    model = FloatTemporal(layers=(3, 4, 2), **_TAUS)
    with pytest.raises(TypeError, match=f"^W1 must be a float64 array, not {kind}$"):
        check_float_weights(model, _changed(W1=bad))
