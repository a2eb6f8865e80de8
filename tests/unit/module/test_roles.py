"""What a role hands on as it stands has the same type, choices and default on both sides."""

from __future__ import annotations

import re
import typing as t

import pytest
import yaml

from tests.unit.module.documented import ROOT, options

ROLES = sorted(path.name for path in (ROOT / "roles").iterdir() if path.is_dir())
PREFIX = "wxcc.onboarding."
#: Roles read text where a survey or extra vars can give nothing else, and an empty one as not given.
LOOSER = {("raw", other) for other in ("bool", "int", "float", "list", "str", "dict")} | {
    ("str", "path"),
    ("str", "list"),
}
#: Where the two differ on purpose.
ON_PURPOSE = {
    "roster_csv_mode": "Control Hub's word for the module's default, add_only",
    "onboard_check_organization": "a run connects anyway, so the organization's record may be asked",
}
#: Of the words that the other takes, the role takes only some.
FEWER = {"onboard_csv_mode": "Control Hub's own words only"}


class Handed(t.NamedTuple):
    """An option of a role that goes into an option of a module or of another role."""

    name: str
    role: dict[str, t.Any]
    target: str
    other: dict[str, t.Any]


def spec(role: str) -> dict[str, t.Any]:
    text = (ROOT / "roles" / role / "meta" / "argument_specs.yml").read_text(encoding="utf-8")
    found: dict[str, t.Any] = yaml.safe_load(text)["argument_specs"]["main"]["options"]
    return found


def tasks(content: t.Any) -> t.Iterator[dict[str, t.Any]]:
    """Yield the tasks of a file, those inside of blocks too."""
    for task in content or ():
        yield task
        for part in ("block", "rescue", "always"):
            yield from tasks(task.get(part))


def targets(role: str) -> t.Iterator[tuple[str, t.Any, dict[str, t.Any]]]:
    """Yield (name of the option, its value, its specification) for all that the role's tasks give modules and roles."""
    for path in sorted((ROOT / "roles" / role / "tasks").glob("*.yml")):
        for task in tasks(yaml.safe_load(path.read_text(encoding="utf-8"))):
            for key, given in task.items():
                if key.startswith(PREFIX):
                    known = options(key.removeprefix(PREFIX))
                    yield from ((f"{key}.{name}", value, known[name]) for name, value in given.items())
            included = task.get("ansible.builtin.include_role", {}).get("name", "")
            if included.startswith(PREFIX):
                known = spec(included.removeprefix(PREFIX))
                yield from ((name, value, known[name]) for name, value in task["vars"].items())


def handed(role: str) -> t.Iterator[Handed]:
    """Yield what passes straight on: one option of the role in an expression that joins no text to it."""
    own = spec(role)
    for target, value, other in targets(role):
        expression = re.fullmatch(r"\{\{((?:(?!\}\}|~).)*)\}\}", str(value).strip())
        # What a condition asks is not what is handed on.
        handed_on = expression[1].partition(" if ")[0] if expression else ""
        named = set(re.findall(r"\w+", handed_on)) & own.keys()
        if len(named) == 1:
            (name,) = named
            yield Handed(name, own[name], target, other)


CASES = {f"{case.name} -> {case.target}": case for role in ROLES for case in handed(role)}


def test_the_cases_are_found() -> None:
    assert len(CASES) > 30, sorted(CASES)


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_what_passes_on_fits(case: Handed) -> None:
    kind, other = case.role.get("type", "str"), case.other.get("type", "str")
    assert other in (kind, "raw") or (kind, other) in LOOSER
    words = [word for word in case.role.get("choices") or () if word != ""]
    if words and case.other.get("choices"):
        assert set(words) <= set(case.other["choices"])
        assert case.name in FEWER or len(words) == len(case.other["choices"])
    default = case.role.get("default")
    if default not in (None, "", [], {}) and case.name not in ON_PURPOSE:
        assert default == case.other.get("default")


def test_the_gate_is_documented_alike_in_both_roles() -> None:
    """The role onboard checks the gate's variables before anything is written, and has no default of its own for them."""
    ours, theirs = spec("onboard"), spec("synchronize")
    shared = {name for name in ours if name.startswith("synchronize_")}
    assert shared <= theirs.keys()
    for name in shared:
        assert {k: v for k, v in ours[name].items() if k != "description"} == {
            k: v for k, v in theirs[name].items() if k != "description"
        }
