"""The house: imports go down the floors, there is no circle, every package is shipped."""

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

#: A floor may import what stands below it. Each line: a floor, and what it is for.
FLOORS = {
    "hdl": "parameters, layouts, host map, RTL",
    "golden": "what must happen: engine protocol, golden core, networks, compiler, nBP",
    "sim": "engines that run the RTL, and verification",
    "fpga": "boards, bitstreams, netlists, the serial link",
    "experiments": "data in, a network learned on an engine, results out",
    "cli": "the backspike command: options, messages, tables",
    "bench": "speeds, as ratios",
}
_ORDER = list(FLOORS)


def _modules() -> dict[str, Path]:
    """Every module of the project by its dotted name."""
    found = {}
    for floor in FLOORS:
        for path in (ROOT / floor).rglob("*.py"):
            parts = path.relative_to(ROOT).with_suffix("").parts
            found[".".join(("backspike", *(part for part in parts if part != "__init__")))] = path
    return found


MODULES = _modules()


def _imports(name: str, path: Path) -> Iterator[tuple[int, str]]:
    """Line and full name of all that a module imports from the project, wherever it does so."""
    package = name if path.name == "__init__.py" else name.rpartition(".")[0]
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name
        elif isinstance(node, ast.ImportFrom):
            module = node.module or ""
            if node.level:
                parts = package.split(".")
                module = ".".join([*parts[: len(parts) - node.level + 1], *filter(None, [module])])
            for alias in node.names:
                inner = f"{module}.{alias.name}"
                yield node.lineno, inner if inner in MODULES else module
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith("import_module"):
            for argument in node.args[:1]:
                if isinstance(argument, ast.Constant):
                    yield node.lineno, str(argument.value)


def _project_imports() -> list[tuple[str, int, str]]:
    return [
        (name, line, imported)
        for name, path in MODULES.items()
        for line, imported in _imports(name, path)
        if imported.split(".")[0] == "backspike"
    ]


def test_every_import_is_of_a_module_that_is_there():
    packages = set(MODULES) | {"backspike"}
    lost = [entry for entry in _project_imports() if entry[2] not in packages]
    assert not lost


def test_no_import_goes_up():
    up = [
        f"{MODULES[name].relative_to(ROOT)}:{line} imports {imported}"
        for name, line, imported in _project_imports()
        if _ORDER.index(imported.split(".")[1]) > _ORDER.index(name.split(".")[1])
    ]
    assert not up


def _reachable(edges: dict[str, set[str]], start: str) -> set[str]:
    """All that is reached from a node in one step or more."""
    seen: set[str] = set()
    waiting = [start]
    while waiting:
        for node in edges.get(waiting.pop(), ()):
            if node not in seen:
                seen.add(node)
                waiting.append(node)
    return seen


def _room(name: str) -> str:
    """Folder of a module below its floor; a module of the floor itself stands alone."""
    parts = MODULES[name].relative_to(ROOT).parts
    return name if len(parts) == 2 else "/".join(parts[:2])


@pytest.mark.parametrize("of", [lambda name: name, _room], ids=["modules", "rooms"])
def test_there_is_no_circle(of):
    edges: dict[str, set[str]] = {}
    for name, _, imported in _project_imports():
        if imported in MODULES and of(name) != of(imported):
            edges.setdefault(of(name), set()).add(of(imported))
    assert [node for node in edges if node in _reachable(edges, node)] == []


def _packages() -> set[str]:
    return {name for name, path in MODULES.items() if path.name == "__init__.py"}


def test_every_package_is_shipped():
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]
    assert set(settings["packages"]) == _packages()
    assert settings["package-dir"] == {f"backspike.{floor}": floor for floor in FLOORS}


def test_every_floor_can_be_type_checked():
    links = ROOT / "tests" / "typecheck" / "backspike"
    found = {link.name: link.resolve() for link in links.iterdir()}
    assert found == {floor: ROOT / floor for floor in FLOORS}
    assert all((ROOT / floor / "py.typed").exists() for floor in FLOORS)


def _has_component(path: Path) -> bool:
    """A module declares RTL: a class with ``elaborate``."""
    return any(
        isinstance(node, ast.FunctionDef) and node.name == "elaborate"
        for node in ast.walk(ast.parse(path.read_text()))
    )


def test_all_that_is_no_component_is_type_checked():
    overrides = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["mypy"]["overrides"]
    (checked,) = [set(entry["module"]) for entry in overrides if not entry["ignore_errors"]]
    plain = {
        name
        for name, path in MODULES.items()
        if name.startswith("backspike.hdl.")
        and path.name != "__init__.py"
        and not _has_component(path)
    }
    assert checked == plain
