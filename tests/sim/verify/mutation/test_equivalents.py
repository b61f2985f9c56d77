from pathlib import Path

import pytest

from backspike.golden.errors import UserError
from backspike.sim.verify.mutation import equivalents
from backspike.sim.verify.mutation.equivalents import lost_equivalents, read_equivalents
from backspike.sim.verify.mutation.mutants import find_mutants

ROOT = Path(__file__).parents[4]
ONE = '[[mutant]]\nfile = "a"\nline = "b"\nold = "c"\nnew = "d"\nreason = "none"\n'


@pytest.fixture
def table(tmp_path):
    def write(text):
        path = tmp_path / "table.toml"
        path.write_text(text)
        return path

    return write


def test_every_one_of_ours_is_a_mutant():
    known = read_equivalents(Path(equivalents.__file__).with_suffix(".toml"))
    files = sorted({key[0] for key in known})
    assert set(known) - {mutant.key for mutant in find_mutants(ROOT, files)} == set()


def test_they_are_read(table):
    found = read_equivalents(table(ONE + ONE + "nth = 1\n"))
    assert found == {("a", "b", "c", "d", 0): "none", ("a", "b", "c", "d", 1): "none"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[[", r"not a readable TOML file"),
        (ONE.replace("none", ""), r"mutant 1 must have the texts file, line, old, new, reason"),
        (ONE.replace('"b"', "1"), r"mutant 1 must have the texts"),
        (ONE + ONE, r"mutant 2 is there twice: b$"),
    ],
)
def test_other_tables_are_refused(table, text, message):
    with pytest.raises(UserError, match=message):
        read_equivalents(table(text))


def test_those_that_a_source_no_longer_has_are_told():
    known = {("a", "b", "c", "d", 0): "none", ("e", "b", "c", "d", 0): "none"}
    assert lost_equivalents(known, {("a", "b", "c", "x", 0)}) == [("a", "b", "c", "d", 0)]
