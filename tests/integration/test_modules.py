"""The modules as a playbook uses them, against the running simulator."""

from __future__ import annotations

import json
import stat
import sys
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.wxcc.onboarding.plugins.module_utils._files import read_lines
from tests.integration.modules import Result, Task, control, play_tasks, run_folder, run_module, task
from tests.integration.stage import Stage
from tests.simulator.testing import RunningSimulator
from tests.unit.module.documented import returns

DOMAIN = "alpha.example.com"


def at(name: str) -> str:
    return f"{name}@{DOMAIN}"


ADA, BRUNO, CHIDI, DEV, BOSS, LEAD = (at(name) for name in ("ada", "bruno", "chidi", "dev", "boss", "lead"))
TRIAL, TAKEN = f"trial.user@{DOMAIN}", "taken.user@partner.example.com"
PEOPLE = [
    {"email": ADA, "first_name": "Ada", "last_name": "Marlowe", "licenses": ["premium"]},
    {"email": BRUNO, "first_name": "Bruno", "last_name": "Keane", "licenses": ["standard"]},
    {"email": CHIDI, "first_name": "Chidi", "last_name": "Obi"},
    {"email": DEV, "first_name": "Dev", "last_name": "Anand"},
    {"email": BOSS, "first_name": "Bo", "last_name": "Ss", "licenses": ["premium"], "roles": ["id_full_admin"]},
    {"email": LEAD, "first_name": "Le", "last_name": "Ad", "licenses": ["premium"], "supervisor": True},
    *({"email": at(f"crowd{i}"), "first_name": "Crowd", "last_name": f"No{i}"} for i in range(20)),
]
SCENARIO: dict[str, Any] = {
    "seed": 7,
    "organizations": [
        {
            "key": "alpha",
            "name": "Alpha Travel",
            "domains": [DOMAIN],
            "people": PEOPLE,
            "licenses": [
                {"type": "CJPPRM", "total": 8, "subscription": "Sub111111"},
                {"type": "CJPSTD", "total": 8, "subscription": "Sub111111"},
            ],
        },
        {"key": "beta", "name": "Beta Insurance", "domains": ["beta.example.com"], "people": 3},
    ],
}
NEW = [at("new0"), at("new1"), at("new2")]
ROSTER = [
    {"email": NEW[0], "first_name": "New", "last_name": "Zero", "license": "premium", "role": "agent"},
    {"email": NEW[1], "title": "Agent", "license": "standard"},
    {"email": NEW[2], "license": "premium", "role": "supervisor"},
    {"email": TRIAL, "license": "premium", "role": "agent"},
    {"email": TAKEN, "license": "standard"},
    {"email": ADA, "license": "standard", "role": "agent"},
    {"email": BRUNO, "first_name": "Bruno", "license": "premium", "role": "administrator"},
    {"email": CHIDI, "license": "none"},
    {"email": DEV, "state": "disabled"},
]
WRITERS = ("user", "license", "role", "sync")


def chain(stage: Stage, label: str, **keywords: Any) -> list[Task]:
    """Return the four tasks of the chain over the roster of a run."""
    org_id = stage.simulator.state("alpha")["id"]
    directory = run_folder(stage.base / label, ROSTER, org_id, check=label == "check")
    common = {"run_directory": str(directory), "results": "all", "settle_timeout": 2, "fail_on": ["failed"]}
    sync = {"wait": False} if label == "check" else {"wait_timeout": 3, "interval": 0.5}
    return [
        task("user", {**common, "allow_removals": True}, **keywords),
        task("license", {**common, "max_removals": "100%"}, **keywords),
        task("role", common, **keywords),
        task("sync", {**common, **sync}, **keywords),
    ]


def comparable(result: Result) -> dict[str, Any]:
    names = ("action", "changed", "failed", "before", "after")
    return {r["email"]: {n: r[n] for n in names} for r in result["results"] if r["email"] not in (TRIAL, TAKEN)}


def writes(simulator: RunningSimulator) -> list[dict[str, Any]]:
    return [e for e in simulator.journal() if e["method"] != "GET"]


def test_check_real_and_second_run(stage: Stage) -> None:
    simulator = stage.simulator
    before = simulator.state("alpha")["people"]
    planned = play_tasks(stage, *chain(stage, "check", check_mode=True, diff=True)).results
    assert writes(simulator) == []
    assert simulator.state("alpha")["people"] == before

    hook = {"trigger": "hook", "hook_url": f"{simulator.url}/_sim/synchronize-users"}
    steps = chain(stage, "real", diff=True)
    steps[3]["wxcc.onboarding.sync"].update(hook)
    press = control(simulator.url, "supervisors", {"emails": [NEW[2]], "supervisor": True})
    again = chain(stage, "again", diff=True)
    played = play_tasks(stage, *steps[:3], press, steps[3], *again).results
    real, second = [*played[:3], played[4]], played[5:]

    for plan, result in zip(planned[:3], real[:3], strict=True):
        assert comparable(plan) == comparable(result)
        assert plan["changed"] is True
    # What only an attempt can tell is no part of a plan.
    for result in (*real, *second):
        assert not result["failed"], result["msg"]
        assert result["aborted"] is False
        counts = dict(result["summary"])
        assert counts.pop("total") == len(ROSTER) == sum(counts.values())
    user, license_, role, sync = real
    assert user["summary"] == {
        "total": 9,
        "created": 3,
        "updated": 1,
        "removed": 0,
        "unchanged": 3,
        "blocked": 2,
        "failed": 0,
        "uncertain": 0,
    }
    assert set(user["diff"]["before"]) == {*NEW, DEV}
    assert user["diff"]["after"][DEV]["state"] == "disabled"
    assert license_["diff"]["after"][ADA] == {"license": "standard", "subscriptions": ["Sub111111"]}
    assert [m["email"] for m in role["manual_actions"]] == [NEW[2]]
    assert "Premium Agent - Supervisor Role" in role["manual_actions"][0]["where"]
    assert {r["after"].get("sync_state") for r in sync["results"] if r["action"] == "none"} == {
        "in_sync",
        "not_expected",
    }
    assert sync["changed"] is False
    assert [r["changed"] for r in second] == [False] * 4
    assert second[2]["manual_actions"] == []
    truth = {p["email"]: p for p in simulator.state("alpha")["people"]}
    assert truth[ADA]["licenses"] == ["standard"]
    assert truth[BRUNO]["roles"] == ["id_full_admin"]
    assert truth[DEV]["active"] is False
    assert truth[NEW[1]]["title"] == "Agent"
    check_documented({"user": [planned[0], *played[0:1]], "license": [license_], "role": [role], "sync": [sync]})


# -- what is documented is what is returned --------------------------------------------------------------------------------


#: Keys of Ansible itself; those of the second line it adds where a result names a file as dest.
_ANSIBLE = {"changed", "failed", "msg", "invocation", "warnings", "deprecations", "exception"} | {
    *("uid", "gid", "owner", "group", "mode", "state", "size", "secontext")
}


def check_documented(results: dict[str, list[Result]]) -> None:
    """Every key returned is documented, and every key that is documented as always there is returned."""
    for module, found in results.items():
        keys = returns(module)
        for result in found:
            returned = {k for k in result if not k.startswith("_")} - _ANSIBLE
            assert returned <= set(keys), f"{module}: {returned - set(keys)} is not documented"
            needed = {k for k, v in keys.items() if v["returned"] == "always"} | (
                {k for k, v in keys.items() if v["returned"] == "success"} if not result["failed"] else set()
            )
            assert needed <= returned, f"{module}: {needed - returned} is not returned"
            for key, entry in keys.items():
                contains = entry.get("contains")
                values = result.get(key)
                for value in values if isinstance(values, list) else [values] if isinstance(values, dict) else []:
                    if contains and isinstance(value, dict):
                        assert set(value) <= set(contains), (
                            f"{module}.{key}: {set(value) - set(contains)} is not documented"
                        )
                        always = {k for k, v in contains.items() if v.get("returned") == "always"}
                        assert always <= set(value), f"{module}.{key}: {always - set(value)} is not returned"


def test_information_modules(stage: Stage) -> None:
    simulator, tmp_path = stage.simulator, stage.base
    roster = tmp_path / "roster.json"
    dest = tmp_path / "people.json"
    people = [ADA, LEAD, BOSS, at("nobody")]
    tasks = [
        task("license_info"),
        task("role_info"),
        task("organization_info"),
        task("roster", {"users": ROSTER, "addresses": f"{at('extra0')}, {at('extra1')}", "dest": str(roster)}),
        task("preflight_info", {"users_file": str(roster)}),
        task("user_info", {"addresses": people, "sync_state": True}),
        task("user_info", {"license": ["premium"], "dest": str(dest)}),
        task("user_info", {"users_file": str(roster), "state": ["absent"]}),
        task("preflight_info", {"access_token": "sim-readonly-token"}),
        task("preflight_info", {"access_token": "sim-expired-token"}),
        task("preflight_info", {"access_token": ""}),
        task("license_info", {"access_token": "sim-noscope-token"}),
        task("roster", {"users": [{"email": "bad"}], "dest": str(tmp_path / "no.json")}),
    ]
    results = play_tasks(stage, *tasks).results
    names = [next(k for k in step if k.startswith("wxcc.")).rsplit(".", 1)[1] for step in tasks]
    check_documented({n: [r for m, r in zip(names, results, strict=True) if m == n] for n in set(names)})
    licenses, roles, organizations, written, preflight, some, premium, absent, *bad = results
    assert all(r["changed"] is False for r in results[:3])
    assert licenses["free"] == {"premium": 5, "standard": 7}
    assert {r["name"]: r["managed"] for r in roles["roles"]}["Full Administrator"] is True
    assert [o["name"] for o in organizations["organizations"]] == ["Alpha Travel", "Beta Insurance"]
    assert (written["changed"], written["count"]) == (True, len(ROSTER) + 2)
    assert stat.S_IMODE(roster.stat().st_mode) == 0o600
    assert preflight["ok"] is True
    assert preflight["organization"]["name"] == "Alpha Travel"
    by_email = {u["email"]: u for u in some["users"]}
    assert by_email[ADA]["license"] == "premium"
    assert by_email[ADA]["sync_state"] == "in_sync"
    assert by_email[LEAD]["role"] == "supervisor"
    assert by_email[BOSS]["roles"] == ["Full Administrator"]
    assert by_email[at("nobody")]["state"] == "absent"
    assert (premium["users"], premium["count"]) == ([], 3)
    assert {p["email"] for p in json.loads(dest.read_text(encoding="utf-8"))} == {ADA, BOSS, LEAD}
    assert stat.S_IMODE(dest.stat().st_mode) == 0o600
    assert {u["email"] for u in absent["users"]} == {*NEW, TRIAL, TAKEN, at("extra0"), at("extra1")}
    read_only, expired, nothing, no_scope, bad_roster = bad
    assert read_only["ok"] is False
    assert any(f["check"] == "operator" and "may only read" in f["message"] for f in read_only["findings"])
    assert [f["level"] for f in expired["findings"] if f["check"] == "token"] == ["error"]
    assert nothing["ok"] is False
    assert "WEBEX_ACCESS_TOKEN" in nothing["findings"][0]["action"]
    assert "spark-admin:licenses_read" in no_scope["msg"]
    assert bad_roster["failed"]
    assert "users[0]" in bad_roster["msg"]
    assert any("users[0]: 'bad' is not an e-mail address" in line for line in bad_roster["lines"])
    assert writes(simulator) == []


@pytest.mark.parametrize("module", ["user_info", "csv_export"])
def test_addresses_asked_for_are_held_to_the_one_rule(simulator: RunningSimulator, tmp_path: Path, module: str) -> None:
    organization = simulator.state("alpha")["id"]
    options: dict[str, Any] = {"url": simulator.url, "org_id": organization, "dest": str(tmp_path / "people")}
    refused = run_module(module, addresses=[ADA, f"mailto:{ADA}", "ada..b@example.com"], **options)
    assert refused["error"]["code"] == "invalid_input"
    told = [(found["level"], found["position"]) for found in refused["findings"]]
    assert told == [("error", "addresses[2]"), ("warning", "addresses[0] and addresses[1]")]
    assert not (tmp_path / "people").exists()
    taken = run_module(module, addresses=[f"\u200b{ADA.upper()} ; {ADA}"], **options)
    assert taken["count"] == 1
    check_documented({module: [refused, {"failed": False, **taken}]})


# -- refusals before anything is sent --------------------------------------------------------------------------------------

ONE = [{"email": at("one"), "license": "premium"}]
REFUSALS: dict[str, tuple[str, dict[str, Any], str, list[str]]] = {
    "expired": ("user", {"users": ONE, "access_token": "sim-expired-token"}, "token_invalid", ["Get a new one"]),
    "no token": ("user", {"users": ONE, "access_token": ""}, "no_token", ["WEBEX_ACCESS_TOKEN"]),
    "scope": (
        "license",
        {"users": ONE, "access_token": "sim-noscope-token"},
        "forbidden",
        ["spark-admin:licenses_read"],
    ),
    "http": ("user", {"users": ONE, "webex_api_url": "http://webexapis.com"}, "insecure_url", ["https"]),
    "nobody there": (
        "user",
        {"users": ONE, "webex_api_url": "http://127.0.0.1:9", "retry_deadline": 0.1},
        "connection",
        ["proxy"],
    ),
    "organization": ("user", {"users": ONE, "org_id": "alpha"}, "missing_option", ["'alpha'", "UUID"]),
    "duplicate": (
        "user",
        {"users": [{"email": ADA}, {"email": ADA.upper()}]},
        "invalid_input",
        ["users[0] and users[1]", "this task sent nothing"],
    ),
    "contradiction": (
        "license",
        {"users": [{"email": ADA, "license": "premium"}, {"email": ADA, "license": "none"}]},
        "invalid_input",
        ["users[0] and users[1]", "license"],
    ),
    "no file": ("user", {"users_file": "nowhere.json"}, "invalid_input", ["nowhere.json"]),
    "no run": ("user", {"run_directory": "/proc/nowhere"}, "invalid_input", ["/proc/nowhere", "no run directory"]),
    "no seats": (
        "license",
        {"users": [{"email": at(f"crowd{i}"), "license": "premium"} for i in range(6)]},
        "no_seat",
        ["6 new premium licenses are needed, 1 too many", "5 of 8 free", at("crowd5")],
    ),
    "unknown subscription": (
        "license",
        {"users": [{"email": DEV, "license": "premium"}], "subscription_id": "Sub9"},
        "unknown_subscription",
        ["Sub9", "onboard_subscription_id"],
    ),
    "removals": (
        "user",
        {"users": [{"email": at(f"crowd{i}")} for i in range(12)], "state": "absent"},
        "too_many_removals",
        ["12 of 12 people would lose something, max_removals allows 10", at("crowd0")],
    ),
    "everything": (
        "user",
        {"users": [{"email": at("crowd0")}, {"email": at("crowd1")}], "state": "disabled"},
        "removals_not_allowed",
        ["2 people would lose everything", at("crowd0"), "allow_removals"],
    ),
    "max_removals": (
        "user",
        {"users": [{"email": ADA}], "max_removals": "lots"},
        "invalid_input",
        ["is 'lots': write a number", "onboard_max_removals"],
    ),
    "concurrency": ("user", {"users": ONE, "concurrency": 0}, "invalid_input", ["is 0", "1 to 100"]),
    "much_concurrency": ("user", {"users": ONE, "concurrency": 101}, "invalid_input", ["is 101", "webex_concurrency"]),
    "hook": (
        "sync",
        {"users": ONE, "trigger": "hook", "hook_url": "http://127.0.0.1:9/sync", "hook_header": "X-Key: sentinel"},
        "hook_failed",
        ["did not answer"],
    ),
}


@pytest.mark.parametrize("name", REFUSALS)
def test_refusals(simulator: RunningSimulator, name: str) -> None:
    module, options, code, words = REFUSALS[name]
    before = simulator.state()
    result = run_module(module, **{"url": simulator.url, "org_id": simulator.state("alpha")["id"], **options})
    assert result["failed"]
    assert result["aborted"]
    assert not result["changed"]
    assert result["error"]["code"] == code, result["msg"]
    assert result["error"]["advice"]
    assert all(word in result["msg"] for word in words), result["msg"]
    assert "Traceback" not in result.get("exception", "")
    check_documented({module: [result]})
    assert writes(simulator) == []
    assert simulator.state() == before


# -- people in trouble, and the files --------------------------------------------------------------------------------------


def test_outcomes_and_files(stage: Stage) -> None:
    simulator, tmp_path = stage.simulator, stage.base
    directory = run_folder(tmp_path / "run", ROSTER, simulator.state("alpha")["id"])
    common = {"run_directory": str(directory), "settle_timeout": 1, "allow_removals": True}
    simulator.settings(license_200_but_skipped=[NEW[0]])
    tasks = [
        task("user", common),
        task("license", {**common, "max_removals": "50%"}),
        task("user", {"users": [{"email": ADA}, {"email": at("late")}], "results": "changed", "settle_timeout": 1}),
        task("user", {"addresses": f"{at('text0')}; {at('text1')}\n{at('text2')}", "results": "none"}),
        task("license", {"users": [{"email": ADA}, {"email": at("missing"), "license": "premium"}]}),
        task("user", {"users": [{"email": ADA}], "state": "absent", "protected": [ADA.upper()]}),
        task("user", {"users": [{"email": at("partner")}], "state": "disabled"}),
    ]
    user, license_, some, text, missing, protected, own = play_tasks(stage, *tasks).results

    assert user["failed"]
    assert user["changed"]
    assert "user: of 9 people 2 blocked" in user["msg"]
    assert TRIAL in user["msg"]
    assert {r["email"]: r["error"]["code"] for r in user["results"]} == {
        TRIAL: "trial_account",
        TAKEN: "other_organization",
    }
    assert all(r["error"]["advice"] and r["error"]["http_status"] == 409 for r in user["results"])
    codes = {r["email"]: r["error"]["code"] for r in license_["results"]}
    # The reason of the first step is the one that helps.
    assert codes == {NEW[0]: "license_skipped", TRIAL: "trial_account", TAKEN: "other_organization"}
    lines = [line for name in ("user", "license") for line in read_lines(directory / f"{name}.jsonl")]
    assert [(line["module"], line["email"]) for line in lines] == [
        (m, r["email"]) for m in ("user", "license") for r in ROSTER
    ]
    for line in lines:
        assert {
            "time",
            "module",
            "index",
            "email",
            "action",
            "changed",
            "certain",
            "failed",
            "before",
            "after",
            "error",
            "manual",
            "sources",
        } <= set(line)
        assert line["source"].endswith(f"[{line['index']}]")
    snapshot = json.loads((directory / "snapshot.json").read_text(encoding="utf-8"))
    assert snapshot["people"][NEW[0]]["first_name"] == "New"
    assert set(snapshot["blocked"]) == {TRIAL, TAKEN}
    journal = list(read_lines(directory / "requests.jsonl"))
    assert len(journal) == user["requests"]["sent"] + license_["requests"]["sent"]
    assert {e["module"] for e in journal} == {"user", "license"}
    assert all(e["tracking_id"] and e["status"] for e in journal)
    assert {stat.S_IMODE(file.stat().st_mode) for file in directory.iterdir()} == {0o600}

    assert [r["email"] for r in some["results"]] == [at("late")]
    assert (text["results"], text["summary"]["created"]) == ([], 3)
    assert missing["results"][1]["error"]["code"] == "person_missing"
    assert missing["results"][0]["action"] == "none"
    assert protected["results"][0]["error"]["code"] == "protected"
    assert own["results"][0]["error"]["code"] == "own_account"
    check_documented({"user": [user, some, text, protected, own], "license": [license_, missing]})


# -- secrets ---------------------------------------------------------------------------------------------------------------


def test_secrets_are_never_printed(stage: Stage) -> None:
    simulator, tmp_path = stage.simulator, stage.base
    secrets = {
        "access": "sentinel-access-token",
        "refresh": "sim-refresh-token",
        "client": "sim-secret",
        "hook": "sentinel-hook-key",
        "proxy": "sentinel-proxy-word",
        "environment": "sentinel-environment-token",
    }
    # As from a vault: Ansible itself prints lines of a playbook in which a task failed.
    vault = tmp_path / "vault.json"
    vault.write_text(json.dumps({**secrets, "wrong": "wrong-secret-word"}), encoding="utf-8")
    refresh = {
        "access_token": "{{ access }}",
        "refresh_token": "{{ refresh }}",
        "client_id": "sim-client",
        "client_secret": "{{ client }}",
    }
    hook = {
        "trigger": "hook",
        "hook_url": f"{simulator.url}/_sim/synchronize-users",
        "hook_header": "X-Key: {{ hook }}",
        "wait": False,
    }
    proxy = {"proxy": "http://me:{{ proxy }}@127.0.0.1:9", "retry_deadline": 0.1}
    users = [{"email": ADA}]
    directory = run_folder(tmp_path / "run", users, simulator.state("alpha")["id"])
    tasks = [
        task("user", {"users": users, "access_token": "{{ access }}"}),
        task("user", {"run_directory": str(directory), **refresh}),
        task("user", {"users": users, **refresh, "client_secret": "{{ wrong }}"}),
        task("sync", {"users": users, **hook}),
        task("license_info", proxy),
        task("user", {"users": users, **proxy}),
        task("user", {"users": users}),
    ]
    simulator.control(
        "POST", "tokens", {"organization": "alpha", "token": secrets["environment"], "email": at("partner")}
    )
    played = play_tasks(stage, *tasks, arguments=("-vvvv", "--diff", "-e", f"@{vault}"), token=secrets["environment"])
    rejected, refreshed, wrong, hooked, through_proxy, user_proxy, from_environment = played.results
    assert rejected["error"]["code"] == "token_invalid"
    assert not refreshed["failed"], refreshed["msg"]
    assert wrong["error"]["code"] == "token_invalid"
    assert not hooked["failed"], hooked["msg"]
    assert through_proxy["error"]["code"] == user_proxy["error"]["code"] == "connection"
    assert not from_environment["failed"], from_environment["msg"]
    fresh = [
        e["response"]["access_token"]
        for e in simulator.journal()
        if e["path"] == "/v1/access_token" and e["status"] == 200
    ]
    assert fresh
    everything = played.output + json.dumps(played.results)
    everything += "".join(file.read_text(encoding="utf-8") for file in directory.iterdir())
    for name, secret in {
        **secrets,
        "wrong": "wrong-secret-word",
        **{f"fresh {i}": f for i, f in enumerate(fresh)},
    }.items():
        assert secret not in everything, f"{name} was printed"


@pytest.mark.parametrize(
    ("httpx", "said"),
    [
        ("raise ImportError('hidden')", "httpx 0.27 or 0.28, or httpx2"),
        ("raise AttributeError('hidden')", "httpx 0.27 or 0.28, or httpx2"),
        ("__version__ = '1.0.dev6'", "httpx 1.0.dev6 of "),
    ],
    ids=["missing", "broken", "another version"],
)
def test_a_library_that_does_not_serve_is_named(stage: Stage, httpx: str, said: str) -> None:
    """An interpreter in which no HTTP library can be imported, or only one of another version."""
    tmp_path = stage.base
    (tmp_path / "hide").mkdir()
    (tmp_path / "hide" / "httpx.py").write_text(f"{httpx}\n", encoding="utf-8")
    (tmp_path / "hide" / "httpx2.py").write_text("raise ImportError('hidden')\n", encoding="utf-8")
    environment = {"PYTHONPATH": str(tmp_path / "hide")}
    tasks = [task("user", {"users": ONE}, environment=environment), task("license_info", environment=environment)]
    results = play_tasks(stage, *tasks).results
    for result in results:
        assert result["failed"]
        assert said in result["msg"]
        assert "httpx" in result["msg"]
        assert sys.executable.rsplit("/", 1)[0] in result["msg"] or "python" in result["msg"].lower()


# -- faults on a real connection -------------------------------------------------------------------------------------------


def test_faults_on_a_real_connection(simulator: RunningSimulator) -> None:
    bulk: dict[str, Any] = {"method": "POST", "path": "/Bulk$", "times": 1}
    faults: list[dict[str, Any]] = [
        {"kind": "disconnect", "when": "after"},
        {"kind": "html", "status": 502, "when": "before"},
        {"kind": "truncated", "when": "after"},
        {"kind": "bulk_item", "item_status": 400, "when": "after"},
        {"kind": "status", "status": 429, "headers": {"Retry-After": "1"}},
        {"kind": "disconnect", "when": "after"},
    ]
    results = []
    organization = simulator.state("alpha")["id"]
    for number, fault in enumerate(faults):
        last = number == len(faults) - 1
        if last:
            simulator.settings(search_lag_s=1.2)
        simulator.faults({**bulk, **fault})
        people = [{"email": at(f"f{number}"), "first_name": "F"}]
        options: dict[str, Any] = {"users": people, "settle_timeout": 5 if last else 2}
        results.append(run_module("user", url=simulator.url, org_id=organization, **options))
    for number, result in enumerate(results):
        assert not result.get("failed"), (number, result.get("msg"))
        assert result["summary"]["created"] == 1
    emails = [p["email"] for p in simulator.state("alpha")["people"]]
    assert [emails.count(at(f"f{i}")) for i in range(6)] == [1] * 6
    assert results[4]["requests"]["retried"] == 1


def test_what_nobody_could_read_again_is_in_doubt_and_written_down(simulator: RunningSimulator, tmp_path: Path) -> None:
    rows = [{"email": at("null0")}, {"email": at("null1")}, {"email": ADA}]
    directory = run_folder(tmp_path / "run", rows, simulator.state("alpha")["id"])
    null = {"kind": "status", "status": 200, "body": {"items": [None]}, "when": "before", "times": 50}
    # Neither the list nor the exact reading of one identity says anything.
    simulator.faults(*({"method": "GET", "path": path, **null} for path in ("/v1/people$", "/v2/Users/[^/]+$")))
    result = run_module("user", url=simulator.url, run_directory=str(directory), settle_timeout=0.5)
    assert result["failed"]
    lines = list(read_lines(directory / "user.jsonl"))
    assert [line["email"] for line in lines] == [row["email"] for row in rows]
    there = {p["email"] for p in simulator.state("alpha")["people"]}
    for line in lines[:2]:
        assert line["email"] in there
        assert (line["changed"], line["certain"], line["failed"]) == (True, False, True)
    assert lines[2]["changed"] is False
    assert result["summary"]["uncertain"] == 2
