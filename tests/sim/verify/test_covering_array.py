import random

import pytest

from backspike.fpga.boards import BOARDS
from backspike.hdl.params import CoreParams
from backspike.sim.verify.covering_array import (
    FEATURES,
    covering_cores,
    legal_pairs,
    pairs_of,
    program_cores,
)

#: Legal pairs; a feature more, or a value, changes it.
PAIRS = 1370


def test_every_legal_pair_is_in_a_core():
    covered = set().union(*map(pairs_of, covering_cores()))
    assert covered == set(legal_pairs())
    assert len(covered) == PAIRS
    print(f"{PAIRS} pairs in {len(covering_cores())} cores")


def test_pairs_are_all_that_random_cores_have():
    """Legality by trial: none of many valid cores has a pair that is missing."""
    rng, found, tried = random.Random(1), set(), 0
    while tried < 1500:
        drawn = {name: rng.choice(values) for name, values in FEATURES.items()}
        drawn["learning"] = rng.random() < 0.8
        try:
            core = CoreParams(compartments=16, input_axons=16, **drawn)
        except ValueError:
            continue
        tried += 1
        found |= pairs_of(core)
    assert found <= set(legal_pairs())
    assert len(found) > 0.99 * PAIRS


def test_random_programs_run_on_cores_as_wide_as_those_of_boards():
    widest = {core.lanes for core in program_cores() if core.dendrite_lanes == core.lanes}
    assert {board.params.lanes for board in BOARDS.values()} <= widest
    assert program_cores()[: len(covering_cores())] == covering_cores()


def test_every_switch_of_a_core_is_a_feature():
    plain = CoreParams()
    switches = {n for n in vars(plain) if isinstance(getattr(plain, n), bool)}
    assert switches <= set(FEATURES)


@pytest.mark.parametrize(
    ("core", "feature"),
    [
        ({"learning": False}, "tags"),
        ({"traces": False}, "history"),
        ({"epochs": False}, "history"),
        ({"dynamics": False}, "noise"),
        ({"dynamics": False}, "subtract"),
        ({"dynamics": False}, "watch"),
    ],
)
def test_what_has_no_effect_makes_no_pair(core, feature):
    names = {name for pair in pairs_of(CoreParams(**core)) for name, _ in pair}
    assert feature not in names
    assert "compact" in names


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("history", 8), ("compact", True)),
        (("lava", True), ("compact", True)),
        (("noise", True), ("compact", True)),
        (("subtract", True), ("watch", True)),
        (("watch", True), ("dendrite_lanes", 1)),
        (("overflow", "wrap"), ("tags", True)),
        (("overflow", "wrap"), ("lava", True)),
        (("lanes", 1), ("delays", True)),
    ],
)
def test_features_meet(one, other):
    wanted = {one, other}
    assert any(set(pair) == wanted for core in covering_cores() for pair in pairs_of(core))


def test_a_seed_repeats_the_cores_which_are_small():
    assert covering_cores(2) == covering_cores.__wrapped__(2)
    assert len(covering_cores()) <= 20
    assert max(core.compartments for core in covering_cores()) == 16
