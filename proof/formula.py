"""Golden kernels as circuits: a kernel's own source is run on symbols, which gives its formula.

Expressions become circuits at once. An ``if`` is tried both ways: the kernel runs once for each way
through it, and :func:`formula` puts their results together.
"""

import ast
import inspect
import textwrap
import types
from collections.abc import Callable, Mapping
from typing import Any

from amaranth import Const, Module, Mux, Value, signed, unsigned

from backspike.proof.symbols import HELPERS, Paths, Symbol, active

__all__ = ["formula"]


def formula(
    m: Module,
    kernel: Callable,
    run: Callable[[Callable], Mapping[str, Any]],
    lemmas: Mapping[str, Callable] | None = None,
) -> dict[str, Value]:
    """Results of a kernel, as circuits.

    Parameters
    ----------
    m : Module
        Where the circuits are.
    kernel : Callable
        Kernel of the golden core, or a plain function.
    run : Callable
        Calls the function that it is given with fresh symbols; returns results by name.
    lemmas : mapping of str to Callable, optional
        What to take in place of kernels that are called, by name: functions of which it is proved
        apart that they are the same.
    """
    paths = Paths(m)
    active.append(paths)
    function, ways = _translated(kernel, lemmas or {}), []
    try:
        while paths.go_on():
            results = run(function)
            ways.append((paths.condition(), results))
    finally:
        active.pop()
    merged: dict[str, Value] = {}
    for name in ways[0][1]:
        numbers = [(condition, Symbol.of(results[name])) for condition, results in ways]
        low, high = min(n.low for _, n in numbers), max(n.high for _, n in numbers)
        width = max((~low).bit_length() if low < 0 else 1, high.bit_length())
        shape = signed(width + 1) if low < 0 else unsigned(width)
        total: Value = Const(0, shape)
        for condition, number in numbers:
            total = Mux(condition, number.value, total)
        merged[name] = total[: shape.width].as_signed() if shape.signed else total[: shape.width]
    return merged


class _Selecting(ast.NodeTransformer):
    """Makes choices within expressions calls, which build circuits; and those to fill an array."""

    def visit_If(self, node: ast.If) -> ast.AST:
        match node:
            case ast.If(
                body=[ast.Assign(targets=[ast.Subscript(slice=ast.Slice()) as target])], orelse=[]
            ):
                (fills,) = node.body
                assert isinstance(fills, ast.Assign)
                before = ast.Subscript(target.value, target.slice, ast.Load())
                fills.value = self._call("_select", node, [node.test, fills.value, before])
                return fills
        return self.generic_visit(node)

    def visit_IfExp(self, node: ast.IfExp) -> ast.AST:
        return self._call("_select", node, [node.test, node.body, node.orelse])

    def visit_BoolOp(self, node: ast.BoolOp) -> ast.AST:
        return self._call("_all" if isinstance(node.op, ast.And) else "_any", node, node.values)

    def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.AST:
        if isinstance(node.op, ast.Not):
            return self._call("_not", node, [node.operand])
        return self.generic_visit(node)

    def visit_Compare(self, node: ast.Compare) -> ast.AST:
        self.generic_visit(node)
        if len(node.ops) == 1:
            if isinstance(node.ops[0], ast.In):
                return self._call("_within", node, [node.left, node.comparators[0]])
            return node
        sides = [node.left, *node.comparators]
        tests: list[ast.expr] = [
            ast.Compare(left=left, ops=[op], comparators=[right])
            for left, op, right in zip(sides, node.ops, sides[1:], strict=False)
        ]
        return self._call("_all", node, tests)

    def _call(self, name: str, node: ast.AST, arguments: list) -> ast.Call:
        call = ast.Call(
            func=ast.Name(id=name, ctx=ast.Load()),
            args=[self.visit(argument) for argument in arguments],
            keywords=[],
        )
        return ast.copy_location(call, node)


def _translated(kernel: Callable, lemmas: Mapping[str, Callable]) -> Callable:
    """A kernel for symbols; so are those that it calls."""
    plain = getattr(kernel, "py_func", kernel)
    tree = ast.parse(textwrap.dedent(inspect.getsource(plain)))
    definition = tree.body[0]
    assert isinstance(definition, ast.FunctionDef)
    definition.decorator_list.clear()
    tree = ast.fix_missing_locations(_Selecting().visit(tree))
    own = plain.__globals__
    names = {
        name: _translated(value, lemmas) if hasattr(value, "py_func") else value
        for name, value in own.items()
        if name in plain.__code__.co_names and name not in lemmas
    }
    scope: dict[str, Any] = {**names, **HELPERS, **lemmas}
    definition.returns = None
    for argument in (*definition.args.args, *definition.args.kwonlyargs):
        argument.annotation = None
    exec(compile(ast.fix_missing_locations(tree), plain.__code__.co_filename, "exec"), scope)
    function = scope[definition.name]
    assert isinstance(function, types.FunctionType)
    return function
