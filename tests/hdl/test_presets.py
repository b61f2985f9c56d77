"""Named sizes of a core."""

from backspike.hdl.presets import CORE_PRESETS


def test_presets_are_distinct():
    assert len({p.fingerprint() for p in CORE_PRESETS.values()}) == len(CORE_PRESETS)
