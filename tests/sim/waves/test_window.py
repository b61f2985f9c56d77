"""First and last step."""

import pytest

from backspike.sim.waves.window import Window


def test_both_are_included():
    assert Window.of((2, 5)) == (2, 5)
    assert Window.of([3, 3]).first == 3


@pytest.mark.parametrize(
    ("steps", "message"),
    [
        ((5, 4), "first step must be at most the last one, 4, not 5"),
        ((-1, 4), "first step must be between 0 and 2147483647, not -1"),
        ((0, 0.5), "last step must be an int, not 0.5"),
        (7, "steps must be a pair, the first and the last one, not 7"),
    ],
)
def test_others_are_refused(steps, message):
    with pytest.raises((TypeError, ValueError), match=f"^{message}$"):
        Window.of(steps)
