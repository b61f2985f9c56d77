"""What the tools of proofs say: true claims are proved, false ones are found."""

import pytest
from amaranth import Const, Signal, signed

from backspike.hdl.lib.stream_buffer import StreamBuffer
from backspike.proof import checker
from backspike.proof.bench import Bench
from backspike.proof.checker import Induction, Invariant, Pipeline
from backspike.proof.proof import Proof

pytest.importorskip("pyosys", reason="proofs need yosys and ABC: pip install pyosys")


def counter(*, wraps_at, claimed):
    """A counter that wraps, and a claim that it stays below a number."""
    bench = Bench()
    count, go = Signal(4), bench.free(1, "go")
    with bench.m.If(go):
        bench.m.d.sync += count.eq(count + 1)
        with bench.m.If(count == wraps_at - 1):
            bench.m.d.sync += count.eq(0)
    bench.claim("it stays below", count < claimed)
    bench.reach("it counts to its end", count == wraps_at - 1)
    return bench


def prove(bench, method=None, tmp_path=None):
    proof = Proof("test", "none", "words", bench, method or Invariant())
    return proof.run(30, tmp_path)


@pytest.mark.parametrize("method", [Invariant(), Induction(3)])
def test_a_true_claim_is_proved(method):
    record = prove(lambda: counter(wraps_at=5, claimed=5), method)
    assert record.failures == []
    assert record.claims == 1


@pytest.mark.parametrize(("method", "cycle"), [(Invariant(), 5), (Induction(8), 5)])
def test_a_false_claim_is_found(method, cycle):
    record = prove(lambda: counter(wraps_at=5, claimed=4), method)
    assert record.failures == [f"broken in cycle {cycle}: it stays below"]


def test_induction_says_what_is_open():
    record = prove(lambda: counter(wraps_at=5, claimed=9), Induction(1))
    assert record.failures == ["open: it stays below"]


def test_an_induction_whose_begin_was_not_finished_is_open(monkeypatch):
    """The time was over: nothing broke, but nothing was seen either."""
    run = checker._run
    monkeypatch.setattr(
        checker, "_run", lambda model, do, limit: "" if "bmc3" in do else run(model, do, limit)
    )
    record = prove(lambda: counter(wraps_at=5, claimed=5), Induction(3))
    assert "open: it stays below" in record.failures


def test_a_claim_without_an_invariant_is_proved_for_some_cycles(monkeypatch):
    run = checker._run
    monkeypatch.setattr(
        checker, "_run", lambda model, do, limit: "" if "pdr" in do else run(model, do, limit)
    )
    record = prove(lambda: counter(wraps_at=5, claimed=4), Invariant(otherwise=4))
    assert (record.bounded, record.cycles, record.claims) == (["it stays below"], 4, 0)
    record = prove(lambda: counter(wraps_at=5, claimed=4), Invariant(otherwise=8))
    assert record.failures == ["broken in cycle 5: it stays below"]
    assert prove(lambda: counter(wraps_at=5, claimed=4)).failures == ["open: it stays below"]


def test_contracts_are_proved_first_and_then_assumed(tmp_path):
    def bench(claimed):
        made = counter(wraps_at=5, claimed=claimed)
        made.claim("Counter: it is small", Const(1))
        made.add("dut", StreamBuffer(2, depth=1))
        return made

    method = Invariant(contracts_first=True)
    record = prove(lambda: bench(5), method, tmp_path)
    assert (record.failures, record.claims) == ([], 3)
    assert "scorr -c" in (tmp_path / "assuming.txt").read_text()
    assert prove(lambda: bench(4), method).failures == ["broken in cycle 5: it stays below"]


def test_a_goal_that_no_run_reaches_is_a_failure():
    def bench():
        made = counter(wraps_at=5, claimed=5)
        made.reach("never", Const(0))
        return made

    assert prove(bench).failures == ["never reached: never"]


def test_a_proof_without_a_goal_is_none():
    def bench():
        made = Bench()
        made.claim("true", made.free(1, "x") | 1)
        return made

    assert prove(bench).failures == ["nothing is shown to be reached"]


def test_a_pipeline_is_proved_from_any_state():
    def bench(error):
        made = Bench()
        x = made.free(signed(6), "x")
        stages = [x]
        for _ in range(3):
            register = Signal(signed(8))
            made.m.d.sync += register.eq(stages[-1] + 1)
            stages.append(register)
        made.claim("it adds three", stages[-1] == made.past(x, "x", 3) + 3 + error)
        made.reach("it is 5", stages[-1] == 5)
        return made

    assert prove(lambda: bench(0), Pipeline(4)).failures == []
    assert prove(lambda: bench(1), Pipeline(4)).failures == ["open: it adds three"]


def timed(*, claimed):
    """A register that is written in cycle 1: it begins with anything, and keeps what it has."""
    bench = Bench()
    held, value = Signal(2), bench.free(2, "value")
    with bench.m.If(bench.cycle(1)):
        bench.m.d.sync += held.eq(value)
    begin = bench.past(held, "begin", 1)
    bench.claim("it keeps what it had", held == begin, where=bench.cycle(claimed))
    bench.claim("it keeps what it got", held == begin, where=bench.cycle(3))
    bench.reach("it begins with anything", bench.cycle(1) & (held == 3))
    return bench


def test_the_cycles_of_a_bench_count_all_from_any_state():
    assert prove(lambda: timed(claimed=1), Pipeline(4)).failures == []
    assert prove(lambda: timed(claimed=2), Pipeline(4)).failures == ["open: it keeps what it had"]


def test_an_assumption_leaves_out_runs():
    def bench():
        made = Bench()
        x, same = made.free(4, "x"), made.constant(range(3), "c")
        made.assume(x != 7)
        made.claim("it was left out", x != 7)
        made.claim("a constant stays, in its range", same < 3)
        made.reach("others remain", x == 6)
        return made

    assert prove(bench).failures == []


def test_contracts_are_no_matter_of_a_pipeline_from_any_state():
    def bench():
        made = Bench()
        state, later, x = Signal(2), Signal(), made.free(1, "x")
        made.m.d.sync += [state.eq(state ^ (state == 1)), later.eq(x)]
        made.claim("Part: it promises what holds from reset on", state < 2)
        made.claim("it comes a cycle later", later == made.past(x, "x"))
        made.reach("it is 1", later)
        return made

    assert prove(bench, Pipeline(2)).failures == []
    assert prove(bench, Pipeline(2)).claims == prove(bench).claims - 1
