"""Keywords of calls."""

import inspect
import re

import pytest

from backspike.hdl.keywords import check_keywords, names_keywords


@names_keywords
def run(steps, *, seed=0):
    """Steps with a seed."""
    return steps, seed


@names_keywords
class Part:
    def __init__(self, size, first=0):
        self.size, self.first = size, first


def test_known_keywords_pass():
    assert run(3, seed=2) == (3, 2)
    assert Part(size=3).first == 0
    assert list(inspect.signature(run).parameters) == ["steps", "seed"]
    assert list(inspect.signature(Part).parameters) == ["size", "first"]
    assert run.__doc__ == "Steps with a seed."


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: run(3, sed=2), "run() must be one of seed, steps, not 'sed' (did you mean seed?)"),
        (lambda: Part(3, frist=1), "Part() must be one of first, size, not 'frist' (did you mean"),
        (lambda: run(3, qq=2), "run() must be one of steps, seed, not 'qq'"),
    ],
)
def test_others_are_refused_with_the_names_nearest_first(call, message):
    with pytest.raises(TypeError, match=f"^keyword of {re.escape(message)}"):
        call()


def test_what_is_called_is_named():
    check_keywords("it()", ["a"], ["a", "b"])
    with pytest.raises(TypeError, match=r"^keyword of it\(\) must be one of a, b, not 'q'$"):
        check_keywords("it()", ["a", "q"], ["a", "b"])


def test_a_call_without_what_it_needs_says_so():
    @names_keywords
    def connect(name, source, *, weights=0):
        return name, source, weights

    with pytest.raises(
        TypeError,
        match=r"^connect\(\): missing a required argument: 'source'; it takes name, source, w",
    ):
        connect("a")
    with pytest.raises(TypeError, match=r"^connect\(\): too many positional arguments; it takes"):
        connect("a", 1, 2)
    assert connect("a", 1, weights=2) == ("a", 1, 2)
