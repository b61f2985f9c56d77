"""Download a data file into a cache folder: several mirrors, a checksum, never half a file."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO
from urllib.parse import urlsplit

import pooch
from tqdm import tqdm

from backspike.experiments.data.idx import unpack
from backspike.experiments.data.source import DataError
from backspike.golden.files import replace_file

__all__ = ["RemoteFile", "fetch"]

_TIMEOUT = 30  # seconds without a byte, after which the next mirror is tried
_CHUNK = 1 << 16  # bytes between two updates of the bar


@dataclass(frozen=True, kw_only=True)
class RemoteFile:
    """One gzipped file that several servers offer."""

    name: str
    """File name, the last part of every URL."""
    mirrors: tuple[str, ...]
    """The URLs up to the file name; tried in turn."""
    md5: str
    """Checksum that the publisher gives, hexadecimal."""
    md5_of_content: bool
    """True if ``md5`` is that of the uncompressed bytes, as where mirrors compress anew."""


def fetch(file: RemoteFile, folder: Path, *, progress: bool = False) -> Path:
    """The path of ``file`` in ``folder``; downloads it if it is not there yet.

    A download goes to a temporary name in the same folder and gets its own name only after its
    checksum was found right, so what is there is whole.

    Parameters
    ----------
    file : RemoteFile
        The file and its mirrors.
    folder : Path
        Made if missing.
    progress : bool
        Show a bar on stderr.

    Raises
    ------
    DataError
        If no mirror has the right file; says what went wrong with each, in one line.
    """
    target = folder / file.name
    if target.exists():
        return target
    failures = []
    for mirror in file.mirrors:
        url = mirror.rstrip("/") + "/" + file.name
        try:
            _download(url, file, target, progress)
        except DataError as error:
            failures.append(f"{urlsplit(url).netloc}: {error}")
        else:
            return target
    raise DataError(
        f"{file.name} could not be downloaded ({'; '.join(failures)}); "
        "get it by other means and name its folder with --data-dir"
    )


def _download(url: str, file: RemoteFile, target: Path, progress: bool) -> None:
    """One attempt from one mirror; leaves either the right file at ``target`` or nothing."""

    def write(partial: Path) -> None:
        with partial.open("wb") as stream:
            _transfer(url, stream, file.name, progress)
        _check(partial.read_bytes(), file)

    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        replace_file(target, write)
    except OSError as error:
        raise DataError(f"cannot write to {target.parent} ({error.strerror})") from None


class _Bar(tqdm):
    """A bar that pooch can ask whether it is one, before it knows the size."""

    def __bool__(self) -> bool:
        return True


def _transfer(url: str, stream: BinaryIO, label: str, progress: bool) -> None:
    """Copy the bytes behind ``url`` to ``stream``."""
    with _Bar(desc=label, unit="B", unit_scale=True, disable=not progress) as bar:
        downloader = pooch.HTTPDownloader(
            progressbar=bar,
            chunk_size=_CHUNK,
            timeout=_TIMEOUT,
            headers={"Accept-Encoding": "identity"},
        )
        try:
            downloader(url, stream, None)
        except OSError as error:  # also the base of every error of requests
            raise DataError(_describe(error, stream.tell())) from None


def _describe(error: OSError, received: int) -> str:
    """One short line for what a transfer died of."""
    response = getattr(error, "response", None)
    if response is not None:
        return f"HTTP {response.status_code} {response.reason}"
    reason = error.strerror or type(error).__name__
    return f"the transfer failed after {received} bytes ({reason})"


def _check(raw: bytes, file: RemoteFile) -> None:
    """Raise unless ``raw`` is the file that was asked for."""
    content = unpack(raw, "download") if file.md5_of_content else raw
    found = hashlib.md5(content, usedforsecurity=False).hexdigest()
    if found != file.md5:
        raise DataError(f"wrong checksum of {len(raw)} bytes, expected {file.md5}, got {found}")
