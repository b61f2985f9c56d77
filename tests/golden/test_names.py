"""Names that are not there."""

import pickle

import pytest

from backspike.golden.errors import UnknownNameError, UserError
from backspike.golden.names import Named, counted, find_memory, free_name, listed
from backspike.hdl.presets import CORE_PRESETS

TINY = CORE_PRESETS["tiny"]


def test_things_are_counted_in_words():
    assert [counted(n, "epoch") for n in (0, 1, 1437)] == ["0 epochs", "1 epoch", "1,437 epochs"]


def test_one_value_and_several_are_words():
    assert [listed(value) for value in (64, (64, 256), [7], (), "a")] == [
        "64", "64,256", "7", "", "a",
    ]  # fmt: skip


def test_a_name_that_is_taken_gets_lines():
    assert [free_name("a", taken) for taken in ({}, {"b"}, {"a": 1}, ["a", "a_"])] == [
        "a", "a", "a_", "a__",
    ]  # fmt: skip


def test_the_names_that_there_are_are_listed():
    named = Named("population", {"a": 1, "b": 2})
    assert named["a"] == 1
    with pytest.raises(UnknownNameError) as caught:
        named["c"]
    assert str(caught.value) == "population must be one of a, b, not 'c'"
    assert isinstance(caught.value, KeyError)
    assert isinstance(caught.value, UserError)
    with pytest.raises(KeyError, match=r"^input must be left out: there is none, not 'a'$"):
        Named("input", {})["a"]


def test_of_many_names_those_that_are_close_are_listed():
    many = {f"name{n}": n for n in range(100)} | {"hidden": 0}
    with pytest.raises(KeyError, match=r"^population must be one of hidden, \.\.\., not 'hiden'$"):
        Named("population", many)["hiden"]


def test_a_copy_knows_its_names_too():
    with pytest.raises(KeyError, match=r"^input must be one of a, not 'b'$"):
        pickle.loads(pickle.dumps(Named("input", {"a": 1})))["b"]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("v", r"^memory must be one of .*, not 'v'; 'v' is a field of .* of state$"),
        (7, "^memory must be one of registers, counters, .*, not 7$"),
        ("tags", "^memory 'tags' is not in this core, which lacks tags$"),
    ],
)
def test_memories_of_a_core(name, message):
    with pytest.raises(UserError, match=message):
        find_memory(TINY, name)


def test_those_that_it_has_are_found():
    assert find_memory(TINY, "state").dynamic
