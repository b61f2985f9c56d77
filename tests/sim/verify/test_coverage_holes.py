"""Reasons for holes of coverage: they name what there is, and are found by name."""

import re
from pathlib import Path

import pytest

from backspike.sim.verify.coverage_holes import HOLES, IDLE_BITS, reason_of_bit

ROOT = Path(__file__).parents[3]


def test_sources_with_holes_are_there():
    assert [name for name in HOLES if not (ROOT / name).is_file()] == []
    assert all(HOLES.values())


def test_every_test_that_a_reason_names_is_there():
    texts = [*HOLES.values(), *(reason for reason, _ in IDLE_BITS.values())]
    named = {path for text in texts for path in re.findall(r"tests/[\w/]+\.py", text)}
    assert named
    assert [path for path in named if not (ROOT / path).is_file()] == []


@pytest.mark.parametrize(
    ("bit", "why"),
    [
        ("host.router: memories___05Fbias___05Fr_data[30]:0->1", "bus"),
        ("core: counts___05Fspikes[12]:1->0", "counts"),
        ("host.registers: spikes[40]:0->1", "counts"),
        ("learning.walk: row[9]:0->1", "rows"),
        ("learning.traces.lane: kept__02etime[5]:0->1", "times"),
        ("host.processor.responder: header__02elength[9]:1->0", "refusals"),
        ("learning.engine.setup: run___05Flane_ops__05b6__05d__02eshift[3]:0->1", "microcode"),
        ("delivery.walker: word__02estride[7]:0->1", "columns"),
        ("dendrite.lif: total[3]:0->1", ""),
        ("host__r_data: spike:0->1", ""),
    ],
)
def test_a_bit_has_the_reason_of_its_signal(bit, why):
    assert reason_of_bit(bit) == why
    assert why in ("", *IDLE_BITS)
