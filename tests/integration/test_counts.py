"""Whatever comes in, and whatever goes wrong: report, table, result files, verdict and the simulator's state say the same.

The modules run inside this process, one after the other as the role does it, over generated lists and files, with faults.
"""

from __future__ import annotations

import csv
import importlib
import io
import json
import random
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.wxcc.onboarding.plugins.module_utils._run.record import RunRecord, write_record
from ansible_collections.wxcc.onboarding.plugins.module_utils._run.variables import names_of, options_of, typed
from ansible_collections.wxcc.onboarding.plugins.plugin_utils._report.build import build_report
from ansible_collections.wxcc.onboarding.plugins.plugin_utils._report.load import load_run
from ansible_collections.wxcc.onboarding.plugins.plugin_utils._report.write import write_report
from tests.integration.csv_files import sheet
from tests.integration.modules import run_module
from tests.integration.worlds import organization, person, scenario
from tests.simulator.testing import RunningSimulator

MODULES = "ansible_collections.wxcc.onboarding.plugins.modules"
finishing = pytest.importorskip("ansible_collections.wxcc.onboarding.plugins.plugin_utils._run.finish")

Row = dict[str, Any]

DOMAIN = "alpha.example.com"
#: Who is there before: by license.
THERE = {f"old{n}": ("none", "standard", "premium")[n % 3] for n in range(9)}
#: Addresses that somebody else holds: the service refuses to create them.
TAKEN = [f"taken{n}@{DOMAIN}" for n in range(2)]
#: Free seats of each kind: plenty, or so few that the plan has to say no.
SEATS = (50, 50, 50, 4)


def world(seats: int) -> Row:
    """Return an organization with those people, some of whose licenses take the seats."""
    people = [person(name, "Old", name.title(), *([held] if held != "none" else [])) for name, held in THERE.items()]
    licenses = [{"type": kind, "total": seats, "subscription": "Sub111111"} for kind in ("CJPPRM", "CJPSTD")]
    elsewhere = [{"email": email, "kind": "other_org"} for email in TAKEN]
    return scenario(organization("alpha", people, licenses), accounts_elsewhere=elsewhere)


#: Quick to give up: what is counted is what became of people, not how patiently it was waited for.
PATIENCE = {"retry_deadline": 0.4, "settle_timeout": 0.3}
OUTCOMES = ("ready", "waiting", "blocked", "failed")
#: What a result file may say of a row whose entry has that outcome.
WORDS = {
    "ready": {"changed", "unchanged"},
    "waiting": {"changed", "unchanged"},
    "blocked": {"blocked"},
    "failed": {"failed", "refused", "not attempted", "blocked"},
}

# -- what comes in -------------------------------------------------------------------------------------------------------


@dataclass
class Input:
    """Lists and files of one run, and every place in them."""

    users: list[Row] = field(default_factory=list)
    addresses: list[str] = field(default_factory=list)
    files: dict[str, list[list[str]]] = field(default_factory=dict)

    def places(self) -> list[str]:
        listed = [f"onboard_users[{n}]" for n in range(len(self.users))]
        listed += [f"onboard_addresses[{n}]" for n in range(len(self.addresses))]
        return [*listed, *(f"{name}:{n + 2}" for name, rows in self.files.items() for n in range(len(rows)))]


def address(rng: random.Random, number: int) -> str:
    """Somebody new, somebody who is there, or somebody whom another organization has; now and then in capitals."""
    found = rng.choice(
        [f"new{number}@{DOMAIN}"] * 3 + [f"{rng.choice(list(THERE))}@{DOMAIN}"] * 2 + [rng.choice(TAKEN)]
    )
    return found.upper() if rng.random() < 0.1 else found


def list_row(rng: random.Random, number: int) -> Any:
    row: Row = {"email": address(rng, number), "first_name": "Nia", "last_name": f"No{number}"}
    row["license"] = rng.choice(["premium", "standard"])
    if rng.random() < 0.3:
        row["role"] = rng.choice(["agent", "supervisor"])
    if rng.random() < 0.2:
        row["agent"] = {"contact_center_enabled": True}
    wrong = rng.random()
    if wrong < 0.08:
        row["licence"] = row.pop("license")
    elif wrong < 0.14:
        del row["email"]
    elif wrong < 0.2:
        row["email"] = rng.choice(["nobody", "a b@example.com", ""])
    elif wrong < 0.24:
        return rng.choice(["just a text", 7, None])
    return row


def file_row(rng: random.Random, number: int) -> list[str]:
    standard, premium = rng.choice([("TRUE", ""), ("", "TRUE"), ("FALSE", "TRUE"), ("TRUE", "FALSE")])
    row = ["Nia", f"No{number}", address(rng, number), standard, premium]
    wrong = rng.random()
    if wrong < 0.08:
        row[3] = "maybe"
    elif wrong < 0.16:
        row[2] = rng.choice(["", "nobody", "a b@example.com"])
    return row


def generated(rng: random.Random) -> Input:
    """Return lists and files with good, refused, repeated and contradictory rows."""
    kind = rng.choice(["list", "files", "both"])
    made = Input()
    if kind != "files":
        made.users = [list_row(rng, n) for n in range(rng.randint(2, 8))]
        if made.users and rng.random() < 0.5:
            made.users.append(made.users[0])
        made.addresses = [address(rng, n) for n in range(20, 20 + rng.randint(0, 3))]
    if kind != "list":
        for name in ("one.csv", "two.csv")[: rng.randint(1, 2)]:
            rows = [file_row(rng, n) for n in range(rng.randint(1, 7))]
            if rng.random() < 0.5:
                again = list(rng.choice(rows))
                if rng.random() < 0.5:
                    again[3], again[4] = again[4], again[3]
                rows.append(again)
            made.files[name] = rows
    return made


FAULTS: list[list[Row]] = [
    [],
    [{"kind": "status", "status": 503, "method": "POST", "path": "/Bulk$", "when": "after", "times": 1}],
    [{"kind": "disconnect", "method": "POST", "path": "/Bulk$", "when": "after", "times": -1}],
    [{"kind": "bulk_item", "item_status": 400, "match": "new1@", "path": "/Bulk$", "times": -1}],
    [{"kind": "status", "status": 403, "method": "PATCH", "path": "licenses/users", "match": "old1@", "times": -1}],
    [{"kind": "status", "status": 502, "method": "PATCH", "path": "licenses/users", "when": "after", "times": -1}],
    [{"kind": "skip_license", "method": "PATCH", "path": "licenses/users", "times": 1}],
    [{"kind": "status", "status": 401, "method": "PATCH", "path": "licenses/users", "skip": 1, "times": -1}],
    [{"kind": "status", "status": 500, "method": "GET", "path": "/licenses", "times": -1}],
]
#: From the first write on the service takes what is sent, answers nothing, and cannot be read: nobody can say what happened.
GONE: list[Row] = [
    {"kind": "disconnect", "method": "POST", "path": "/Bulk$", "when": "after", "times": -1},
    {"kind": "disconnect", "method": "PATCH", "path": "licenses/users", "when": "after", "times": -1},
    {"kind": "status", "status": 503, "method": "GET", "path": "/v1/people", "times": -1},
    {"kind": "status", "status": 503, "method": "GET", "path": "/v2/Users", "times": -1},
    {"kind": "status", "status": 503, "method": "POST", "path": "/v2/Users/.search", "times": -1},
]


# -- the chain -------------------------------------------------------------------------------------------------------------


class Chain:
    """One run as the role ``onboard`` goes through it; the run's directory and record are made by hand."""

    def __init__(
        self, simulator: RunningSimulator, base: Path, given: Input, *, check: bool = False, planned: bool = True
    ) -> None:
        self.simulator, self.given, self.check, self.planned = simulator, given, check, planned
        #: Faults from the first writing step on.
        self.later: list[Row] = []
        self.directory = base / ("check" if check else "real")
        self.directory.mkdir()
        self.org_id = str(simulator.state("alpha")["id"])
        self.files = []
        for name, rows in given.files.items():
            path = base / name
            path.write_bytes(sheet(*rows))
            self.files.append(str(path))
        values = {"onboard_csv_files": self.files, "onboard_users": given.users}
        options = options_of("onboard", typed({k: v for k, v in values.items() if v}, names_of("onboard")))
        write_record(
            RunRecord(
                run="20261125T043028Z-3f9a1c",
                directory=str(self.directory),
                host="alpha",
                check_mode=check,
                organization={"id": self.org_id, "name": "Alpha", "named": True},
                options={name: value for name, value in options.items() if name != "users"},
            )
        )

    def module(self, name: str, **options: Any) -> Row:
        known = importlib.import_module(f"{MODULES}.{name}").SPEC.options
        options = {**PATIENCE, "results": "none", "fail_on": [], "run_directory": str(self.directory), **options}
        told = {key: value for key, value in options.items() if key in known}
        org_id = self.org_id if "org_id" in known else None
        return run_module(name, url=self.simulator.url, org_id=org_id, check=self.check, **told)

    def go(self) -> None:
        """Go through all steps; what stops the run ends it, as in the role."""
        lists = {"duplicates": "merge", "refused_rows": "skip", "prefix": "onboard_"}
        if self.module("roster", users=self.given.users, addresses=self.given.addresses, **lists).get("failed"):
            return
        if self.files and self.module("csv_info", files=self.files, refused_rows="skip").get("failed"):
            return
        options = {"license": {"mode": "add_only"}, "role": {"mode": "add_only"}}
        steps, work = ["sync", "agent"], {part: ["user", "license", "role"] for part in self.parts()}
        if self.planned:
            plan = self.module("plan", **options, agent={"settings": {}}, synchronize=True)
            if plan.get("failed") or self.check:
                return
            steps, work = plan["steps"], {part: plan["work"][str(part)] for part in plan["parts"]}
        if self.later:
            self.simulator.faults(*self.later)
        if self.write(work, options):
            self.settle(steps)

    def write(self, work: dict[int, list[str]], options: dict[str, Row]) -> bool:
        """Go through the steps of all parts; return whether the run goes on."""
        steps = ((part, step) for part, own in work.items() for step in own if step not in ("sync", "agent"))
        return not any(self.module(step, part=part, **options.get(step, {})).get("failed") for part, step in steps)

    def settle(self, steps: list[str]) -> None:
        """Have the contact center take everybody over, and set what it keeps."""
        if "sync" in steps:
            self.simulator.clear_faults()
            self.simulator.control("POST", "synchronize-users", {})
            self.module("sync", wait_timeout=2.0, interval=0.2)
        if "agent" in steps:
            self.module("agent", settings={})

    def parts(self) -> list[int]:
        found = sorted(path.stem for path in self.directory.glob("roster-*.json"))
        return [int(name.rpartition("-")[2]) for name in found] or [0]

    def finish(self, fail_on: list[str]) -> Row:
        ending = finishing.Ending(str(self.directory), None, None, fail_on, self.check)
        return dict(finishing.finish(ending, lambda _line: None))


def truth(simulator: RunningSimulator) -> dict[str, Row]:
    """Return everybody in the organization, by address."""
    return {p["email"].lower(): p for p in simulator.state("alpha")["people"]}


def contact_center_licenses(known: Row) -> set[str]:
    return {name for name in known["licenses"] if name in ("premium", "standard")}


# -- what must agree -------------------------------------------------------------------------------------------------------


def report_agrees(report: Row, given: Input, base: Path) -> None:
    """Summary, entries and table of a report, and the places of the input."""
    (one,) = report["organizations"]
    users, summary = one["users"], one["summary"]
    outcomes = Counter(user["outcome"] for user in users)
    assert {name: summary[name] for name in OUTCOMES} == {name: outcomes[name] for name in OUTCOMES}
    assert summary["total"] == len(users) == sum(summary[name] for name in OUTCOMES)
    assert summary["uncertain"] == sum(not user["certain"] for user in users)
    places = [place for user in users for place in user["places"]]
    assert sorted(places) == sorted(given.places())
    assert summary["rows"] == len(places)
    emails = [user["email"].lower() for user in users if user["email"]]
    assert len(emails) == len(set(emails))
    paths = write_report(report, base / "report", ["json", "csv", "html"])
    assert json.loads(Path(paths["json"]).read_text(encoding="utf-8")) == report
    rows = list(csv.DictReader(io.StringIO(Path(paths["csv"]).read_text(encoding="utf-8"))))
    assert [(row["email"].lstrip("'"), row["outcome"], row["places"]) for row in rows] == [
        (user["email"] or "", user["outcome"], ", ".join(user["places"])) for user in users
    ]


def results_agree(report: Row, given: Input, base: Path) -> None:
    """The result files beside the CSV files: a line for every row, with a word that fits its person's outcome."""
    (one,) = report["organizations"]
    outcomes = {place: user["outcome"] for user in one["users"] for place in user["places"]}
    # One row of a person may be refused, and another done.
    several = {place for user in one["users"] if len(user["places"]) > 1 for place in user["places"]}
    for name, rows in given.files.items():
        text = (base / f"{Path(name).stem}.result.csv").read_text(encoding="utf-8-sig")
        lines = list(csv.DictReader(io.StringIO(text)))
        assert [int(line["Line"]) for line in lines] == list(range(2, len(rows) + 2))
        for line in lines:
            place = f"{name}:{line['Line']}"
            words = WORDS[outcomes[place]] | (WORDS["ready"] if place in several else set())
            assert line["Outcome"] in words, (place, outcomes[place], line)


def truth_agrees(report: Row, before: dict[str, Row], after: dict[str, Row]) -> None:
    """What is claimed of each person is so, and nobody else was touched."""
    (one,) = report["organizations"]
    users = {user["email"].lower(): user for user in one["users"] if user["email"]}
    came = after.keys() - before.keys()
    assert before.keys() <= after.keys()
    said = {email for email, user in users.items() if "created" in user["changes"]}
    perhaps = {email for email, user in users.items() if "perhaps created" in user["changes"]}
    assert said <= came <= said | perhaps
    assert one["summary"]["created"] == len(said)
    for email, known in after.items():
        held = contact_center_licenses(known)
        had = contact_center_licenses(before[email]) if email in before else set()
        if held != had:
            assert any("license" in change for change in users[email]["changes"]), (email, users.get(email))
    for email, user in users.items():
        if user["outcome"] == "ready":
            assert email in after
        if email in after and user["license"] in ("premium", "standard") and user["certain"]:
            assert user["license"] in contact_center_licenses(after[email]), user


def verdict_agrees(chain: Chain, report: Row) -> None:
    (one,) = report["organizations"]
    for fail_on in (["failed", "blocked"], ["failed"], []):
        ended = chain.finish(fail_on)
        assert ended["summary"] == one["summary"]
        wrong = bool(one["stopped"]) or any(one["summary"][name] for name in fail_on)
        assert bool(ended.get("failed")) == wrong


@pytest.mark.parametrize(("seed", "planned"), [*((n, True) for n in range(24)), *((n, False) for n in range(24, 34))])
def test_all_numbers_agree(seed: int, planned: bool, simulator: RunningSimulator, tmp_path: Path) -> None:
    """With a plan, as the role goes through it, and without one, as a playbook of one's own may."""
    rng = random.Random(seed)
    given = generated(rng)
    simulator.reset(world(rng.choice(SEATS)))
    faults = FAULTS[seed % len(FAULTS)]
    before = truth(simulator)
    if faults:
        simulator.faults(*faults)
    chain = Chain(simulator, tmp_path, given, planned=planned)
    chain.go()
    simulator.clear_faults()
    chain.finish([])
    report = build_report([load_run(chain.directory)])
    report_agrees(report, given, tmp_path)
    results_agree(report, given, tmp_path)
    verdict_agrees(chain, report)
    truth_agrees(report, before, truth(simulator))


@pytest.mark.parametrize("seed", range(50, 54))
def test_a_doubt_is_counted_as_one(seed: int, simulator: RunningSimulator, tmp_path: Path) -> None:
    given = generated(random.Random(seed))
    simulator.reset(world(50))
    before = truth(simulator)
    chain = Chain(simulator, tmp_path, given)
    chain.later = GONE
    chain.go()
    simulator.clear_faults()
    chain.finish([])
    report = build_report([load_run(chain.directory)])
    assert report["summary"]["uncertain"] > 0
    report_agrees(report, given, tmp_path)
    results_agree(report, given, tmp_path)
    verdict_agrees(chain, report)
    truth_agrees(report, before, truth(simulator))


@pytest.mark.parametrize("seed", range(100, 108))
def test_a_check_run_foresees_what_the_run_does(seed: int, simulator: RunningSimulator, tmp_path: Path) -> None:
    rng = random.Random(seed)
    given = generated(rng)
    simulator.reset(world(rng.choice(SEATS)))
    before = truth(simulator)
    check = Chain(simulator, tmp_path, given, check=True)
    check.go()
    check.finish([])
    assert truth(simulator) == before
    foreseen = build_report([load_run(check.directory)])
    report_agrees(foreseen, given, tmp_path)
    real = Chain(simulator, tmp_path, given)
    real.go()
    real.finish([])
    report = build_report([load_run(real.directory)])
    planned = {place: user for user in foreseen["organizations"][0]["users"] for place in user["places"]}
    for user in report["organizations"][0]["users"]:
        for place in user["places"]:
            told = planned[place]
            # Nobody is foreseen as ready who then is not; what the plan refuses, the run refuses.
            assert told["outcome"] != "ready" or user["outcome"] == "ready", (place, told, user)
            if told["outcome"] in ("blocked", "failed"):
                assert (user["outcome"], user["message"]) == (told["outcome"], told["message"])
            elif user["outcome"] != "blocked":
                assert user["changes"] == told["changes"], (place, told, user)
