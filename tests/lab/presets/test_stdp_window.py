"""The scene of the window of pair STDP."""

import numpy as np

from backspike.lab.presets.stdp_window import SCENE
from backspike.lab.recording import record


def _learned(**changed):
    recorded = record(SCENE, SCENE.build(SCENE.values | changed), "golden")
    assert recorded.spikes["neuron"].steps.tolist() == [40, 120, 200, 280]
    return recorded.weights("synapses")[-1] - recorded.before["synapses"]


def test_what_is_early_gains_and_what_is_late_loses_less_the_farther_it_is():
    change, window = _learned(), np.array(SCENE.window)
    early, late = change[window < 0], change[window > 0]
    assert (early > 0).all()
    assert (late < 0).all()
    assert (np.diff(early) >= 0).all()
    assert (np.diff(late) >= 0).all()
    assert change[window == 0] == 0


def test_a_rule_with_other_signs_turns_the_window_round():
    change = _learned(rule="dw = 2^-3*x0*y1 - 2^-3*x1*y0")
    assert (change[np.array(SCENE.window) < 0] < 0).all()
    assert (change[np.array(SCENE.window) > 0] > 0).all()


def test_a_longer_trace_makes_a_wider_window():
    narrow, wide = _learned(tau_x=4.0), _learned(tau_x=30.0)
    assert narrow[0] < wide[0]
