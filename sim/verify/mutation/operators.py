"""Small faults that a source can have: edits of its text, found in its syntax tree."""

import ast
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass

__all__ = ["Edit", "edits"]

_OPERATORS: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Add,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.FloorDiv,
    ast.Pow: ast.Mult,
    ast.LShift: ast.RShift,
    ast.RShift: ast.LShift,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
    ast.BitXor: ast.BitAnd,
}
_COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}
#: Functions and methods, and those that stand for the opposite.
_NAMES = {
    "min": "max",
    "max": "min",
    "any": "all",
    "all": "any",
    "as_signed": "as_unsigned",
    "as_unsigned": "as_signed",
}
#: Their negation is among the edits of the condition itself.
_FLIPPED = (ast.Eq, ast.NotEq, ast.In, ast.NotIn, ast.Is, ast.IsNot)
#: Arguments of functions that check or print, rather than compute; a reset too many is no fault.
_IDLE_KEYWORDS = {"strict", "stacklevel", "reset_less"}


@dataclass(frozen=True)
class Edit:
    """Bytes ``start`` to ``end`` of a source that become ``text``: a fault of a ``kind``."""

    start: int
    end: int
    text: str
    kind: str


def edits(source: str) -> Iterator[Edit]:
    """Every fault of a Python source, in the order of its text.

    Docstrings, annotations, decorators, imports, ``__all__``, what is raised, texts that are
    formatted and contracts have none; no input is made wider than what drives it.
    """
    finder = _Finder(source)
    finder.visit(ast.parse(source))
    yield from sorted(finder.found, key=lambda edit: (edit.start, edit.end, edit.text))


class _Finder(ast.NodeVisitor):
    """Collects the edits of a tree."""

    def __init__(self, source: str) -> None:
        self.found: list[Edit] = []
        self._source = source.encode()
        lines = self._source.splitlines(keepends=True)
        self._starts = [sum(map(len, lines[:number])) for number in range(len(lines) + 1)]
        self._functions: list[str] = []

    def _add(self, node: ast.AST, text: str, kind: str) -> None:
        """An edit of the whole text of a node."""
        start, end = self._span(node)
        self.found.append(Edit(start, end, text, kind))

    def _span(self, node: ast.AST) -> tuple[int, int]:
        at = (node.lineno, node.col_offset), (node.end_lineno, node.end_col_offset)  # type: ignore[attr-defined]
        start, end = (self._starts[line - 1] + column for line, column in at)
        return start, end

    def _text(self, node: ast.AST) -> str:
        start, end = self._span(node)
        return self._source[start:end].decode()

    def _changed(self, node: ast.expr, kind: str, change: Callable[[ast.expr], None]) -> None:
        """An edit of an expression, by a change of a copy of it."""
        copy = deepcopy(node)
        change(copy)
        self._add(node, f"({ast.unparse(copy)})", kind)

    def _negated(self, test: ast.expr, negation: str) -> None:
        """The edit of a condition to its opposite."""
        flips = isinstance(test, ast.Compare) and isinstance(test.ops[0], _FLIPPED)
        single = flips and len(test.ops) == 1  # type: ignore[attr-defined]
        inverts = isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not | ast.Invert)
        if not single and not inverts and not isinstance(test, ast.Constant):
            self._add(test, negation.format(self._text(test)), "condition negated")

    def _narrowed(self, width: ast.Constant) -> None:
        """The edit of the width of an input: a wider one is 0 where nothing drives it."""
        if isinstance(width.value, int) and width.value > 0:
            self._add(width, str(width.value - 1), "constant")

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        self._functions.append(node.name)
        for part in (*node.args.defaults, *filter(None, node.args.kw_defaults), *node.body):
            self.visit(part)
        self._functions.pop()

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        for part in node.body:
            self.visit(part)

    def visit_Expr(self, node: ast.Expr) -> None:
        is_docstring = isinstance(node.value, ast.Constant)
        if not is_docstring and not _is_contract(node.value):
            if isinstance(node.value, ast.Call):
                self._add(node, "pass", "statement dropped")
            self.generic_visit(node)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        if node.value is not None:
            self.visit(node.value)

    def visit_Assign(self, node: ast.Assign) -> None:
        names = [target.id for target in node.targets if isinstance(target, ast.Name)]
        if "__all__" in names:
            return
        inside = bool(self._functions) and self._functions[-1] != "__init__"
        if inside and all(isinstance(t, ast.Attribute | ast.Subscript) for t in node.targets):
            self._add(node, "pass", "statement dropped")
        self.visit(node.value)

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        if isinstance(node.value, ast.List):
            for element in node.value.elts:
                if isinstance(element, ast.Call) and len(node.value.elts) > 1:
                    self._add(element, "*()", "statement dropped")
        else:
            self._add(node, "pass", "statement dropped")
        self.visit(node.value)

    def visit_Raise(self, node: ast.Raise) -> None:
        """Nothing: it is a message."""

    def visit_Assert(self, node: ast.Assert) -> None:
        """Nothing: it tells of faults."""

    def visit_JoinedStr(self, node: ast.JoinedStr) -> None:
        """Nothing: it is a text."""

    def visit_Continue(self, node: ast.Continue) -> None:
        self._add(node, "break", "statement swapped")

    def visit_Break(self, node: ast.Break) -> None:
        self._add(node, "continue", "statement swapped")

    def visit_If(self, node: ast.If) -> None:
        self._negated(node.test, "(not ({}))")
        self.generic_visit(node)

    def visit_comprehension(self, node: ast.comprehension) -> None:
        for test in node.ifs:
            self._negated(test, "(not ({}))")
        self.generic_visit(node)

    def visit_IfExp(self, node: ast.IfExp) -> None:
        parts = (self._text(part) for part in (node.orelse, node.test, node.body))
        self._add(node, "({} if {} else {})".format(*parts), "arms swapped")
        self.generic_visit(node)

    def visit_BinOp(self, node: ast.BinOp) -> None:
        swapped = _OPERATORS.get(type(node.op))
        if swapped:
            self._changed(node, "operator", lambda copy: setattr(copy, "op", swapped()))
        self.generic_visit(node)

    def visit_BoolOp(self, node: ast.BoolOp) -> None:
        swapped = ast.And() if isinstance(node.op, ast.Or) else ast.Or()
        self._changed(node, "operator", lambda copy: setattr(copy, "op", swapped))
        self.generic_visit(node)

    def visit_UnaryOp(self, node: ast.UnaryOp) -> None:
        self._add(node, f"({self._text(node.operand)})", "operator dropped")
        self.generic_visit(node)

    def visit_Compare(self, node: ast.Compare) -> None:
        for number, op in enumerate(node.ops):
            ops = list(node.ops)
            ops[number] = _COMPARISONS[type(op)]()
            self._changed(node, "comparison", lambda copy, ops=ops: setattr(copy, "ops", ops))  # type: ignore[misc]
        self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> None:
        function, arguments = node.func, node.args
        name = getattr(function, "attr", getattr(function, "id", ""))
        if name == "Mux" and len(arguments) == 3:
            choice, one, other = map(self._text, arguments)
            self._add(node, f"{self._text(function)}({choice}, {other}, {one})", "arms swapped")
        if name in ("If", "Elif") and len(arguments) == 1:
            self._negated(arguments[0], "(({}) == 0)")
        if name == "In" and len(arguments) == 1 and isinstance(arguments[0], ast.Constant):
            self._narrowed(arguments[0])
            for keyword in node.keywords:
                self.visit(keyword)
            return
        if name in _NAMES:
            end = self._span(function)[1]
            self.found.append(Edit(end - len(name), end, _NAMES[name], "function"))
        self.generic_visit(node)

    def visit_keyword(self, node: ast.keyword) -> None:
        if node.arg not in _IDLE_KEYWORDS:
            self.visit(node.value)

    def visit_Constant(self, node: ast.Constant) -> None:
        if isinstance(node.value, bool):
            self._add(node, str(not node.value), "constant")
        elif isinstance(node.value, int):
            for value in (node.value + 1, node.value - 1):
                if value >= 0:
                    self._add(node, str(value), "constant")

    def visit_Import(self, node: ast.Import) -> None:
        """Nothing: without it, nothing runs."""

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        """Nothing: without it, nothing runs."""


def _is_contract(value: ast.expr) -> bool:
    """Tell if a statement is a promise or a need of a contract, which is a test itself."""
    function = getattr(value, "func", None)
    owner = getattr(function, "value", None)
    return getattr(owner, "id", "") == "contract"
