"""Files of compiled kernels with their checksums: what is damaged counts as missing."""

import contextlib
import hashlib
import os
import pickle
from typing import Any

from numba.core.caching import IndexDataCacheFile

__all__ = ["CheckedFiles", "check_files"]

_DIGEST_BYTES = 32


class CheckedFiles(IndexDataCacheFile):
    """numba's files of one function; each ends with a SHA-256 of what stands before.

    numba would run machine code in which bits have changed, and end a process that finds the disk
    full; here such kernels are compiled again, and not kept.
    """

    def save(self, key: Any, data: Any) -> None:
        """Keep compiled code, if that can be."""
        with contextlib.suppress(OSError):
            super().save(key, data)

    def _load_index(self) -> dict[Any, str]:
        try:
            version, stamp, overloads = _loaded(self._index_path)
        except (OSError, ValueError):
            return {}
        return overloads if (version, stamp) == (self._version, self._source_stamp) else {}

    def _save_index(self, overloads: dict[Any, str]) -> None:
        self._write(self._index_path, (self._version, self._source_stamp, overloads))

    def _load_data(self, name: str) -> Any:
        try:
            return _loaded(self._data_path(name))
        except ValueError:
            return None

    def _save_data(self, name: str, data: Any) -> None:
        self._write(self._data_path(name), data)

    def _write(self, path: str, content: Any) -> None:
        dumped = self._dump(content)
        with self._open_for_write(path) as file:
            file.write(dumped + hashlib.sha256(dumped).digest())


def check_files(dispatcher: Any) -> Any:
    """Let a function that numba compiles keep its code in checked files; returns it."""
    cache = dispatcher._cache
    before = cache._cache_file
    cache._cache_file = CheckedFiles(
        os.fspath(cache._cache_path), cache._impl.filename_base, before._source_stamp
    )
    return dispatcher


def _loaded(path: str) -> Any:
    """Content of a file; raises ValueError if it is damaged."""
    with open(path, "rb") as file:
        content = file.read()
    dumped, digest = content[:-_DIGEST_BYTES], content[-_DIGEST_BYTES:]
    if hashlib.sha256(dumped).digest() != digest:
        raise ValueError(f"{path} is damaged")
    return pickle.loads(dumped)
