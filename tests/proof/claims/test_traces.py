"""Claims about traces: proved, and found where they are not true."""

from functools import partial
from unittest.mock import patch

from backspike.golden.core import trace_kernels
from backspike.proof.checker import Pipeline
from backspike.proof.claims import traces
from backspike.proof.claims.cores import learns


def test_they_are_proved(proved):
    proved(traces.PROOFS, "traces-step-one", "traces-note", "reward-trace")


def test_a_trace_with_another_limit_is_found(broken):
    with patch.object(trace_kernels, "TRACE_MAX", 126):
        found = broken(partial(traces._step, learns()), Pipeline(2))
    assert found == ["open: trace1 is the golden core's"]
