"""Depths and the delays that align layers."""

from backspike.golden.nir.fold import Link
from backspike.golden.nir.paths import Path
from backspike.golden.nir.timing import depths, extra_delay


def link(source, target, delay=0, back=0):
    return Link(source, target, Path((1,), (1,)), delay, back)


def test_a_way_past_layers_is_delayed_and_one_back_is_a_step():
    links = [link("in", "a"), link("a", "b", 2), link("in", "b"), link("a", "a", 0, 1),
             link("b", "a", 0, 1)]  # fmt: skip
    depth = depths(["in", "a", "b"], links)
    assert depth == {"in": 0, "a": 1, "b": 2}
    assert [extra_delay(one, depth) for one in links] == [0, 2, 1, 0, -1]
