"""The file that a run goes on from."""

import json

import numpy as np
import pytest

from backspike.experiments.checkpoint import Checkpoint, checkpoint_arrays, read_checkpoint
from backspike.golden.errors import UserError

STATE = Checkpoint(
    weights=[np.arange(6, dtype=np.int16).reshape(2, 3), np.ones((3, 2), np.int16)],
    backward=[np.zeros((3, 2), np.int16)],
    random=[np.arange(4, dtype=np.uint32)],
    epoch=2,
    history=[{"epoch": 1}],
)


@pytest.fixture
def file(tmp_path):
    np.savez_compressed(tmp_path / "c.npz", **checkpoint_arrays({"seed": 1}, STATE))
    return tmp_path / "c.npz"


def test_it_is_read_as_it_was_written(file):
    identity, state = read_checkpoint(file)
    assert identity == {"seed": 1}
    for name in ("weights", "backward", "random"):
        for got, wanted in zip(getattr(state, name), getattr(STATE, name), strict=True):
            assert np.array_equal(got, wanted)
    assert (state.epoch, state.history) == (2, [{"epoch": 1}])


def test_no_flipped_bit_is_read_or_a_traceback(file):
    whole, rng = file.read_bytes(), np.random.default_rng(0)
    refused = 0
    for at in rng.integers(8 * len(whole), size=600):
        raw = bytearray(whole)
        raw[at // 8] ^= 1 << at % 8
        file.write_bytes(raw)
        try:
            _, state = read_checkpoint(file)
        except UserError:
            refused += 1
        else:  # a date, or another field that means nothing
            assert all(map(np.array_equal, state.weights, STATE.weights))
            assert len(state.weights) == 2
            assert len(state.random) == 1
    assert refused > 400


@pytest.mark.parametrize(
    "meta", ["[1]", "{}", '{"config": 1}', '{"config": {}, "more": 1}', "[" * 100_000, "text"]
)
def test_other_content_is_refused(tmp_path, meta):
    np.savez(tmp_path / "c.npz", meta=np.array(meta))
    with pytest.raises(UserError, match=r"is not a checkpoint of this version, or is damaged$"):
        read_checkpoint(tmp_path / "c.npz")


def test_missing_arrays_are_noticed(file):
    arrays = dict(np.load(file))
    del arrays["weights01"]
    np.savez(file, **arrays)
    with pytest.raises(UserError, match="is damaged"):
        read_checkpoint(file)
    assert "digest" in json.loads(str(arrays["meta"]))
    with pytest.raises(UserError, match=r"no such file$"):
        read_checkpoint(file.with_name("none.npz"))
