"""A simulator's VCD as it comes, rewritten: some steps of it, with the network beside the core."""

import re
from collections.abc import Callable, Iterable
from typing import NamedTuple, TextIO

from backspike.sim.waves.names import vcd_names
from backspike.sim.waves.view import Key, View
from backspike.sim.waves.window import Window

__all__ = ["CYCLE", "Rewriter"]

#: Time units (ns) of a clock cycle.
CYCLE = 10
_END = "$enddefinitions"
_ROW = re.compile(r"\\?(.+)\[(\d+)\]")
#: Numbers that Amaranth and yosys put behind names that are used twice.
_TWICE = re.compile(r"\$\d+$")


class _Variable(NamedTuple):
    """A variable of the simulator's VCD."""

    scope: tuple[str, ...]
    name: str
    kind: str
    width: str
    id: str


class Rewriter:
    """A text file to which a simulator writes its VCD; what it writes to ``out`` is another.

    The memories' rows are left out, for which the view of the network stands; all else of the core
    is there, from the first step of the window to the end of the last, a cycle taking
    :data:`CYCLE` ns.

    Parameters
    ----------
    out : TextIO
    view : View
    window : Window
    per_cycle : int
        Time units of a clock cycle in what the simulator writes.
    on_step : callable, optional
        Called with the number of each step when it begins, those before the window included.
    """

    def __init__(
        self,
        out: TextIO,
        view: View,
        window: Window,
        per_cycle: int,
        on_step: Callable[[int], None] | None = None,
    ) -> None:
        self.cycles = 0
        self._out, self._view, self._window = out, view, window
        self._per_cycle, self._on_step = per_cycle, on_step
        self._rest = ""
        self._header: list[str] | None = []
        self._kept: set[str] = set()
        self._watched: dict[str, list[Key]] = {}
        self._values: dict[str, str] = {}
        self._changed: dict[str, str] = {}
        self._time = self._begin = 0
        self._step = -1
        self._shown = self._over = False

    def write(self, text: str) -> int:
        """Take a part of the VCD."""
        *lines, self._rest = (self._rest + text).split("\n")
        for line in lines:
            if self._header is None:
                self._take(line)
            else:
                self._header.append(line)
                if line.startswith(_END):
                    self._declare(_variables(self._header))
                    self._header = None
        return len(text)

    def flush(self) -> None:
        """Nothing waits to be written, as far as the simulator is concerned."""

    def close(self) -> None:
        """Take the last values, and end the file."""
        if self._header is None:
            self._settle()
        if self._shown and not self._over:
            self._stamp(self._time)

    def _take(self, line: str) -> None:
        kind = line[:1]
        if kind == "#":
            self._settle()
            self._time = int(line[1:])
            return
        if not kind or kind == "$":
            return
        identifier = line[1:] if kind in "01xzXZ" else line.rpartition(" ")[2]
        if identifier in self._kept or identifier in self._watched:
            self._values[identifier] = self._changed[identifier] = line

    def _settle(self) -> None:
        """All changes of a time are known: the network's follow, and both are written."""
        changed, self._changed = self._changed, {}
        if self._over or not changed:
            return
        for identifier in changed.keys() & self._watched.keys():
            for key in self._watched[identifier]:
                self._view.take(key, _number(changed[identifier]))
        self._view.settle()
        step = self._view.step
        if self._view.running and step != self._step:
            self._step = step
            if self._on_step:
                self._on_step(step)
        if self._shown:
            self._stamp(self._time)
            self._lines(line for key, line in changed.items() if key in self._kept)
            self._lines(self._view.changes())
            self._over = step > self._window.last
        elif self._view.running and step >= self._window.first:
            self._shown, self._begin = True, self._time
            self._view.changes()
            self._out.write("#0\n$dumpvars\n")
            self._lines(line for key, line in self._values.items() if key in self._kept)
            self._lines(signal.line() for signal in self._view.signals)
            self._out.write("$end\n")

    def _stamp(self, time: int) -> None:
        since = time - self._begin
        self.cycles = since // self._per_cycle
        self._out.write(f"#{since * CYCLE // self._per_cycle}\n")

    def _lines(self, lines: Iterable[str]) -> None:
        self._out.writelines(f"{line}\n" for line in lines)

    def _declare(self, variables: list[_Variable]) -> None:
        """Write the header, and find what the view looks at."""
        core = next(v.scope[:-1] for v in variables if v.scope[-1] == "sequencer")
        names: dict[tuple[str, ...], set[str]] = {}
        for variable in variables:
            names.setdefault(variable.scope, set()).add(variable.name)
        self._out.write(f"$comment Backspike, {CYCLE} ns a cycle $end\n$timescale 1 ns $end\n")
        self._out.write("$scope module backspike $end\n")
        _declare_tree(self._out, {s.path: (s.kind, str(s.width), s.id) for s in self._view.signals})
        kept: dict[tuple[str, ...], tuple[str, str, str]] = {}
        for variable in variables:
            scope = variable.scope[len(core) :]
            if variable.scope[: len(core)] != core:
                continue
            row = _ROW.fullmatch(variable.name)
            if row and row[1] not in names[variable.scope]:
                self._watch(_row_key(scope, row[1], int(row[2])), variable.id)
                continue
            self._watch((*_plain(scope), variable.name), variable.id)
            kept["core", *scope, variable.name] = variable.kind, variable.width, variable.id
            self._kept.add(variable.id)
        _declare_tree(self._out, kept)
        self._out.write(f"$upscope $end\n{_END} $end\n")

    def _watch(self, key: Key, identifier: str) -> None:
        if key in self._view.keys:
            self._watched.setdefault(identifier, []).append(key)


def _variables(lines: Iterable[str]) -> list[_Variable]:
    """All variables of a header."""
    scope: list[str] = []
    found = []
    for line in lines:
        words = line.split()
        if words[:1] == ["$scope"]:
            scope.append(words[2])
        elif words[:1] == ["$upscope"]:
            scope.pop()
        elif words[:1] == ["$var"] and words[2] != "0":  # Amaranth has signals without bits
            found.append(_Variable(tuple(scope), words[4], words[1], words[2], words[3]))
    return found


def _plain(scope: Iterable[str]) -> tuple[str, ...]:
    return tuple(_TWICE.sub("", name) for name in scope)


def _row_key(scope: tuple[str, ...], memory: str, row: int) -> Key:
    """Key of a memory's row; in Verilog, memories are instances of a module of their own."""
    inner = scope[:-1] if memory == "words" else (*scope, memory)
    return (*_plain(inner), row)


def _declare_tree(
    out: TextIO, variables: dict[tuple[str, ...], tuple[str, str, str]], level: int = 0
) -> None:
    """Declare variables by their paths: names safe and unique in each scope, scopes within."""
    here = {path[level]: what for path, what in variables.items() if len(path) == level + 1}
    written = vcd_names(name.replace("\\", "").replace(".", "__") for name in here)
    for name, what in zip(written.values(), here.values(), strict=True):
        kind, width, identifier = what
        out.write(f"$var {kind} {width} {identifier} {name} $end\n")
    inner: dict[str, dict[tuple[str, ...], tuple[str, str, str]]] = {}
    for path, what in variables.items():
        if len(path) > level + 1:
            inner.setdefault(path[level], {})[path] = what
    for scope, name in vcd_names(inner).items():
        out.write(f"$scope module {name} $end\n")
        _declare_tree(out, inner[scope], level + 1)
        out.write("$upscope $end\n")


def _number(line: str) -> int:
    """Value of a change; unknown bits are 0."""
    if line[0] in "bB":
        return int(line[1:].split(" ")[0].lower().replace("x", "0").replace("z", "0"), 2)
    return int(line[0] == "1")
