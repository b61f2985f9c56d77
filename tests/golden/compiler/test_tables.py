"""Tables of synapse memories: order of lists, long sparse lists, words of dense ones."""

import numpy as np

from backspike.golden.compiler.tables import SYNAPSE, TableBuilder, joined
from backspike.hdl.layouts import ListKind


def synapses(axons, weights):
    columns = dict.fromkeys(("axon", *SYNAPSE), np.zeros(len(axons), np.int64))
    return columns | {"axon": np.array(axons), "weight": np.array(weights)}


def test_lists_of_an_axon_are_silent_then_plastic_then_fixed():
    builder = TableBuilder(lanes=4, longest=8)
    axons = np.array([2, 0])
    builder.add_lists(axons, address=[10, 11])
    builder.add_lists(axons, plastic=True, address=[20, 21])
    builder.add_lists(np.array([2]), plastic=True, silent=True, address=30)
    builder.add_lists(axons[:1], address=40)
    tables = builder.tables(4, {})
    assert tables.lists["address"].tolist() == [21, 11, 30, 20, 10, 40]
    assert tables.lists["count"].tolist() == [1] * 6
    assert tables.lists_of.tolist() == [2, 0, 4, 0]
    assert tables.plastic_of.tolist() == [1, 0, 2, 0]
    assert tables.silent_of.tolist() == [0, 0, 1, 0]
    assert tables.first.tolist() == [0, 0, 2, 0]


def test_sparse_synapses_are_grouped_by_axon_and_keep_their_order():
    builder = TableBuilder(lanes=4, longest=8)
    builder.add_sparse(synapses([3, 1, 3, 1], [5, 6, 7, 8]))
    builder.add_sparse(synapses([1], [9]), plastic=True, rule=2, sign=1, lsb=3)
    tables = builder.tables(5, {})
    assert tables.sparse["weight"].tolist() == [6, 8, 5, 7, 9]
    assert tables.lists["kind"].tolist() == [ListKind.SPARSE.value] * 3
    assert tables.lists["address"].tolist() == [4, 0, 2]
    assert tables.lists["count"].tolist() == [1, 2, 2]
    assert [tables.lists[name][0] for name in ("rule", "sign", "lsb")] == [2, 1, 3]


def test_long_sparse_lists_are_split():
    builder = TableBuilder(lanes=4, longest=3)
    builder.add_sparse(synapses([1] * 7, range(7)))
    tables = builder.tables(2, {})
    assert tables.lists["count"].tolist() == [3, 3, 1]
    assert tables.lists["address"].tolist() == [0, 3, 6]
    assert tables.lists_of.tolist() == [0, 3]


def test_words_follow_each_other():
    builder = TableBuilder(lanes=2, longest=8)
    for value in (1, 2):
        builder.add_words(*(np.full((value, 2), value * k, np.int16) for k in (1, 10, 100)))
    tables = builder.tables(1, {})
    assert builder.dense_words == 3
    assert tables.dense.tolist() == [[1, 1], [2, 2], [2, 2]]
    assert tables.tags.tolist() == [[10, 10], [20, 20], [20, 20]]
    assert tables.delays.tolist() == [[100, 100], [200, 200], [200, 200]]


def test_nothing_is_empty_tables():
    tables = TableBuilder(lanes=4, longest=8).tables(3, {})
    assert tables.dense.shape == (0, 4)
    assert tables.lists_of.tolist() == [0, 0, 0]
    assert all(column.size == 0 for column in (*tables.lists.values(), *tables.sparse.values()))


def test_joined_columns_are_int64():
    parts = [{"a": np.array([1], np.int8)}, {"a": np.array([2, 3], np.int16)}]
    column = joined(parts, ("a",))["a"]
    assert (column.tolist(), column.dtype) == ([1, 2, 3], np.int64)
