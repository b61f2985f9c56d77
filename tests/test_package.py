"""The package, in place and as a wheel: the same names, for Python and for type checkers."""

import ast
import importlib
import os
import shutil
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

import backspike

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "src" / "backspike"
USER = """
import backspike
from backspike import GoldenCore, Network, compile_network

network = Network(seed=3)
reveal_type(network.population("p", 4, threshold=10))
core = GoldenCore(compile_network(network).params)
reveal_type(core)
reveal_type(backspike.__version__)
backspike.nonsense
GoldenCore("text")
"""
REVEALED = [
    'Revealed type is "backspike.golden.network.neurons.Population"',
    'Revealed type is "backspike.golden.core.golden_core.GoldenCore"',
    'Revealed type is "str"',
    'Module has no attribute "nonsense"  [attr-defined]',
    'Argument 1 to "GoldenCore" has incompatible type "str"; expected "CoreParams"  [arg-type]',
]


def _imports(tree):
    """Names that type checkers see, by module."""
    return {
        node.module.removeprefix("backspike."): tuple(alias.name for alias in node.names)
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("backspike.")
    }


def test_type_checkers_and_python_see_the_same_names():
    assert _imports(ast.parse((PACKAGE / "__init__.py").read_text())) == backspike._NAMES
    names = [name for names in backspike._NAMES.values() for name in names]
    assert sorted(backspike.__all__) == sorted([*names, "__version__"])


@pytest.mark.parametrize("name", backspike.__all__)
def test_every_name_is_there(name):
    assert name in dir(backspike)
    value = getattr(backspike, name)
    if name in backspike._HOMES:
        assert value is getattr(importlib.import_module(backspike._HOMES[name]), name)


def test_another_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match=r"^module 'backspike' has no attribute 'Networks'$"):
        backspike.Networks  # noqa: B018
    with pytest.raises(ImportError):
        from backspike import Networks  # noqa: F401


def test_the_import_itself_is_quick():
    """It imports nothing that has to be compiled or is large."""
    code = "import sys, backspike; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-P", "-c", code], capture_output=True, text=True)
    assert not {"numpy", "numba", "amaranth", "matplotlib"} & set(done.stdout.split())


@pytest.fixture(scope="session")
def wheel(tmp_path_factory):
    """The wheel, made of a copy of what is in the tree."""
    pytest.importorskip("setuptools", minversion="77")
    tree, out = tmp_path_factory.mktemp("tree"), tmp_path_factory.mktemp("wheel")
    ignore = shutil.ignore_patterns("__pycache__", "*.egg-info")
    for link in PACKAGE.iterdir():
        if link.is_symlink():
            shutil.copytree(ROOT / link.name, tree / link.name, ignore=ignore)
    shutil.copytree(ROOT / "src", tree / "src", symlinks=True, ignore=ignore)
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, tree)
    code = f"from setuptools.build_meta import build_wheel; build_wheel({str(out)!r})"
    subprocess.run([sys.executable, "-P", "-c", code], cwd=tree, check=True, capture_output=True)
    (path,) = out.glob("*.whl")
    return path


def test_the_wheel_has_every_file_that_is_used(wheel):
    kinds = {".py", ".cpp", ".css", ".j2", ".js", ".LICENSE", ".tcl", ".toml", ".v"}
    used = {
        f"backspike/{path.relative_to(ROOT)}"
        for link in PACKAGE.iterdir()
        if link.is_symlink()
        for path in (ROOT / link.name).rglob("*")
        if path.suffix in kinds
    }
    names = zipfile.ZipFile(wheel).namelist()
    shipped = {name for name in names if ".dist-info/" not in name}
    assert shipped == used | {"backspike/__init__.py", "backspike/py.typed"}


@pytest.fixture(scope="session")
def user_python(wheel, tmp_path_factory):
    """Python of an environment with the wheel, and with what the tests' environment has."""
    home = tmp_path_factory.mktemp("environment")
    venv.create(home)
    (packages,) = home.glob("lib/python*/site-packages")
    zipfile.ZipFile(wheel).extractall(packages)
    others = [path for path in sys.path if "site-packages" in Path(path).parts]
    (packages / "others.pth").write_text("\n".join(others))
    return home / "bin" / "python"


def test_the_wheel_is_what_is_imported(user_python):
    code = "import backspike; print(backspike.__file__, backspike.Network, backspike.__version__)"
    done = subprocess.run([user_python, "-P", "-c", code], capture_output=True, text=True)
    file, *network, version = done.stdout.split()
    assert Path(file).is_relative_to(user_python.parents[1]), done.stderr
    assert network == ["<class", "'backspike.golden.network.network.Network'>"]
    assert version == backspike.__version__


@pytest.mark.parametrize("installed", ["in place", "wheel"])
def test_mypy_resolves_a_script_outside_of_the_tree(installed, request, tmp_path):
    python = request.getfixturevalue("user_python") if installed == "wheel" else sys.executable
    (tmp_path / "user.py").write_text(USER)
    options = ["--python-executable", python, "--cache-dir", tmp_path / "cache"]
    command = [sys.executable, "-P", "-m", "mypy", *options, "user.py"]
    environment = {name: value for name, value in os.environ.items() if name != "MYPYPATH"}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)
    said = [line.partition(": ")[2] for line in done.stdout.splitlines() if ": " in line]
    said = [line.partition(": ")[2] for line in said]
    assert said == REVEALED, done.stdout + done.stderr


def test_the_course_runs_from_the_wheel(user_python, tmp_path):
    """Every notebook, solved, in an empty folder: no cell raises, and no check finds a mistake."""
    pytest.importorskip("nbconvert")
    command = [user_python, "-P", "-m", "backspike.lessons.execute", tmp_path / "out", "--solved"]
    # What the tests' environment has beside modules: templates of nbconvert, commands of tools.
    environment = os.environ | {
        "XDG_CACHE_HOME": str(tmp_path / "cache"),
        "JUPYTER_PATH": str(Path(sys.prefix, "share", "jupyter")),
        "PATH": os.pathsep.join([str(Path(sys.prefix, "bin")), os.environ["PATH"]]),
    }
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    for lesson in sorted((ROOT / "lessons").glob("0*.py")):
        page = (tmp_path / "out" / f"{lesson.stem}.md").read_text()
        assert page.count("All values are equal.") == lesson.read_text().count('check("')
