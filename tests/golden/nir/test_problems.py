"""Problems and the error that has all of them."""

from backspike.golden.nir.problems import GraphError, Problem


def test_an_error_is_one_line_that_counts_the_others():
    first, second = Problem("a", "is wrong", "LIF"), Problem("b", "is lost")
    assert str(first) == "a (LIF): is wrong"
    assert str(GraphError([second])) == "b: is lost"
    error = GraphError([first, second])
    assert str(error) == "a (LIF): is wrong (and 1 more problems)"
    assert error.problems == (first, second)
