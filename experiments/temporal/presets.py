"""Settings of learning over time that do well, by data set: chosen on training samples alone."""

from dataclasses import replace
from typing import NamedTuple

from backspike.golden.temporal.options import TemporalOptions

__all__ = ["DEFAULT", "PRESETS", "TemporalPreset"]


class TemporalPreset(NamedTuple):
    """Values of options that are left out."""

    encoder: str
    hidden: tuple[int, ...]
    epochs: int
    options: TemporalOptions


DEFAULT = TemporalPreset(
    "thermometer:8",
    (100,),
    50,
    TemporalOptions(
        recurrent=True,
        tau=9.5,
        tau_out=19.5,
        tau_trace=9.5,
        dead_zone=26,
        rate=3,
        rate_out=6,
        halving=30,
    ),
)
"""Of data that is not among :data:`PRESETS`; chosen on Japanese vowels."""

_AT_THE_END = TemporalOptions(
    recurrent=True,
    tau=2.5,
    tau_out=1000.0,
    tau_trace=2.5,
    tau_trace_out=1000.0,
    threshold=1024,
    box=512,
    in_exponent=3,
    goal=0,
    margin=720,
    errors="end",
    eligibility="tag",
    tag_leak=0,
    impulse=24,
    impulse_out=3,
    rate=64,
    rate_out=64,
    halving=5,
)
"""Outputs that forget nothing, errors in the last step alone, and tags that reach all others. The
threshold is high, so that rounding at random is fine; few inputs spike, so their weights count
more."""

_AT_LAST = replace(_AT_THE_END, errors="every", settle=25, rate=16, rate_out=24, halving=2)
"""The same with errors in the last steps."""

PRESETS = {
    "japanese-vowels": DEFAULT,
    "mnist1d": TemporalPreset("crossing:16", (200,), 16, _AT_THE_END),
    "mnist-rows": TemporalPreset("delta:0.2", (200,), 4, _AT_LAST),
}
