"""The CSV procedure from end to end: ansible-playbook, real files, a simulator, and the truth in it afterwards."""

from __future__ import annotations

import json
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.integration.csv_files import EMAIL, PREMIUM, codes, results, sample, sheet
from tests.integration.stage import Hosts, Played, Stage
from tests.integration.worlds import ONE_SUBSCRIPTION, TWO_SUBSCRIPTIONS, Row, organization, person, scenario
from tests.simulator.testing import RunningSimulator, running_simulator

SAMPLE, SEVERAL, DAMAGED = (
    "sample_control_hub_export.csv",
    "sample_control_hub_export_multisub.csv",
    "sample_damaged_by_spreadsheet.csv",
)
PIPE = "{{ lookup('pipe', 'id') }}"
RAW = "{% raw %}{{ 7 * 7 }}"
TRIAL = "trial.user@text.example.com"

#: Those of the sample's people who are there before; the others are new.
THERE = [
    person("ada.marlowe", "Ada", "Marlowe", "premium"),
    person("bruno.keane", "Bruno", "Keane"),
    person("ines.robles", "Ines", "Robles", "standard"),
    person("dev.anand", "Dev", "Anand", "premium", active=False),
    person("erin.odell@emea", "Erin", "O'Dell", "premium"),
    person("fay.lind", "Fay", "Lind", "standard"),
]
#: What everybody holds after the sample was imported, by what the import may do.
AFTER_ADD = {
    "ada.marlowe": "premium",
    "bruno.keane": "standard",
    "carla.vidal+pilot": "premium",
    "ines.robles": "standard",
    "dev.anand": "premium",
    "erin.odell": "premium",
    "fay.lind": "standard",
    "svc-recorder": "none",
}
AFTER_EXACT = {**AFTER_ADD, "erin.odell": "none", "fay.lind": "none"}
#: More people than one line of a message names, all of whom a stale file would strip.
STRIPPED = [f"agent{number:02d}" for number in range(25)]

ONCE = scenario(
    organization("add", THERE),
    organization(
        "several",
        [
            person("ada.marlowe", "Ada", "Marlowe"),
            person("carla.vidal+pilot", "Carla", "Vidal", "premium"),
            person("bruno.keane", "Bruno", "Keane", "premium"),
        ],
        TWO_SUBSCRIPTIONS,
    ),
    organization("guard", [person(local, "Ag", "Ent", "premium") for local in STRIPPED]),
    organization("torn", [person("calm", "Ca", "Lm")]),
    organization("strict", [person("calm", "Ca", "Lm")]),
    organization("broken", [person("calm", "Ca", "Lm")]),
)
AGAIN = scenario(
    organization("exact", THERE),
    organization("damaged", [person("ada.marlowe", "Ada", "Marlowe"), person("bruno.keane", "Bruno", "Keane")]),
    organization("text", [person("lead", "Le", "Ad", "premium")]),
    accounts_elsewhere=[{"email": TRIAL, "kind": "trial"}],
)
DAY = 86_400
PLAYBOOK = "onboard_csv"
SMALL = {"onboard_synchronize": "false"}
EXACT = {**SMALL, "csv_mode": "add_and_remove_services", "onboard_allow_removals": "true"}


@dataclass
class Run:
    """One run, and what stood where when it was over."""

    stage: Stage
    played: Played
    writes: dict[str, list[Row]]
    held: dict[str, dict[str, str]]
    results: dict[str, dict[str, Row]]
    retries: dict[str, list[str]]

    def outcomes(self, file: str) -> dict[str, str]:
        """What a result file said of each row, by what stands before the @."""
        return {local: row["Outcome"] for local, row in self.results[file].items()}


def run_over(stage: Stage, hosts: Hosts) -> Run:
    stage.simulator.clear_journal()
    played = stage.play(PLAYBOOK, hosts)

    def left(word: str) -> dict[str, Path]:
        ending = f".{word}.csv"
        return {
            f"{path.parent.name}/{path.name.removesuffix(ending)}": path for path in stage.base.glob(f"*/*{ending}")
        }

    return Run(
        stage,
        played,
        {host: stage.entries(host) for host in hosts},
        {host: stage.licenses(host) for host in hosts},
        {name: results(path) for name, path in left("result").items()},
        {name: path.read_text("utf-8-sig").splitlines()[1:] for name, path in left("retry").items()},
    )


def modes(stage: Stage) -> set[int]:
    """The rights on the files that runs leave."""
    names = ("*/*.result.csv", "*/*.retry.csv", "run*/*/*/*/*.json")
    return {stat.S_IMODE(path.stat().st_mode) for name in names for path in stage.base.glob(name)}


@pytest.fixture(scope="class")
def once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    with running_simulator(ONCE) as simulator:
        stage = Stage(simulator, tmp_path_factory.mktemp("once"))
        torn = {}
        for host in ("torn", "strict"):
            calm = ["Ca", "Lm", f"calm@{host}.example.com", "TRUE", ""]
            early = stage.put(host, "early.csv", sheet(calm, ["Nia", "Ro", f"nia@{host}.example.com", "", "TRUE"]))
            late = stage.put(host, "late.csv", sheet(["Nia", "Roo", f"NIA@{host}.example.com", "TRUE", ""]))
            torn[host] = [early, late]
        stale = sheet(*([f"{local}@guard.example.com", "FALSE"] for local in STRIPPED), header=[EMAIL, PREMIUM])
        picture = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" * 9
        # Somebody was changed by hand since the file was exported.
        simulator.change("agent07@guard.example.com", title="Team Lead")
        yield run_over(
            stage,
            {
                "add": {**SMALL, "csv_files": sample(stage, "add", SAMPLE)},
                "several": {**EXACT, "csv_files": sample(stage, "several", SEVERAL)},
                "guard": {
                    **EXACT,
                    "csv_files": stage.put("guard", "stale.csv", stale, age_s=DAY),
                    "onboard_max_removals": "24",
                },
                "torn": {**SMALL, "csv_files": torn["torn"]},
                "strict": {**SMALL, "csv_files": torn["strict"], "onboard_refused_rows": "stop"},
                "broken": {**SMALL, "csv_files": stage.put("broken", "picture.csv", picture)},
            },
        )


def give_number(simulator: RunningSimulator, email: str, number: str) -> None:
    """Note somebody's number in the organization's record."""
    organizations = simulator.state()["organizations"]
    own = next(org["id"] for org in organizations if any(one["email"] == email for one in org["people"]))
    listed = simulator.get("/v1/people", orgId=own, max="1000").json()["items"]
    entry = next(one for one in listed if email in one["emails"])
    entry["phoneNumbers"] = [{"type": "work", "value": number}]
    answer = simulator.request("PUT", f"/v1/people/{entry['id']}", json=entry)
    assert answer.is_success, answer.text


@dataclass
class Acts:
    """One story in three runs: the plan, the run, and once more when the causes are gone."""

    stage: Stage
    plan: Played
    beside_files_after_plan: list[str]
    run: Run
    again: Run


def stories(stage: Stage) -> Hosts:
    one = sheet(
        [PIPE, RAW, "first.new@text.example.com", "", "TRUE"],
        ["Tri", "Al", TRIAL, "TRUE", ""],
        ["Le", "Ad", "LEAD@text.example.com", "FALSE", "TRUE"],
    )
    two = sheet(["Se", "Cond", "second.new@text.example.com", "TRUE", "FALSE"])
    return {
        "exact": {**EXACT, "csv_files": [sample(stage, "exact", SAMPLE, age_s=DAY)]},
        "damaged": {**SMALL, "csv_files": sample(stage, "damaged", DAMAGED)},
        # Text throughout, as a controller's survey hands it over.
        "text": {
            "csv_files": f"{stage.put('text', 'one.csv', one)}, {stage.put('text', 'two.csv', two)},",
            "csv_mode": "add_services_only",
            "onboard_users": [{"email": "First.New@text.example.com", "role": "supervisor"}],
            "onboard_refused_rows": "skip",
            "onboard_part_size": "500",
            "onboard_check_organization": "true",
            "onboard_max_removals": "",
        },
    }


@pytest.fixture(scope="class")
def acts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Acts]:
    with running_simulator(AGAIN) as simulator:
        stage = Stage(simulator, tmp_path_factory.mktemp("acts"))
        hosts = stories(stage)
        give_number(simulator, "ada.marlowe@damaged.example.com", "+12025550101")
        # Somebody was changed by hand since the file was exported.
        simulator.change("fay.lind@exact.example.com", title="Team Lead")

        some = {host: hosts[host] for host in ("exact", "text")}
        start = simulator.state()
        plan = stage.play(PLAYBOOK, some, "--check")
        assert simulator.state() == start, "a check run writes nothing"
        assert not [write for host in some for write in stage.entries(host)]
        mine = {SAMPLE, DAMAGED, "one.csv", "two.csv"}
        beside = [path.name for host in hosts for path in (stage.base / host).iterdir() if path.name not in mine]

        run = run_over(stage, hosts)

        # The trial is over, and the record knows the number.
        simulator.control("POST", "accounts-elsewhere", {"email": TRIAL, "kind": None})
        give_number(simulator, "bruno.keane@damaged.example.com", "+12025550102")
        retry = {
            "exact": hosts["exact"],
            "damaged": hosts["damaged"],
            "text": {**hosts["text"], "csv_files": str(stage.base / "text" / "one.retry.csv"), "onboard_users": ""},
        }
        yield Acts(stage, plan, beside, run, run_over(stage, retry))


class TestThreeRuns:
    """Files that are planned, run, and run again."""

    def test_the_same_sample_made_exact(self, acts: Acts) -> None:
        assert acts.run.held["exact"] == {**AFTER_EXACT, "partner": "none"}
        users = acts.run.played.users("exact")
        assert users["fay.lind@exact.example.com"]["license"] == "none"
        assert {user["outcome"] for user in users.values()} == {"ready"}
        summary = acts.run.played.organization("exact")["summary"]
        assert (summary["removed"], summary["created"]) == (2, 2)

    def test_a_stale_file_is_said_to_be_one(self, acts: Acts) -> None:
        """Only where somebody else has changed the person since: what this run does itself makes no file stale."""
        text = " ".join(acts.run.played.output.split())
        assert "FAY.LIND@exact.example.com was changed at" in text
        assert text.count("after the file was saved") == 1
        assert "Export again if this is not wanted." in text

    def test_the_same_file_again_changes_nothing(self, acts: Acts) -> None:
        assert acts.again.writes["exact"] == []
        assert acts.again.played.recap("exact")["changed"] == 0
        assert acts.again.played.organization("exact")["summary"]["unchanged"] == 8

    def test_a_damaged_file_is_repaired_where_it_is_certain(self, acts: Acts) -> None:
        found = codes(acts.run.played, "damaged")
        assert found["repaired"] == ["file_format", "number_plus_lost"]
        assert "error" not in found
        assert found["warning"] == ["columns_left", "number_scientific", "number_plus_lost", "read_only_new"]
        assert acts.run.held["damaged"] == {
            "ada.marlowe": "premium",
            "bruno.keane": "standard",
            "carla.vidal+pilot": "premium",
            "ines.robles": "standard",
        }
        rows = acts.run.results["damaged/sample_damaged_by_spreadsheet"]
        # No number is sent from here, so a spoiled one refuses nobody.
        assert {row["Outcome"] for row in rows.values()} == {"changed"}
        assert "damaged/sample_damaged_by_spreadsheet" not in acts.run.retries

    def test_the_record_settles_a_number(self, acts: Acts) -> None:
        bruno = [
            f for f in acts.again.played.organization("damaged")["findings"] if f.get("code") == "number_scientific"
        ]
        assert [finding["level"] for finding in bruno] == ["repaired"]
        assert acts.again.writes["damaged"] == []

    def test_findings_are_few_at_the_terminal(self, acts: Acts) -> None:
        said = [line for line in acts.run.played.output.splitlines() if line.startswith("[damaged] ")]
        levels = [
            word
            for line in said
            if (word := line.removeprefix("[damaged] ").partition(":")[0]) in ("error", "repaired", "warning")
        ]
        assert levels == sorted(levels, key=["error", "repaired", "warning"].index)
        assert 4 <= len(levels) <= 8
        assert "supervisors and administrators have to be named" in " ".join(said)

    def test_cells_are_text_and_nothing_else(self, acts: Acts) -> None:
        person = acts.stage.simulator.person("first.new@text.example.com")
        assert person is not None
        assert (person["first_name"], person["last_name"]) == (PIPE, RAW)
        for output in (acts.plan.output, acts.run.played.output):
            assert "uid=" not in output
        for path in acts.stage.base.rglob("*"):
            assert path.is_dir() or b"uid=" not in path.read_bytes(), path

    def test_supervisors_come_from_beside_the_file(self, acts: Acts) -> None:
        user = acts.run.played.users("text")["first.new@text.example.com"]
        assert (user["outcome"], user["license"], user["role"]) == ("ready", "premium", "supervisor")
        assert acts.run.results["text/one"]["first.new"]["Message"] == "Make this person a supervisor."

    def test_each_file_to_its_end_before_the_next(self, acts: Acts) -> None:
        told = [str(write["request"]) for write in acts.run.writes["text"]]
        first = max(i for i, text in enumerate(told) if "first.new" in text or "Trial" in text or "trial.user" in text)
        second = min(i for i, text in enumerate(told) if "second.new" in text)
        assert first < second
        # Identity and license of the first file go before anything of the second.
        assert [write["path"].rsplit("/", 1)[1] for write in acts.run.writes["text"]] == [
            "Bulk",
            "users",
            "Bulk",
            "users",
        ]

    def test_rows_that_did_not_succeed_run_again(self, acts: Acts) -> None:
        assert acts.run.results["text/one"]["trial.user"]["Outcome"] == "blocked"
        assert acts.run.results["text/one"]["trial.user"]["Tracking ID"]
        assert "trial organization must be deleted" in acts.run.results["text/one"]["trial.user"]["Advice"]
        assert acts.run.retries["text/one"] == [f"Tri,Al,{TRIAL},TRUE,"]
        assert "text/two" not in acts.run.retries
        assert acts.again.played.users("text")[TRIAL]["outcome"] == "ready"
        assert acts.stage.licenses("text")["trial.user"] == "standard"
        assert not (acts.stage.base / "text" / "one.retry.retry.csv").exists()

    def test_a_check_run_tells_what_the_run_does(self, acts: Acts) -> None:
        for host in ("exact", "text"):
            planned, done = acts.plan.users(host), acts.run.played.users(host)
            assert list(planned) == list(done)
            for email in set(done) - {TRIAL}:
                for name in ("user", "license", "changes"):
                    assert planned[email][name] == done[email][name], (email, name)
            assert acts.plan.plan(host)["digest"] == acts.run.played.plan(host)["digest"]
        assert acts.beside_files_after_plan == [], "a check run writes nothing beside the user's files"

    def test_files_are_for_their_owner(self, acts: Acts) -> None:
        assert modes(acts.stage) == {0o600}


class TestFiles:
    """Every kind of file, each in an organization of its own."""

    def test_a_sample_adds_and_takes_nothing(self, once: Run) -> None:
        assert once.held["add"] == {**AFTER_ADD, "partner": "none"}
        users = once.played.users("add")
        assert {user["outcome"] for user in users.values()} == {"ready"}
        # A CSV file changes nobody's status: who was inactive stays so.
        assert users["dev.anand@add.example.com"]["user"] == "disabled"
        assert codes(once.played, "add")["warning"] == ["columns_left", "read_only_new", "name_missing"]
        ines = once.stage.simulator.person("ines.robles@add.example.com")
        assert ines is not None
        assert (ines["first_name"], ines["display_name"]) == ("Inés", "Robles, Inés")
        assert once.outcomes("add/sample_control_hub_export") == {
            **dict.fromkeys(AFTER_ADD, "changed"),
            "dev.anand": "unchanged",
        }
        assert "add/sample_control_hub_export" not in once.retries

    def test_columns_of_several_subscriptions(self, once: Run) -> None:
        assert once.held["several"] == {
            "ada.marlowe": "premium",
            "carla.vidal+pilot": "premium",
            "bruno.keane": "standard",
            "ines.robles": "standard",
        }
        state = once.stage.simulator.state("several")
        by_id = {one["id"]: (one["type"], one["subscription"]) for one in state["licenses"]}
        # TRUE stands under the first subscription, and FALSE under the second.
        assert {by_id[i] for one in state["people"] for i in one["license_ids"] if i in by_id} == {
            ("CJPPRM", "Sub111111"),
            ("CJPSTD", "Sub111111"),
        }

    def test_too_many_removals_are_refused_and_named(self, once: Run) -> None:
        assert once.writes["guard"] == []
        assert set(once.held["guard"].values()) == {"premium"}
        message = once.played.stopped("guard")["message"]
        assert "25" in message and "24" in message and "max_removals" in message
        users = once.played.users("guard")
        assert {user["outcome"] for user in users.values()} == {"failed"}
        rows = once.results["guard/stale"]
        assert list(rows) == STRIPPED
        assert {row["Outcome"] for row in rows.values()} == {"not attempted"}
        assert len(once.retries["guard/stale"]) == 25

    def test_contradictions_between_files(self, once: Run) -> None:
        """The person is left out, with both positions, and everybody else goes on; or nobody does, where that is wanted."""
        assert once.held["torn"] == {"calm": "standard"}
        nia = once.played.users("torn")["nia@torn.example.com"]
        assert nia["outcome"] == "failed"
        assert nia["places"] == ["early.csv:3", "late.csv:2"]
        for position in nia["places"]:
            assert position in nia["message"]
            assert position in json.dumps(once.played.stopped("strict"))
        assert once.writes["strict"] == []
        assert once.held["strict"] == {"calm": "none"}
        for host, calm in (("torn", "changed"), ("strict", "not attempted")):
            assert once.outcomes(f"{host}/early") == {"calm": calm, "nia": "refused"}
            assert once.outcomes(f"{host}/late") == {"nia": "refused"}
            # One of her rows alone would be carried out by the next run.
            for file in ("early", "late"):
                assert not [row for row in once.retries.get(f"{host}/{file}", ()) if "nia@" in row.lower()]
        assert "contradiction" in codes(once.played, "strict")["error"]

    def test_a_file_that_cannot_be_read(self, once: Run) -> None:
        (nobody,) = once.played.organization("broken")["users"]
        assert (nobody["email"], nobody["outcome"], nobody["places"]) == (None, "failed", ["picture.csv"])
        assert "This is a picture, not a CSV file." in nobody["message"]
        assert codes(once.played, "broken") == {"error": ["not_csv"]}
        assert once.writes["broken"] == []
        assert once.played.status != 0
        assert once.played.recap("broken")["failed"] == 1
        assert once.played.recap("add")["failed"] == 0

    def test_a_stale_file_is_said_to_be_one(self, once: Run) -> None:
        text = " ".join(once.played.output.split())
        assert "agent07@guard.example.com was changed at" in text
        assert text.count("after the file was saved") == 1
        assert "Export again if this is not wanted." in text

    def test_files_are_for_their_owner(self, once: Run) -> None:
        assert modes(once.stage) == {0o600}


AWKWARD = [
    ("=SUM(A1)", "+49"),
    ('O"Neil, "The"', "-"),
    ("Two\nLines", "a;b"),
    ("007", "'quoted'"),
    ("\u202eשלום", "مرحبا"),
    ("👩\u200d💻", "Ünï Cødé"),
    ("@cmd", PIPE),
    ("{{ 1 }}", "#"),
]


def awkward(*licenses: str) -> list[Row]:
    """People with those names, who hold these licenses by turns."""
    return [
        person(f"p{n}", first, last, *([held] if (held := licenses[n % len(licenses)]) else []))
        for n, (first, last) in enumerate(AWKWARD)
    ]


class TestRoundTrip:
    """What goes out and straight back in changes nothing."""

    def test_export_and_import(self, tmp_path: Path) -> None:
        world = scenario(
            organization("minimal", awkward("premium", "standard", "")),
            organization("full", awkward("", "premium", "standard"), TWO_SUBSCRIPTIONS),
        )
        with running_simulator(world) as simulator:
            stage = Stage(simulator, tmp_path)
            small = {"onboard_synchronize": False, "csv_mode": "add_and_remove_services"}
            hosts = {
                "minimal": {**small, "csv_row_limit": 5},
                "full": {**small, "csv_columns": "full", "csv_license": ["standard", "premium"]},
            }
            out = stage.play("export_csv", hosts, csv_directory="out")
            assert out.status == 0, out.output
            written = out.base.parent / "out"
            assert sorted(path.name for path in written.glob("*.csv")) == [
                "full.csv",
                "minimal.part-1-of-2.csv",
                "minimal.part-2-of-2.csv",
            ]
            files = {
                host: sorted(f"../{written.parent.name}/out/{path.name}" for path in written.glob(f"{host}.*"))
                for host in hosts
            }
            start = simulator.state()
            simulator.clear_journal()
            back = stage.play(PLAYBOOK, {host: {**more, "csv_files": files[host]} for host, more in hosts.items()})
            assert back.status == 0, back.output
            assert simulator.state() == start
            for host in hosts:
                assert stage.entries(host) == []
                assert back.recap(host)["changed"] == 0
                summary = back.organization(host)["summary"]
                assert summary["unchanged"] == summary["ready"] == summary["total"]
            assert back.organization("minimal")["summary"]["total"] == len(AWKWARD) + 1
            # Only what turns the direction of all that follows goes into no file.
            assert "A character was lost" not in back.output
            replaced = [line for line in back.output.splitlines() if "a sign stands for it" in line]
            assert replaced
            assert all("'\u2426שלום" in line for line in replaced)


@dataclass(frozen=True)
class Kind:
    """A kind of row: what its person holds before (None: is not there), the cells of the licenses, and what is held then."""

    held: list[str] | None
    cells: tuple[str, str]
    wanted: str


KINDS = {
    "there": Kind([], ("", "TRUE"), "premium"),
    "standard": Kind(["standard"], ("FALSE", "TRUE"), "premium"),
    "premium": Kind(["premium"], ("FALSE", "FALSE"), "none"),
    "new": Kind(None, ("TRUE", "FALSE"), "standard"),
    "same": Kind(["premium"], ("", "TRUE"), "premium"),
    "blank": Kind([], ("", ""), "none"),
}


def large(count: int) -> tuple[list[Row], list[list[str]], list[str]]:
    """Return people, rows by turns of every kind, and the addresses of the rows whose cell makes no sense."""
    people, rows, refused = [], [], []
    for number in range(count):
        word, kind = list(KINDS.items())[number % len(KINDS)]
        local = f"{word}{number:04d}"
        if kind.held is not None:
            people.append(person(local, "Fi", f"La{number}", *kind.held))
        row = ["Fi", f"La{number}", f"{local}@big.example.com", *kind.cells]
        if number % 100 == 3:
            row[3] = "maybe"
            refused.append(row[2])
        rows.append(row)
    return people, rows, refused


def check_person(user: Row, before: Row | None, truth: Row | None, *, elsewhere: bool) -> None:
    """Hold what the report says of somebody whose row was taken against what was and what is."""
    held = " ".join(truth["licenses"]) if truth and truth["licenses"] else "none"
    assert user["user"] == ("present" if truth else "absent"), user
    assert user["license"] == held, user
    assert user["outcome"] == ("blocked" if elsewhere else "ready"), user
    if user["outcome"] == "ready":
        assert held == KINDS[user["email"][: user["email"].index("@") - 4]].wanted, user
    created = before is None and truth is not None
    licensed = (before or {}).get("licenses", []) != (truth or {}).get("licenses", [])
    assert user["changes"] == (["created"] if created else []) + ([f"license {held}"] if licensed else []), user


@pytest.mark.slow
class TestLargeFile:
    """A file of 1,200 rows of every kind."""

    def test_report_and_truth_agree_person_by_person(self, tmp_path: Path) -> None:
        people, rows, refused = large(1200)
        elsewhere = [f"new{number:04d}@big.example.com" for number in (9, 15, 1155)]
        seats = [{**entry, "total": 900} for entry in ONE_SUBSCRIPTION]
        world = scenario(
            organization("big", people, seats),
            accounts_elsewhere=[{"email": email, "kind": "other_org"} for email in elsewhere],
        )
        with running_simulator(world) as simulator:
            stage = Stage(simulator, tmp_path)
            host = {"csv_files": stage.put("big", "mixed.csv", sheet(*rows)), "csv_mode": "add_and_remove_services"}
            before = {one["email"]: one for one in simulator.state("big")["people"]}
            run = stage.play(PLAYBOOK, {"big": {**host, "onboard_max_removals": "17%", "synchronize_timeout": 60}})
            after = {one["email"]: one for one in simulator.state("big")["people"]}

        users = run.users("big")
        assert list(users) == [row[2] for row in rows if row[2] not in refused] + refused
        for email, user in users.items():
            if email in refused:
                assert user["outcome"] == "failed", user
                assert after.get(email) == before.get(email)
            else:
                check_person(user, before.get(email), after.get(email), elsewhere=email in elsewhere)
        summary = run.organization("big")["summary"]
        ready = [user for user in users.values() if user["outcome"] == "ready"]
        assert summary["total"] == 1200
        assert summary["failed"] == len(refused) == 12
        assert summary["blocked"] == len(elsewhere)
        assert summary["ready"] == len(ready)
        assert summary["created"] == len(set(after) - set(before))
        assert summary["removed"] == sum(user["changes"] == ["license none"] for user in ready)
        parts = sorted(path.name for path in run.path("big").glob("roster-*.json"))
        assert parts == ["roster-001.json", "roster-002.json"]
        words = [row["Outcome"] for row in results(tmp_path / "big" / "mixed.result.csv").values()]
        assert {word: words.count(word) for word in set(words)} == {
            "refused": 12,
            "blocked": 3,
            "changed": summary["created"] + summary["updated"] + summary["removed"],
            "unchanged": summary["unchanged"],
        }
        assert len((tmp_path / "big" / "mixed.retry.csv").read_text().splitlines()) == 1 + 15


class TestChangeLicenses:
    """The playbook for people who are there."""

    def test_nobody_is_added_and_names_stay(self, tmp_path: Path) -> None:
        there = [person("up", "Up", "Ward", "standard"), person("out", "Out", "Going", "premium")]
        with running_simulator(scenario(organization("file", there), organization("list", there))) as simulator:
            stage = Stage(simulator, tmp_path)
            content = sheet(
                ["Other", "Name", "up@file.example.com", "FALSE", "TRUE"],
                ["Out", "Going", "out@file.example.com", "FALSE", "FALSE"],
                ["No", "Body", "nobody@file.example.com", "TRUE", ""],
            )
            hosts: Hosts = {
                "file": {
                    "csv_files": stage.put("file", "x.csv", content),
                    "csv_mode": "add_and_remove_services",
                    "onboard_allow_removals": True,
                },
                "list": {
                    "onboard_addresses": "up@list.example.com nobody@list.example.com",
                    "onboard_license": "premium",
                },
            }
            run = stage.play("change_licenses", hosts)
            assert run.status != 0
            assert stage.licenses("file") == {"partner": "none", "up": "premium", "out": "none"}
            assert stage.licenses("list") == {"up": "premium", "out": "premium"}
            up = simulator.person("up@file.example.com")
            assert up is not None
            assert (up["first_name"], up["last_name"]) == ("Up", "Ward")
            for host in ("file", "list"):
                assert {write["path"].rsplit("/", 1)[1] for write in stage.entries(host)} == {"users"}
                missing = run.users(host)[f"nobody@{host}.example.com"]
                assert missing["outcome"] == "blocked"
                assert f"nobody@{host}.example.com is not in the organization." in missing["message"]
                assert {u["outcome"] for e, u in run.users(host).items() if e != missing["email"]} == {"ready"}
            assert {local: row["Outcome"] for local, row in results(tmp_path / "file" / "x.result.csv").items()} == {
                "up": "changed",
                "out": "changed",
                "nobody": "blocked",
            }
