"""The page of stages is that of the results that are kept."""

from pathlib import Path

from backspike.proof.stages import stages_page
from backspike.proof.table import proofs

DOCS = Path(__file__).parents[2] / "docs"


def test_the_page_is_made_from_the_results():
    assert (DOCS / "stages.md").read_text() == stages_page(DOCS / "data" / "verification")


def test_every_proof_of_the_table_is_on_the_page():
    page = (DOCS / "stages.md").read_text()
    assert [proof.name for proof in proofs() if f"`{proof.name}`" not in page] == []
