"""The frame of the modules: whatever goes wrong ends in one way, and shows no secret."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.wxcc.onboarding.plugins.module_utils._engine.outcomes import Outcomes
from ansible_collections.wxcc.onboarding.plugins.module_utils._errors import Problem, WxccError
from ansible_collections.wxcc.onboarding.plugins.module_utils._files import write_json
from ansible_collections.wxcc.onboarding.plugins.module_utils._module import run

SECRET = "s3cret-token"


class Module:
    """As much of an AnsibleModule as the frame touches."""

    _name = "wxcc.onboarding.user"
    _diff = False
    check_mode = False

    def __init__(self, **params: Any) -> None:
        defaults: dict[str, Any] = {
            "access_token": SECRET,
            "org_id": "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee",
            "users": [{"email": "ada@example.com"}],
            "results_file": None,
            "journal_file": None,
            "snapshot_file": None,
            "snapshot_max_age": 1.0,
            "progress_file": None,
            "results": None,
            "on_error": "continue",
            "fail_on_blocked": True,
            "max_removals": "10",
            "protected": [],
            "settle_timeout": 1.0,
        }
        self.params = {**defaults, **params}
        self.no_log_values: set[str] = set()
        self.said: dict[str, Any] = {}
        self.warned: list[str] = []

    def warn(self, text: str) -> None:
        self.warned.append(text)

    def exit_json(self, **result: Any) -> None:
        self.said = result
        raise SystemExit(0)

    def fail_json(self, **result: Any) -> None:
        self.said = {"failed": True, **result}
        raise SystemExit(1)


def ends(work: Callable[[Any], None], **params: Any) -> Module:
    module = Module(**params)
    with pytest.raises(SystemExit):
        work(module)
    return module


def batch(outcomes: Outcomes | Exception) -> Callable[[Any], None]:
    async def work(wanted: Any, context: Any) -> Outcomes:
        if isinstance(outcomes, Exception):
            raise outcomes
        return outcomes

    return lambda module: run.run_batch(module, work, label="user")


def test_an_error_that_nobody_foresaw_hides_secrets_and_claims_nothing() -> None:
    said = ends(batch(ValueError("oops"))).said
    assert said["error"]["code"] == "unexpected"
    assert "ValueError: oops" in said["msg"]
    assert "Traceback" in said["exception"]
    assert (said["changed"], said["aborted"], said["summary"]["total"]) == (True, True, 0)

    def leaks(module: Any) -> None:
        module.no_log_values.add(SECRET)
        run.run_local(module, lambda: {"found": {}[f"key {SECRET}"]})

    assert SECRET not in ends(leaks).said["exception"]
    assert "********" in ends(leaks).said["exception"]


def test_a_problem_of_the_run_is_said_with_its_tracking_id() -> None:
    problem = Problem("forbidden", "Not you.", tracking_id="NA_1")
    said = ends(batch(WxccError(problem))).said
    assert said["msg"].startswith("Not you.")
    assert said["msg"].endswith("(tracking id NA_1)")
    assert (said["changed"], said["aborted"], said["error"]["code"]) == (False, True, "forbidden")


def test_a_roster_that_cannot_be_used_ends_before_anything() -> None:
    said = ends(batch(AssertionError("begun")), users=[{"email": "nobody"}]).said
    assert (said["changed"], said["aborted"]) == (False, True)
    assert [f["position"] for f in said["findings"]] == ["users[0]"]


@pytest.mark.parametrize("entry", ["Ada <ada@example.com>", "ada", "jos\u00e9@example.com"])
def test_a_protected_address_that_is_none_ends_before_anything(entry: str) -> None:
    said = ends(batch(AssertionError("begun")), protected=["bo@example.com", entry]).said
    assert (said["changed"], said["aborted"], said["error"]["code"]) == (False, True, "invalid_input")
    assert said["findings"][0]["position"] == "protected[1]"


def test_protected_addresses_are_read_as_all_others() -> None:
    seen = []

    async def work(wanted: Any, context: Any) -> Outcomes:
        seen.extend(context.policy.protected)
        return Outcomes()

    protected = ["\u200bAda@example.com ", "bo@example.com; cy@example.com", "ADA@example.com"]
    ends(lambda module: run.run_batch(module, work, label="user"), protected=protected)
    assert seen == ["Ada@example.com", "bo@example.com", "cy@example.com"]


@pytest.mark.parametrize("option", ["results_file", "journal_file", "snapshot_file"])
def test_files_that_cannot_be_written_are_refused_before_anything(option: str, tmp_path: Path) -> None:
    path = str(tmp_path / "missing" / "file")
    said = ends(batch(AssertionError("begun")), **{option: path}).said
    assert f"{option} {path} cannot be written." in said["msg"]
    assert said["aborted"]


def test_readers_refuse_a_journal_that_cannot_be_written(tmp_path: Path) -> None:
    async def read(client: Any, organization: Any) -> dict[str, Any]:
        raise AssertionError("begun")

    path = str(tmp_path / "missing" / "requests.jsonl")
    for begin in (lambda m: run.run_reader(m, read, needs_organization=False), lambda m: run.run_checks(m, read)):
        said = ends(begin, journal_file=path).said
        assert f"journal_file {path} cannot be written." in said["msg"]


def test_a_file_that_cannot_be_used_is_no_surprise(tmp_path: Path) -> None:
    missing = tmp_path / "missing" / "file"
    said = ends(lambda module: run.run_local(module, lambda: write_json(missing, {}))).said
    assert said["error"]["code"] == "invalid_input"
    assert said["msg"].startswith(f"{missing} cannot be used: No such file or directory.")
    assert "report" not in said["msg"]
    said = ends(batch(OSError("oops"))).said
    assert (said["error"]["code"], said["changed"]) == ("unexpected", True)


def test_warnings_beyond_twenty_are_counted() -> None:
    module = ends(batch(Outcomes(warnings=tuple(f"Warning {n}." for n in range(25)))))
    assert len(module.warned) == 21
    assert module.warned[-1] == "and 5 more warnings of this kind"


def test_a_reader_tells_what_an_error_brings_along() -> None:
    async def read(client: Any, organization: Any) -> dict[str, Any]:
        error = WxccError.of("job_failed", "It failed.")
        error.result = {"job": 7}  # as JobFailed has it
        raise error

    said = ends(lambda module: run.run_reader(module, read, needs_organization=False)).said
    assert (said["error"]["code"], said["job"]) == ("job_failed", 7)


def test_checks_go_on_without_a_client() -> None:
    async def check(client: Any, problem: Problem | None) -> dict[str, Any]:
        return {"problem": problem.code if problem else None}

    said = ends(lambda module: run.run_checks(module, check), access_token=None).said
    assert said["problem"] is not None
    assert said["requests"] == {"sent": 0, "retried": 0, "throttled_s": 0.0}
