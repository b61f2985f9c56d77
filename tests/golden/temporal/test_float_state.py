"""Constants and states of the online rule, as kernels read them."""

import pytest

from backspike.golden.temporal.float_network import FloatTemporal
from backspike.golden.temporal.float_state import FloatRule, FloatState


def _model(**options):
    return FloatTemporal(layers=(3, 5, 4, 2), tau=5.0, tau_out=9.0, tau_trace=4.0, **options)


def test_rules_hold_shares_and_levels():
    rule = FloatRule.of(_model(goal=2.0, margin=0.5, tau_trace_out=9.0), 0.1, 0.2)
    assert (rule.low, rule.high) == (1.5, 2.5)
    assert rule.kept_trace_out == rule.kept_out != rule.kept_trace
    assert (rule.rate, rule.rate_out, rule.kept_current) == (0.1, 0.2, 0.0)


@pytest.mark.parametrize("recurrent", [True, False])
@pytest.mark.parametrize("eligibility", ["trace", "tag"])
def test_tags_have_room_only_where_they_are_used(recurrent, eligibility):
    state = FloatState.of(_model(recurrent=recurrent, eligibility=eligibility))
    has = eligibility == "tag"
    assert [t.shape for t in state.tags] == [(3 * has, 5), (5 * has, 4)]
    has = has and recurrent
    assert [t.shape for t in state.own_tags] == [(5 * has, 5), (4 * has, 4)]
    assert [t.size for t in state.trace] == [3, 5, 4]
    assert (state.trace_out.size, state.out.size) == (4, 2)
