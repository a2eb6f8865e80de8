"""Which small faults a source file can be given.

A fault changes one node of the syntax tree. Left alone: annotations, decorators, docstrings, imports, prose (texts with a
space: what a message says is for people to judge) and what only the type checker reads.
"""

from __future__ import annotations

import ast
import dataclasses
import re
import types
import typing as t

_TURNED: dict[type[ast.cmpop], type[ast.cmpop]] = {
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
# Of these the right operand is dropped: sums, and the differences, unions and intersections of sets.
_OPERATORS = (ast.Add, ast.Sub, ast.BitOr, ast.BitAnd)
_WORD = re.compile(r"[A-Za-z_][\w.-]*\Z")
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_COMPOUND = (
    *_FUNCTIONS,
    ast.ClassDef,
    ast.If,
    ast.For,
    ast.AsyncFor,
    ast.While,
    ast.With,
    ast.AsyncWith,
    ast.Try,
    ast.Match,
)


class _Place(t.NamedTuple):
    """Where a node hangs in the tree."""

    parent: ast.AST
    field: str
    index: int | None

    def put(self, node: ast.AST) -> None:
        """Hang this node there."""
        if self.index is None:
            setattr(self.parent, self.field, node)
        else:
            getattr(self.parent, self.field)[self.index] = node


class _At(t.NamedTuple):
    """The lines of the statement around, and the outermost function."""

    lines: frozenset[int]
    function: tuple[str, int] | None


@dataclasses.dataclass(frozen=True)
class Fault:
    """One fault: `function` is the outermost function around it (qualified name, first line), None where import meets it."""

    number: int
    line: int
    lines: frozenset[int]
    what: str
    function: tuple[str, int] | None
    place: _Place = dataclasses.field(repr=False)
    new: ast.AST = dataclasses.field(repr=False)
    old: ast.AST = dataclasses.field(repr=False)


class Source:
    """A source file and the faults that it can be given."""

    def __init__(self, text: str, filename: str) -> None:
        """Parse the text; `filename` is what tracebacks show."""
        self.filename = filename
        self.tree = ast.parse(text)
        self.faults: list[Fault] = []
        self._visit_body(self.tree, "", None)

    def with_fault(self, fault: Fault) -> types.CodeType:
        """Return the module's code with this fault in it."""
        fault.place.put(fault.new)
        try:
            return compile(self.tree, self.filename, "exec", dont_inherit=True)
        finally:
            fault.place.put(fault.old)

    def _visit_body(self, node: ast.AST, name: str, function: tuple[str, int] | None) -> None:
        """Walk through a module, a class or a function, statement by statement."""
        for field in ("body", "orelse", "finalbody"):
            for index, statement in enumerate(getattr(node, field, None) or []):
                self._visit_statement(statement, _Place(node, field, index), name, function)
        for part in [*getattr(node, "handlers", []), *getattr(node, "cases", [])]:
            self._visit_body(part, name, function)

    def _visit_statement(self, node: ast.stmt, place: _Place, name: str, function: tuple[str, int] | None) -> None:
        if _is_left_alone(node):
            return
        at = _At(_own_lines(node), function)
        if isinstance(node, (*_FUNCTIONS, ast.ClassDef)):
            if isinstance(node, _FUNCTIONS):
                for field in ("defaults", "kw_defaults"):
                    self._visit_list(node.args, field, at)
            self._visit_body(node, *_inside(node, name, function))
            return
        self._add_statement(node, place, at)
        self._visit_fields(node, at)
        if isinstance(node, _COMPOUND):
            self._visit_body(node, name, function)

    def _add_statement(self, node: ast.stmt, place: _Place, at: _At) -> None:
        if _is_call(node):
            self._add(place, node, ast.Pass(), "removed the call", at)
        if isinstance(node, ast.Continue):
            self._add(place, node, ast.Break(), "continue -> break", at)
        if isinstance(node, ast.Return) and node.value is not None and not _is_none(node.value):
            self._add(_Place(node, "value", None), node.value, ast.Constant(None), "return None", at)
        if isinstance(node, (ast.If, ast.While)):
            self._add_conditions(node, at)

    def _visit_fields(self, node: ast.AST, at: _At) -> None:
        """Walk through the expressions of a node; statements inside of it are visited by themselves."""
        statements = ("body", "orelse", "finalbody", "handlers", "cases", "annotation")
        for field, value in ast.iter_fields(node):
            if isinstance(node, ast.stmt) and field in statements:
                continue
            if isinstance(value, list):
                self._visit_list(node, field, at)
            elif isinstance(value, ast.AST):
                self._visit_expression(value, _Place(node, field, None), at)

    def _visit_list(self, node: ast.AST, field: str, at: _At) -> None:
        for index, part in enumerate(getattr(node, field)):
            if isinstance(part, ast.AST):
                self._visit_expression(part, _Place(node, field, index), at)

    def _visit_expression(self, node: ast.AST, place: _Place, at: _At) -> None:
        if isinstance(node, ast.expr):
            self._add_expression(node, place, at)
        if isinstance(node, ast.JoinedStr) or (
            isinstance(node, ast.Call) and ast.unparse(node.func) in ("t.cast", "t.TypeVar")
        ):
            parts = node.values if isinstance(node, ast.JoinedStr) else node.args[1:2]
            for index, part in enumerate(parts):
                if not isinstance(part, ast.Constant):
                    where = (
                        _Place(node, "values", index) if isinstance(node, ast.JoinedStr) else _Place(node, "args", 1)
                    )
                    self._visit_expression(part, where, at)
            return
        if isinstance(node, ast.comprehension):
            for index, test in enumerate(node.ifs):
                self._add(_Place(node, "ifs", index), test, ast.Constant(True), "condition -> True", at)
        self._visit_fields(node, at)

    def _add_conditions(self, node: ast.If | ast.While | ast.IfExp, at: _At) -> None:
        """Add the condition that always holds and the one that never does; a loop without an end shows nothing."""
        for value in (False,) if isinstance(node, ast.While) else (True, False):
            if not isinstance(node.test, ast.Constant):
                self._add(_Place(node, "test", None), node.test, ast.Constant(value), f"condition -> {value}", at)

    def _add_expression(self, node: ast.expr, place: _Place, at: _At) -> None:
        if isinstance(node, ast.Compare):
            for index, sign in enumerate(node.ops):
                new = _TURNED[type(sign)]()
                what = f"{type(sign).__name__} -> {type(new).__name__}"
                self._add(_Place(node, "ops", index), sign, new, what, at, line=node.lineno)
        elif isinstance(node, ast.BoolOp):
            for index, operand in enumerate(node.values):
                rest = [other for other in node.values if other is not operand]
                new_node = rest[0] if len(rest) == 1 else ast.BoolOp(op=node.op, values=rest)
                what = f"dropped operand {index + 1}: {_short(operand)}"
                self._add(place, node, new_node, what, at, line=operand.lineno)
        elif isinstance(node, ast.BinOp) and isinstance(node.op, _OPERATORS):
            self._add(place, node, node.left, f"dropped the right operand: {_short(node.right)}", at)
        elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            self._add(place, node, node.operand, "dropped not", at)
        elif isinstance(node, ast.IfExp):
            self._add_conditions(node, at)
        elif isinstance(node, ast.Constant):
            new_value = _other_value(node.value)
            if new_value is not None:
                what = f"{node.value!r} -> {new_value!r}"
                self._add(place, node, ast.Constant(new_value), what, at)

    def _add(
        self,
        place: _Place,
        old: ast.AST,
        new: ast.AST,
        what: str,
        at: _At,
        *,
        line: int = 0,
    ) -> None:
        line = line or getattr(old, "lineno", 0)
        if isinstance(new, (ast.expr, ast.stmt)) and not hasattr(new, "lineno"):
            ast.fix_missing_locations(ast.copy_location(new, old))
        self.faults.append(Fault(len(self.faults), line, at.lines, what, at.function, place, new, old))


def _is_left_alone(node: ast.stmt) -> bool:
    """Return True for docstrings, imports and what only the type checker reads."""
    if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
        return True
    if isinstance(node, (ast.Assign, ast.AnnAssign)) and node.value is not None:
        # An alias of a type, as Rows = t.Mapping[str, str].
        if isinstance(node.value, ast.Subscript) and ast.unparse(node.value).startswith(
            ("t.", "dict[", "list[", "tuple[")
        ):
            return True
        if isinstance(node, ast.AnnAssign) and "TypeAlias" in ast.unparse(node.annotation):
            return True
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return True
    return isinstance(node, (ast.Import, ast.ImportFrom))


def _own_lines(node: ast.stmt) -> frozenset[int]:
    """Return the lines of a statement, of one that holds others only those of its head."""
    end = node.end_lineno or node.lineno
    inner = getattr(node, "body", None) or getattr(node, "cases", None)
    if isinstance(node, _COMPOUND) and inner:
        first = inner[0]
        end = max(node.lineno, (first.pattern.lineno if isinstance(first, ast.match_case) else first.lineno) - 1)
    return frozenset(range(node.lineno, end + 1))


def _inside(
    node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef, name: str, function: tuple[str, int] | None
) -> tuple[str, tuple[str, int] | None]:
    """Return the qualified name inside of this definition, and the outermost function there."""
    inner = f"{name}.{node.name}" if name else node.name
    if function is None and isinstance(node, _FUNCTIONS):
        first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
        function = (inner, first)
    return inner, function


def _is_call(node: ast.stmt) -> bool:
    if not isinstance(node, ast.Expr):
        return False
    value = node.value.value if isinstance(node.value, ast.Await) else node.value
    return isinstance(value, ast.Call)


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _other_value(value: object) -> object:
    """Return another value for a constant, None where it is left alone."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1
    if isinstance(value, str) and _WORD.match(value):
        return f"{value}~"
    return None


def _short(node: ast.AST) -> str:
    text = ast.unparse(node)
    return text if len(text) <= 60 else f"{text[:57]}..."


def function_code(module: types.CodeType, function: tuple[str, int]) -> types.CodeType | None:
    """Return the code of this function inside of a module's code."""
    waiting = [module]
    while waiting:
        code = waiting.pop()
        if (code.co_qualname, code.co_firstlineno) == function:
            return code
        waiting += [part for part in code.co_consts if isinstance(part, types.CodeType)]
    return None
