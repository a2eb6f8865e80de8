"""The report: outcomes joined into one truth per person, and written for programs, spreadsheets and people."""

from __future__ import annotations

import csv
import io
import json
import stat
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.wxcc.onboarding.plugins.plugin_utils._report import report as _report
from ansible_collections.wxcc.onboarding.plugins.plugin_utils._report.report import Run

ORGANIZATION = {"host": "alpha", "id": "0f0e", "name": "Alpha", "check_mode": False, "options": {"synchronize": True}}
PRESENT = {"state": "present"}


def line(email: str, action: str = "none", **more: Any) -> dict[str, Any]:
    base = {"email": email, "action": action, "failed": False, "before": None, "error": None}
    return {**base, "changed": action in ("create", "update", "remove"), **more}


def chain(email: str, *, action: str = "none", **sync: Any) -> dict[str, Any]:
    """The outcomes of somebody for whom everything went well."""
    return {
        "user": [line(email, action, after=PRESENT)],
        "license": [line(email, "none" if action == "none" else "update", after={"license": "premium"})],
        "role": [line(email, after={"role": "agent"})],
        "sync": [line(email, after={"sync_state": "in_sync", "profile_type": "premium_agent", **sync})],
    }


def one(outcomes: dict[str, Any], wanted: dict[str, Any] | None = None, **organization: Any) -> dict[str, Any]:
    wanted = wanted or {"license": "premium", "role": "agent"}
    run = Run(
        organization={**ORGANIZATION, **organization},
        roster={"users": [{"email": "kim@example.com", **wanted}]},
        outcomes=outcomes,
    )
    report = _report.build_report([run])
    (user,) = report["organizations"][0]["users"]
    return {**user, "summary": report["summary"]}


def counts(**numbers: int) -> dict[str, int]:
    return {**dict.fromkeys(_report.COUNTS, 0), **numbers}


class TestOutcome:
    def test_everything_observed_is_ready(self) -> None:
        user = one(chain("kim@example.com", action="create"))
        assert user["outcome"] == "ready"
        assert user["lacks"] == []
        assert user["changes"] == ["created", "license premium"]
        states = {name: user[name] for name in ("user", "license", "role", "sync_state")}
        assert states == {"user": "present", "license": "premium", "role": "agent", "sync_state": "in_sync"}
        assert user["summary"] == counts(total=1, created=1, ready=1)

    def test_addresses_are_joined_without_case(self) -> None:
        assert one(chain("KIM@Example.com"))["outcome"] == "ready"

    @pytest.mark.parametrize("step", ["user", "license", "role", "sync"])
    def test_a_step_that_never_ran_is_not_ready(self, step: str) -> None:
        outcomes = chain("kim@example.com")
        del outcomes[step]
        user = one(outcomes)
        assert user["outcome"] == "waiting"
        assert user["lacks"] == [step]

    def test_nothing_declared_but_the_person_needs_only_the_person(self) -> None:
        user = one({"user": [line("kim@example.com", after=PRESENT)]}, {"license": None, "role": None})
        assert user["outcome"] == "ready"

    @pytest.mark.parametrize(
        ("step", "after"),
        [("user", {"state": "disabled"}), ("license", {"license": "none"}), ("role", {"role": "administrator"})],
    )
    def test_what_was_seen_must_be_what_was_declared(self, step: str, after: dict[str, str]) -> None:
        user = one({**chain("kim@example.com"), step: [line("kim@example.com", after=after)]})
        assert user["outcome"] == "failed"
        assert user["lacks"] == [step]

    @pytest.mark.parametrize("held", ["standard", "premium"])
    def test_adding_only_is_content_with_more(self, held: str) -> None:
        outcomes = {**chain("kim@example.com"), "license": [line("kim@example.com", after={"license": held})]}
        wanted = {"license": "standard"}
        assert one(outcomes, wanted, options={"license_mode": "add_only"})["outcome"] == "ready"

    def test_a_blocked_person_is_told_by_the_first_cause(self) -> None:
        error = {"code": "trial", "message": "Belongs to a trial.", "advice": "Delete the trial."}
        missing = {"code": "not_found", "message": "No such person.", "advice": ""}
        user = one(
            {
                "user": [line("kim@example.com", "blocked", after={"state": "absent"}, error=error)],
                "license": [line("kim@example.com", "blocked", after=None, error=missing)],
                "role": [line("kim@example.com", failed=True, after=None, error=missing)],
                "sync": [line("kim@example.com", failed=True, after={"sync_state": "missing"}, error=missing)],
            }
        )
        assert user["outcome"] == "blocked"
        assert (user["message"], user["action"]) == ("Belongs to a trial.", "Delete the trial.")
        assert user["lacks"] == ["user", "license", "role", "sync"]
        assert user["summary"] == counts(total=1, blocked=1)

    def test_failed_is_worse_than_blocked_and_blocked_than_waiting(self) -> None:
        blocked = line("kim@example.com", "blocked", after={"license": "none"}, error={"message": "No seat."})
        failed = line("kim@example.com", failed=True, after=None, error={"message": "Server error."})
        manual = line("kim@example.com", "manual", after={"role": "agent"}, manual={"what": "Press.", "where": "There"})
        outcomes = chain("kim@example.com")
        assert one({**outcomes, "role": [manual]}, {"license": "premium", "role": "supervisor"})["outcome"] == "waiting"
        assert one({**outcomes, "license": [blocked], "role": [manual]})["outcome"] == "blocked"
        user = one({**outcomes, "license": [blocked], "role": [failed]})
        assert (user["outcome"], user["message"]) == ("failed", "Server error.")

    def test_the_last_outcome_counts_and_an_earlier_change_stays_one(self) -> None:
        outcomes = chain("kim@example.com")
        outcomes["license"] = [
            line("kim@example.com", "update", after={"license": "premium"}),
            line("kim@example.com", "none", after={"license": "premium"}),
        ]
        outcomes["sync"].insert(0, line("kim@example.com", failed=True, after={"sync_state": "missing"}))
        user = one(outcomes)
        assert user["outcome"] == "ready"
        assert user["changes"] == ["license premium"]
        assert user["summary"]["updated"] == 1

    def test_supervisor_by_hand_waits_until_the_contact_center_shows_it(self) -> None:
        manual = {"what": "Choose Premium Agent - Supervisor Role.", "where": "Users > the person > Edit licenses"}
        wanted = {"license": "premium", "role": "supervisor"}
        role = [line("kim@example.com", "manual", after={"role": "agent"}, manual=manual)]
        user = one({**chain("kim@example.com"), "role": role}, wanted)
        assert user["outcome"] == "waiting"
        assert user["lacks"] == ["role"]
        assert user["action"] == "Choose Premium Agent - Supervisor Role: Users > the person > Edit licenses"
        user = one({**chain("kim@example.com", profile_type="supervisor"), "role": role}, wanted)
        assert (user["outcome"], user["role"]) == ("ready", "supervisor")

    def test_out_of_sync_says_what_to_press(self) -> None:
        outcomes = chain("kim@example.com", sync_state="missing")
        user = one(outcomes)
        assert user["outcome"] == "waiting"
        assert "Synchronize Users" in user["action"]
        outcomes["sync"][0]["failed"] = True
        assert one(outcomes)["outcome"] == "failed"

    def test_nobody_fails_at_a_gate_that_nobody_has_passed(self) -> None:
        outcomes = chain("kim@example.com", sync_state="missing")
        outcomes["sync"][0] |= {
            "failed": True,
            "error": {"code": "not_in_sync", "message": "Missing.", "advice": "Press."},
        }
        assert one(outcomes, gate="open")["outcome"] == "waiting"
        assert one(outcomes, gate="passed")["outcome"] == "failed"

    @pytest.mark.parametrize("state", ["in_sync", "not_expected", "digital_pending"])
    def test_in_sync(self, state: str) -> None:
        assert one(chain("kim@example.com", sync_state=state))["outcome"] == "ready"

    def test_without_a_synchronization_nobody_waits_for_one(self) -> None:
        outcomes = chain("kim@example.com")
        del outcomes["sync"]
        assert one(outcomes, options={"synchronize": False})["outcome"] == "ready"

    def test_check_run_tells_what_would_be(self) -> None:
        outcomes = chain("kim@example.com", action="create", sync_state="missing")
        user = one(outcomes, check_mode=True)
        assert user["outcome"] == "ready"
        assert user["changes"] == ["created", "license premium"]

    def test_absent_needs_no_license(self) -> None:
        user = one(
            {"user": [line("kim@example.com", "remove", before=PRESENT, after={"state": "absent"})]},
            {"state": "absent", "license": "none"},
        )
        assert (user["outcome"], user["user"], user["changes"]) == ("ready", "absent", ["removed"])
        assert user["summary"] == counts(total=1, removed=1, ready=1)

    def test_identities_from_elsewhere_need_no_step(self) -> None:
        outcomes = chain("kim@example.com")
        del outcomes["user"]
        assert one(outcomes, options={"identities": False, "synchronize": True})["outcome"] == "ready"

    def test_agent_settings(self) -> None:
        wanted = {"license": "premium", "agent": {"site": "Porto"}}
        outcomes = chain("kim@example.com")
        user = one(outcomes, wanted)
        assert (user["outcome"], user["lacks"], user["agent"]) == ("waiting", ["agent"], None)
        user = one({**outcomes, "agent": [line("kim@example.com", "update", after={"site": "Porto"})]}, wanted)
        assert (user["outcome"], user["agent"], user["changes"]) == ("ready", "changed", ["agent settings"])
        error = {"code": "unknown_site", "message": "There is no site Porto.", "advice": "Make it."}
        user = one({**outcomes, "agent": [line("kim@example.com", "blocked", after=None, error=error)]}, wanted)
        assert (user["outcome"], user["agent"], user["action"]) == ("blocked", "blocked", "Make it.")

    @pytest.mark.parametrize(
        ("change", "pending", "desk"),
        [
            ({}, False, "ready"),
            ({"site": None}, False, "site"),
            ({"teams": []}, False, "team"),
            ({"desktop_profile": None}, False, "profile"),
            ({"contact_center_enabled": False}, False, "enabled"),
            ({}, True, "first_sign_in"),
        ],
    )
    def test_what_still_lacks_for_the_desk(self, change: dict[str, Any], pending: bool, desk: str) -> None:
        settings = {"contact_center_enabled": True, "site": "Porto", "teams": ["Night"], "desktop_profile": "Agent"}
        outcomes = chain("kim@example.com")
        assert one(outcomes)["desk"] is None
        outcomes["sync"][0]["pending"] = pending
        outcomes["agent"] = [line("kim@example.com", "update", before={}, after={**settings, **change})]
        assert one(outcomes)["desk"] == desk
        assert one(outcomes)["desk_message"]

    def test_a_chain_that_stopped_left_everybody_behind(self) -> None:
        user = one({}, aborted={"step": "user", "message": "The token is not valid."})
        assert user["outcome"] == "failed"
        assert user["lacks"] == ["user", "license", "role", "sync"]
        assert user["action"] == "The token is not valid."

    def test_a_plan_that_was_refused_is_no_failure_of_its_people(self) -> None:
        planned = {
            **line("kim@example.com", "create", before={"state": "absent"}, after={"state": "absent"}),
            "changed": False,
        }
        user = one({"user": [planned]}, aborted={"step": "user", "message": "Too many removals."})
        assert user["message"] == "Not reached: the run stopped at user."
        assert user["changes"] == []

    def test_people_whom_only_an_outcome_names_are_there_too(self) -> None:
        run = Run(organization=ORGANIZATION, outcomes={"user": [line("lee@example.com", "create", after=PRESENT)]})
        (organization,) = _report.build_report([run])["organizations"]
        assert [user["email"] for user in organization["users"]] == ["lee@example.com"]
        assert organization["users"][0]["outcome"] == "ready"

    def test_defaults_of_the_roster_are_declarations(self) -> None:
        roster = {"defaults": {"license": "standard"}, "users": [{"email": "kim@example.com"}]}
        run = Run(organization=ORGANIZATION, roster=roster, outcomes=chain("kim@example.com"))
        report = _report.build_report([run])
        assert report["organizations"][0]["users"][0]["lacks"] == ["license"]


def crowd() -> dict[str, Any]:
    """A report with somebody of every outcome, a hostile name, and an organization that stopped."""
    outcomes: dict[str, list[dict[str, Any]]] = {"user": [], "license": [], "role": [], "sync": []}
    people = [f"user{number}@example.com" for number in range(20)]
    for email in people:
        for step, lines in chain(email, action="create").items():
            outcomes[step] += lines
    for number in range(5):
        error = {"message": f"trial{number}@example.com belongs to a trial <b>bold</b>.", "advice": "Delete the trial."}
        outcomes["user"].append(line(f"trial{number}@example.com", "blocked", after={"state": "absent"}, error=error))
    hostile = "=cmd|'/c calc'!a<script>alert(1)</script>@example.com"
    outcomes["user"].append(line(hostile, failed=True, after=None, error={"message": "Not an address.", "advice": ""}))
    roster = {"users": [{"email": email, "license": "premium"} for email in people]}
    stopped = {"host": "beta", "name": "Beta", "aborted": {"step": "preflight", "message": "The token is not valid."}}
    runs = [Run(organization=ORGANIZATION, roster=roster, outcomes=outcomes), Run(organization=stopped)]
    return _report.build_report(runs, now=datetime(2026, 3, 1, 8, tzinfo=UTC))


class TestWriting:
    def test_files_are_private_and_complete(self, tmp_path: Path) -> None:
        report = crowd()
        paths = _report.write_report(report, tmp_path / "new", ["json", "csv", "html"])
        assert sorted(paths) == ["csv", "html", "json"]
        for path in paths.values():
            assert stat.S_IMODE(Path(path).stat().st_mode) == 0o600
        names = sorted(item.name for item in (tmp_path / "new").iterdir())
        assert names == ["report.csv", "report.html", "report.json"]
        assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o700
        assert json.loads(Path(paths["json"]).read_text()) == report

    @pytest.mark.parametrize("runs", [[], [Run(organization={"host": "empty"}, missing=True)]])
    def test_nothing_to_report_is_still_a_report(self, runs: list[Run]) -> None:
        report = _report.build_report(runs)
        assert json.loads(_report.to_text(report, "json")) == report
        assert "<title>" in _report.to_text(report, "html")

    def test_cells_are_no_formulas(self) -> None:
        rows = list(csv.DictReader(io.StringIO(_report.to_text(crowd(), "csv"))))
        assert len(rows) == 26
        assert rows[-1]["email"].startswith("'=cmd|")
        assert rows[0]["changes"] == "created, license premium"

    def test_page_escapes_what_others_wrote(self) -> None:
        page = _report.to_text(crowd(), "html")
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert(1)" in page
        assert "&lt;b&gt;bold" in page

    def test_page_needs_nothing_else_and_is_well_formed(self) -> None:
        page = _report.to_text(crowd(), "html")
        reader = Page()
        reader.feed(page)
        reader.close()
        assert reader.open == []
        assert reader.outside == []
        assert reader.rows == 26
        assert reader.policy.count("sha256-") == 2

    def test_big_organizations_leave_out_the_unchanged(self) -> None:
        from ansible_collections.wxcc.onboarding.plugins.plugin_utils._report.page import render

        page = "".join(render(crowd(), max_rows=8))
        assert "people who are ready and unchanged are left out" in page

    def test_load_run(self, tmp_path: Path) -> None:
        (tmp_path / "organization.json").write_text(json.dumps(ORGANIZATION))
        (tmp_path / "roster.json").write_text(json.dumps([{"email": "kim@example.com"}]))
        whole = json.dumps(line("kim@example.com", "create", after=PRESENT))
        (tmp_path / "user.jsonl").write_text(f'{whole}\n{{"email": "cut sho')
        (organization,) = _report.build_report([_report.load_run(tmp_path)])["organizations"]
        assert organization["summary"]["created"] == 1

    def test_load_run_of_nothing(self, tmp_path: Path) -> None:
        (organization,) = _report.build_report([_report.load_run(tmp_path / "beta")])["organizations"]
        assert organization["name"] == "beta"
        assert organization["aborted"]["step"] == "start"


class TestLines:
    def test_one_line_each_with_what_to_do(self) -> None:
        assert _report.lines(crowd()) == [
            "alpha: 26 people: 20 ready, 5 blocked, 1 failed; created 20",
            "  failed: =cmd|'/c calc'!a<script>alert(1)</script>@example.com: Not an address.",
            "  blocked: trial0@example.com, trial1@example.com, trial2@example.com and 2 more: "
            "This person belongs to a trial <b>bold</b>.",
            "    to do: Delete the trial.",
            "beta: 0 people: none",
            "  stopped at preflight: The token is not valid.",
        ]

    def test_the_rest_is_counted(self) -> None:
        assert _report.lines(crowd(), at_most=1)[2] == "  and 5 more: see the report"


class Page(HTMLParser):
    """Checks that tags close in order, and notes everything that would be fetched from elsewhere."""

    VOID = frozenset({"meta", "input", "br", "link", "img"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.outside: list[str] = []
        self.rows = 0
        self.policy = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag not in self.VOID:
            self.open.append(tag)
        links = [str(values.get(name) or "#") for name in ("src", "href")]
        self.outside += [link for link in links if not link.startswith("#")]
        self.rows += tag == "tr" and "data-outcome" in values
        if values.get("http-equiv") == "Content-Security-Policy":
            self.policy = str(values["content"])

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag
