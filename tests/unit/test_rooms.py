"""The rooms of plugins/: which may import which, how long a file may be, and that no rule's constant stands twice."""

from __future__ import annotations

import ast
import collections
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT

PLUGINS = ROOT / "plugins"
PACKAGE = "ansible_collections.wxcc.onboarding.plugins."
FILES = sorted(PLUGINS.rglob("*.py"))

#: The plain files directly under module_utils. They import each other, and nothing else of the collection.
PLAIN = {"_errors", "_advice", "_model", "_ids", "_files", "_version", "_steps", "_progress_line", "_listed"}
#: The rooms from top to bottom: an import goes downwards. One line is one level; within it, from left to right.
LEVELS = (
    ("modules",),
    ("_module", "_planning", "_views"),
    ("_resources", "_csv_files"),
    ("_engine", "_roster"),
    ("_contact_center", "_webex"),
    ("_client",),
    ("_run",),
)
#: Downwards, and still not allowed.
CLOSED = {
    ("_module", "_views"): "what runs a module knows no module's answer",
    ("_views", "_resources"): "looking never rests on writing",
    ("_resources", "_csv_files"): "what is written knows no file of a user's",
    ("_csv_files", "_engine"): "files know no run",
    ("_csv_files", "_contact_center"): "files know no request",
    ("_csv_files", "_webex"): "files know no request",
    ("_csv_files", "_client"): "files know no request",
    ("_roster", "_webex"): "what people write knows no request",
    ("_roster", "_client"): "what people write knows no request",
}
#: The controller's side stands beside the rooms. It takes the plain files, what a row says, and words of the contact center's rules.
CONTROLLER = {
    "plugin_utils": {"_contact_center", "_csv_files", "_roster", "_run"},
    "action": {"plugin_utils"},
    "doc_fragments": set[str](),
}
#: Libraries that speak HTTP, and the one file that knows them.
HTTP_LIBRARIES = {"httpx", "httpx2", "requests", "urllib3", "aiohttp", "urllib.request", "http.client"}
HTTP_FILE = "module_utils/_client/library.py"
LONGEST = 400
#: Files above that, with the reason that their first lines give: none.
LONG_FILES: dict[str, str] = {}
#: Constants that may stand in two files, with the reason: none.
TWICE: dict[str, str] = {}


def name(file: Path) -> str:
    return file.relative_to(PLUGINS).as_posix()


def room(parts: list[str]) -> str:
    """The room of a place under plugins/, such as ["module_utils", "_client", "pace"]."""
    return parts[1] if parts[0] == "module_utils" and len(parts) > 1 else parts[0]


def imports(file: Path) -> Iterator[tuple[int, list[str]]]:
    """Yield the line and the place under plugins/ of everything that a file imports from there, wherever it does so."""
    place = list(file.relative_to(PLUGINS).with_suffix("").parts)
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name.startswith(PACKAGE):
                    yield node.lineno, alias.name.removeprefix(PACKAGE).split(".")
        elif isinstance(node, ast.ImportFrom):
            module = node.module or ""
            if node.level:
                start = [*place[: -node.level], *(module.split(".") if module else [])]
            elif module.startswith(PACKAGE):
                start = module.removeprefix(PACKAGE).split(".")
            else:
                continue
            for alias in node.names:
                yield node.lineno, [*start, alias.name]


def position(wanted: str) -> tuple[int, int] | None:
    for level, rooms in enumerate(LEVELS):
        if wanted in rooms:
            return level, rooms.index(wanted)
    return None


def allowed(importing: str, imported: str) -> bool:
    """Whether the table lets one room import another."""
    if importing in PLAIN or imported in PLAIN:
        return imported in PLAIN
    if importing in CONTROLLER:
        return imported in CONTROLLER[importing]
    above, below = position(importing), position(imported)
    # A room that the table does not know has no place in it yet.
    return above is not None and below is not None and above < below


def objection(importing: str, imported: str) -> str | None:
    """Return what is wrong with an import between two rooms, or None."""
    if importing == imported or (allowed(importing, imported) and (importing, imported) not in CLOSED):
        return None
    return CLOSED.get((importing, imported), "imports go downwards, see the table")


@pytest.mark.parametrize(
    ("importing", "imported", "fine"),
    [
        ("modules", "_client", True),
        ("_client", "_webex", False),
        ("_views", "_resources", False),
        ("_roster", "_engine", False),
        ("_engine", "_roster", True),
        ("_webex", "_contact_center", False),
        ("_model", "_client", False),
        ("_client", "_model", True),
        ("_new", "_client", False),
        ("plugin_utils", "_client", False),
    ],
)
def test_the_table_refuses_a_wrong_import(importing: str, imported: str, fine: bool) -> None:
    assert (objection(importing, imported) is None) is fine


def test_imports_go_one_way() -> None:
    wrong = []
    for file in FILES:
        own = room(list(file.relative_to(PLUGINS).with_suffix("").parts))
        for line, place in imports(file):
            why = objection(own, room(place))
            if why:
                wrong.append(f"{name(file)}:{line} imports {'.'.join(place)}: {why}")
    assert not wrong, "\n".join(sorted(wrong))


def test_no_file_is_too_long() -> None:
    long = {name(f): n for f in FILES if (n := len(f.read_text(encoding="utf-8").splitlines())) > LONGEST}
    assert {file: lines for file, lines in long.items() if file not in LONG_FILES} == {}
    assert set(LONG_FILES) <= set(long), "an exception that nobody needs any more"


def test_packages_are_empty() -> None:
    filled = [name(f) for f in (PLUGINS / "module_utils").rglob("__init__.py") if f.read_text(encoding="utf-8").strip()]
    assert filled == []


def test_one_file_knows_the_http_library() -> None:
    knowing = []
    for file in FILES:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and not node.level:
                names = [node.module or "", *(f"{node.module}.{alias.name}" for alias in node.names)]
            if any(n in HTTP_LIBRARIES or n.split(".")[0] in HTTP_LIBRARIES for n in names) and name(file) != HTTP_FILE:
                knowing.append(f"{name(file)}:{getattr(node, 'lineno', 0)}")
    assert sorted(set(knowing)) == []


# -- constants -------------------------------------------------------------------------------------------------------------


def plain_value(node: ast.expr) -> object:
    """Return the value of a literal, sets and sequences alike without their order; None where it is no literal.

    A compiled pattern counts as its text.
    """
    if isinstance(node, ast.Call):
        called = ast.unparse(node.func)
        if called in ("re.compile", "frozenset", "set", "tuple") and node.args:
            inner = plain_value(node.args[0])
            return ("pattern", inner) if called == "re.compile" and inner is not None else inner
        return None
    if isinstance(node, ast.Dict):
        pairs = [
            (plain_value(key) if key else None, plain_value(value))
            for key, value in zip(node.keys, node.values, strict=True)
        ]
        return None if any(None in pair for pair in pairs) else frozenset(pairs)
    if isinstance(node, (ast.Tuple, ast.List, ast.Set)):
        values = [plain_value(element) for element in node.elts]
        return None if None in values else frozenset(values)
    try:
        return ast.literal_eval(node)
    except ValueError:
        return None


def trivial(value: object) -> bool:
    """Whether two files may well come to a value by themselves: numbers, single words, collections of less than two."""
    if isinstance(value, frozenset):
        return len(value) < 2
    if isinstance(value, tuple):
        return False
    return not isinstance(value, str) or not re.search(r"[^\w-]", value) or len(value) < 6


def constants(file: Path) -> Iterator[tuple[str, object]]:
    """Yield the constants of a file and of its classes: name in capitals, literal value."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    bodies = [tree.body, *(node.body for node in ast.walk(tree) if isinstance(node, ast.ClassDef))]
    for statement in (statement for body in bodies for statement in body):
        target = statement.targets[0] if isinstance(statement, ast.Assign) else getattr(statement, "target", None)
        value = getattr(statement, "value", None)
        if isinstance(target, ast.Name) and target.id.upper() == target.id and isinstance(value, ast.expr):
            yield target.id, plain_value(value)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ('("premium", "standard")', '{"standard", "premium"}', True),
        ('{"a": ["b", "c"]}', 'dict(a=["b", "c"])', False),
        ('{"a": ["b", "c"]}', '{"a": ("c", "b")}', True),
        ('re.compile(r"[a-z]+@")', 're.compile("[a-z]+@", re.I)', True),
        ('("premium", OTHER)', '("premium", OTHER)', False),
    ],
)
def test_equal_constants_are_known_in_every_shape(one: str, other: str, same: bool) -> None:
    first, second = (plain_value(ast.parse(text, mode="eval").body) for text in (one, other))
    assert (first is not None and first == second) is same


def test_no_rule_s_constant_stands_twice() -> None:
    found: dict[object, list[str]] = collections.defaultdict(list)
    for file in FILES:
        for constant, value in constants(file):
            # What Ansible reads from each module for itself.
            if constant not in ("DOCUMENTATION", "EXAMPLES", "RETURN") and value is not None and not trivial(value):
                found[value].append(f"{name(file)}:{constant}")
    twice = {", ".join(sorted(places)) for places in found.values() if len({p.split(":")[0] for p in places}) > 1}
    assert twice - set(TWICE) == set()
    assert set(TWICE) <= twice, "an exception that nobody needs any more"
