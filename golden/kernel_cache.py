"""Compiled kernels that are kept between runs, and never outlive what they were made from.

numba's own cache looks at the file of a kernel only, and keeps it when a kernel that it calls, or a
table that it reads, has changed in another. Here a module's kernels are kept in a folder named
after a digest of its source and of every source of the project that it imports, directly or not.
"""

import ast
import hashlib
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache, cached_property, update_wrapper
from pathlib import Path
from typing import Any, TypeVar, cast

import numba
import numpy as np

from backspike.golden.folders import is_writable
from backspike.golden.kernel_files import check_files

__all__ = ["core_kernel", "is_kept", "kernel", "phase_kernel"]

#: Folders of other digests that a module may keep: those last used, and those of the last day.
_KEPT, _KEPT_SECONDS = 4, 86_400

#: numba's options, which its types leave out, for a function that Python never calls.
_NOT_FROM_PYTHON: dict[str, Any] = {"no_cpython_wrapper": True, "no_cfunc_wrapper": True}
#: The same for one that makes no arrays and returns none: numba then counts no references. It
#: would, by atomic instructions, to each array of a state that is handed over, which took nine
#: tenths of the time of learning.
_MAKES_NO_ARRAYS: dict[str, Any] = {"_nrt": False}

Function = TypeVar("Function", bound=Callable)


def kernel(function: Function) -> Function:
    """Compile a function with numba when it is called, and keep the result for later processes.

    Where another kernel calls it, it is inlined: a core's state is slow to hand over. The result is
    kept in the first of these folders that can be written: ``$NUMBA_CACHE_DIR``, beside the
    sources, the user's cache, a temporary folder.
    """
    return cast(Function, _Kernel(function, forceinline=True))


def core_kernel(function: Function) -> Function:
    """Compile as :func:`kernel` does, for what works on the state of a core.

    It can neither make an array nor return one: numba refuses to compile it. Views are none.
    """
    return cast(Function, _Kernel(function, forceinline=True, **_MAKES_NO_ARRAYS))


def phase_kernel(function: Function) -> Function:
    """Compile as :func:`core_kernel` does, for what is long and called once a step: not inlined.

    numba optimises what is inlined once more with every caller.
    """
    return cast(Function, _Kernel(function, **_MAKES_NO_ARRAYS))


def is_kept(function: Callable) -> bool:
    """Tell if a kernel has been compiled before, for a call from Python with any types."""
    folder = _folder(function.__module__) / "for_python"
    return any(folder.rglob(f"*.{function.__name__}-*.nbi"))


class _Kernel:
    """A function compiled twice at most: for other kernels, and for Python.

    What numba adds for a call from Python takes longer to compile than most kernels do.
    """

    def __init__(self, function: Callable, *, forceinline: bool = False, **options: Any) -> None:
        update_wrapper(self, function)
        self.py_func, self._options = function, options
        with _numba_caches_in(_folder(function.__module__)):
            made = numba.njit(cache=True, forceinline=forceinline, **_NOT_FROM_PYTHON, **options)
            self._for_kernels: Any = check_files(made(function))
        #: Where numba looks when another kernel names this one.
        self._numba_type_ = self._for_kernels._numba_type_

    @cached_property
    def for_python(self) -> Callable:
        """The function as Python can call it, in a folder of its own: numba names both alike."""
        folder = _folder(self.py_func.__module__) / "for_python"
        folder.mkdir(exist_ok=True)
        with _numba_caches_in(folder):
            made = numba.njit(cache=True, **self._options)(self.py_func)
            return cast(Callable, check_files(made))

    def __call__(self, *arguments: Any) -> Any:
        return self.for_python(*arguments)


@contextmanager
def _numba_caches_in(folder: Path) -> Iterator[None]:
    """Direct numba to ``folder`` for the functions that are decorated meanwhile."""
    settings = {"CACHE_DIR": str(folder), "CACHE_LOCATOR_CLASSES": ""}
    before = {name: getattr(numba.config, name, "") for name in settings}
    for name, value in settings.items():
        setattr(numba.config, name, value)
    try:
        yield
    finally:
        for name, value in before.items():
            setattr(numba.config, name, value)


@cache
def _folder(module: str) -> Path:
    """Folder of a module's kernels; makes room for it."""
    digest = hashlib.sha256(f"{numba.__version__} {np.__version__}".encode())
    for name, path in sorted(_sources(module).items()):
        digest.update(name.encode() + b"\0" + path.read_bytes() + b"\0")
    stem = module.partition(".")[2] or module
    folder = _base() / f"{stem}-{digest.hexdigest()[:16]}"
    if not folder.exists():
        _prune(folder.parent, stem)
    folder.mkdir(exist_ok=True)
    os.utime(folder)
    return folder


def _prune(base: Path, stem: str) -> None:
    """Remove what was kept of a module's former versions and has not been used for long."""
    used = {folder: folder.stat().st_mtime for folder in base.glob(f"{stem}-*")}
    for folder in sorted(used, key=used.__getitem__)[:-_KEPT]:
        if used[folder] < time.time() - _KEPT_SECONDS:
            shutil.rmtree(folder, ignore_errors=True)


@cache
def _sources(module: str) -> dict[str, Path]:
    """Files of a module and of all that it imports from its project, by name."""
    path = Path(str(sys.modules[module].__file__))
    found = {module: path}
    for name in _imports(path.read_text(encoding="utf-8"), module.partition(".")[0]):
        found |= _sources(name)
    return found


def _imports(source: str, project: str) -> Iterator[str]:
    """Names of the project's modules that a source imports; all of them are loaded by now."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and f"{node.module}.".startswith(f"{project}."):
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                yield inner if inner in sys.modules else str(node.module)
        elif isinstance(node, ast.Import):
            yield from (a.name for a in node.names if a.name.startswith(f"{project}."))


@cache
def _base() -> Path:
    """The folder of all modules: the first that can be written."""
    user = os.environ.get("XDG_CACHE_HOME", "")
    home = user if os.path.isabs(user) else os.path.expanduser("~/.cache")
    choices = [Path(__file__).parent / "__pycache__"]
    if os.path.isabs(home):  # who has no home has none there
        choices.append(Path(home) / "backspike")
    if wanted := getattr(numba.config, "CACHE_DIR", ""):
        choices.insert(0, Path(wanted))
    for folder in choices:
        if is_writable(folder / "kernels"):
            return folder / "kernels"
    shared = Path(tempfile.gettempdir()) / f"backspike-kernels-{os.getuid()}"
    if is_writable(shared) and shared.stat().st_uid == os.getuid():  # nobody else put code there
        return shared
    return Path(tempfile.mkdtemp(prefix="backspike-kernels-"))
