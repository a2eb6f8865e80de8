"""The frame of the collection holds together: what one file says about the others is true."""

from __future__ import annotations

import re
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest
import yaml

from ansible_collections.wxcc.onboarding.plugins.module_utils._advice import ADVICE
from ansible_collections.wxcc.onboarding.plugins.module_utils._version import VERSION
from tests.unit.module.documented import MODULES, fragments

ROOT = Path(__file__).resolve().parents[2]
GALAXY = yaml.safe_load((ROOT / "galaxy.yml").read_text(encoding="utf-8"))
RUNTIME = yaml.safe_load((ROOT / "meta" / "runtime.yml").read_text(encoding="utf-8"))
DOCS = {path.name: path.read_text(encoding="utf-8") for path in (ROOT / "docs").glob("*.md")}
STEPS = ("M1", "M2", "M3", "M4", "M5", "M6", "M7", "L1", "C1", "C2", "C3", "C4", "C5", "C6", "C7", "S1", "A1")


def names(folder: str) -> list[str]:
    """Names of the roles, or of the playbooks."""
    return sorted(path.stem for path in (ROOT / folder).glob("*") if path.is_dir() is (folder == "roles"))


def checkout() -> list[Path]:
    """Text files of the checkout: what git knows or would add."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if listed.returncode:
        pytest.skip("not a git checkout")
    found = [ROOT / name for name in listed.stdout.split("\0") if name]
    return [path for path in found if path.is_file() and b"\0" not in path.read_bytes()[:1024]]


def test_the_action_groups_list_every_module_that_has_their_options() -> None:
    """Defaults of a group reach every member, so one without these options would refuse them."""
    connecting = [name for name in MODULES if {"connection", "connection.reach"} & set(fragments(name))]
    batch = [name for name in MODULES if "attributes.batch_group" in fragments(name)]
    alone = [name for name in MODULES if "attributes.action_group" in fragments(name)]
    assert RUNTIME["action_groups"] == {"all": connecting, "batch": batch}
    assert sorted([*batch, *alone]) == connecting


def test_the_version_is_the_same_everywhere() -> None:
    assert GALAXY["version"] == VERSION


def test_nothing_was_added_in_a_version_to_come() -> None:
    files = [*(ROOT / "plugins").rglob("*.py"), *(ROOT / "roles").glob("*/meta/argument_specs.yml")]
    added = {
        (str(path.relative_to(ROOT)), version)
        for path in files
        for version in re.findall(r"version_added:\s*[\"']?([\d.]+)", path.read_text(encoding="utf-8"))
    }
    now = tuple(map(int, GALAXY["version"].split(".")))
    assert sorted(entry for entry in added if tuple(map(int, entry[1].split("."))) > now) == []


def test_the_runtime_dependency_is_a_lower_bound() -> None:
    """Execution environments resolve many collections together: a pin or a cap in one of them breaks the others.

    httpx alone is capped, because version 1 shares little more than the name: no AsyncClient, no Timeout, none of the errors.
    """
    lines = (ROOT / "meta" / "ee-requirements.txt").read_text(encoding="utf-8").split()
    assert "httpx>=0.27,<1" in lines
    assert [line for line in lines if line != "httpx>=0.27,<1" and not re.fullmatch(r"[\w.-]+>=[\d.]+", line)] == []
    assert "ansible" not in " ".join(lines)


@pytest.mark.parametrize("name", MODULES)
def test_every_module_is_in_the_guides(name: str) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert f"`{name}`" in readme, "README.md does not list the module"
    assert any(f"`{name}`" in text for text in DOCS.values()), "no guide in docs/ mentions the module"


@pytest.mark.parametrize(
    ("folder", "name"), [(folder, name) for folder in ("roles", "playbooks") for name in names(folder)]
)
def test_every_role_and_playbook_is_in_the_readme(folder: str, name: str) -> None:
    assert f"`{name}`" in (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", names("roles"))
def test_every_role_has_an_argument_specification(name: str) -> None:
    folder = ROOT / "roles" / name
    specs = yaml.safe_load((folder / "meta" / "argument_specs.yml").read_text(encoding="utf-8"))["argument_specs"]
    options = {option for spec in specs.values() for option in spec.get("options", {})}
    # A role that calls another one documents what it hands on under the name that the other gave it. Which organization a run
    # is about is the connection's variable.
    prefixes = (*(f"{role}_" for role in names("roles")), "webex_org_name")
    assert [option for option in options if not option.startswith(prefixes)] == [], "variables begin with a role's name"
    defaults = folder / "defaults" / "main.yml"
    if defaults.exists():
        assert set(yaml.safe_load(defaults.read_text(encoding="utf-8")) or {}) <= options, "a default that is no option"


def test_every_step_of_the_procedure_has_its_row() -> None:
    rows = [line.split("|")[1].strip() for line in DOCS["procedure.md"].splitlines() if line.startswith("|")]
    assert [step for step in STEPS if rows.count(step) != 1] == []


def test_the_procedure_names_tests_that_exist() -> None:
    named = set(re.findall(r"`(tests/[\w/.-]+\.py)((?:::\w+)*)`", DOCS["procedure.md"]))
    assert named
    for path, names in named:
        assert (ROOT / path).is_file(), path
        for name in names.split("::")[1:]:
            word = "class" if name.startswith("Test") else "def"
            assert re.search(rf"{word} {name}\b", (ROOT / path).read_text(encoding="utf-8")), f"{path}::{name}"


def test_every_error_code_is_explained() -> None:
    assert [code for code in ADVICE if f"`{code}`" not in DOCS["troubleshooting.md"]] == []


def test_links_between_documents_lead_somewhere() -> None:
    broken = []
    for path in [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]:
        for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", path.read_text(encoding="utf-8")):
            if "://" not in target and not (path.parent / target).exists():
                broken.append(f"{path.name}: {target}")
    assert broken == []


def test_no_path_of_one_machine() -> None:
    """Paths of the machine on which something was written mean nothing on another one."""
    pattern = re.compile(r"(?<![\w.])/(?:" + "|".join(("root", "work", "home/[a-z]+", "Users/[A-Za-z]+")) + r")/")
    assert [
        str(path.relative_to(ROOT)) for path in checkout() if pattern.search(path.read_text(encoding="utf-8"))
    ] == []


def test_the_artifact_holds_what_is_needed_and_no_more(tmp_path: Path) -> None:
    subprocess.run(
        ["ansible-galaxy", "collection", "build", "--output-path", str(tmp_path), str(ROOT)],
        check=True,
        capture_output=True,
    )
    (artifact,) = tmp_path.glob("*.tar.gz")
    with tarfile.open(artifact) as archive:
        members = {member.name for member in archive if member.isfile()}
    assert {name.split("/")[0] for name in members} <= {
        "CHANGELOG.rst", "CONTRIBUTING.md", "FILES.json", "LICENSE", "MANIFEST.json", "README.md",
        "changelogs", "docs", "meta", "playbooks", "plugins", "roles", "tests",
    }  # fmt: skip
    assert {name for name in members if name.startswith("tests/")} <= {"tests/config.yml"}
    assert {f"plugins/modules/{name}.py" for name in MODULES} <= members
    assert not [name for name in members if "__pycache__" in name]


@pytest.mark.parametrize("script", ["action_groups.py", "returns.py"])
def test_the_scripts_that_write_lists_and_results_agree(script: str) -> None:
    done = subprocess.run([sys.executable, str(ROOT / ".ci" / script)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")


@pytest.mark.parametrize("name", MODULES)
def test_every_module_takes_its_part_of_the_shared_results(name: str) -> None:
    """`.ci/returns.py` compares what stands between its comments; a module without them would go its own way unseen."""
    text = (ROOT / "plugins" / "modules" / f"{name}.py").read_text(encoding="utf-8")
    parts = set(re.findall(r'# -- (\w+): written by "make returns" --\n', text))
    used = fragments(name)
    expected = {"outcomes", "batch"} if "batch" in used else {"reader"} if "connection" in used else set()
    assert parts - {"attributes"} == expected
