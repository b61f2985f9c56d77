from collections import Counter

import pytest

from backspike.sim.verify.mutation.mutants import find_mutants, order_mutants

SOURCE = "def f(a):\n    return a + 1, a + 1\n"


@pytest.fixture
def root(tmp_path):
    (tmp_path / "one.py").write_text(SOURCE)
    (tmp_path / "many.py").write_text("x = [" + "1, " * 50 + "]\n")
    return tmp_path


def test_a_mutant_is_the_source_with_one_fault(root):
    made = {mutant.apply(SOURCE) for mutant in find_mutants(root, ["one.py"])}
    assert "def f(a):\n    return (a - 1), a + 1\n" in made
    assert "def f(a):\n    return a + 1, a + 2\n" in made
    assert len(made) == 6


def test_its_key_stays_when_lines_move(root):
    before = [mutant.key for mutant in find_mutants(root, ["one.py"])]
    (root / "one.py").write_text('"""Text."""\n\n\nclass A:\n    ' + SOURCE.replace("\n", "\n    "))
    assert [mutant.key for mutant in find_mutants(root, ["one.py"])] == before
    assert len(set(before)) == len(before)


def test_it_says_where_it_is(root):
    assert str(find_mutants(root, ["one.py"])[0]) == "one.py:2: a + 1 -> (a - 1)"


def test_every_beginning_of_the_order_is_a_fair_sample(root):
    mutants = find_mutants(root, ["one.py", "many.py"])
    ordered = order_mutants(mutants, seed=1)
    assert sorted(map(str, ordered)) == sorted(map(str, mutants))
    assert order_mutants(reversed(mutants), seed=1)[0].file == ordered[0].file
    assert order_mutants(mutants, seed=2) != ordered
    counts = Counter(mutant.file for mutant in ordered[: len(ordered) // 2])
    assert abs(counts["one.py"] - 3) <= 1
