"""The table of proofs: names are unique, components are files of the RTL."""

from pathlib import Path

from backspike.proof.table import proofs

ROOT = Path(__file__).parents[2]


def test_names_and_components():
    table = proofs()
    names = [proof.name for proof in table]
    assert len(set(names)) == len(names) >= 30
    assert [proof.component for proof in table if not (ROOT / proof.component).is_file()] == []
