"""Models: claims and goals apart, by their words, contracts of the component among the claims."""

import pytest

from backspike.hdl.lib.stream_buffer import StreamBuffer
from backspike.proof.bench import Bench
from backspike.proof.checker import reach
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


def test_bad_states_that_are_assumed_never_to_be(tmp_path):
    bench = Bench()
    value = bench.free(2, "value")
    bench.claim("Buffer: it is not 3", value != 3)
    bench.claim("it is less than 3", value < 3)
    bench.claim("it is not 2", value != 2)
    bench.reach("it is 1", value == 1)
    claims = make_model(bench, tmp_path)["claims"]
    assert {claims.names[n] for n in claims.promises} == {"Buffer: it is not 3"}
    rest = claims.assuming(claims.promises)
    assert sorted(rest.names) == ["it is less than 3", "it is not 2"]
    assert list(reach(rest, 30, 3).broken) == ["it is not 2"]
