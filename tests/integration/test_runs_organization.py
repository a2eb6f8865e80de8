"""Which organization a run is about, and whether it may begin there: a host for each case, in one run of the playbook."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.integration.stage import Hosts, Played, Stage
from tests.integration.worlds import Row, agents, organization, scenario
from tests.simulator.testing import RunningSimulator, running_simulator

PLAYBOOK = "onboard_manual"
NOBODYS_ID = "0b0b0b0b-1111-4222-8333-444444444444"
#: Scopes that a personal access token has of an administrator: none of the contact center's.
PERSONAL = [
    "spark:people_read",
    "spark-admin:people_read",
    "spark-admin:people_write",
    "spark-admin:licenses_read",
    "spark-admin:roles_read",
    "spark-admin:organizations_read",
    "identity:people_rw",
    "identity:organizations_read",
]


def token(word: str, key: str, scopes: list[str] | str = "all") -> Row:
    """A token of an administrator who sees one organization alone."""
    return {"token": word, "kind": "user", "email": f"boss@{key}.example.com", "organization": key, "scopes": scopes}


def world() -> Row:
    keys = ("partner", "customer", "lookonly", "personal", "unlisted", "named", "blank", "mistaken", "far")
    found = scenario(*(organization(key, agents(2)) for key in keys))
    unlisted = [scope for scope in PERSONAL if scope != "spark-admin:organizations_read"]
    found["tokens"] += [
        token("sim-personal", "personal", PERSONAL),
        token("sim-unlisted", "unlisted", unlisted),
        token("sim-named", "named", unlisted),
    ]
    return found


def people(key: str) -> dict[str, list[Row]]:
    return {"onboard_users": [{"email": f"nia@{key}.example.com", "last_name": "New", "license": "premium"}]}


#: What surveys and credentials of a controller hand over where nothing was filled in: text, and blank.
BLANK = dict.fromkeys(
    (
        "wxcc_region",
        "webex_concurrency",
        "webex_requests_per_minute",
        "webex_timeout",
        "webex_retry_deadline",
        "webex_validate_certs",
        "webex_proxy",
        "webex_ca_path",
        "webex_org_name",
        "onboard_max_removals",
        "onboard_max_changes",
        "onboard_max_refused_rows",
        "onboard_protected",
        "onboard_allow_shortage",
        "onboard_writable",
        "onboard_keep_runs",
        "onboard_part_size",
        "onboard_check_organization",
        "onboard_identities",
        "onboard_fail_on",
        "onboard_duplicates",
        "onboard_refused_rows",
        "onboard_license_mode",
        "onboard_role_mode",
        "onboard_supervisor_via",
        "onboard_subscription_id",
        "onboard_license",
        "onboard_role",
        "onboard_addresses",
        "onboard_users_file",
        "onboard_csv_files",
        "onboard_csv_mode",
        "onboard_plan",
        "onboard_plan_digest",
        "onboard_plan_valid",
        "onboard_agent_settings",
        "onboard_ignore_keys",
        "onboard_run_directory",
        "synchronize_retries",
        "report_max_lines",
        "report_formats",
    ),
    "",
)
#: The same in the environment: an AWX credential with optional fields.
BLANK_ENVIRONMENT: dict[str, str | None] = {
    "WXCC_REGION": "",
    "WEBEX_ORG_ID": "",
    "WEBEX_REFRESH_TOKEN": "",
    "WEBEX_CLIENT_ID": "",
    "WEBEX_CLIENT_SECRET": "",
    "WEBEX_API_URL": "",
    "WXCC_API_URL": "",
}


@dataclass
class Refusals:
    stage: Stage
    run: Played
    untouched: dict[str, Row]

    def nothing_became_of(self, host: str) -> None:
        """The host failed, and its organization is as it was."""
        assert self.run.recap(host)["failed"] == 1, self.run.output
        for key, before in self.untouched.items():
            if key in (host, "partner"):
                assert self.stage.simulator.state(key) == before, key
        report = self.run.organization(host)
        assert "left no files" not in json.dumps(report)
        assert report["summary"]["ready"] == report["summary"]["created"] == 0


@pytest.fixture(scope="class")
def refusals(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Refusals]:
    with running_simulator(world()) as simulator:
        stage = Stage(simulator, tmp_path_factory.mktemp("organizations"))
        ids = stage.ids()
        short = {"onboard_synchronize": False}
        own = {"webex_org_id": None}
        hosts: Hosts = {
            "customer": {**people("customer"), **short},
            # The name of the variable is misspelt, then its value.
            "misspelt": {**people("partner"), **short, **own, "webex_orgid": ids["customer"]},
            "nobody": {**people("partner"), **short, "webex_org_id": NOBODYS_ID},
            "lookonly": {**people("lookonly"), **short, "onboard_writable": "no"},
            # A first look with a personal token, with the chain as it is by default.
            "personal": {
                **people("personal"),
                **own,
                "webex_access_token": "sim-personal",
                "synchronize_gate": "wait",
                "synchronize_timeout": 1,
                "synchronize_retries": 1,
            },
            "unlisted": {**people("unlisted"), **short, **own, "webex_access_token": "sim-unlisted"},
            "named": {**people("named"), **short, **own, "webex_access_token": "sim-named", "webex_org_name": "Named"},
            "mistaken": {**people("mistaken"), **short, "webex_org_name": "Customer"},
            "blank": {**BLANK, **people("blank")},
            "typed": {**people("blank"), **short, "webex_org_id": ids["blank"], "onboard_max_removals": "many"},
            "far": {**people("far"), **short, "ansible_connection": "ssh", "ansible_host": "192.0.2.1"},
            "root": {**people("far"), **short, "webex_org_id": ids["far"], "ansible_become": True},
        }
        untouched = {one["key"]: one for one in simulator.state()["organizations"]}
        # Only for the one host: its credential's fields are blank as well.
        run = stage.play(PLAYBOOK, hosts, environment=BLANK_ENVIRONMENT)
        yield Refusals(stage, run, untouched)


class TestBeginning:
    """Never a choice, never the partner's own by mistake; and what a run can do without."""

    def test_the_one_that_is_named_is_the_one(self, refusals: Refusals) -> None:
        assert refusals.run.recap("customer")["failed"] == 0, refusals.run.output
        assert refusals.stage.licenses("customer")["nia"] == "premium"
        assert refusals.run.record("customer")["organization"]["name"] == "Customer"

    def test_its_name_stands_beside_the_host_before_anything_is_written(self, refusals: Refusals) -> None:
        lines = [line for line in refusals.run.output.splitlines() if line.startswith("[customer]")]
        assert "Customer" in lines[0], lines

    def test_a_misspelt_variable_is_no_permission_to_choose(self, refusals: Refusals) -> None:
        refusals.nothing_became_of("misspelt")
        message = json.dumps(refusals.run.stopped("misspelt"), ensure_ascii=False)
        for text in ("Partner", "Customer", refusals.stage.ids()["customer"], "webex_org_id"):
            assert text in message

    def test_an_id_of_nobody_is_refused_with_those_that_the_token_sees(self, refusals: Refusals) -> None:
        refusals.nothing_became_of("nobody")
        message = json.dumps(refusals.run.stopped("nobody"), ensure_ascii=False)
        for text in (NOBODYS_ID, "Partner", "Customer"):
            assert text in message

    def test_another_name_than_the_organization_s_is_refused(self, refusals: Refusals) -> None:
        refusals.nothing_became_of("mistaken")
        message = json.dumps(refusals.run.stopped("mistaken"))
        assert "Mistaken" in message and "Customer" in message

    def test_without_the_right_to_list_it_is_the_token_s_own(self, refusals: Refusals) -> None:
        assert refusals.run.recap("unlisted")["failed"] == 0, refusals.run.output
        assert refusals.stage.licenses("unlisted")["nia"] == "premium"
        assert refusals.stage.ids()["unlisted"] in refusals.run.output

    def test_without_that_right_a_name_cannot_be_checked(self, refusals: Refusals) -> None:
        refusals.nothing_became_of("named")
        assert "org_name" in json.dumps(refusals.run.stopped("named"))

    def test_one_that_is_only_looked_at_is_left_alone(self, refusals: Refusals) -> None:
        refusals.nothing_became_of("lookonly")
        assert "onboard_writable" in refusals.run.said
        (one,) = refusals.run.plan("lookonly")["people"]
        assert one["steps"]["user"]["action"] == "create", "what would be done is planned all the same"

    def test_nobody_else_was_touched(self, refusals: Refusals) -> None:
        for key in ("partner", "lookonly", "named", "mistaken", "far"):
            assert refusals.stage.writes(key) == [], key

    def test_a_personal_token_serves_for_people_and_licenses(self, refusals: Refusals) -> None:
        assert refusals.run.recap("personal")["failed"] == 0, refusals.run.output
        assert refusals.stage.licenses("personal")["nia"] == "premium"
        assert refusals.run.outcomes("personal")["nia"] in ("ready", "waiting")
        findings = json.dumps(refusals.run.record("personal")["findings"])
        assert "contact center" in findings

    def test_blank_answers_are_none(self, refusals: Refusals) -> None:
        assert refusals.run.recap("blank")["failed"] == 0, refusals.run.output
        assert refusals.stage.licenses("blank")["nia"] == "premium"
        assert refusals.run.outcomes("blank")["nia"] == "ready"

    def test_a_wrong_answer_is_named_with_its_value(self, refusals: Refusals) -> None:
        refusals.nothing_became_of("typed")
        message = json.dumps(refusals.run.stopped("typed"))
        assert "onboard_max_removals" in message and "many" in message

    @pytest.mark.parametrize(("host", "word"), [("far", "connection"), ("root", "become")])
    def test_elsewhere_it_refuses_to_begin(self, refusals: Refusals, host: str, word: str) -> None:
        refusals.nothing_became_of(host)
        assert word in json.dumps(refusals.run.stopped(host))


def test_become_of_a_site_s_configuration_is_not_for_the_playbooks(
    simulator_process: RunningSimulator, stage: Stage
) -> None:
    """Nobody's password is asked for, and files belong to the one who started the run."""
    run = stage.play(PLAYBOOK, {"alpha": {**people("alpha"), "onboard_synchronize": False}}, "--become", "--check")
    assert run.status == 0, run.output
    assert stage.writes() == []


SCENARIO = scenario(organization("alpha", 2))
