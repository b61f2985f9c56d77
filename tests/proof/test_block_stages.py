"""Stages of blocks, from results that are made up."""

import pytest

from backspike.proof.block_stages import STAGES, Block, blocks


def block(**changes):
    facts = {"is_tested": True, "contracts": 1, "claims": 3, "bounded": 0, "explained": False}
    return Block(path="hdl/x.py", **facts | {"lines": (5, 5), "bits": (7, 9)} | changes)


@pytest.mark.parametrize(
    ("changes", "stage"),
    [
        ({}, "V3"),
        ({"claims": 0, "bounded": 2}, "V2"),
        ({"lines": (4, 5)}, "V1"),
        ({"lines": (4, 5), "explained": True}, "V3"),
        ({"lines": (0, 0), "bits": (0, 0)}, "V1"),
        ({"is_tested": False}, "-"),
    ],
)
def test_a_stage_needs_those_before_it(changes, stage):
    assert block(**changes).stage == stage
    assert stage in (*STAGES, "-")


def test_blocks_are_sources_that_become_logic():
    proof = {"component": "hdl/lib/arith.py", "claims": 2, "bounded": ["x"]}
    sources = {"hdl/sequencer.py": {"lines": [3, 4], "bits": [5, 6], "why": "rare"}}
    results = {"proofs": {"proofs": [proof, proof]}, "coverage": {"sources": sources}}
    found = {block.path: block for block in blocks(results)}
    assert (found["hdl/lib/arith.py"].claims, found["hdl/lib/arith.py"].bounded) == (4, 2)
    sequencer = found["hdl/sequencer.py"]
    assert (sequencer.lines, sequencer.bits, sequencer.explained) == ((3, 4), (5, 6), True)
    assert sequencer.is_tested
    assert sequencer.contracts > 3
    assert "hdl/layouts.py" not in found
    assert "hdl/core.py" in found
