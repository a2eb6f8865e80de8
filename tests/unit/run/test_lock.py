"""One writer at a time in an organization, with real processes."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import stat
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from ansible_collections.wxcc.onboarding.plugins.module_utils._errors import WxccError
from ansible_collections.wxcc.onboarding.plugins.module_utils._run.lock import OrganizationLock, Writer, state_directory

ORGANIZATION = "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee"
#: Holds the lock until it is killed, or until somebody closes its input.
HOLDER = """
import asyncio, sys
from ansible_collections.wxcc.onboarding.plugins.module_utils._run.lock import OrganizationLock, Writer

async def main():
    lock = OrganizationLock(sys.argv[1], Writer("R1", "acme"))
    async with lock.held(5.0):
        lock.note_beginning()
        print("held", flush=True)
        await asyncio.to_thread(sys.stdin.read)
        lock.note_end()

asyncio.run(main())
"""


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return tmp_path / "state" / "wxcc_onboarding"


@pytest.fixture
def holder() -> Iterator[subprocess.Popen[str]]:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(HOLDER), ORGANIZATION],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


def take(organization: str = ORGANIZATION, *, timeout: float = 0.3, waits: list[str] | None = None) -> float:
    """Take the lock and give it back; return the seconds that it took."""

    async def main() -> float:
        started = time.monotonic()
        lock = OrganizationLock(organization, Writer("R2", "other"))
        async with lock.held(timeout, on_wait=waits.append if waits is not None else None):
            return time.monotonic() - started

    return asyncio.run(main())


def test_whoever_waits_in_vain_is_told_for_whom(holder: subprocess.Popen[str]) -> None:
    waits: list[str] = []
    with pytest.raises(WxccError) as caught:
        take(waits=waits)
    problem = caught.value.problem
    assert problem.code == "locked_by_run"
    for part in ("run R1 of host acme", f"process {holder.pid}", "since 20"):
        assert part in problem.message
        assert part in waits[0]


def test_another_organization_waits_for_nobody(holder: subprocess.Popen[str]) -> None:
    assert take("bbbbbbbb-bbbb-4ccc-8ddd-eeeeeeeeeeee", timeout=0.0) < 0.3


def test_the_next_begins_when_the_first_ends(holder: subprocess.Popen[str]) -> None:
    assert holder.stdin is not None
    holder.stdin.close()
    assert take(timeout=10.0) < 10
    lock = OrganizationLock(ORGANIZATION, Writer.nobody_else())
    assert lock.last_writer().startswith("R1 acme ")
    assert lock.last_writer() == lock.last_writer()


def test_what_is_read_while_somebody_writes_bears_a_mark_that_never_comes_again(holder: subprocess.Popen[str]) -> None:
    lock = OrganizationLock(ORGANIZATION, Writer.nobody_else())
    meanwhile = lock.last_writer()
    assert meanwhile.startswith("R1 acme ")
    assert lock.last_writer() != meanwhile
    assert holder.stdin is not None
    holder.stdin.close()
    holder.wait()
    assert lock.last_writer() != meanwhile


def test_a_killed_process_holds_nothing(holder: subprocess.Popen[str]) -> None:
    holder.send_signal(signal.SIGKILL)
    holder.wait()
    assert take(timeout=5.0) < 5
    lock = OrganizationLock(ORGANIZATION, Writer.nobody_else())
    assert lock.last_writer() != lock.last_writer(), "nobody knows how far it came"


def test_two_who_begin_at_once_take_turns(state: Path) -> None:
    inside: list[str] = []

    async def one(name: str) -> None:
        async with OrganizationLock(ORGANIZATION, Writer(name)).held(10.0):
            inside.append(name)
            await asyncio.sleep(0.05)
            inside.append(name)

    async def both() -> None:
        await asyncio.gather(*(one(str(n)) for n in range(4)))

    asyncio.run(both())
    assert all(inside[n] == inside[n + 1] for n in range(0, 8, 2))


def test_files_are_for_this_account_alone(state: Path) -> None:
    take()
    OrganizationLock(ORGANIZATION, Writer("R1")).note_end()
    assert stat.S_IMODE(state.stat().st_mode) == 0o700
    files = sorted(state.iterdir())
    assert [f.name for f in files] == [f"{ORGANIZATION}.lock", f"{ORGANIZATION}.writer"]
    assert {stat.S_IMODE(f.stat().st_mode) for f in files} == {0o600}
    assert json.loads(files[1].read_text(encoding="utf-8"))["name"] == "R1"


@pytest.mark.parametrize("kind", ["link", "fifo", "hard link", "directory"])
def test_what_somebody_put_in_the_place_of_a_file_is_left_alone(state: Path, tmp_path: Path, kind: str) -> None:
    state.mkdir(parents=True)
    path, other = state / f"{ORGANIZATION}.lock", tmp_path / "precious"
    other.write_text("precious", encoding="utf-8")
    if kind == "link":
        path.symlink_to(other)
    elif kind == "hard link":
        path.hardlink_to(other)
    elif kind == "fifo":
        os.mkfifo(path)
    else:
        path.mkdir()
    with pytest.raises(WxccError, match=r"lock file .* cannot be used"):
        take()
    assert other.read_text(encoding="utf-8") == "precious"


def test_an_id_makes_no_path(state: Path) -> None:
    take("../../escape")
    [file] = state.iterdir()
    assert file.suffix == ".lock"
    assert "." not in file.stem


def test_where_the_home_cannot_be_used_a_temporary_directory_of_one_s_own_serves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", "/proc/nowhere")
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    own = tmp_path / f"wxcc_onboarding-{os.getuid()}"
    own.mkdir(mode=0o755)
    assert state_directory() == str(own)
    assert stat.S_IMODE(own.stat().st_mode) == 0o700
    own.rmdir()
    own.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(WxccError, match=r"XDG_STATE_HOME|can be used"):
        state_directory()


def test_a_relative_state_home_does_not_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", "state")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert state_directory() == str(tmp_path / ".local" / "state" / "wxcc_onboarding")
