import ast

import pytest

from backspike.sim.verify.mutation.operators import edits


def faults(source):
    """What stands there, and what a fault makes of it."""
    found = []
    for edit in edits(source):
        data = source.encode()
        ast.parse((data[: edit.start] + edit.text.encode() + data[edit.end :]).decode())
        found.append((data[edit.start : edit.end].decode(), edit.text))
    return found


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("x = a + b", [("a + b", "(a - b)")]),
        ("x = a < b", [("a < b", "(a <= b)")]),
        ("x = a <= b < c", [("a <= b < c", "(a < b < c)"), ("a <= b < c", "(a <= b <= c)")]),
        ("x = 3", [("3", "2"), ("3", "4")]),
        ("x = 0", [("0", "1")]),
        ("x = True", [("True", "False")]),
        ("x = ~a", [("~a", "(a)")]),
        ("x = a if c else b", [("a if c else b", "(b if c else a)")]),
        ("x = Mux(c, a, b)", [("Mux(c, a, b)", "Mux(c, b, a)")]),
        ("x = a.any()", [("any", "all")]),
        ("m.d.comb += [a.eq(b), c.eq(d)]", [("a.eq(b)", "*()"), ("c.eq(d)", "*()")]),
        ("m.d.sync += a.eq(b)", [("m.d.sync += a.eq(b)", "pass")]),
        ("connect(m, a, b)", [("connect(m, a, b)", "pass")]),
        ("def f():\n    m.next = 'A'", [("m.next = 'A'", "pass")]),
        ("with m.If(a):\n    pass", [("a", "((a) == 0)")]),
        ("if a:\n    pass", [("a", "(not (a))")]),
        ("x = In(3, init=1)", [("3", "2"), ("1", "0"), ("1", "2")]),
        ("x = 'é' + y", [("'é' + y", "('é' - y)")]),
    ],
)
def test_kinds_of_faults(source, expected):
    assert faults(source) == expected


@pytest.mark.parametrize(
    "source",
    [
        '"""Of 3 words."""',
        "import a.b as c",
        "__all__ = ['a']",
        "raise ValueError(f'{a + 1} must be below {b - 1}')",
        "assert a == 1, 'no'",
        "x: int | None = None",
        "def f(a: int | None) -> int | str: ...",
        "@wrap(1)\ndef f(): ...",
        "zip(a, b, strict=True)[c]",
        "x = Signal(a, reset_less=True)",
        "contract.holds('a is not b', a != b, where=~c)",
        "class A:\n    def __init__(self, a):\n        self.a = a",
    ],
)
def test_what_is_no_fault(source):
    assert faults(source) in ([], [(source, "pass")])
