"""What people wrote, row by row: each ends in exactly one outcome, is counted once, and nothing is lost without a word."""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.integration.csv_files import results, sheet
from tests.integration.stage import Hosts, Played, Stage
from tests.integration.worlds import Row, address, agents, organization, person, scenario
from tests.simulator.testing import running_simulator

CASES = Path(__file__).with_name("cases")
SHORT: Row = {"onboard_synchronize": False}


def good(key: str) -> Row:
    return {"email": f"good@{key}.example.com", "last_name": "Row", "license": "premium"}


def bad(key: str, **more: object) -> Row:
    return {"email": f"bad@{key}.example.com", "last_name": "Row", **more}


def counts_agree(run: Played, host: str) -> None:
    """Summary, people and table of the report say the same of one organization."""
    organization_, summary = run.organization(host), run.summary(host)
    outcomes = Counter(user["outcome"] for user in organization_["users"])
    assert {word: summary[word] for word in ("ready", "waiting", "blocked", "failed")} == {
        word: outcomes[word] for word in ("ready", "waiting", "blocked", "failed")
    }, host
    assert summary["total"] == len(organization_["users"]), host
    assert summary["rows"] == sum(len(user["places"]) for user in organization_["users"]), host
    table = [row for row in run.report_rows if host in row.values()]
    assert len(table) == len(organization_["users"]), host


# -- lists ---------------------------------------------------------------------------------------------------------------


@dataclass
class Lists:
    stage: Stage
    run: Played

    def refused(self, host: str) -> str:
        """What is said of the bad row, which was left out while the good one went through."""
        assert self.run.recap(host)["failed"] == 1, self.run.output
        assert self.run.outcomes(host) == {"bad": "failed", "good": "ready"}
        assert "bad" not in self.stage.licenses(host)
        assert self.stage.licenses(host)["good"] == "premium"
        summary = self.run.summary(host)
        assert (summary["rows"], summary["failed"], summary["ready"], summary["created"]) == (2, 1, 1, 1)
        user = self.run.users(host)[f"bad@{host}.example.com"]
        return f"{user['message']} {user['action']}"

    def stopped(self, host: str) -> str:
        """Why the host was stopped before anything was written."""
        assert self.run.recap(host)["failed"] == 1, self.run.output
        assert self.stage.writes(host) == []
        return json.dumps(self.run.stopped(host), ensure_ascii=False)


LISTS = (
    "unknown",
    "file",
    "inside",
    "own",
    "twice",
    "variable",
    "adresses",
    "warned",
    "empty",
    "share",
    "number",
    "strict",
)


@pytest.fixture(scope="class")
def lists(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lists]:
    with running_simulator(scenario(*(organization(key, 2) for key in LISTS))) as simulator:
        stage = Stage(simulator, tmp_path_factory.mktemp("lists"))
        both = {key: [bad(key, licence="premium", rol="supervisor"), good(key)] for key in LISTS}
        file = stage.put("file", "people.json", json.dumps(both["file"]).encode())
        twice = [
            {**good("twice"), "email": "twin@twice.example.com", "license": word} for word in ("premium", "standard")
        ]
        hosts: Hosts = {
            "unknown": {"onboard_users": both["unknown"]},
            "file": {"onboard_users_file": file},
            "inside": {"onboard_users": [bad("inside", license="premium", agent={"sight": "Lisboa"}), good("inside")]},
            "own": {
                "onboard_users": [{**good("own"), "x_cost_center": 4711, "badge": "7"}],
                "onboard_ignore_keys": "badge, locker",
            },
            "twice": {"onboard_users": [*twice, good("twice")]},
            "variable": {"onboard_user": both["variable"]},
            "adresses": {"onboard_adresses": "nia@adresses.example.com", "onboard_license": "premium"},
            "warned": {"onboard_users": [good("warned")], "onboard_protcted": ["boss@warned.example.com"]},
            "empty": {"onboard_users": []},
            "share": {"onboard_users": both["share"], "onboard_max_refused_rows": "49%"},
            "number": {"onboard_users": both["number"], "onboard_max_refused_rows": 1},
            "strict": {"onboard_users": both["strict"], "onboard_refused_rows": "stop"},
        }
        yield Lists(stage, stage.play("onboard_manual", {host: {**SHORT, **more} for host, more in hosts.items()}))


class TestLists:
    """Inventories, files of people and addresses."""

    @pytest.mark.parametrize("host", ["unknown", "file"])
    def test_a_key_that_nobody_knows_refuses_the_row_with_the_nearest_name(self, lists: Lists, host: str) -> None:
        said = lists.refused(host)
        assert {"licence", "license", "rol", "role"} <= set(re.findall(r"\w+", said)), said

    def test_so_does_one_among_the_agent_settings(self, lists: Lists) -> None:
        said = lists.refused("inside")
        assert "sight" in said and "site" in said

    def test_keys_of_the_site_s_own_are_left_alone(self, lists: Lists) -> None:
        assert lists.run.recap("own")["failed"] == 0, lists.run.output
        assert lists.run.outcomes("own") == {"good": "ready"}

    def test_one_person_twice_is_refused_with_both_places(self, lists: Lists) -> None:
        assert lists.run.outcomes("twice") == {"twin": "failed", "good": "ready"}
        twin = lists.run.users("twice")["twin@twice.example.com"]
        assert twin["places"] == ["onboard_users[0]", "onboard_users[1]"]
        assert "twin" not in lists.stage.licenses("twice")
        assert lists.run.summary("twice")["rows"] == 3

    @pytest.mark.parametrize(
        ("host", "wrong", "right"),
        [("variable", "onboard_user", "onboard_users"), ("adresses", "onboard_adresses", "onboard_addresses")],
    )
    def test_a_misspelt_variable_and_nobody_to_bring_in_is_an_error(
        self, lists: Lists, host: str, wrong: str, right: str
    ) -> None:
        said = lists.stopped(host)
        assert wrong in said and right in said

    def test_a_misspelt_variable_beside_a_roster_is_named(self, lists: Lists) -> None:
        assert lists.run.recap("warned")["failed"] == 0, lists.run.output
        findings = [f for f in lists.run.record("warned")["findings"] if "onboard_protcted" in json.dumps(f)]
        assert [f["level"] for f in findings] == ["warning"]
        assert "onboard_protected" in json.dumps(findings)
        assert "onboard_protcted" in lists.run.output

    def test_a_night_without_joiners_is_no_error(self, lists: Lists) -> None:
        assert lists.run.recap("empty")["failed"] == 0, lists.run.output
        assert lists.run.summary("empty")["total"] == 0
        assert "warning" in [f["level"] for f in lists.run.record("empty")["findings"]]
        assert lists.stage.writes("empty") == []

    def test_too_many_refused_rows_stop_everything(self, lists: Lists) -> None:
        assert "max_refused_rows" in lists.stopped("share")
        assert lists.run.summary("share")["rows"] == 2
        lists.refused("number")
        lists.stopped("strict")

    def test_everything_that_was_written_is_counted(self, lists: Lists) -> None:
        for host in LISTS:
            counts_agree(lists.run, host)
        total = lists.run.report["summary"]
        for word in ("total", "rows", "ready", "failed", "created"):
            assert total[word] == sum(lists.run.summary(host)[word] for host in LISTS)


# -- files ---------------------------------------------------------------------------------------------------------------

FILES = (
    "refused",
    "same",
    "unknown",
    "premium",
    "names",
    "missing",
    "broken",
    "none",
    "first",
    "second",
    "cleared",
)


def case(stage: Stage, host: str, name: str) -> str:
    """Lay one of the cases out for an organization, with its domain in the addresses; return the path."""
    content = (CASES / f"{name}.csv").read_bytes().replace(b"alpha.example.com", b"example.com")
    return stage.put(host, f"{name}.csv", content.replace(b"@example.com", f"@{host}.example.com".encode()))


@dataclass
class Files:
    stage: Stage
    check: Played
    run: Played

    def stopped(self, host: str) -> str:
        """Why the host was stopped before anything was written."""
        assert self.run.recap(host)["failed"] == 1, self.run.output
        assert self.stage.writes(host) == []
        return json.dumps(self.run.stopped(host), ensure_ascii=False)

    def retry(self, host: str) -> list[str]:
        """The rows of an organization's retry files."""
        found = (self.stage.base / host).glob("*.retry.csv")
        return [line for path in found for line in path.read_text("utf-8-sig").splitlines()[1:]]


@pytest.fixture(scope="class")
def files(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Files]:
    there = {
        "premium": [person("holder.of.standard", "Holder", "Standard", "standard")],
        "cleared": [person("ada", "Ada", "Clear", "premium", title="Team Lead", roles=["id_user_admin"])],
    }
    world = scenario(*(organization(key, there.get(key, agents(2))) for key in FILES))
    with running_simulator(world) as simulator:
        stage = Stage(simulator, tmp_path_factory.mktemp("files"))
        one = sheet(["Nia", "Ro", "nia@names.example.com", "TRUE", ""])
        two = sheet(["Olu", "Be", "olu@names.example.com", "TRUE", ""])
        shared = stage.put("shared", "both.csv", sheet(["Nia", "Ro", "nia@shared.example.com", "TRUE", ""]))
        missing = stage.put("missing", "x.csv", sheet(["Nia", "Ro", "nia@missing.example.com", "TRUE", ""]))
        cleared = stage.put("cleared", "x.csv", sheet(["Ada", "Clear", "ada@cleared.example.com", "", "TRUE"]))
        hosts: Hosts = {
            "refused": {"csv_files": case(stage, "refused", "rows-refused")},
            "same": {"csv_files": case(stage, "same", "same-person-twice")},
            "unknown": {"csv_files": case(stage, "unknown", "unknown-subscription")},
            "premium": {"csv_files": case(stage, "premium", "premium-for-a-standard-holder")},
            "names": {
                "csv_files": [stage.put("names", "x.csv", one), stage.put("names/old", "x.csv", two)],
                "onboard_csv_results_directory": str(stage.base),
            },
            "missing": {"csv_files": missing, "onboard_csv_results_directory": str(stage.base / "no" / "such")},
            "broken": {"csv_files": str(stage.base / "no-such.csv")},
            "none": {"csv_files": ""},
            # One file; each of the two names its organization.
            "first": {"csv_files": shared},
            "second": {"csv_files": shared},
            "cleared": {
                "csv_files": cleared,
                "onboard_users": [{"email": "ada@cleared.example.com", "title": "", "administrator_roles": []}],
            },
        }
        everything = {host: {**SHORT, **more} for host, more in hosts.items()}
        check = stage.play("onboard_csv", everything, "--check")
        assert stage.writes() == []
        yield Files(stage, check, stage.play("onboard_csv", everything))


@pytest.mark.slow
class TestFiles:
    """Files as people bring them."""

    def test_every_row_of_a_file_is_counted(self, files: Files) -> None:
        run = files.run
        assert run.recap("refused")["failed"] == 1, run.output
        summary = run.summary("refused")
        # A row with too few cells, one without an address; blank cells too many at the end of one do no harm.
        assert (summary["rows"], summary["ready"], summary["failed"]) == (4, 2, 2)
        places = [place for user in run.organization("refused")["users"] for place in user["places"]]
        assert sorted(places) == [f"rows-refused.csv:{line}" for line in (2, 3, 4, 5)]
        nobody = [user for user in run.organization("refused")["users"] if not user["email"]]
        assert [user["places"] for user in nobody] == [["rows-refused.csv:4"]]
        counts_agree(run, "refused")
        assert len([row for row in run.report_rows if "refused" in row.values()]) == 4
        words = Counter(row["Outcome"] for row in rows_of(files.stage.base / "refused" / "rows-refused.result.csv"))
        assert words == {"changed": 2, "refused": 2}
        assert len(files.retry("refused")) == 2

    def test_who_is_there_twice_in_two_ways_is_nobody_s_guess(self, files: Files) -> None:
        run = files.run
        assert run.outcomes("same") == {"nia": "failed", "olu": "ready"}
        nia = run.users("same")["nia@same.example.com"]
        for line in (2, 3):
            assert f"same-person-twice.csv:{line}" in nia["places"]
            assert f"line {line}" in nia["message"] or f"same-person-twice.csv:{line}" in nia["message"]
        held = files.stage.licenses("same")
        assert "nia" not in held and held["olu"] == "standard"
        # One of her rows alone would be carried out by the next run.
        assert len([row for row in files.retry("same") if "nia@" in row.lower()]) in (0, 2)
        assert not [row for row in files.retry("same") if "olu@" in row.lower()]
        assert len(run.users("same")["olu@same.example.com"]["places"]) == 2
        assert run.summary("same")["rows"] == 4

    def test_a_subscription_that_nobody_has_is_found_before_the_first_write(self, files: Files) -> None:
        said = files.stopped("unknown")
        assert "Sub999999" in said and "Sub111111" in said
        assert "nia" not in files.stage.licenses("unknown")

    def test_plan_and_run_agree_over_premium_for_a_holder_of_standard(self, files: Files) -> None:
        for run in (files.check, files.run):
            (user,) = run.users("premium").values()
            assert user["outcome"] == "blocked", user
            assert "csv_mode" in f"{user['message']} {user['action']}"
        assert files.stage.licenses("premium")["holder.of.standard"] == "standard"
        assert files.stage.writes("premium") == []

    def test_two_files_with_one_result_name_are_refused_first(self, files: Files) -> None:
        assert "x.csv" in files.stopped("names")

    def test_a_results_directory_that_is_not_there_is_found_first(self, files: Files) -> None:
        assert str(files.stage.base / "no" / "such") in files.stopped("missing")

    def test_a_file_that_is_not_there_is_named_with_its_whole_path(self, files: Files) -> None:
        assert files.run.recap("broken")["failed"] == 1, files.run.output
        assert files.run.summary("broken")["failed"] == 1
        assert str(files.stage.base / "no-such.csv") in json.dumps(files.run.record("broken")["findings"])

    def test_no_file_is_an_error(self, files: Files) -> None:
        assert "CSV file" in files.stopped("none")

    def test_one_file_for_two_named_organizations_has_results_for_each(self, files: Files) -> None:
        assert [files.run.record(host)["stopped"] for host in ("first", "second")] == [None, None]
        # One address cannot be in two organizations, so the service refuses the later one.
        assert sorted(files.run.outcomes(host)["nia"] for host in ("first", "second")) == ["blocked", "ready"]
        written = sorted(path.name for path in (files.stage.base / "shared").glob("*.result.csv"))
        assert len(written) == 2
        assert any("first" in name for name in written) and any("second" in name for name in written)

    def test_what_a_list_clears_beside_a_file_is_cleared(self, files: Files) -> None:
        assert files.run.recap("cleared")["failed"] == 0, files.run.output
        ada = files.stage.simulator.person("ada@cleared.example.com")
        assert ada is not None
        assert not ada["title"]
        assert [role for role in ada["roles"] if role.startswith("id_")] == []

    def test_check_mode_says_the_same_of_every_row(self, files: Files) -> None:
        for host in ("refused", "same", "premium", "unknown"):
            planned, done = files.check.organization(host)["users"], files.run.organization(host)["users"]
            assert [(u["email"], u["places"]) for u in planned] == [(u["email"], u["places"]) for u in done], host
            for one, two in zip(planned, done, strict=True):
                # Who is to be changed waits for the service's word, which a plan cannot know.
                assert one["outcome"] == two["outcome"] or (one["outcome"], two["outcome"]) == ("waiting", "ready"), (
                    host
                )


def rows_of(path: Path) -> list[dict[str, str]]:
    """The rows of a result file, also those without an address."""
    return list(csv.DictReader(io.StringIO(path.read_text("utf-8-sig"), newline="")))


def test_one_file_for_two_hosts_that_name_no_organization_is_refused(tmp_path: Path) -> None:
    world = scenario(organization("one", agents(1)), organization("two", agents(1)))
    world["tokens"] += [
        {"token": f"sim-{key}", "email": f"boss@{key}.example.com", "organization": key, "scopes": "all"}
        for key in ("one", "two")
    ]
    with running_simulator(world) as simulator:
        stage = Stage(simulator, tmp_path)
        file = stage.put("one", "agents.csv", sheet(["Nia", "Ro", "nia@one.example.com", "TRUE", ""]))
        hosts: Hosts = {
            key: {**SHORT, "webex_org_id": None, "webex_access_token": f"sim-{key}"} for key in ("one", "two")
        }
        run = stage.play("onboard_csv", hosts, csv_files=file)
        assert run.status != 0
        assert stage.writes() == []
        for host in hosts:
            said = json.dumps(run.stopped(host))
            assert "CSV file" in said and "webex_org_id" in said


def test_results_and_people_agree_in_a_file_of_every_kind(tmp_path: Path) -> None:
    """Counts of report.json, report.csv, result file and exit status, and the simulator's truth."""
    with running_simulator(
        scenario(
            organization("alpha", agents(3)),
            accounts_elsewhere=[{"email": "taken@alpha.example.com", "kind": "other_org"}],
        )
    ) as simulator:
        stage = Stage(simulator, tmp_path)
        content = sheet(
            ["Nia", "Ro", "nia@alpha.example.com", "TRUE", ""],
            ["Agent", "0", address(0), "", "TRUE"],
            ["Ta", "Ken", "taken@alpha.example.com", "TRUE", ""],
            ["Bad", "Cell", "cell@alpha.example.com", "maybe", ""],
            ["No", "Address", "", "TRUE", ""],
            ["Olu", "Be", "olu@alpha.example.com", "", "TRUE"],
            ["Olu", "Be", "OLU@alpha.example.com", "", "TRUE"],
        )
        run = stage.play("onboard_csv", {"alpha": {**SHORT, "csv_files": stage.put("alpha", "x.csv", content)}})
        assert run.status != 0
        counts_agree(run, "alpha")
        summary = run.summary("alpha")
        expected = {"rows": 7, "total": 6, "ready": 3, "blocked": 1, "failed": 2, "created": 2, "unchanged": 1}
        assert {word: summary[word] for word in expected} == expected
        words = Counter(row["Outcome"] for row in rows_of(tmp_path / "alpha" / "x.result.csv"))
        assert sum(words.values()) == 7
        assert words["refused"] == 2 and words["blocked"] == 1 and words["unchanged"] == 1
        held = stage.licenses("alpha")
        assert (held["nia"], held["olu"]) == ("standard", "premium")
        assert "taken" not in held and "cell" not in held
        assert results(tmp_path / "alpha" / "x.result.csv")["nia"]["Outcome"] == "changed"
