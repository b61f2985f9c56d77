"""Groups of neurons by name."""

import pytest

from backspike.golden.network.groups import Groups


def test_groups_are_in_the_order_of_their_making():
    groups = Groups()
    made = [groups.population(name, 2, threshold=1) for name in ("b", "a")]
    driven = groups.input("c", 3)
    assert list(groups.populations.values()) == made
    assert groups.inputs == {"c": driven}


def test_a_group_that_is_not_there_is_named_with_those_there_are():
    groups = Groups()
    groups.population("b", 2, threshold=1)
    with pytest.raises(KeyError, match=r"^population must be one of b, not 'a'$"):
        groups.populations["a"]
    with pytest.raises(KeyError, match=r"^input must be left out: there is none, not 'a'$"):
        groups.inputs["a"]


def test_constants_of_a_population_are_its_fields():
    groups = Groups()
    made = groups.population(name="a", size=2, threshold=5, refractory=3, window=8)
    assert (made.threshold, made.refractory, made.window, made.decay_u) == (5, 3, 8, 4096)
    with pytest.raises(TypeError, match=r"of threshold, .*, not 'treshold' \(did you mean"):
        groups.population("b", 2, treshold=5)
    with pytest.raises(TypeError, match="population 'b' must have a threshold=, such as"):
        groups.population("b", 2)


@pytest.mark.parametrize(
    ("name", "error", "message"),
    [
        ("a", ValueError, "name 'a' is already taken"),
        ("c", ValueError, "name 'c' is already taken"),
        ("", TypeError, "name must be a str that is not empty, not ''"),
        (3, TypeError, "name must be a str that is not empty, not 3"),
    ],
)
def test_a_name_is_taken_once(name, error, message):
    groups = Groups()
    groups.population("a", 2, threshold=1)
    groups.input("c", 2)
    for add in (lambda: groups.input(name, 1), lambda: groups.population(name, 1, threshold=1)):
        with pytest.raises(error, match=f"^{message}$"):
            add()


@pytest.mark.parametrize("field", ["sums_of", "watches", "gate"])
def test_partners_are_of_the_same_network(field):
    stranger = Groups().population("a", 2, threshold=1)
    groups = Groups()
    with pytest.raises(ValueError, match=f"^{field} of population 'b' must be of this network"):
        groups.population("b", 2, threshold=1, **{field: stranger})
    with pytest.raises(TypeError, match=f"^{field} of population 'b' must be a population, an "):
        groups.population("b", 2, threshold=1, **{field: "a"})
    assert not groups.populations
