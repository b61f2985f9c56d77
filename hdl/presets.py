"""Named sizes of a neurocore, for the command line, the tests and the boards."""

from backspike.hdl.params import CoreParams

__all__ = ["CORE_PRESETS"]

_TINY = CoreParams(
    compartments=64,
    input_axons=16,
    lists=64,
    dense_words=64,
    sparse_words=64,
    lanes=4,
    dendrite_lanes=2,
)

#: Sizes by name.
CORE_PRESETS = {
    "tiny": _TINY,
    "tiny-loihi": _TINY.with_(
        delay_slots=64,
        more_factors=True,
        history=8,
        tags=True,
        delays=True,
        reinforcements=4,
        noise=True,
        microcode_words=128,
    ),
    "default": CoreParams(),
    "one-lane": CoreParams(
        compartments=256,
        input_axons=128,
        lists=512,
        dense_words=16384,
        sparse_words=512,
        lanes=1,
        dendrite_lanes=1,
    ),
    "mnist": CoreParams(
        compartments=3328,
        input_axons=512,
        lists=8192,
        dense_words=65536,
        sparse_words=8192,
        dendrite_lanes=16,
        columns=False,
    ),
}
