"""Constants of learning over time, and their ranges."""

import pytest

from backspike.golden.errors import UserError
from backspike.golden.temporal.options import TemporalOptions


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("tau", 0, "tau must be between 0.5 and 1000, not 0"),
        ("tau_current", -1, "tau_current must be 0, or between 0.5 and 1000, not -1"),
        ("tau_trace_out", 0.1, "tau_trace_out must be 0, or between 0.5 and 1000, not 0.1"),
        ("tau_out", float("nan"), "tau_out must be"),
        ("threshold", 0, "threshold must be"),
        ("box", 100, "box must be a power of 2 up to the threshold, 256, not 100"),
        ("box", 512, "box must be a power of 2 up to the threshold, 256, not 512"),
        ("goal", -70000, "goal must be between -65536 and 65536, not -70000"),
        ("margin", 65536, "margin must be between 0 and 65535, not 65536"),
        ("errors", "never", "errors must be one of every, end, not 'never'"),
        ("eligibility", "tags", "eligibility must be one of trace, tag, not 'tags'"),
        ("rate", 256, "rate must be between 1 and 255, not 256"),
        ("rate_out", 1.5, "rate_out must be an int, not 1.5"),
        ("impulse", 128, "impulse must be between 1 and 127, not 128"),
        ("in_exponent", 8, "in_exponent must be between 0 and 7, not 8"),
        ("tag_leak", 8, "tag_leak must be between 0 and 7, not 8"),
        ("recurrent", 2, "recurrent must be"),
    ],
)
def test_what_is_out_of_range_is_named(field, value, message):
    with pytest.raises((TypeError, ValueError, UserError), match=f"^{message}"):
        TemporalOptions(**{field: value})


def test_settle_is_for_errors_in_every_step():
    with pytest.raises(ValueError, match=r"^settle must be 0 with errors at the end, not 3$"):
        TemporalOptions(errors="end", settle=3)


def test_steps_with_errors():
    assert list(TemporalOptions(settle=3).asks(6)) == [3, 4, 5]
    assert list(TemporalOptions(settle=9).asks(6)) == [5]
    assert list(TemporalOptions(errors="end").asks(6)) == [5]


def test_weights_of_inputs_that_count_more_learn_by_less():
    assert [TemporalOptions(rate=16, in_exponent=e).rate_in for e in (0, 3, 7)] == [16, 2, 1]


def test_rates_are_half_after_some_epochs():
    options = TemporalOptions(rate=8, rate_out=3, halving=2)
    found = [options.in_epoch(epoch) for epoch in (0, 2, 20)]
    assert [(o.rate, o.rate_out) for o in found] == [(8, 3), (4, 2), (1, 1)]
    assert TemporalOptions(rate=8).in_epoch(20).rate == 8
