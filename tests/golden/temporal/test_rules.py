"""Rules of the circuit that learns over time."""

import numpy as np
import pytest

from backspike.golden.temporal.options import TemporalOptions
from backspike.golden.temporal.rules import earlier_trace, held_constant, temporal_rules


def test_rules():
    trace = temporal_rules(TemporalOptions(rate=3, rate_out=5, impulse=16, tau_trace=4.0), 2)
    spent = earlier_trace(TemporalOptions(impulse=16, tau_trace=4.0), 2, 1)
    assert spent == round(16 * np.exp(-3 / 20))
    assert trace.forward == "dw = 3*2^-7*u0*x1*y0"
    assert trace.recurrent == [f"dw = 3*2^-7*u0*x1*y0 - {3 * spent}*2^-7*u0*x0*y0"]
    assert trace.out == "dw = 5*2^-7*u0*x1*y0"
    tag = temporal_rules(TemporalOptions(eligibility="tag", tag_leak=5), 2)
    assert tag.forward == "dt = 2^-3*u0*x1*y0 - 2^-5*u0*t"
    assert tag.forget == "dt = -u0*t*y0"


@pytest.mark.parametrize(("constant", "held"), [(255, 255), (256, 256), (301, 300), (32005, 32000)])
def test_constants_that_a_rule_holds(constant, held):
    assert held_constant(constant) == held
