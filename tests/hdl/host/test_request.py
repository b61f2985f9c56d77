"""Layout of a request: the header that a host packs, and widths of its numbers."""

import pytest
from amaranth import Shape

from backspike.hdl.host.request import Request, header_layout, longest_memory
from backspike.hdl.host_map import MEMORIES, Command, header


def test_a_header_is_that_of_the_host_map(rng):
    command = rng.choice(list(Command))
    argument, length = rng.randrange(256), rng.randrange(1 << 16)
    fields = {"operation": command.value, "argument": argument, "length": length}
    assert header_layout().const(fields).as_bits() == header(command, argument, length)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"lists": 1000}, 1000),
        ({"dense_words": 3000, "lanes": 8}, 6000),  # two groups of lanes
        ({"delay_slots": 64, "rows": 10}, 64 * 20),
    ],
)
def test_an_address_reaches_the_end_of_the_longest_memory(changes, words, small):
    p = small(**changes)
    assert longest_memory(p) == words
    assert Shape.cast(Request(p).members["address"].shape).width == words.bit_length()
    assert all(m.depth(p) <= words for m in MEMORIES.values() if m.exists(p))
