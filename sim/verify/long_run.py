"""Long random runs that can be killed and gone on with."""

import hashlib
import json
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from typing import Any

from rich.console import Console

from backspike.golden.errors import UserError
from backspike.golden.files import held, write_text
from backspike.sim.engines.cache import cache_folder
from backspike.sim.engines.core_text import sources_of
from backspike.sim.verify.measured import commit

__all__ = ["LongRun", "long_run"]

#: Seconds between two lines of progress.
_INTERVAL = 4.0
_FLOORS = ("hdl", "golden", "sim", "fpga")


class LongRun:
    """Parts of a run, each kept on the disk as it ends.

    Parameters
    ----------
    path : Path
        File of the parts, a line of JSON each; one that was cut short is done again.
    console : Console
        Where progress is told.
    """

    def __init__(self, path: Path, console: Console) -> None:
        self._path, self._console = path, console
        self.parts = list(_whole_lines(path))
        """Parts that are done, in the order in which they ended."""
        self._text = "".join(json.dumps(part) + "\n" for part in self.parts)
        write_text(path, self._text)
        self._said = time.monotonic()
        self.commit = commit()
        """Commit of the sources at the begin, with a ``+`` if they had been changed since."""
        if self.parts:
            self._tell(f"going on after {len(self.parts)} parts")

    @property
    def seconds(self) -> float:
        """Seconds that the parts took, those of earlier processes included."""
        return sum(part["seconds"] for part in self.parts)

    def add(self, part: dict[str, Any], progress: str) -> None:
        """Keep a part; it has its ``seconds``. Tells of the ``progress`` every few seconds."""
        self.parts.append(part)
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(part) + "\n")
        if time.monotonic() - self._said > _INTERVAL:
            self._tell(progress)

    def end(self) -> None:
        """Forget the parts: the next run of this kind begins anew."""
        self._path.unlink(missing_ok=True)

    def _tell(self, text: str) -> None:
        self._console.print(text, highlight=False, markup=False, soft_wrap=True)
        self._said = time.monotonic()


@contextmanager
def long_run(kind: str, settings: Mapping[str, Any], console: Console) -> Iterator[LongRun]:
    """The run of a kind with these settings, which goes on where one of the same sources ended.

    Raises
    ------
    UserError
        If another process is at it.
    """
    sources = [sources_of(files(f"backspike.{floor}")) for floor in _FLOORS]
    key = hashlib.sha256(repr((kind, sorted(settings.items()), sources)).encode()).hexdigest()
    folder = cache_folder() / "long" / f"{kind}-{key[:16]}"
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with held(folder):
            yield LongRun(folder / "parts.jsonl", console)
            if not any(folder.iterdir()):
                folder.rmdir()
    except BlockingIOError:
        raise UserError(f"another process is at this run: {folder}") from None


def _whole_lines(path: Path) -> Iterator[dict[str, Any]]:
    """Parts in a file, up to the first that is damaged."""
    if not path.is_file():
        return
    for line in path.read_text(encoding="utf-8", errors="replace").splitlines(keepends=True):
        try:
            part = json.loads(line)
        except ValueError:
            return
        if not line.endswith("\n") or not isinstance(part, dict) or "seconds" not in part:
            return
        yield part
