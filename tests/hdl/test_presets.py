"""Named sizes of a core."""

import pytest

from backspike.hdl.presets import CORE_PRESETS

#: Programs and bitstreams that were made for a preset name it by these.
FINGERPRINTS = {
    "tiny": 0xC1915232,
    "tiny-loihi": 0xF8936491,
    "default": 0x58A5B89B,
    "one-lane": 0x4F038B01,
    "mnist": 0xB4B855D0,
}


def test_presets_are_distinct():
    assert len({p.fingerprint() for p in CORE_PRESETS.values()}) == len(CORE_PRESETS)


@pytest.mark.parametrize("name", CORE_PRESETS)
def test_a_preset_stays_as_it_is(name):
    assert CORE_PRESETS[name].fingerprint() == FINGERPRINTS[name]
