"""Tests that a mutant of a source meets, those first that are soon done and know it best."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

__all__ = ["NAMES", "Rung", "first_rung", "rungs"]

#: Names of rungs, from the lowest to the highest.
NAMES = ("own", "users", "room", "system")
_QUICK = ("-m", "not slow")
_MINUTE = 60


@dataclass(frozen=True)
class Rung:
    """Tests that run together.

    Attributes
    ----------
    name : str
        ``own``: of the stem of the source; ``users``: of the units that import it; ``room``: of
        its folder; ``system``: of whole cores, and all others of its floor.
    tests : tuple of str
        Paths, from the root of the project on.
    seconds : int
        Time after which they hang.
    options : tuple of str
        Of pytest.
    environment : dict of str to str
    """

    name: str
    tests: tuple[str, ...]
    seconds: int
    options: tuple[str, ...] = ()
    environment: dict[str, str] = field(default_factory=dict, hash=False)


#: Tests of whole cores, by the floor of the source. Random rules on one core come before random
#: programs on many, which are compiled for each.
_SYSTEM: dict[str, tuple[Rung, ...]] = {
    "hdl": (
        Rung("system", ("tests/hdl/test_core.py", "tests/hdl/test_device.py"), 5 * _MINUTE),
        Rung("system", ("tests/system/test_random_rules.py",), 8 * _MINUTE),
        Rung("system", ("tests/system/test_random_programs.py",), 15 * _MINUTE),
        Rung("system", ("tests/hdl", "tests/golden"), 20 * _MINUTE, _QUICK),
        Rung(
            "system",
            (
                "tests/system",
                "tests/sim/engines",
                "tests/sim/verify",
                "tests/fpga/test_emulator.py",
            ),
            20 * _MINUTE,
            ("-k", "not (random_rules or random_programs)"),
        ),
    ),
    "golden": (
        Rung("system", ("tests/golden/compiler/test_compiler.py",), 5 * _MINUTE),
        Rung("system", ("tests/golden",), 15 * _MINUTE, _QUICK),
        Rung(
            "system",
            (
                "tests/system/test_lif_vectors.py",
                "tests/system/test_learning_vectors.py",
                "tests/system/test_random_rules.py",
                "tests/system/test_random_networks.py",
                "tests/system/test_random_programs.py",
            ),
            15 * _MINUTE,
        ),
        Rung("system", ("tests/sim", "tests/experiments"), 15 * _MINUTE, _QUICK),
    ),
}


def first_rung(root: Path, files: Iterable[str]) -> Rung:
    """Quick tests of the stems of some sources together: without a fault, they pass."""
    tests = (_test_of(Path(file)) for file in files)
    own = tuple(test for test in tests if (root / test).exists())
    return Rung("own", own, 30 * _MINUTE, _QUICK)


def rungs(root: Path, file: str) -> Iterator[Rung]:
    """The tests of a source, in the order in which they are worth running."""
    path = Path(file)
    own = _test_of(path)
    if (root / own).exists():
        yield Rung("own", (own,), 4 * _MINUTE)
    users = [test for user in _users(root, path) if (root / (test := _test_of(user))).exists()]
    users = [test for test in users if test != own]
    if users:
        yield Rung("users", tuple(users), 6 * _MINUTE, _QUICK)
    room = Path("tests") / path.parent
    tests = [str(room / test.name) for test in sorted((root / room).glob("test_*.py"))]
    if rest := [test for test in tests if test not in {own, *users}]:
        yield Rung("room", tuple(rest), 6 * _MINUTE, _QUICK)
    yield from _SYSTEM[path.parts[0]]


def _test_of(unit: Path) -> str:
    """Test of the stem of a source."""
    return str(Path("tests") / unit.parent / f"test_{unit.name}")


def _users(root: Path, path: Path) -> list[Path]:
    """Sources of the same floor that import a source."""
    module = ".".join(("backspike", *path.with_suffix("").parts))
    forms = f"from {module} import", f"from {module.rpartition('.')[0]} import {path.stem}\n"
    floor = sorted((root / path.parts[0]).rglob("*.py"))
    users = [user for user in floor if any(form in user.read_text("utf-8") for form in forms)]
    return [user.relative_to(root) for user in users]
