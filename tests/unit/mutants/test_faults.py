"""The faults that a mutation run puts into a file: each kind, none elsewhere, and the code is what it was afterwards."""

from __future__ import annotations

import ast
from typing import Any

import pytest

from tests.mutants.faults import Source, function_code
from tests.mutants.session import KILLED, SLOW, SURVIVED, in_fork


def changes(text: str) -> list[str]:
    return [fault.what for fault in Source(text, "x.py").faults]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("def f(a, b):\n    return a < b\n", ["return None", "Lt -> LtE"]),
        ("x = a and b\n", ["dropped operand 1: a", "dropped operand 2: b"]),
        ("x = a - b\n", ["dropped the right operand: b"]),
        ("x = not a\n", ["dropped not"]),
        ("f()\n", ["removed the call"]),
        ("async def f():\n    await g()\n", ["removed the call"]),
        ("if a:\n    b = c\n", ["condition -> True", "condition -> False"]),
        ("while a:\n    continue\n", ["condition -> False", "continue -> break"]),
        ("x = [a for a in b if a]\n", ["condition -> True"]),
        ("x = 1\ny = True\nz = 'word'\n", ["1 -> 2", "True -> False", "'word' -> 'word~'"]),
        ("def f(a=1):\n    pass\n", ["1 -> 2"]),
    ],
)
def test_each_kind_of_fault(text: str, expected: list[str]) -> None:
    assert changes(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        '"""Only documentation."""\n',
        "import a\nfrom b import c\n",
        "x: int\n",
        "x = 'What people read.'\n",
        "x = f'word'\n",
        "Rows = t.Mapping[str, 'word']\n",
        "if t.TYPE_CHECKING:\n    x = 1\n",
        "@decorated(1)\ndef f(a: 'word') -> 'word':\n    return None\n",
    ],
)
def test_what_is_left_alone(text: str) -> None:
    assert changes(text) == []


TEXT = "class A:\n    @staticmethod\n    def f(a):\n        return a + 1 if a > 2 else 5\n"


def test_each_fault_changes_what_it_says_and_nothing_stays() -> None:
    source = Source(TEXT, "x.py")
    before = ast.dump(source.tree)
    seen = set()
    for fault in source.faults:
        assert (fault.line, fault.function) == (4, ("A.f", 2))
        code = source.with_fault(fault)
        assert function_code(code, ("A.f", 2)) is not None
        names: dict[str, Any] = {}
        exec(code, names)
        seen.add(tuple(names["A"].f(a) for a in (1, 2, 3)))
        assert ast.dump(source.tree) == before
    assert (5, 5, 4) not in seen
    assert {(None, None, None), (5, 3, 4), (2, 3, 4), (5, 5, 5), (5, 5, 3), (6, 6, 4)} <= seen


def test_what_a_fork_tells() -> None:
    def breaks() -> bool:
        raise ValueError

    def hangs() -> bool:
        while True:
            pass

    assert in_fork(lambda: True, 60) == SURVIVED
    assert in_fork(lambda: False, 60) == KILLED
    assert in_fork(breaks, 60) == KILLED
    assert in_fork(hangs, 1) == SLOW
