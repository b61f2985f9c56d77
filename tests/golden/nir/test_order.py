"""Order of nodes, edges that go back, cycles."""

from itertools import pairwise

from backspike.golden.nir.order import cycles, successors, topological


def test_each_comes_after_those_before_it():
    edges = [("c", "d"), ("a", "c"), ("b", "c"), ("a", "d")]
    order, back = topological(["d", "c", "b", "a"], edges)
    assert not back
    assert all(order.index(source) < order.index(target) for source, target in edges)


def test_the_edge_that_comes_back_to_the_first_goes_back():
    edges = [("in", "n"), ("n", "w"), ("w", "n"), ("n", "n")]
    assert topological(["w", "n", "in"], edges, ["in"])[1] == {("w", "n"), ("n", "n")}


def test_cycles_are_told_along_their_nodes():
    edges = [("a", "b"), ("b", "c"), ("c", "a"), ("c", "d"), ("d", "d")]
    found = cycles(["a", "b", "c", "d"], edges)
    assert sorted(found, key=len) == [["d"], ["a", "b", "c"]]
    assert cycles(["a", "b"], [("a", "b")]) == []
    assert successors(["a", "b"], [("a", "b")]) == {"a": ["b"], "b": []}


def test_a_long_chain_is_no_problem():
    names = [str(n) for n in range(5000)]
    order, _ = topological(names, list(pairwise(names)))
    assert order == names
