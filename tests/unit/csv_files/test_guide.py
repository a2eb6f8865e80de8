"""The guide explains every finding that there is, and no other."""

from __future__ import annotations

import ast
import itertools
import re
from collections.abc import Iterator
from pathlib import Path

LEVELS = {"ERROR", "WARNING", "REPAIRED", "level"}
WORD = re.compile(r"[a-z]+(_[a-z]+)*")


def codes(tree: ast.AST) -> Iterator[str]:
    """The codes in a module: what follows a level among the arguments of a call, or comes first in a problem of a file."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            items = node.args
            if isinstance(node.func, ast.Name) and node.func.id == "CsvProblem" and items:
                yield from words(items[0])
        elif isinstance(node, ast.Tuple):
            items = node.elts
        else:
            continue
        for before, item in itertools.pairwise(items):
            if any(isinstance(part, ast.Name) and part.id in LEVELS for part in ast.walk(before)):
                yield from words(item)


def words(node: ast.AST) -> Iterator[str]:
    for part in (node.body, node.orelse) if isinstance(node, ast.IfExp) else (node,):
        if isinstance(part, ast.Constant) and isinstance(part.value, str) and WORD.fullmatch(part.value):
            yield part.value


def test_every_finding_is_explained(repository: Path) -> None:
    sources = (repository / "plugins" / "module_utils" / "_csv_files").glob("*.py")
    found = {code for path in sources for code in codes(ast.parse(path.read_text(encoding="utf-8")))}
    guide = (repository / "docs" / "guides" / "csv.md").read_text(encoding="utf-8")
    table = guide.split("| finding | level |")[1].split("\n\n")[0]
    explained = {code for line in table.splitlines() for code in re.findall(r"`([a-z_]+)`", line.split("|")[1])}
    assert found - explained == set()
    # Codes of addresses come as triples without a level.
    assert {code for code in explained - found if not code.startswith("address_")} == set()
