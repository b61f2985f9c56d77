"""Models: claims and goals apart, by their words, contracts of the component among the claims."""

import pytest

from backspike.hdl.lib.stream_buffer import StreamBuffer
from backspike.proof.bench import Bench
from backspike.proof.model import make_model

pytest.importorskip("pyosys", reason="proofs need yosys and ABC: pip install pyosys")


def test_claims_and_goals(tmp_path):
    bench = Bench()
    dut = bench.add("dut", StreamBuffer(2, depth=1))
    bench.claim("it takes or offers", dut.i.ready | dut.o.valid)
    bench.reach("it is full", dut.o.valid)
    models = make_model(bench, tmp_path)
    claims = ["StreamBuffer: o stays until it is taken", "it takes or offers"]
    assert sorted(models["claims"].names) == claims
    assert models["goals"].names == ["it is full"]
    assert models["claims"].flops > 3
