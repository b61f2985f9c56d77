"""Depths and the delays that align layers."""

from backspike.golden.nir.fold import Link
from backspike.golden.nir.paths import Path
from backspike.golden.nir.timing import depths, extra_delay


def link(source, target, delay=0, back=0):
    return Link(source, target, Path((1,), (1,)), delay, back)


def test_a_way_past_layers_is_delayed_and_one_back_is_a_step():
    links = [link("in", "a"), link("a", "b"), link("in", "b"), link("a", "a", 0, 1),
             link("b", "a", 0, 1)]  # fmt: skip
    depth = depths(["in", "a", "b"], links)
    assert depth == {"in": 0, "a": 1, "b": 2}
    assert [extra_delay(one, depth) for one in links] == [0, 0, 1, 0, -1]


def test_a_delay_takes_the_place_of_a_step():
    links = [link("in", "a", 1), link("a", "b", 2), link("in", "b"), link("b", "a", 0, 1)]
    depth = depths(["in", "a", "b"], links)
    assert depth == {"in": 0, "a": 0, "b": 1}
    assert [extra_delay(one, depth) for one in links] == [0, 2, 0, -1]
    assert [extra_delay(one, depths(["in", "a"], links[:1])) for one in links[:1]] == [0]
