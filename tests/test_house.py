"""The house: imports go down the floors, there is no circle, every package is shipped."""

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
#: What `import backspike` is; its floors are links to the folders beside it.
PACKAGE = ROOT / "src" / "backspike"

#: A floor may import what stands below it. Each line: a floor, and what it is for.
FLOORS = {
    "hdl": "parameters, layouts, host map, RTL",
    "golden": "what must happen: engine protocol, golden core, networks, compiler, nBP",
    "sim": "engines that run the RTL, and verification",
    "fpga": "boards, bitstreams, netlists, the serial link",
    "proof": "contracts of the RTL proved, for all inputs and for ever",
    "experiments": "data in, a network learned on an engine, results out",
    "lab": "the laboratory: small networks to watch and to change",
    "lessons": "a course: notebooks, and checks of their exercises",
    "cli": "the backspike command: options, messages, tables",
    "bench": "speeds, as ratios",
}
_ORDER = list(FLOORS)


def _modules() -> dict[str, Path]:
    """Every module of the project by its dotted name; notebooks have names that are none."""
    found = {"backspike": PACKAGE / "__init__.py"}
    for floor in FLOORS:
        for path in filter(lambda path: path.stem.isidentifier(), (ROOT / floor).rglob("*.py")):
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
    lost = [entry for entry in _project_imports() if entry[2] not in MODULES]
    assert not lost


def _height(name: str) -> int:
    """Number of a module's floor; the package itself stands on top of all."""
    _, _, inner = name.partition(".")
    return _ORDER.index(inner.split(".")[0]) if inner else len(_ORDER)


def test_no_import_goes_up():
    up = [
        f"{MODULES[name].relative_to(ROOT)}:{line} imports {imported}"
        for name, line, imported in _project_imports()
        if _height(imported) > _height(name)
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
    return name if len(parts) == 2 or name == "backspike" else "/".join(parts[:2])


@pytest.mark.parametrize("of", [lambda name: name, _room], ids=["modules", "rooms"])
def test_there_is_no_circle(of):
    edges: dict[str, set[str]] = {}
    for name, _, imported in _project_imports():
        if imported in MODULES and of(name) != of(imported):
            edges.setdefault(of(name), set()).add(of(imported))
    assert [node for node in edges if node in _reachable(edges, node)] == []


def test_every_floor_is_a_part_of_the_package():
    links = {path.name: path.readlink() for path in PACKAGE.iterdir() if path.is_symlink()}
    assert links == {floor: Path("../..") / floor for floor in FLOORS}


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


#: Longest file, class of RTL (its methods but ``__init__``) and ``elaborate``, in lines.
MAX_FILE, MAX_CLASS, MAX_ELABORATE = 300, 200, 80
#: Files that are tables: one entry a line, with its meaning.
TABLES = {"hdl/host_map.py", "hdl/layouts.py", "hdl/params.py", "hdl/ports.py"}


def test_files_are_short():
    long = {
        str(path.relative_to(ROOT)): count
        for path in MODULES.values()
        if (count := len(path.read_text().splitlines())) > MAX_FILE
    }
    assert {name: count for name, count in long.items() if name not in TABLES} == {}


def _methods(node: ast.ClassDef) -> dict[str, int]:
    """Lines of each method."""
    functions = (part for part in node.body if isinstance(part, ast.FunctionDef))
    return {part.name: (part.end_lineno or 0) - part.lineno + 1 for part in functions}


def test_components_are_short():
    long = {}
    for name, path in MODULES.items():
        for node in ast.walk(ast.parse(path.read_text())):
            lines = _methods(node) if isinstance(node, ast.ClassDef) else {}
            if "elaborate" not in lines:
                continue
            whole = sum(count for method, count in lines.items() if method != "__init__")
            if whole > MAX_CLASS or lines["elaborate"] > MAX_ELABORATE:
                long[f"{name}.{node.name}"] = whole, lines["elaborate"]
    assert long == {}


_VAGUE = re.compile(r"(What|Whether|Which|How|When|Where|Who|Why)\b")


def test_docstrings_say_what_a_thing_is_or_does():
    vague = []
    for path in MODULES.values():
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
                text = ast.get_docstring(node) or ""
                if _VAGUE.match(text):
                    vague.append(f"{path.relative_to(ROOT)}: {text.splitlines()[0]}")
    assert vague == []


def test_every_unit_has_a_test_of_its_stem():
    missing = [
        str(unit)
        for path in MODULES.values()
        if path.name != "__init__.py"
        and not (
            ROOT / "tests" / (unit := path.relative_to(ROOT)).parent / f"test_{unit.name}"
        ).exists()
    ]
    assert missing == []


def test_docs_name_every_folder():
    page = (ROOT / "CONTRIBUTING.md").read_text()
    rooms = {path.parent for path in MODULES.values()} - {ROOT / floor for floor in FLOORS}
    names = [*FLOORS, *(room.name for room in rooms - {PACKAGE}), "src", "docs", "tests"]
    assert [name for name in names if f"`{name}`" not in page and f"`{name}/`" not in page] == []


_PAGES = [*sorted((ROOT / "docs").rglob("*.md")), ROOT / "README.md", ROOT / "CONTRIBUTING.md"]


def test_docs_name_files_that_are_there():
    known = {path.name for path in MODULES.values()}
    lost = []
    for page in _PAGES:
        for name in re.findall(r"`([\w/.-]+\.(?:py|v|cpp|j2))`", page.read_text()):
            if not ((ROOT / name).exists() if "/" in name else name in known):
                lost.append(f"{page.name}: {name}")
    assert lost == []


def test_the_block_diagram_names_every_file_of_the_core():
    page = (ROOT / "docs" / "architecture.md").read_text()
    components = [path for path in MODULES.values() if _has_component(path)]
    named = [path.name for path in components if path.name in page or "lib" in path.parts]
    assert named == [path.name for path in components if path.is_relative_to(ROOT / "hdl")]
