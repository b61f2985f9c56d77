"""A copy of the project, in which one source at a time has a fault."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from backspike.sim.verify.mutation.mutants import Mutant

__all__ = ["Tree"]

#: Caches whose entries are made one by one, so that a mutant may add to them.
_KINDS = ("verilator", "verilog", "cocotb", "netlists", "device")
#: Of the project, and below any of its folders, what is no source.
_OUTPUTS, _HIDDEN = {"build", "dist", "runs", "waves"}, shutil.ignore_patterns(".*", "kernels")
#: Files of mutants are of this time and later ones, each of its own: Python keeps what it compiles
#: by the second and the size.
_FIRST_TIME = 1_000_000_000


class Tree:
    """A copy of a project, and caches of its own.

    What the user's cache holds, such as simulators, is linked: what a mutant builds is thrown away
    after it. Compiled kernels stay, since they are named after their sources.

    Parameters
    ----------
    root : Path
        The project.
    folder : Path
        Where it is copied to; what stood there is removed.
    user_cache : Path
        Folder of the user's caches.
    """

    def __init__(self, root: Path, folder: Path, user_cache: Path) -> None:
        self.root, self.cache = folder / "tree", folder / "cache"
        self._kernels, self._user_cache = folder / "kernels", user_cache
        self._mutants = 0
        shutil.rmtree(self.root, ignore_errors=True)

        def left_out(folder: str, names: list[str]) -> set[str]:
            return _HIDDEN(folder, names) | (_OUTPUTS if Path(folder) == root else set())

        shutil.copytree(root, self.root, symlinks=True, ignore=left_out)
        self._kernels.mkdir(exist_ok=True)
        self._link_caches()

    @property
    def environment(self) -> dict[str, str]:
        """Variables with which Python runs the copy."""
        return {
            "PYTHONPATH": str(self.root / "src"),
            "XDG_CACHE_HOME": str(self.cache),
            "NUMBA_CACHE_DIR": str(self._kernels),
        }

    @contextmanager
    def mutated(self, mutant: Mutant) -> Iterator[None]:
        """Context in which the copy has a fault; caches are fresh afterwards."""
        path = self.root / mutant.file
        source, status = path.read_text(encoding="utf-8"), path.stat()
        self._mutants += 1
        path.write_text(mutant.apply(source), encoding="utf-8")
        os.utime(path, (_FIRST_TIME, _FIRST_TIME + self._mutants))
        try:
            yield
        finally:
            path.write_text(source, encoding="utf-8")
            os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
            self._link_caches()

    def _link_caches(self) -> None:
        """Begin with what the user has."""
        shutil.rmtree(self.cache, ignore_errors=True)
        own, users = self.cache / "backspike", self._user_cache / "backspike"
        own.mkdir(parents=True)
        entries = [path for path in self._user_cache.glob("*") if path != users]
        for path in (*entries, *(p for p in users.glob("*") if p.name not in _KINDS)):
            (self.cache / path.relative_to(self._user_cache)).symlink_to(path)
        for kind in _KINDS:
            (own / kind).mkdir()
            for path in (users / kind).glob("*"):
                (own / kind / path.name).symlink_to(path)
