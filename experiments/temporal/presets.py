"""Settings of learning over time that do well, by data set: chosen on training samples alone."""

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

PRESETS = {"japanese-vowels": DEFAULT}
