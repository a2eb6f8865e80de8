"""The frame of the modules: whatever goes wrong ends in one way, and shows no secret."""

from __future__ import annotations

import asyncio
import os
import signal
from pathlib import Path
from typing import Any

from ansible_collections.wxcc.onboarding.plugins.module_utils._client.client import Client
from ansible_collections.wxcc.onboarding.plugins.module_utils._client.library import httpx
from ansible_collections.wxcc.onboarding.plugins.module_utils._errors import Problem, WxccError
from ansible_collections.wxcc.onboarding.plugins.module_utils._files import write_json
from ansible_collections.wxcc.onboarding.plugins.module_utils._module import run
from ansible_collections.wxcc.onboarding.plugins.module_utils._module.over_run import run_over_run
from ansible_collections.wxcc.onboarding.plugins.module_utils._run.record import RunRecord, read_record, write_record
from tests.unit.module.fake import ORGANIZATION, SECRET, ends


def test_an_error_that_nobody_foresaw_hides_secrets() -> None:
    def leaks(module: Any) -> None:
        module.no_log_values.add(SECRET)
        run.run_local(module, lambda: {"found": {}[f"key {SECRET}"]})

    assert SECRET not in ends(leaks).said["exception"]
    assert "********" in ends(leaks).said["exception"]


def test_an_error_of_the_http_library_is_not_quoted() -> None:
    words = " ".join(["half", "a", "password"])

    def fails() -> Any:
        raise httpx.InvalidURL(words)

    said = ends(lambda module: run.run_local(module, fails)).said
    assert "InvalidURL" in said["msg"]
    assert "in fails" in said["exception"]
    assert words not in str(said)


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


async def interrupted(*_any: Any) -> dict[str, Any]:
    """Have the process be asked to end, where somebody listens."""
    assert signal.getsignal(signal.SIGTERM) is not signal.SIG_DFL
    os.kill(os.getpid(), signal.SIGTERM)
    await asyncio.sleep(60)
    raise AssertionError("nobody listened")


def test_a_reader_that_is_to_end_says_so() -> None:
    for begin in (
        lambda m: run.run_reader(m, interrupted, needs_organization=False),
        lambda m: run.run_checks(m, interrupted),
    ):
        said = ends(begin).said
        assert (said["failed"], said["error"]["code"]) == (True, "interrupted")
        assert said["msg"].startswith("The task was interrupted before it was done. Run again")
        assert "exception" not in said


def test_a_step_over_a_run_that_is_to_end_stops_the_run(tmp_path: Path) -> None:
    organization = {"id": ORGANIZATION, "name": "Acme", "named": True}
    write_record(RunRecord(run="R1", directory=str(tmp_path), host="acme", organization=organization))
    said = ends(
        lambda m: run_over_run(m, lambda: interrupted, step="plan", kind=Client, roster=False),
        run_directory=str(tmp_path),
    ).said
    assert (said["failed"], said["changed"], said["error"]["code"]) == (True, False, "interrupted")
    assert said["requests"]["sent"] == 0
    stopped = read_record(tmp_path).stopped
    assert stopped is not None
    assert (stopped["step"], stopped["code"]) == ("plan", "interrupted")
