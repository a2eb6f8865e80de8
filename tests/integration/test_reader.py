"""The reader of the vendor's article: each sentence has its page and its command here, and each command runs."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.integration.csv_files import sheet
from tests.integration.stage import ADMINISTRATOR, Stage
from tests.integration.worlds import Row, organization, person, scenario
from tests.simulator.testing import running_simulator

DOCS = ROOT / "docs"
PAGE = (DOCS / "procedure.md").read_text(encoding="utf-8")
STEPS = ("M1", "M2", "M3", "M4", "M5", "M6", "M7", "L1", "C1", "C2", "C3", "C4", "C5", "C6", "C7", "S1", "A1")
#: Each thing that the article says; its longest list of steps has as many.
SENTENCES = 32


def table() -> list[tuple[str, str, str]]:
    """Sentence, link and command of each row."""
    section = PAGE.split("## The article, sentence by sentence", 1)[1]
    rows = [re.split(r"(?<!\\)\|", line.strip("|")) for line in section.splitlines() if line.startswith("|")][2:]
    return [(sentence.strip(), link.strip(), command.strip().strip("`")) for sentence, link, command in rows]


TABLE = table()
COMMANDS = list(dict.fromkeys(command for _sentence, _link, command in TABLE))


def anchor(heading: str) -> str:
    """How code hosts name a heading."""
    return re.sub(r"[^\w -]", "", heading.strip().lower()).replace(" ", "-")


def anchors(page: Path) -> set[str]:
    return {anchor(line.lstrip("#")) for line in page.read_text(encoding="utf-8").splitlines() if line.startswith("#")}


def test_every_step_and_sentence_has_its_row() -> None:
    assert {link[1:3] for _sentence, link, _command in TABLE} == set(STEPS)
    assert len(TABLE) == SENTENCES
    assert all(sentence.endswith(".") for sentence, _link, _command in TABLE)


@pytest.mark.parametrize(
    "place", sorted({link for _s, link, _c in TABLE} | set(re.findall(r"\[[^]]+\]\([^)]+\)", PAGE)))
)
def test_every_page_that_is_named_is_there(place: str) -> None:
    (target,) = re.findall(r"\]\(([^)]+)\)", place)
    file, _hash, name = target.partition("#")
    page = (DOCS / file).resolve() if file else DOCS / "procedure.md"
    assert page.is_file(), target
    assert not name or name in anchors(page), target


def test_the_glossary_has_control_hub_s_own_spanish_words() -> None:
    words = (DOCS / "glossary.md").read_text(encoding="utf-8")
    for spanish in (
        "Sincronizar usuarios",
        "Administrar usuarios",
        "Agente estándar",
        "Privilegios completos de administrador",
    ):
        assert spanish in words
    for english in (
        "Manage users",
        "CSV Add or Modify Users",
        "Management Portal",
        "Bulk Operations",
        "No administrator privileges",
    ):
        assert english in words


# -- the commands ------------------------------------------------------------------------------------------------------------

DOMAIN = "example.com"
NAMES = ["First Name", "Last Name", "Display Name", "User ID/Email (Required)"]
LICENSES = ["Contact Center Premium Agent", "Contact Center Standard Agent"]
PEOPLE: list[Row] = [
    {
        "email": f"ines.varga@{DOMAIN}",
        "first_name": "Ines",
        "last_name": "Varga",
        "license": "premium",
        "role": "supervisor",
    },
    {"email": f"jo.berg@{DOMAIN}", "first_name": "Jo", "last_name": "Berg", "license": "standard"},
]


@pytest.fixture(scope="module")
def desk_of_the_page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Stage, Path]]:
    """An organization, and a directory with the files that the page names."""
    world = scenario(
        organization(
            "example",
            [person("ana.ruiz", "Ana", "Ruiz", "standard"), person("boss", "B", "Oss", roles=["id_full_admin"])],
        )
    )
    only = world["organizations"][0]
    only["domains"] = [DOMAIN]
    for one in only["people"]:
        one["email"] = one["email"].replace("@example.example.com", f"@{DOMAIN}")
    with running_simulator(world, auto_sync_s=1) as simulator:
        stage = Stage(simulator, tmp_path_factory.mktemp("reader"))
        place = stage.base / "desk"
        place.mkdir()
        (place / "results").mkdir()
        administrators = [
            {"email": f"lea.moreau@{DOMAIN}", "first_name": "Lea", "last_name": "Moreau", "license": "premium"}
        ]
        others = [{**one, "email": f"kim.{n}@{DOMAIN}", "first_name": "Kim"} for n, one in enumerate(PEOPLE)]
        (place / "people.json").write_text(json.dumps(others), encoding="utf-8")
        (place / "administrators.json").write_text(
            json.dumps([{**administrators[0], "role": "administrator"}]), encoding="utf-8"
        )
        (place / "no-administrators.json").write_text(
            json.dumps([{"email": administrators[0]["email"], "administrator_roles": []}]), encoding="utf-8"
        )
        (place / "addresses.yml").write_text(
            f"onboard_addresses: |\n  ana.ruiz@{DOMAIN}, ben.okafor@{DOMAIN}\n  chi.tanaka@{DOMAIN}\n", encoding="utf-8"
        )
        for name, local in (("agents.csv", "nia"), ("more.csv", "olu")):
            row = [local.title(), "New", f"{local.title()} New", f"{local}@{DOMAIN}", "TRUE", "FALSE"]
            (place / name).write_bytes(sheet(row, header=[*NAMES, *LICENSES]))
        bulk = ["Email", "Contact Center Enabled", "Site", "Teams", "Desktop Profile"]
        (place / "bulk-operations.csv").write_bytes(
            sheet([f"ana.ruiz@{DOMAIN}", "On", "Lisboa", "Lisboa Service", "Office desktop"], header=bulk)
        )
        inventory = json.loads(stage.inventory({"example": {"onboard_users": PEOPLE}}).read_text(encoding="utf-8"))
        inventory["all"]["vars"].update(synchronize_gate="hook", synchronize_hook_tasks=str(ADMINISTRATOR))
        (place / "inventory.yml").write_text(json.dumps(inventory), encoding="utf-8")
        yield stage, place


@pytest.mark.procedure
def test_every_command_runs(desk_of_the_page: tuple[Stage, Path]) -> None:
    stage, place = desk_of_the_page
    # The page changes and looks at people who are there.
    assert stage.play("onboard_manual", place / "inventory.yml", place=place).status == 0
    wrong = []
    for command in COMMANDS:
        words = shlex.split(command)
        assert words[:3] == ["ansible-playbook", "-i", "inventory.yml"], command
        name = words[3].removeprefix("wxcc.onboarding.")
        run = stage.play(name, place / "inventory.yml", *words[4:], place=place)
        wrong += [] if run.status == 0 else [f"{command}\n{run.output}"]
    assert not wrong, "\n".join(wrong)
    state = {one["email"].partition("@")[0]: one for one in stage.simulator.state("example")["people"]}
    assert {"ines.varga", "jo.berg", "ben.okafor", "chi.tanaka", "lea.moreau", "kim.0", "nia"} <= set(state)
    assert state["ana.ruiz"]["licenses"] == ["premium"]
    assert not [role for role in state["lea.moreau"]["roles"] if role.startswith("id_")], "taken away again"
    assert (place / "exports").is_dir()
    assert (place / "results" / "agents.result.csv").is_file()
