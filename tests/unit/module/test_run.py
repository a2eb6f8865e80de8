"""The frame of the modules: whatever goes wrong ends in one way, and shows no secret."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ansible_collections.wxcc.onboarding.plugins.module_utils._client.library import httpx
from ansible_collections.wxcc.onboarding.plugins.module_utils._errors import Problem, WxccError
from ansible_collections.wxcc.onboarding.plugins.module_utils._files import write_json
from ansible_collections.wxcc.onboarding.plugins.module_utils._module import run
from tests.unit.module.fake import SECRET, ends


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
