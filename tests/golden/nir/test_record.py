"""Records, and the order of neurons."""

import numpy as np
import pytest

from backspike.golden.nir.quantise import constant_of
from backspike.golden.nir.record import Group, NodeRecord, Verdict


def test_values_go_to_the_core_and_back():
    order = np.array([0, 3, 1, 4, 2, 5])
    group = Group("a", (2, 3), 1, order, np.full(6, 4.0), np.full(6, 1.0))
    values = np.arange(12.0).reshape(2, 2, 3)
    core = group.to_core(values)
    assert core[0].tolist() == [0, 3, 1, 4, 2, 5]
    assert np.array_equal(group.to_graph(core), values)
    assert np.array_equal(group.voltages(core), values / 4 + 1)


def test_an_input_has_no_voltages():
    with pytest.raises(ValueError, match=r"^a is an input, which has no voltages$"):
        Group("a", (2,), 0, np.arange(2)).voltages(np.zeros(2))


def test_the_error_of_a_node_is_its_largest():
    constants = (constant_of("a", [4.0], [3.0]), constant_of("b", 2.0, 2.0))
    record = NodeRecord("n", "IF", Verdict.APPROXIMATE, constants)
    assert record.error == 0.25
    assert NodeRecord("n", "IF", Verdict.FAITHFUL).error == 0


def test_remarks_are_notes_and_what_is_not_exact():
    constants = (
        constant_of("a", [4.0], [3.0]), constant_of("b", 2.0, 2.0), constant_of("a", [8.0], [6.0])
    )  # fmt: skip
    record = NodeRecord("n", "IF", Verdict.APPROXIMATE, constants, ("late",))
    assert record.remarks == ["late", "a: 0.25"]
