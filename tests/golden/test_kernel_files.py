"""Files of compiled kernels."""

import errno
import os

import numba
import numpy as np
import pytest
from numba.core.caching import IndexDataCacheFile

from backspike.golden.kernel_files import CheckedFiles, check_files


def files(folder):
    return CheckedFiles(os.fspath(folder), "f", ("stamp", 1))


@pytest.fixture
def kept(tmp_path):
    files(tmp_path).save("key", {"code": b"x" * 100})
    assert files(tmp_path).load("key") == {"code": b"x" * 100}
    assert files(tmp_path).load("other") is None
    return tmp_path


@pytest.mark.parametrize("ending", ["nbi", "nbc"])
def test_what_is_damaged_counts_as_missing(kept, ending):
    (path,) = kept.glob(f"*.{ending}")
    whole, rng = path.read_bytes(), np.random.default_rng(1)
    cuts = [whole[:n] for n in (0, 1, 31, 32, len(whole) // 2, len(whole) - 1)]
    flipped = []
    for at in rng.integers(8 * len(whole), size=300):
        raw = bytearray(whole)
        raw[at // 8] ^= 1 << at % 8
        flipped.append(bytes(raw))
    for damaged in (*cuts, *flipped, bytes(len(whole))):
        path.write_bytes(damaged)
        assert files(kept).load("key") is None
    files(kept).save("key", {"code": b"new"})
    assert files(kept).load("key") == {"code": b"new"}


def test_code_of_another_source_is_not_taken(kept):
    assert CheckedFiles(os.fspath(kept), "f", ("stamp", 2)).load("key") is None


def test_a_full_disk_is_no_error(kept, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(IndexDataCacheFile, "_open_for_write", full)
    files(kept).save("more", 1)
    assert files(kept).load("more") is None
    assert files(kept).load("key") is not None


def test_a_function_is_compiled_once_and_kept_checked(tmp_path, monkeypatch):
    monkeypatch.setattr(numba.config, "CACHE_DIR", os.fspath(tmp_path))

    def double(x):
        return 2 * x

    def hits():
        compiled = check_files(numba.njit(cache=True)(double))
        assert compiled(4) == 8
        return sum(compiled.stats.cache_hits.values())

    assert (hits(), hits()) == (0, 1)
    (path,) = tmp_path.rglob("*.nbc")
    raw = bytearray(path.read_bytes())
    raw[len(raw) // 2] ^= 1
    path.write_bytes(raw)
    assert (hits(), hits()) == (0, 1)
