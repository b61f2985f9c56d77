"""Kernels that are kept, and what makes them be compiled again."""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from numba.core.errors import TypingError

from backspike.golden import kernel_cache

ROOT = Path(__file__).parents[2]
#: Kernels by module, name and arguments.
LEAK = ("arith", "leak", "(-1000, 1024)")
ROUNDED = ("learning_kernels", "_rounded", "(1000, 0, 0, 0)")
ADD = (
    "delivery_kernels",
    "_add",
    "(module.Size.of(CoreParams(acc_width=12)), np.zeros(1, np.int32), 0, 255, 7)",
)


@pytest.fixture
def tree(tmp_path):
    """A copy of the two lowest floors, and a way to call a kernel of it in a new process."""
    for floor in ("hdl", "golden"):
        ignore = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / floor, tmp_path / "backspike" / floor, ignore=ignore)
    shutil.copy(ROOT / "src" / "backspike" / "__init__.py", tmp_path / "backspike")
    return tmp_path


def call(tree, module, kernel, arguments, **variables):
    """Result of a kernel in a new process, and if it came from the cache."""
    code = (
        "import numpy as np\n"
        "from backspike.hdl.params import CoreParams\n"
        f"import backspike.golden.core.{module} as module\n"
        f"assert module.__file__.startswith({str(tree)!r}), module.__file__\n"
        f"kernel = module.{kernel}\n"
        f"print(int(kernel(*{arguments})), sum(kernel.for_python.stats.cache_hits.values()))\n"
    )
    environment = {k: v for k, v in os.environ.items() if k != "NUMBA_CACHE_DIR"}
    environment |= {"PYTHONPATH": str(tree), **variables}
    done = subprocess.run(
        [sys.executable, "-P", "-c", code], env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert not done.stderr
    value, hits = done.stdout.split()
    return int(value), hits == "1"


def edit(path, before, after):
    text = path.read_text()
    assert text.count(before) == 1
    path.write_text(text.replace(before, after))


def test_a_kernel_is_compiled_once(tree):
    assert call(tree, *LEAK) == (-750, False)
    assert call(tree, *LEAK) == (-750, True)


def test_a_changed_callee_in_another_module_is_seen(tree):
    """``_add`` calls ``saturate``."""
    assert call(tree, *ADD) == (1, False)
    assert call(tree, *ADD) == (1, True)
    edit(
        tree / "backspike/golden/core/arith.py",
        "    return min(max(value, -high - 1), high)",
        "    return value",
    )
    assert call(tree, *ADD) == (0, False)


def test_a_changed_table_is_seen(tree):
    """``_rounded`` reads a constant of ``hdl/layouts.py``."""
    assert call(tree, *ROUNDED) == (1000 // 128, False)
    edit(tree / "backspike/hdl/layouts.py", "\nFRACTION_BITS = 7", "\nFRACTION_BITS = 6")
    assert call(tree, *ROUNDED) == (1000 // 64, False)
    assert call(tree, *ROUNDED) == (1000 // 64, True)


def test_what_a_kernel_cannot_depend_on_is_not_looked_at(tree):
    call(tree, *LEAK)
    edit(tree / "backspike/golden/core/state.py", '"""Memories of', '"""The memories of')
    assert call(tree, *LEAK) == (-750, True)


def test_the_folder_is_the_users_choice_or_one_that_can_be_written(tree, tmp_path):
    chosen = {"NUMBA_CACHE_DIR": str(tmp_path / "chosen")}
    assert call(tree, *LEAK, **chosen) == (-750, False)
    assert call(tree, *LEAK, **chosen) == (-750, True)
    assert list((tmp_path / "chosen/kernels").glob("golden.core.arith-*"))
    # A file where a folder is due is what root cannot write, either.
    (tree / "backspike/golden/__pycache__").write_text("")
    (tmp_path / "tmp").mkdir()
    nowhere = {
        "XDG_CACHE_HOME": "/dev/null",
        "TMPDIR": str(tmp_path / "tmp"),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    assert call(tree, *LEAK, **nowhere) == (-750, False)
    assert call(tree, *LEAK, **nowhere) == (-750, True)
    assert list((tmp_path / "tmp").glob("backspike-kernels-*/golden.core.arith-*"))


def test_old_versions_do_not_pile_up(tmp_path):
    now = time.time()
    for age in range(12):
        folder = tmp_path / f"golden.core.arith-{age}"
        folder.mkdir()
        (folder / "code").write_text("")
        os.utime(folder, (now - age * 40_000,) * 2)
    (tmp_path / "golden.core.kernels-1").mkdir()
    kernel_cache._prune(tmp_path, "golden.core.arith")
    left = {path.name for path in tmp_path.iterdir()}
    # Four stay in any case; three are of the last day.
    assert left == {f"golden.core.arith-{age}" for age in range(4)} | {"golden.core.kernels-1"}


def test_who_has_no_home_has_no_folder_there(monkeypatch, tmp_path):
    monkeypatch.setattr(os.path, "expanduser", lambda path: path)  # as it is if there is no home
    monkeypatch.setattr(kernel_cache.numba.config, "CACHE_DIR", "")
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    monkeypatch.setattr(kernel_cache, "is_writable", lambda folder: folder.is_relative_to(tmp_path))
    monkeypatch.setattr(kernel_cache.tempfile, "gettempdir", lambda: str(tmp_path))
    (tmp_path / f"backspike-kernels-{os.getuid()}").mkdir()
    assert kernel_cache._base.__wrapped__().parent == tmp_path


def test_what_was_compiled_is_known(tmp_path, monkeypatch):
    @kernel_cache.kernel
    def unheard_of(x):
        return x + 1

    monkeypatch.setattr(kernel_cache, "_folder", lambda module: tmp_path)
    assert not kernel_cache.is_kept(unheard_of)
    assert unheard_of(1) == 2
    assert kernel_cache.is_kept(unheard_of)


@pytest.mark.parametrize("make", [lambda values: values[1:], lambda values: np.empty(3).size])
def test_a_kernel_of_a_core_neither_makes_nor_returns_an_array(make, tmp_path, monkeypatch):
    """Nobody would count the references to it."""
    monkeypatch.setattr(kernel_cache, "_folder", lambda module: tmp_path)
    kernel = kernel_cache.core_kernel(make)
    with pytest.raises(TypingError, match="Only accept returning of array passed into the"):
        kernel(np.arange(3))
