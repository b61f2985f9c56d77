"""Sizes of a core: what is refused and why, and what is derived."""

import numpy as np
import pytest

from backspike.hdl.params import CoreParams, Overflow

RANGES = {
    "lists": (2, 65536),
    "dense_words": (2, 1048576),
    "sparse_words": (2, 1048576),
    "acc_width": (12, 18),
    "weight_bits": (1, 9),
    "rules": (2, 16),
    "microcode_words": (8, 1024),
    "operations": (2, 8),
    "compartments": (32, 16384),
    "input_axons": (32, 16384),
    "lanes": (1, 32),
    "dendrite_lanes": (1, 16),
    "delay_slots": (2, 64),
}


@pytest.mark.parametrize("name", RANGES)
def test_a_number_out_of_range_is_explained(name):
    low, high = RANGES[name]
    for bad in (low - 1, high + 1):
        message = f"^{name} must be between {low} and {high}, not {bad}$"
        with pytest.raises(ValueError, match=message):
            CoreParams(**{name: bad})


@pytest.mark.parametrize("name", RANGES)
@pytest.mark.parametrize("bad", ["16", 16.0, True, None])
def test_what_is_no_int_is_explained(name, bad):
    with pytest.raises(TypeError, match=f"^{name} must be an int, not {bad!r}$"):
        CoreParams(**{name: bad})


@pytest.mark.parametrize(
    ("kwargs", "error", "message"),
    [
        ({"lanes": 12}, ValueError, "^lanes must be a power of two, not 12$"),
        ({"dendrite_lanes": 3}, ValueError, "^dendrite_lanes must be a power of two, not 3$"),
        (
            {"lanes": 4, "dendrite_lanes": 8},
            ValueError,
            "^dendrite_lanes must be between 1 and 4, not 8$",
        ),
        ({"delay_slots": 6}, ValueError, "^delay_slots must be a power of two, not 6$"),
        (
            {"compartments": 40},
            ValueError,
            r"^compartments must be a multiple of lanes \(16\), not 40$",
        ),
        (
            {"input_axons": 33},
            ValueError,
            r"^input_axons must be a multiple of lanes \(16\), not 33$",
        ),
        (
            {"lanes": 4, "compartments": 4},
            ValueError,
            "^compartments must be between 8 and 16384, not 4$",
        ),
        ({"learning": 1}, TypeError, "^learning must be True or False, not 1$"),
        ({"traces": "yes"}, TypeError, "^traces must be True or False, not 'yes'$"),
        ({"columns": 0}, TypeError, "^columns must be True or False, not 0$"),
        ({"stochastic": None}, TypeError, "^stochastic must be True or False, not None$"),
        (
            {"compartments": 16384, "dense_words": 1 << 20, "delay_slots": 64, "rules": 16},
            ValueError,
            "^a list descriptor must fit 64 bits, not 82: lower compartments, dense_words, "
            "sparse_words, delay_slots or rules$",
        ),
        (
            {"dynamics": False, "noise": True},
            ValueError,
            "^noise must be False in a core with dynamics=False, not True$",
        ),
        (
            {"dynamics": False, "subtract": True},
            ValueError,
            "^subtract must be False in a core with dynamics=False, not True$",
        ),
        (
            {"dynamics": False, "watch": True},
            ValueError,
            "^watch must be False in a core with dynamics=False, not True$",
        ),
        ({"operations": 3}, ValueError, "^operations must be a power of two, not 3$"),
        ({"overflow": "clamp"}, ValueError, "^overflow must be one of saturate, wrap, not 'clamp'"),
    ],
)
def test_bad_parameters_are_explained(kwargs, error, message):
    with pytest.raises(error, match=message):
        CoreParams(**kwargs)


def test_with_changes_a_copy_and_validates_it():
    p = CoreParams()
    assert p.with_(lanes=8).lanes == 8
    assert p.lanes == 16
    with pytest.raises(ValueError, match=r"^lanes must be a power of two, not 7$"):
        p.with_(lanes=7)
    with pytest.raises(TypeError, match=r"must be one of lanes, .*, not 'lane' \(did you"):
        p.with_(lane=2, lanes=8)
    with pytest.raises(TypeError, match=r"^keyword of CoreParams\(\) must be one of lanes, "):
        CoreParams(lnes=4)


def test_overflow_may_be_a_string():
    assert CoreParams(overflow="wrap").overflow is Overflow.WRAP


@pytest.mark.parametrize("lanes", [1, 2, 4, 32])
def test_derived_sizes(lanes):
    p = CoreParams(
        compartments=4 * lanes,
        input_axons=2 * lanes,
        lanes=lanes,
        dendrite_lanes=1,
        delay_slots=16,
        weight_bits=8,
    )
    assert (p.compartment_rows, p.input_rows, p.rows, p.axons) == (4, 2, 6, 6 * lanes)
    assert 1 << p.lane_bits == lanes
    assert (p.slot_bits, p.max_delay) == (4, 14)
    assert p.dense_group == min(4, lanes)
    assert p.weight_low == 1


@pytest.mark.parametrize(
    ("learning", "traces", "stochastic"),
    [(a, b, c) for a in (False, True) for b in (False, True) for c in (False, True)],
)
def test_traces_and_random_numbers_need_learning(learning, traces, stochastic):
    p = CoreParams(learning=learning, traces=traces, stochastic=stochastic)
    assert p.has_traces == (learning and traces)
    assert p.has_random == (learning and stochastic)


def test_fingerprints_tell_configurations_apart():
    p = CoreParams()
    others = [p.with_(lists=8), p.with_(overflow="wrap"), p.with_(traces=False), p.with_(rules=5)]
    prints = {q.fingerprint() for q in (p, *others)}
    assert len(prints) == 5
    assert all(0 <= value < 1 << 32 for value in prints)
    assert CoreParams().fingerprint() == p.fingerprint()


def test_a_newer_feature_leaves_cores_without_it_as_they_were():
    """A core that was built before it still knows its programs."""
    p = CoreParams()
    assert p.fingerprint() == 0x58A5B89B
    assert CoreParams(**p.settings) == p
    for name in ("subtract", "watch"):
        assert name not in p.settings
        with_it = p.with_(**{name: True})
        assert with_it.settings[name] is True
        assert with_it.fingerprint() != p.fingerprint()
        assert CoreParams(**with_it.settings) == with_it


def test_integers_of_numpy_are_integers():
    params = CoreParams(lanes=np.int64(4), compartments=np.uint16(64))
    assert params == CoreParams(lanes=4, compartments=64)
    assert type(params.lanes) is int
    assert params.fingerprint() == CoreParams(lanes=4, compartments=64).fingerprint()


@pytest.mark.parametrize("learning", [False, True])
@pytest.mark.parametrize("tags", [False, True])
@pytest.mark.parametrize("delays", [False, True])
def test_rules_change_more_than_weights_with_tags_or_delays(learning, tags, delays):
    p = CoreParams(learning=learning, tags=tags, delays=delays)
    assert p.has_tags == (learning and tags)
    assert p.has_learned_delays == (learning and delays)
    assert p.has_targets == (learning and (tags or delays))


@pytest.mark.parametrize("history", [1, 2, 64])
@pytest.mark.parametrize("traces", [False, True])
@pytest.mark.parametrize("epochs", [False, True])
def test_a_history_is_longer_than_a_step(history, traces, epochs):
    p = CoreParams(history=history, traces=traces, epochs=epochs)
    assert p.has_history == (history > 1 and traces and epochs)


@pytest.mark.parametrize(("more", "x_kinds", "y_kinds"), [(False, 1, 1), (True, 2, 3)])
def test_kinds_of_traces(more, x_kinds, y_kinds):
    p = CoreParams(more_factors=more)
    assert (p.x_kinds, p.y_kinds) == (x_kinds, y_kinds)
