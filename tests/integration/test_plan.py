"""The module plan against the running simulator: what it foresees, refuses and lets pass, and that the steps do the same."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from tests.integration.run_directory import Row, RunDirectory, begin, read, requests
from tests.integration.worlds import (
    ELSEWHERE,
    ONE_SUBSCRIPTION,
    ROSTER,
    THERE,
    TWO_SUBSCRIPTIONS,
    organization,
    scenario,
)
from tests.simulator.testing import RunningSimulator

pytestmark = pytest.mark.usefixtures("state_home")
AT = "@alpha.example.com"
SCENARIO = scenario(
    organization("alpha", THERE, ONE_SUBSCRIPTION), organization("beta", 3, ONE_SUBSCRIPTION), elsewhere=ELSEWHERE
)


@pytest.fixture
def state_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


def writes(simulator: RunningSimulator) -> list[str]:
    return [line for line in requests(simulator) if not line.startswith("GET")]


class TestForecast:
    def test_a_check_run_says_what_would_be_done_and_never_calls_new_people_ready(
        self, simulator: RunningSimulator, tmp_path: Path
    ) -> None:
        run = begin(simulator, tmp_path, ROSTER, check=True)
        simulator.clear_journal()
        result = run.plan()
        assert "failed" not in result, result.get("msg")
        assert result["changed"] is True
        assert not writes(simulator)
        assert result["steps"] == ["user", "license", "role", "sync"]
        assert result["work"] == {"0": ["user", "license", "role", "sync"]}
        assert "6 new (the service may still refuse some)" in result["summary"]["text"]
        for email in ("New.Agent", "new.standard", "trial.user"):
            assert run.outcomes()[email + AT] == "waiting"
        assert "trial or another organization" in run.person("New.Agent" + AT)["forecast"]["message"]
        assert run.steps("New.Agent" + AT)["license"]["after"] == {"license": "premium", "subscriptions": ["Sub111111"]}
        assert run.steps("new.supervisor" + AT)["role"]["action"] == "manual"

    def test_the_counts_add_up_and_the_digest_is_the_same_next_time(
        self, simulator: RunningSimulator, tmp_path: Path
    ) -> None:
        first, second = (begin(simulator, tmp_path, ROSTER, check=True, run=f"r{n}") for n in range(2))
        one, other = first.plan(), second.plan()
        assert one["digest"] == other["digest"]
        counts = {
            k: v for k, v in one["summary"].items() if k not in ("people", "blocked_in_part", "refused_rows", "text")
        }
        assert sum(counts.values()) == one["summary"]["people"] == len(ROSTER)

    def test_nothing_to_do_has_no_steps(self, simulator: RunningSimulator, tmp_path: Path) -> None:
        simulator.click()
        row = {"email": "old.premium" + AT, "license": "premium"}
        run = begin(simulator, tmp_path, [row])
        result = run.plan()
        assert (result["changed"], result["steps"], result["parts"]) == (False, [], [])
        assert run.outcomes() == {row["email"]: "ready"}
        assert result["summary"]["text"] == "1 person: 1 as declared"

    def test_an_empty_roster_is_planned_too(self, simulator: RunningSimulator, tmp_path: Path) -> None:
        assert begin(simulator, tmp_path, []).plan()["steps"] == []

    def test_table_and_page_are_written(self, simulator: RunningSimulator, tmp_path: Path) -> None:
        run = begin(simulator, tmp_path, ROSTER, check=True)
        result = run.plan()
        rows = list(csv.DictReader(io.StringIO((run.path / "plan.csv").read_text(encoding="utf-8-sig"))))
        assert [row["email"] for row in rows] == [row["email"] for row in ROSTER]
        assert rows[0]["places"] == "onboard_users[0]"
        page = (run.path / "plan.md").read_text(encoding="utf-8")
        assert result["digest"] in page
        assert "onboard_plan_digest" in page

    def test_the_steps_do_what_was_planned(self, simulator: RunningSimulator, tmp_path: Path) -> None:
        run = begin(simulator, tmp_path, ROSTER)
        run.plan()
        for step in ("user", "license", "role"):
            run.module(step, fail_on=[], results="none")
        for line in _lines(run, "license"):
            planned = run.document.entry("license", line["index"])
            assert planned is not None
            if line["changed"]:
                assert (planned["action"], planned["after"]) == (line["action"], line["after"])
        people = [line for line in _lines(run, "user") if line["action"] == "blocked"]
        assert {line["email"] for line in people} == {"trial.user" + AT, "taken.user@partner.example.com"}

    def test_the_writing_steps_read_nothing_again(self, simulator: RunningSimulator, tmp_path: Path) -> None:
        run = begin(simulator, tmp_path, [{"email": "old.none" + AT, "license": "premium", "title": "Agent"}])
        run.plan()
        simulator.clear_journal()
        run.module("user", fail_on=[], results="none")
        assert requests(simulator)[0].startswith("POST")


def _lines(run: RunDirectory, step: str) -> list[Row]:
    text = (run.path / f"{step}.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


class TestRows:
    def test_a_name_that_nobody_has_blocks_the_row_in_all_steps_and_no_other(
        self, simulator: RunningSimulator, tmp_path: Path
    ) -> None:
        rows = [
            {"email": "one" + AT, "license": "premium", "agent": {"site": "Lisbona"}},
            {"email": "two" + AT, "license": "premium", "administrator_roles": ["Sales Administrator"]},
            {"email": "three" + AT, "license": "premium"},
        ]
        run = begin(simulator, tmp_path, rows)
        result = run.plan()
        assert "failed" not in result, result.get("msg")
        assert run.outcomes() == {"one" + AT: "blocked", "two" + AT: "blocked", "three" + AT: "waiting"}
        for email, code in (("one", "unknown_name"), ("two", "role_by_hand")):
            steps = run.steps(email + AT)
            assert {step["error"]["code"] for step in steps.values()} == {code}
        error = run.steps("two" + AT)["role"]["error"]
        assert "'Sales Administrator' cannot be given" in error["message"]
        assert "Management > Users" in error["advice"]

    def test_premium_for_somebody_who_keeps_standard_is_known_to_be_refused(
        self, simulator: RunningSimulator, tmp_path: Path
    ) -> None:
        cells = {"premium": True, "standard": False}
        run = begin(simulator, tmp_path, [{"email": "old.standard" + AT, "csv": cells}])
        run.plan(license={"mode": "add_only"})
        error = run.steps("old.standard" + AT)["license"]["error"]
        assert error["code"] == "license_conflict"
        assert "csv_mode=add_and_remove_services" in error["advice"]

    @pytest.mark.parametrize(
        "options", [{"refused_rows": "stop"}, {"max_refused_rows": "0"}, {"max_refused_rows": "40%"}]
    )
    def test_refused_rows_may_stop_the_run(
        self, simulator: RunningSimulator, tmp_path: Path, options: dict[str, str]
    ) -> None:
        rows = [{"email": "one" + AT, "agent": {"site": "Lisbona"}}, {"email": "two" + AT}]
        run = begin(simulator, tmp_path, rows, **options)
        result = run.plan()
        assert result["error"]["code"] == "refused_rows"
        stopped = run.record.stopped
        assert stopped is not None
        assert stopped["step"] == "plan"


class TestWhole:
    def test_too_few_seats_stop_the_run_before_anything_is_written(
        self, simulator: RunningSimulator, tmp_path: Path
    ) -> None:
        rows = [{"email": f"new{n}{AT}", "license": "premium"} for n in range(60)]
        run = begin(simulator, tmp_path, rows)
        result = run.plan()
        assert result["error"]["code"] == "no_seat"
        assert not writes(simulator)
        assert run.document.refusal is not None
        result = run.module("user", fail_on=[])
        assert result["error"]["code"] == "other_plan"

    def test_everything_that_stands_against_it_is_told_at_once(
        self, simulator: RunningSimulator, tmp_path: Path
    ) -> None:
        rows = [{"email": f"new{n}{AT}", "license": "premium"} for n in range(60)]
        rows.append({"email": "old.premium" + AT, "license": "none"})
        result = begin(simulator, tmp_path, rows).plan(max_removals="0", max_changes="5%", writable=False)
        for words in ("licenses are needed", "max_removals allows 0", "max_changes allows 3", "is only looked at"):
            assert words in result["msg"], words

    def test_removals_are_counted_in_people_over_all_steps(self, simulator: RunningSimulator, tmp_path: Path) -> None:
        rows = [{"email": "old.premium" + AT, "license": "none", "administrator_roles": []}]
        rows.append({"email": "old.admin" + AT, "license": "none", "administrator_roles": []})
        result = begin(simulator, tmp_path, rows).plan(max_removals="1")
        assert result["error"]["code"] == "too_many_removals"
        assert "2 of 2 people" in result["msg"]
        assert "failed" not in begin(simulator, tmp_path, rows, run="r2").plan(max_removals="2")

    def test_an_unknown_subscription_stops_the_run(self, simulator: RunningSimulator, tmp_path: Path) -> None:
        cells = {"premium": True, "subscriptions": {"premium": {"Sub999999": True}}}
        result = begin(simulator, tmp_path, [{"email": "new" + AT, "csv": cells}]).plan()
        assert result["error"]["code"] == "unknown_subscription"
        assert "Sub999999" in result["msg"]
        assert "Sub111111" in result["msg"]

    def test_a_default_that_nobody_has_stops_the_run(self, simulator: RunningSimulator, tmp_path: Path) -> None:
        run = begin(simulator, tmp_path, [{"email": "new" + AT, "license": "premium"}])
        assert run.plan(agent={"settings": {"site": "Lisbona"}})["error"]["code"] == "unknown_name"

    def test_what_is_only_looked_at_can_be_planned_in_check_mode(
        self, simulator: RunningSimulator, tmp_path: Path
    ) -> None:
        run = begin(simulator, tmp_path, ROSTER, check=True)
        assert run.plan(writable=False)["changed"] is True

    def test_every_missing_scope_is_named_at_once(self, simulator: RunningSimulator, tmp_path: Path) -> None:
        forbidden = ("^/v1/licenses", "^/v1/people$", "^/identity", "/organization/")
        run = begin(simulator, tmp_path, ROSTER)
        simulator.faults(*({"kind": "status", "path": path, "times": -1, "status": 403} for path in forbidden))
        result = run.plan()
        assert result["error"]["code"] == "forbidden"
        for scope in ("people_read", "licenses_read", "identity:people_rw", "cjp:config_read"):
            assert scope in result["msg"], scope


class TestSubscriptions:
    SCENARIO = scenario(organization("alpha", THERE, TWO_SUBSCRIPTIONS))

    @pytest.fixture(autouse=True)
    def two(self, simulator: RunningSimulator) -> None:
        simulator.reset(self.SCENARIO)

    def test_of_two_one_is_asked_for(self, simulator: RunningSimulator, tmp_path: Path) -> None:
        run = begin(simulator, tmp_path, [{"email": "new" + AT, "license": "premium"}])
        result = run.plan()
        assert result["error"]["code"] == "several_subscriptions"
        for words in ("Sub111111", "Sub222222", "onboard_subscription_id"):
            assert words in result["msg"]

    def test_the_named_one_is_taken(self, simulator: RunningSimulator, tmp_path: Path) -> None:
        run = begin(simulator, tmp_path, [{"email": "new" + AT, "license": "premium"}])
        run.plan(license={"subscription_id": "Sub222222"})
        assert run.steps("new" + AT)["license"]["after"]["subscriptions"] == ["Sub222222"]

    def test_who_needs_no_seat_is_not_asked_about(self, simulator: RunningSimulator, tmp_path: Path) -> None:
        run = begin(simulator, tmp_path, [{"email": "old.premium" + AT, "license": "premium"}])
        assert "failed" not in run.plan()

    def test_the_person_s_own_decides(self, simulator: RunningSimulator, tmp_path: Path) -> None:
        run = begin(simulator, tmp_path, [{"email": "old.standard" + AT, "license": "premium"}])
        run.plan()
        assert run.steps("old.standard" + AT)["license"]["after"]["subscriptions"] == ["Sub111111"]


TWO: list[Row] = [
    {"email": "old.none" + AT, "license": "premium"},
    {"email": "old.standard" + AT, "license": "premium"},
]


class TestApproval:
    def approved(self, simulator: RunningSimulator, tmp_path: Path) -> tuple[Path, str]:
        run = begin(simulator, tmp_path, TWO, check=True, run="approved")
        digest = run.plan()["digest"]
        return run.path / "plan.json", str(digest)

    def test_a_digest_lets_the_same_pass_and_nothing_else(self, simulator: RunningSimulator, tmp_path: Path) -> None:
        _file, digest = self.approved(simulator, tmp_path)
        assert "failed" not in begin(simulator, tmp_path, TWO).plan(approved_digest=digest)
        result = begin(simulator, tmp_path, TWO[:1], run="r2").plan(approved_digest=digest)
        assert result["error"]["code"] == "other_digest"

    @pytest.mark.parametrize("check", [False, True])
    def test_half_a_digest_is_no_world_that_moved(
        self, check: bool, simulator: RunningSimulator, tmp_path: Path
    ) -> None:
        file, digest = self.approved(simulator, tmp_path)
        for number, more in enumerate(({}, {"approved_plan": str(file)})):
            run = begin(simulator, tmp_path, TWO, check=check, run=f"r{number}")
            result = run.plan(approved_digest=digest[:12], **more)
            assert result["error"]["code"] == "other_digest"
            assert f"{digest[:12]} is no whole digest" in result["msg"]
            assert "64 characters" in result["msg"]

    def test_in_check_mode_an_approval_is_looked_at_and_not_used_up(
        self, simulator: RunningSimulator, tmp_path: Path
    ) -> None:
        """By digest, by file, and by both; another one is refused as in the run itself."""
        file, digest = self.approved(simulator, tmp_path)
        approvals: list[Row] = [
            {"approved_digest": digest},
            {"approved_plan": str(file)},
            {"approved_digest": digest, "approved_plan": str(file)},
        ]
        for number, more in enumerate(approvals):
            result = begin(simulator, tmp_path, TWO, check=True, run=f"look{number}").plan(**more)
            assert ("failed" in result, result["digest"]) == (False, digest)
        for number, more in enumerate(approvals[::2]):
            result = begin(simulator, tmp_path, TWO[:1], check=True, run=f"less{number}").plan(**more)
            assert ("failed" in result) is (number == 0), "with the file, less than was approved is allowed"
        assert "failed" not in begin(simulator, tmp_path, TWO).plan(**approvals[2])

    def test_with_the_file_whoever_has_moved_is_left_alone(self, simulator: RunningSimulator, tmp_path: Path) -> None:
        file, _digest = self.approved(simulator, tmp_path)
        simulator.change("old.standard" + AT, licenses=[])
        rows = [*TWO, {"email": "stranger" + AT, "license": "premium"}]
        run = begin(simulator, tmp_path, rows)
        result = run.plan(approved_plan=str(file))
        assert "failed" not in result, result.get("msg")
        assert run.outcomes() == {
            "old.none" + AT: "waiting",
            "old.standard" + AT: "blocked",
            "stranger" + AT: "blocked",
        }
        assert run.steps("stranger" + AT)["user"]["error"]["code"] == "moved"

    def test_it_is_carried_out_once(self, simulator: RunningSimulator, tmp_path: Path) -> None:
        file, _digest = self.approved(simulator, tmp_path)
        assert "failed" not in begin(simulator, tmp_path, TWO).plan(approved_plan=str(file))
        result = begin(simulator, tmp_path, TWO, run="r2").plan(approved_plan=str(file))
        assert result["error"]["code"] == "plan_refused"
        assert "carried out already" in result["msg"]

    def test_check_mode_carries_nothing_out(self, simulator: RunningSimulator, tmp_path: Path) -> None:
        file, _digest = self.approved(simulator, tmp_path)
        begin(simulator, tmp_path, TWO, check=True, run="look").plan(approved_plan=str(file))
        assert "failed" not in begin(simulator, tmp_path, TWO).plan(approved_plan=str(file))

    @pytest.mark.parametrize(
        ("change", "said"),
        [
            (lambda plan: plan["people"][0]["steps"]["license"]["after"].update(license="standard"), "edited"),
            (lambda plan: plan.update(made="2020-01-01T00:00:00Z"), "may be carried out for 1 day"),
        ],
    )
    def test_edited_or_old_it_changes_nobody(
        self, simulator: RunningSimulator, tmp_path: Path, change: Any, said: str
    ) -> None:
        file, _digest = self.approved(simulator, tmp_path)
        plan = read(file)
        change(plan)
        file.write_text(json.dumps(plan), encoding="utf-8")
        run = begin(simulator, tmp_path, TWO)
        result = run.plan(approved_plan=str(file))
        assert result["error"]["code"] == "plan_refused"
        assert said in result["msg"]
        people = read(run.path / "plan.json")["people"]
        assert {entry["error"] is None for person in people for entry in person["steps"].values()} == {True}, (
            "one cause"
        )

    def test_who_is_approved_and_in_no_roster_is_named(self, simulator: RunningSimulator, tmp_path: Path) -> None:
        file, _digest = self.approved(simulator, tmp_path)
        result = begin(simulator, tmp_path, TWO[:1]).plan(approved_plan=str(file))
        assert "failed" not in result
        (told,) = [f["message"] for f in result["findings"] if "not in the roster" in f["message"]]
        assert TWO[1]["email"] in told

    def test_another_organization_s_changes_nobody(self, simulator: RunningSimulator, tmp_path: Path) -> None:
        file, _digest = self.approved(simulator, tmp_path)
        result = begin(simulator, tmp_path, [], organization="beta").plan(approved_plan=str(file))
        assert "it is a plan of" in result["msg"]


class TestContactCenterUnseen:
    @pytest.fixture(autouse=True)
    def closed(self, simulator: RunningSimulator) -> None:
        simulator.faults({"kind": "status", "path": "/organization/", "times": -1, "status": 403})

    def test_people_and_licenses_are_planned_without_it(self, simulator: RunningSimulator, tmp_path: Path) -> None:
        run = begin(simulator, tmp_path, [{"email": "old.none" + AT, "license": "premium"}])
        result = run.plan()
        assert "failed" not in result, result.get("msg")
        assert result["steps"] == ["license"]
        assert "contact center" in [f.get("check") for f in result["findings"]]
        assert run.steps("old.none" + AT)["sync"]["after"]["sync_state"] is None

    @pytest.mark.parametrize("more", [{"role": "supervisor"}, {"agent": {"site": "Lisbon"}}])
    def test_what_needs_it_cannot_be_planned(
        self, simulator: RunningSimulator, tmp_path: Path, more: dict[str, Any]
    ) -> None:
        run = begin(simulator, tmp_path, [{"email": "old.premium" + AT, "license": "premium", **more}])
        result = run.plan()
        assert result["error"]["code"] == "forbidden"
        assert "cjp:config_read" in result["msg"]


class TestAudit:
    def test_a_plan_is_shown_as_drift(self, simulator: RunningSimulator, tmp_path: Path) -> None:
        run = begin(simulator, tmp_path, [{"email": "old.none" + AT, "license": "premium"}])
        result = run.look()
        assert "failed" not in result, result.get("msg")
        (found,) = result["drift"]
        assert (found["email"], found["step"], found["action"]) == ("old.none" + AT, "license", "update")
        assert result["people"] == 2
        assert read(run.path / "audit.json")["drift"] == result["drift"]
        assert len(read(run.path / "everybody.json")) == 2
        assert "1 difference from the roster" in result["lines"]

    def test_it_may_fail(self, simulator: RunningSimulator, tmp_path: Path) -> None:
        run = begin(simulator, tmp_path, [{"email": "old.none" + AT, "license": "premium"}])
        assert "1 difference" in run.look(fail=True)["msg"]
