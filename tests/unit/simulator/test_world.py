"""Seeds, scenarios, the control routes, organization settings and mail jobs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.simulator import names, seed
from tests.simulator.settings import SETTINGS
from tests.simulator.simulator import Simulator
from tests.simulator.state import World

from .conftest import Clock, Lab


def people(world: World) -> list[tuple[str, str, list[str], list[str]]]:
    return [
        (person.id, person.email, org.words(person), person.roles)
        for org in world.by_id.values()
        for person in org.order
    ]


def test_the_same_seed_gives_the_same_world() -> None:
    one, two, other = Simulator(), Simulator(), Simulator(seed_number=2)
    assert people(one.world) == people(two.world)
    assert {email for _, email, _, _ in people(one.world)} != {email for _, email, _, _ in people(other.world)}
    centers = [next(iter(sim.world.by_id.values())).contact_center for sim in (one, two)]
    assert centers[0] and centers[1] and list(centers[0].users) == list(centers[1].users)


def test_ids_made_later_follow_the_seed_too() -> None:
    made = [Lab().create("new@alpha.example.com").json()["id"] for _ in range(2)]
    assert made[0] == made[1]


def test_the_default_world(lab: Lab) -> None:
    world = Simulator().world
    assert [len(org.people) for org in world.by_id.values()] == [500, 50]
    alpha = world.by_key["alpha"]
    assert all(person.email.endswith("@alpha.example.com") for person in alpha.order)
    assert any(person.pending for person in alpha.order) and any(not person.active for person in alpha.order)
    assert {word for person in alpha.order for word in alpha.words(person)} == {"premium", "standard"}
    assert any(person.supervisor for person in alpha.order)
    assert sum(name not in (None, "") and not str(name).isascii() for name in (p.first_name for p in alpha.order)) > 20
    assert "sean.o'hara@alpha.example.com" in world.addresses
    assert alpha.contact_center
    teams = alpha.contact_center.entities["team"].values()
    assert {team["teamType"] for team in teams} == {"AGENT", "CAPACITY"}


def test_local_parts_are_plain() -> None:
    assert all(names.fold(name).isascii() and names.fold(name) for name in (*names.FIRST, *names.LAST))
    assert names.fold("Đorđe") == "dorde"
    assert names.fold("O'Brien") == "obrien"


def test_a_scenario_declares_people_and_licenses(lab: Lab) -> None:
    state = lab.get("/_sim/state").json()["organizations"]
    assert [org["key"] for org in state] == ["alpha", "beta", "gamma"]
    ana = lab.person("ana@alpha.example.com")
    assert (ana["licenses"], ana["pending"], ana["active"]) == (["premium"], False, True)
    assert [(item["type"], item["total"], item["consumed"]) for item in state[0]["licenses"]][:2] == [
        ("CJPPRM", 3, 1),
        ("CJPSTD", 3, 1),
    ]
    assert {user["email"]: user["profile_type"] for user in state[0]["contact_center"]["users"]} == {
        "ana@alpha.example.com": "PREMIUM_AGENT",
        "ben@alpha.example.com": "STANDARD_AGENT",
        "partner@alpha.example.com": "ADMINISTRATOR_ONLY",
        "boss@alpha.example.com": "ADMINISTRATOR_ONLY",
        "ccadmin@alpha.example.com": "ADMINISTRATOR_ONLY",
    }
    assert "contact_center" not in state[2]


@pytest.mark.parametrize(
    "scenario",
    [
        {"organizations": [{"name": "no key"}]},
        {"organizations": [{"key": "a"}, {"key": "a"}]},
        {"organizations": [{"key": "a", "people": [{"email": "x@y.zz", "licenses": ["gold"]}]}]},
        {"organizations": [{"key": "a"}], "tokens": [{"token": "t", "organization": "b"}]},
        {"settings": {"nothing": 1}},
    ],
)
def test_bad_scenarios_leave_the_world_as_it_was(lab: Lab, scenario: dict[str, Any]) -> None:
    assert lab("POST", "/_sim/reset", scenario).status_code == 400
    assert lab.person("ana@alpha.example.com")


def test_reset_brings_the_start_back(lab: Lab) -> None:
    org = lab.org
    lab.create("new@alpha.example.com")
    lab.set(latency_ms=1)
    lab.fault(path="x")
    assert lab("POST", "/_sim/reset").status_code == 200
    assert "new@alpha.example.com" not in lab.simulator.world.addresses
    assert (lab.get("/_sim/settings").json()["latency_ms"], lab.get("/_sim/faults").json()) == (0, [])
    assert lab.get("/_sim/journal").text == ""
    assert lab.org == org
    lab("POST", "/_sim/reset", {"organizations": [{"key": "solo", "people": 3}]})
    assert list(lab.simulator.world.by_key) == ["solo"]
    assert lab.get("/v1/people", token="sim-partner-token").status_code == 200


@pytest.mark.parametrize(
    "values",
    [
        {"nothing": 1},
        {"latency_ms": "much"},
        {"latency_ms": -1},
        {"both_licenses": "maybe"},
        {"no_seats_status": 500},
        {"sync_stay_missing": "all"},
        {"imi_pending": 1},
        {"latency_ms": 5, "nothing": 1},
    ],
)
def test_settings_are_checked_before_any_is_taken(lab: Lab, values: dict[str, Any]) -> None:
    assert lab("PATCH", "/_sim/settings", values).status_code == 400
    assert lab.get("/_sim/settings").json()["latency_ms"] == 0


def test_every_setting_is_described_and_takes_its_choices(lab: Lab) -> None:
    described = lab.get("/_sim/settings", describe="true").json()
    assert set(described) == set(SETTINGS) == set(lab.get("/_sim/settings").json())
    assert all(item["meaning"] for item in described.values())
    for name, item in described.items():
        for choice in item["choices"]:
            lab.set(**{name: choice})


def test_changes_by_hand(lab: Lab) -> None:
    answer = lab(
        "PATCH",
        "/_sim/people",
        {
            "email": "ana@alpha.example.com",
            "new_email": "ana.ruiz@alpha.example.com",
            "licenses": ["standard"],
            "roles": ["id_user_admin"],
            "supervisor": True,
            "title": "X",
            "active": False,
        },
    )
    assert answer.status_code == 200
    now = lab.person("ana.ruiz@alpha.example.com")
    assert (now["licenses"], now["roles"], now["supervisor"], now["title"], now["active"]) == (
        ["standard"],
        ["id_user_admin"],
        True,
        "X",
        False,
    )
    assert lab("PATCH", "/_sim/people", {"email": "ana@alpha.example.com"}).status_code == 400
    assert lab("PATCH", "/_sim/people", {"email": "ben@alpha.example.com", "shoe_size": 40}).status_code == 400
    lab("PATCH", "/_sim/people", {"email": "ben@alpha.example.com", "deleted": True})
    assert "ben@alpha.example.com" not in lab.simulator.world.addresses


def test_supervisors_by_hand(lab: Lab) -> None:
    lab("POST", "/_sim/supervisors", {"emails": ["ana@alpha.example.com"]})
    assert lab.person("ana@alpha.example.com")["supervisor"] is True
    lab("POST", "/_sim/supervisors", {"emails": ["ana@alpha.example.com"], "supervisor": False})
    assert lab.person("ana@alpha.example.com")["supervisor"] is False
    assert lab("POST", "/_sim/supervisors", {"emails": ["nobody@x.yz"]}).status_code == 400


def test_the_mail_setting(lab: Lab) -> None:
    path = f"/v1/settings/organizations/{lab.org}/settings"
    assert lab.get(f"{path}/allow-admin-invite-emails").json() == {
        "key": "allow-admin-invite-emails",
        "value": True,
        "name": "Automatic Activation Emails",
    }
    assert lab("POST", path, {"key": "allow-admin-invite-emails", "value": False}).json()["value"] is False
    assert lab.get(f"{path}/allow-admin-invite-emails").json()["value"] is False
    assert lab("POST", path, {"key": "allow-admin-invite-emails", "value": "no"}).status_code == 400
    assert lab.get(f"{path}/other").status_code == 404


@pytest.mark.parametrize("prefix", ["", "/v1"])
def test_a_mail_job_goes_on_while_it_is_asked(lab: Lab, clock: Clock, prefix: str) -> None:
    for name in ("fresh", "old"):
        lab.create(f"{name}@alpha.example.com")
    lab.assign("old@alpha.example.com", MS="add")
    clock.now += 25 * 3600
    lab.assign("fresh@alpha.example.com", MS="add")
    path = f"{prefix}/identity/organizations/{lab.org}/jobs/sendActivationEmails"
    job = lab("POST", path)
    assert (job.status_code, job.json()["latestExecutionStatus"]) == (202, "STARTING")
    assert lab("POST", path).status_code == 409
    status = f"{path}/{job.json()['id']}/status"
    states = [lab.get(status).json() for _ in range(3)]
    assert [state["latestExecutionStatus"] for state in states] == ["STARTED", "STARTED", "COMPLETED"]
    assert states[0]["latestExecutionExitCode"] == "UNKNOWN"
    counts = states[2]["counts"]
    assert (counts["userResendInviteSent"], counts["userResendInviteSkipped"], counts["totalUsers"]) == (1, 1, 2)
    [error] = lab.get(f"{path}/{job.json()['id']}/errors").json()["items"]
    assert error["error"]["key"] == "304"
    assert "fresh@" in error["error"]["message"][0]["description"]
    assert lab("POST", path).status_code == 202


def test_the_identity_organization(lab: Lab) -> None:
    for prefix in ("", "/v1"):
        assert lab.get(f"{prefix}/identity/organizations/{lab.org}").json()["displayName"] == "Alpha"
    assert lab.get(f"/v1/organizations/{lab.org}").json()["displayName"] == "Alpha"
    assert lab.get(f"/identity/scim/{lab.org}/v2/Groups").json()["Resources"] == []


def test_a_trial_can_end(lab: Lab) -> None:
    assert lab.create("trial@alpha.example.com").status_code == 409
    lab("POST", "/_sim/accounts-elsewhere", {"email": "TRIAL@alpha.example.com", "kind": None})
    assert lab.create("trial@alpha.example.com").status_code == 201


def test_somebody_signs_in_again(lab: Lab) -> None:
    lab("PATCH", "/_sim/people", {"email": "users@alpha.example.com", "roles": ["id_full_admin"]})
    assert lab.get("/v1/roles", token="users").status_code == 401
    body = {"token": "again", "organization": "alpha", "email": "users@alpha.example.com"}
    assert lab("POST", "/_sim/tokens", body).status_code == 200
    assert lab.get("/v1/roles", token="again").status_code == 200
    assert lab("POST", "/_sim/tokens", {**body, "email": "nobody@alpha.example.com"}).status_code == 400


def test_the_readme_names_every_setting_with_its_default() -> None:
    text = (Path(seed.__file__).parent / "README.md").read_text(encoding="utf-8")
    for name, item in SETTINGS.items():
        default = "null" if item.optional else json.dumps(item.default)
        assert f"| `{name}` | {default} |" in text, name
