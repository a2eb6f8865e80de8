"""Logging in: once for a whole chain, as an integration or as a service app, and the token is nowhere but in memory."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.integration.modules import play_tasks, run_module, task
from tests.integration.stage import Played, Stage

ROSTER = [{"email": "nia@alpha.example.com", "first_name": "Nia", "last_name": "New", "license": "premium"}]
REFRESH = {
    "webex_refresh_token": "sim-refresh-token",
    "webex_client_id": "sim-client",
    "webex_client_secret": "sim-secret",
}
APPLICATION = {
    "webex_application_id": "sim-application",
    "webex_application_client_id": "sim-client",
    "webex_application_client_secret": "sim-secret",
}
#: What the simulator calls its new tokens, and what tests give.
SECRETS = re.compile(r"sim-access-\d+|sim-refresh-token|sim-service-refresh|sim-secret|sim-partner-token")
ENCODED = base64.b64encode(b"sim-client:sim-secret").decode().rstrip("=")
PATH = re.compile(r"^(?:/v1)?/(access_token|applications/[^/]+/token)$")


def exchanges(stage: Stage) -> list[dict[str, Any]]:
    return [entry for entry in stage.exchanges() if PATH.search(entry["path"].removeprefix("/v1"))]


def files(*bases: Path) -> Iterator[Path]:
    for base in bases:
        # The inventory is what the test itself wrote down.
        yield from (path for path in base.rglob("*") if path.is_file() and not path.name.startswith("inventory"))


def leaks(stage: Stage) -> list[str]:
    """Return where a token or a secret stands that a run left behind: any file, and everything that was printed."""
    found = []
    for path in files(stage.base):
        text = path.read_text(encoding="utf-8", errors="replace")
        found += [f"{path.name}: {secret}" for secret in {*SECRETS.findall(text), *re.findall(ENCODED, text)}]
    return found


def played(stage: Stage, *arguments: str, environment: dict[str, str | None] | None = None, **variables: Any) -> Played:
    stage.token = None
    facts = {"ANSIBLE_CACHE_PLUGIN": "jsonfile", "ANSIBLE_CACHE_PLUGIN_CONNECTION": str(stage.base / "facts")}
    hosts = {"alpha": {"onboard_users": ROSTER, **variables}}
    return stage.play("onboard_manual", hosts, *arguments, environment={**facts, **(environment or {})})


def test_a_chain_refreshes_once_and_the_token_is_nowhere(stage: Stage) -> None:
    done = played(stage, "-vvvv", **REFRESH)
    assert done.status == 0, done.output
    assert stage.licenses("alpha")["nia"] == "premium"
    assert [entry["status"] for entry in exchanges(stage)] == [200]
    assert leaks(stage) == []


def test_a_refresh_survives_a_fault(stage: Stage) -> None:
    stage.simulator.control("POST", "faults", {"path": "/v1/access_token", "status": 503, "times": 1})
    done = played(stage, "--check", webex_access_token="sim-expired-token", **REFRESH)
    assert done.status == 0, done.output
    assert [entry["status"] for entry in exchanges(stage)] == [503, 200]


def test_a_refused_refresh_is_told_in_the_run(stage: Stage) -> None:
    done = played(stage, **{**REFRESH, "webex_refresh_token": "sim-refresh-token-of-old"})
    assert done.status != 0
    stopped = done.stopped("alpha")
    assert stopped["code"] == "token_invalid"
    assert stopped["message"].startswith("The refresh token was refused: 400 ")
    assert "90 days" in stopped["advice"]
    assert leaks(stage) == []


def test_a_service_app_runs_the_chain_as_itself(stage: Stage) -> None:
    done = played(stage, "-vvv", webex_access_token="sim-partner-token", **REFRESH, **APPLICATION)
    assert done.status == 0, done.output
    assert stage.licenses("alpha")["nia"] == "premium"
    assert [entry["path"] for entry in exchanges(stage)] == ["/v1/applications/sim-application/token"]
    assert leaks(stage) == []


def test_nothing_is_done_as_another_where_the_service_app_is_refused(stage: Stage) -> None:
    """The modules find the other account's token in the environment, and leave it there."""
    variables = {**REFRESH, "webex_access_token": "sim-partner-token", **APPLICATION}
    environment = {name.upper(): value for name, value in variables.items()}
    wrong = {"WEBEX_APPLICATION_CLIENT_SECRET": "sim-secret-of-old"}
    done = played(stage, environment={**environment, **wrong})
    assert done.status != 0
    assert "The service app's token was refused: " in done.said
    assert done.stopped("alpha")["code"] == "no_token"
    assert "nia" not in stage.licenses("alpha")
    assert leaks(stage) == []


def test_a_token_that_serves_is_kept(stage: Stage) -> None:
    url, org_id = stage.simulator.url, stage.simulator.state("alpha")["id"]
    given = {"url": url, "org_id": org_id}
    parts = {"refresh_token": "sim-refresh-token", "client_id": "sim-client", "client_secret": "sim-secret"}
    assert run_module("login", **given)["source"] == "given"
    assert run_module("login", **given, **parts)["source"] == "given"
    assert exchanges(stage) == []
    fresh = run_module("login", **given, **parts, access_token="sim-expired-token")
    assert (fresh["source"], fresh["expires_in"]) == ("refreshed", 1209600)
    assert fresh["access_token"].startswith("sim-access-")


def test_a_token_stays_hidden_where_another_option_is_wrong(stage: Stage) -> None:
    options = {
        "access_token": ' odd"/token+ \n',
        "refresh_token": ["sim-refresh-token"],
        "acces_token": "sim-secret",
        "webex_api_url": "https://me:sim-secret@api.example.com",
        "timeout": "soon",
    }
    ran = play_tasks(
        stage, task("license_info", options), task("login", {**options, "application_id": "a"}), arguments=("-vvv",)
    )
    assert all(result["failed"] for result in ran.results)
    for part in ("odd", "sim-secret", "sim-refresh"):
        assert part not in ran.output
        assert part not in str(ran.results)
