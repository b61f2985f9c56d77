"""Counting in a waveform: by phase, after the first values, and at the end of each cycle."""

from backspike.fpga.switching.toggles import PHASES, count_activity

#: Nets 1 to 5 are ``wake``, of which dendrite is 1, accumulate 2 and command 5; 6 is a net, 7 the
#: clock.
HEADER = [
    "$scope module core $end",
    *(f"$var wire 1 {code} n{net} $end" for net, code in enumerate("abcdefg", 1)),
    "$var wire 8 h i__payload [7:0] $end",
    "$var wire 1 i next $end",
    "$upscope $end",
    "$enddefinitions $end",
]
WAVE = [
    *("#5", "1a", "1b", "1c", "1d", "1e", "0f", "0g", "b101 h", "0i"),  # host
    *("#10", "1f", "1g", "1i"),
    *("#15", "0f", "0g"),
    *("#20", "1f", "b1 h"),  # at rest still
    *("#25", "1g", "0e"),  # dendrite
    *("#30", "0g"),
    *("#35", "1g", "0a", "0f", "b11 h"),  # delivery
    *("#40", "1f", "0g"),
    *("#45", "0b", "1g"),  # learning
    *("#50", "0g", "0f"),
    *("#55", "1g"),
]


def count():
    lines = (f"{line}\n" for line in [*HEADER, *WAVE])
    return count_activity(lines, 8, 7, [1, 2, 3, 4, 5], [6])


def of_net(array, net):
    return dict(zip(PHASES, array[:, net].tolist(), strict=True))


def test_transitions_count_for_the_phase_that_they_lead_to():
    toggles = count().toggles
    assert of_net(toggles, 6) == {"host": 3, "dendrite": 0, "delivery": 2, "learning": 1}
    assert of_net(toggles, 1) == {"host": 0, "dendrite": 0, "delivery": 1, "learning": 0}
    assert of_net(toggles, 7) == {"host": 2, "dendrite": 2, "delivery": 2, "learning": 3}
    assert toggles[:, :6].sum() == 3


def test_cycles_and_nets_that_are_high_at_their_edge():
    activity = count()
    cycles = dict(zip(PHASES, activity.cycles.tolist(), strict=True))
    assert cycles == {"host": 2, "dendrite": 1, "delivery": 1, "learning": 1}
    assert of_net(activity.high, 6) == {"host": 1, "dendrite": 1, "delivery": 1, "learning": 0}
    assert activity.high[:, :6].sum() == 0
