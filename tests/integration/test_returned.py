"""What the modules return is what they document, in success and in failure, down to the keys of people and findings."""

from __future__ import annotations

import typing as t
from pathlib import Path

import pytest

from ansible_collections.wxcc.onboarding.plugins.module_utils._run.record import update_record
from ansible_collections.wxcc.onboarding.plugins.module_utils._steps import ROSTER_FILE, ROW
from ansible_collections.wxcc.onboarding.plugins.plugin_utils._run.finish import Ending, finish
from tests.integration.modules import run_folder, run_module
from tests.simulator.testing import RunningSimulator, running_simulator
from tests.unit.module.documented import MODULES, returns

DOMAIN = "alpha.example.com"
ADA, BRUNO, NEW, ELSEWHERE = (f"{name}@{DOMAIN}" for name in ("ada", "bruno", "new", "elsewhere"))
SCENARIO: dict[str, t.Any] = {
    "seed": 3,
    "organizations": [
        {
            "key": "alpha",
            "name": "Alpha Travel",
            "domains": [DOMAIN],
            "people": [
                {"email": ADA, "first_name": "Ada", "last_name": "Marlowe", "licenses": ["premium"], "title": "Agent"},
                {"email": BRUNO, "first_name": "Bruno", "last_name": "Keane", "licenses": ["standard"]},
            ],
            "licenses": [
                {"type": "CJPPRM", "total": 8, "subscription": "Sub111111"},
                {"type": "CJPSTD", "total": 8, "subscription": "Sub111111"},
            ],
        }
    ],
}
ROSTER = [
    {"email": ADA, "license": "premium", "role": "supervisor", "department": "Desk"},
    {"email": BRUNO, "license": "premium", "role": "administrator", "agent": {"external_id": "7"}},
    {"email": NEW, "first_name": "New", "license": "standard", "role": "agent"},
]
HEADER = "First Name,Last Name,User ID/Email (Required),Webex Contact Center Standard,Webex Contact Center Premium"
CSV = f"{HEADER}\nAda,Marlowe,{ADA},FALSE,TRUE\nBad,Row,nobody,FALSE,TRUE\n"
#: Keys of Ansible itself; those of the second line it adds where a result names a file as dest.
ANSIBLE = {"changed", "failed", "msg", "invocation", "warnings", "deprecations", "exception"}
OF_FILES = {"uid", "gid", "owner", "group", "mode", "state", "size", "secontext"}
TYPES: dict[str, type | tuple[type, ...]] = {
    "bool": bool,
    "dict": dict,
    "float": (int, float),
    "int": int,
    "list": list,
    "str": str,
}

Run = t.Callable[..., dict[str, t.Any]]


@pytest.fixture(scope="module")
def running() -> t.Iterator[RunningSimulator]:
    with running_simulator(SCENARIO) as simulator:
        yield simulator


@pytest.fixture
def run(running: RunningSimulator) -> Run:
    running.reset()
    org_id = running.state("alpha")["id"]

    def call(name: str, **options: t.Any) -> dict[str, t.Any]:
        return run_module(name, url=running.url, **{"org_id": org_id, **options})

    return call


def undocumented(where: str, documented: dict[str, t.Any], returned: dict[str, t.Any], end: str) -> list[str]:
    """Return what a result holds that is not documented, or of another type, and what it lacks.

    ``end`` is success or failure: what is documented with this word, or with always, has to be there.
    """
    wrong = [f"{where}{key} is not documented" for key in returned.keys() - documented.keys()]
    for key, entry in documented.items():
        if key not in returned:
            if entry.get("returned", "always") in ("always", end):
                wrong.append(f"{where}{key} is not there")
            continue
        value = returned[key]
        if value is None:
            continue
        kind = TYPES[entry["type"]]
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            wrong.append(f"{where}{key} is {value!r}, not {entry['type']}")
        elif entry.get("contains"):
            for one in value if isinstance(value, list) else [value]:
                wrong += undocumented(f"{where}{key}.", entry["contains"], one, end)
        elif entry.get("elements"):
            wrong += [f"{where}{key} holds {one!r}" for one in value if not isinstance(one, TYPES[entry["elements"]])]
    return wrong


def check(name: str, result: dict[str, t.Any], *, fails: bool) -> None:
    assert result.get("failed", False) is fails, result.get("msg")
    own = ANSIBLE | OF_FILES if result.get("dest") else ANSIBLE
    returned = {key: value for key, value in result.items() if key not in own}
    assert undocumented(f"{name}: ", returns(name), returned, "failure" if fails else "success") == []


WRITERS: dict[str, dict[str, t.Any]] = {
    "user": {},
    "license": {},
    "role": {"supervisor_via": "scim"},
    "sync": {"wait": False},
    "agent": {"settings": {"contact_center_enabled": False}},
}
INTEGRATION = {"refresh_token": "sim-refresh-token", "client_id": "sim-client", "client_secret": "sim-secret"}
APPLICATION = {
    "application_id": "sim-application",
    "application_client_id": "sim-client",
    "application_client_secret": "sim-secret",
}
READERS: dict[str, list[dict[str, t.Any]]] = {
    "contact_center_info": [{"count_people": True}, {"gather": ["sites"]}],
    "invitation": [{}, {"automatic_mails": False}, {"resend": True, "interval": 0.01}],
    "license_info": [{}],
    "login": [{}, {"access_token": "", **INTEGRATION}, APPLICATION],
    "organization_info": [{}],
    "preflight_info": [{}, {"access_token": ""}],
    "role_info": [{}],
    "user_info": [{}, {"sync_state": True, "addresses": [ADA, NEW]}],
}
#: Modules that work on files.
FILES = {"csv_export", "csv_info", "csv_result", "roster"}


#: Modules that look at a run as a whole, with what they are told beside its directory.
OVER_RUN: dict[str, dict[str, t.Any]] = {"plan": {"license": {"mode": "add_only"}}, "audit_info": {}}


def test_every_module_is_looked_at() -> None:
    """Run and report are actions, whose own tests hold their results against the documentation."""
    assert {*WRITERS, *READERS, *FILES, *OVER_RUN, "run", "report"} == set(MODULES)


@pytest.mark.parametrize("checking", [True, False])
@pytest.mark.parametrize("name", OVER_RUN)
def test_modules_over_a_run(run: Run, name: str, checking: bool, tmp_path: Path) -> None:
    here = run("organization_info")["organizations"][0]["id"]
    directory = run_folder(tmp_path / "run", ROSTER, here, check=checking)
    options = {"run_directory": str(directory), "check": checking, "diff": True, **OVER_RUN[name]}
    check(name, run(name, **options), fails=False)
    check(name, run(name, access_token="sim-expired-token", **options), fails=True)
    check(name, run(name, **{**options, "run_directory": str(tmp_path)}), fails=True)


@pytest.mark.parametrize("wrong", [True, False])
def test_the_end_of_a_run(run: Run, tmp_path: Path, wrong: bool) -> None:
    here = run("organization_info")["organizations"][0]["id"]
    directory = run_folder(tmp_path / "run", ROSTER, here)
    if wrong:
        update_record(directory, stopped={"step": "user", "code": "forbidden", "message": "No.", "advice": "Ask."})
    result = finish(Ending(str(directory), None, None, ["failed", "blocked"], False), lambda _line: None)
    assert result.get("failed", False) is wrong
    known = returns("run")
    promised = {key for key, entry in known.items() if entry["returned"] == "when the run is finished"}
    assert {*promised, "changed"} <= result.keys() <= {*known, *ANSIBLE}


@pytest.mark.parametrize("name", WRITERS)
def test_writing_modules(run: Run, name: str, tmp_path: Path) -> None:
    options = {"users": ROSTER, "settle_timeout": 0.1, "fail_on": ["failed"], **WRITERS[name]}
    planned = run(name, check=True, diff=True, **options)
    check(name, planned, fails=planned.get("failed", False))
    assert not planned["aborted"]
    directory = run_folder(tmp_path / "run", ROSTER, run("organization_info")["organizations"][0]["id"])
    chosen = {**{k: v for k, v in options.items() if k != "users"}, "run_directory": str(directory), "results": "all"}
    done = run(name, diff=True, **chosen)
    check(name, done, fails=done.get("failed", False))
    assert not done["aborted"]
    assert len(done["results"]) == len(ROSTER)
    refused = run(name, **{**options, "users": [{"email": "nobody"}]})
    check(name, refused, fails=True)
    assert refused["aborted"]
    assert refused["findings"]
    check(name, run(name, access_token="sim-expired-token", **options), fails=True)


@pytest.mark.parametrize(("name", "options"), [(name, options) for name, some in READERS.items() for options in some])
def test_reading_modules(run: Run, name: str, options: dict[str, t.Any]) -> None:
    check(name, run(name, **options), fails=False)


@pytest.mark.parametrize("name", [name for name in READERS if name != "preflight_info"])
def test_reading_modules_that_fail(run: Run, name: str) -> None:
    # An access token alone is handed on as it is.
    more = {**INTEGRATION, "refresh_token": "sim-refresh-token-of-old"} if name == "login" else {}
    result = run(name, access_token="sim-expired-token", **more)
    check(name, result, fails=True)
    assert result["error"]["code"] == "token_invalid"


def test_the_export(run: Run, tmp_path: Path) -> None:
    check("csv_export", run("csv_export", dest=str(tmp_path / "people.csv"), addresses=[ADA, NEW]), fails=False)
    check("csv_export", run("csv_export", dest=str(tmp_path / "a"), access_token="sim-expired-token"), fails=True)
    result = run("contact_center_info", gather=[], dest=str(tmp_path / "agents.csv"))
    check("contact_center_info", result, fails=False)


@pytest.mark.parametrize("asks", [True, False])
def test_files_and_their_results(run: Run, tmp_path: Path, asks: bool) -> None:
    file = tmp_path / "agents.csv"
    file.write_text(CSV, encoding="utf-8")
    here = run("organization_info")["organizations"][0]["id"]
    directory = str(run_folder(tmp_path / "run", [], here))
    found = run("csv_info", files=[str(file)], check_organization=asks, run_directory=directory)
    check("csv_info", found, fails=False)
    assert found["findings"]
    alone = run("csv_info", files=[str(file)], check_organization=asks)
    check("csv_info", alone, fails=False)
    assert alone["users"]
    check("csv_result", run("csv_result", run_directory=directory), fails=False)
    check("csv_result", run("csv_result", run_directory=str(tmp_path)), fails=True)
    stopped = run("csv_info", files=[str(file)], check_organization=asks, run_directory=directory, refused_rows="stop")
    check("csv_info", stopped, fails=stopped.get("failed", False))
    nowhere = run("csv_info", files=[str(file)], check_organization=asks, users_file=str(tmp_path / "none.json"))
    check("csv_info", nowhere, fails=True)


def test_the_roster(run: Run, tmp_path: Path) -> None:
    check("roster", run("roster", users=ROSTER, dest=str(tmp_path / "roster.json")), fails=False)
    refused = run("roster", users=[{"email": "nobody"}], dest=str(tmp_path / "roster.json"))
    check("roster", refused, fails=True)
    assert refused["findings"]
    assert refused["lines"]
    both = run("roster", users=ROSTER, dest=str(tmp_path / "roster.json"), run_directory=str(tmp_path))
    assert both["failed"]
    unreadable = run("roster", users_file=str(tmp_path / "none.json"), dest=str(tmp_path / "roster.json"))
    check("roster", unreadable, fails=True)


def test_a_run_whose_roster_was_edited_does_not_end_well(run: Run, tmp_path: Path) -> None:
    here = run("organization_info")["organizations"][0]["id"]
    directory = run_folder(tmp_path / "run", [], here)
    with (directory / ROSTER_FILE).open("a", encoding="utf-8") as file:
        file.write("\n")
    result = finish(Ending(str(directory), None, None, [], False), lambda _line: None)
    assert result["failed"]
    assert ROSTER_FILE in result["msg"]


def test_an_audit_over_refused_rows_fails_whatever_is_made_of_differences(run: Run, tmp_path: Path) -> None:
    here = run("organization_info")["organizations"][0]["id"]
    directory = run_folder(tmp_path / "run", ROSTER, here, check=True)
    (directory / ROW.outcomes_file).write_text('{"source": "list[3]"}\n', encoding="utf-8")
    result = run("audit_info", run_directory=str(directory), check=True)
    assert result["failed"]
    assert result["msg"].startswith("1 row of the roster was refused")
