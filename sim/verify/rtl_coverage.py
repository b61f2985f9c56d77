"""Coverage of the RTL: lines that ran in Verilator, bits that rose and fell, what was reached.

Engines leave Verilator's counts in a folder, one file for each, with the Verilog that they are of:
see :class:`backspike.sim.engines.verilator.VerilatorEngine`. Cores of several sizes are one here: a
line counts by its text in its component, without the numbers that yosys gives, and a bit by its
name; each is covered if it is in some core. What contracts want to be reached is counted over all.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from amaranth.hdl import Fragment

from backspike.golden.errors import UserError
from backspike.hdl.core import Core
from backspike.hdl.lib.contract import REACHED
from backspike.hdl.params import CoreParams

__all__ = ["Coverage", "component_files", "read_coverage"]

_POINT = re.compile(rb"^C '(.*)' (\d+)$")
_NUMBER = re.compile(r"\$\d+(?:\$\d+)?")
#: Widths differ from core to core; instances that differ in their number are one.
_WIDTH, _REPEATED = re.compile(r"\b\d+'"), re.compile(r"\d+$")
#: What yosys adds for the time before the first cycle, and names of what has none.
_GENERATED, _ANONYMOUS = "verilog_backend", "__024"
#: The two lines of a check that fail with it, which none does, and a check in every cycle.
_CHECK = re.compile(r".*(?:\$finish;|if \(1'h1\)|\n\s*\$write\()")
#: Condition of what a core without some feature lacks.
_NEVER = "if ('h0)"
_TOP = "backspike_core"
#: Signals that stay as they are for as long as a test runs, or belong to no component.
_IDLE = re.compile(r"(?:^|_)(?:clk|rst)\b")
#: Signals of :meth:`backspike.hdl.lib.contract.Contract.reached`, as they rise; they fall, too.
_REACHED = re.compile(rf"{REACHED}(\w+):(0->1|1->0)")


@dataclass
class Coverage:
    """Points of a source of the RTL, over all components and cores, and if some core covers each.

    Attributes
    ----------
    lines, bits : dict of str to bool
        Each line of the generated Verilog that begins a block or a branch, by its component and
        text; and each bit of a signal, by its component, name and direction.
    reached : dict of str to int
        How often each situation came about that contracts want to be reached, by their words.
    """

    lines: dict[str, bool] = field(default_factory=dict)
    bits: dict[str, bool] = field(default_factory=dict)
    reached: dict[str, int] = field(default_factory=dict)


def read_coverage(folder: Path, files: Mapping[str, str]) -> dict[str, Coverage]:
    """Coverage of each source, of all that engines left in a folder.

    Parameters
    ----------
    files : mapping of str to str
        Sources of components: see :func:`component_files`.

    Raises
    ------
    UserError
        If there is nothing.
    """
    found: dict[str, Coverage] = defaultdict(Coverage)
    paths = sorted(folder.glob("*.dat"))
    if not paths:
        raise UserError(f"{folder}: no coverage: run tests with BACKSPIKE_COVERAGE={folder}")
    for path in paths:
        verilog = path.with_name(f"{path.name.partition('-')[0]}.v")
        source = verilog.read_text(encoding="utf-8").splitlines()
        for component, kind, name, line, count in _points(path):
            of_file = found[_file_of(component, files)]
            if reached := _REACHED.fullmatch(name):
                words = reached[1].replace("_", " ")
                rises = count if reached[2] == "0->1" else 0
                of_file.reached[words] = of_file.reached.get(words, 0) + rises
                continue
            points = of_file.lines if kind == "line" else of_file.bits
            if kind == "line":
                if _CHECK.match("\n".join(source[line - 1 : line + 1])):
                    continue
                text = _WIDTH.sub("'", _NUMBER.sub("", source[line - 1].strip()))
                if _GENERATED in text or _NEVER in text:
                    continue
                name = f"{text} {name}"
            name = f"{_REPEATED.sub('', component.removeprefix(_TOP + '.'))}: {name}"
            points[name] = points.get(name, False) or count != 0
    return dict(sorted(found.items()))


def _file_of(component: str, files: Mapping[str, str]) -> str:
    """Source of a component, or of the one that a plain memory lies in."""
    while component not in files and "." in component:
        component = component.rpartition(".")[0]
    return files[component]


def _points(path: Path) -> Iterator[tuple[str, str, str, int, int]]:
    """Component, kind, name, line and count of each point of a file."""
    with path.open("rb") as file:
        for row in file:
            match = _POINT.match(row)
            if not match:
                continue
            pairs = (pair.split("\2", 1) for pair in match[1].decode().split("\1") if pair)
            fields = {pair[0]: pair[1] for pair in pairs if len(pair) == 2}
            kind, _, module = fields.get("page", "").partition("/")
            component = _NUMBER.sub("", module)
            if not component.startswith(_TOP) or component.startswith(f"{_TOP}_ram"):
                continue
            name = fields.get("o", "")
            if kind == "v_toggle":
                if not _IDLE.search(name) and _ANONYMOUS not in name:
                    yield component, "bit", name, 0, int(match[2])
            else:
                yield component, "line", name, int(fields["l"]), int(match[2])


def component_files(cores: Iterable[CoreParams]) -> dict[str, str]:
    """Source of each component that some core has, by its path in the core."""
    found: dict[str, str] = {}

    def walk(path: str, fragment: Any) -> None:
        for origin in fragment.origins or ():
            module = type(origin).__module__
            if module.startswith("backspike.hdl."):
                found.setdefault(path, module.removeprefix("backspike.").replace(".", "/") + ".py")
        for inner, name, _ in fragment.subfragments:
            walk(f"{path}.{name}", inner)

    for params in cores:
        walk(_TOP, Fragment.get(Core(params), None))
    return found
