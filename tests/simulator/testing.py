"""A running simulator for tests: a real process, with the control routes as methods."""

from __future__ import annotations

import contextlib
import json
import pathlib
import queue
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from typing import IO, Any

from .http_library import httpx

ROOT = pathlib.Path(__file__).resolve().parents[2]
PARTNER_TOKEN = "sim-partner-token"
START_TIMEOUT = 60.0


class RunningSimulator:
    """A simulator at ``url``; methods of the control routes raise httpx.HTTPStatusError when they are refused."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._client = httpx.Client(base_url=url, timeout=60.0, trust_env=False)

    def request(self, method: str, path: str, *, token: str | None = PARTNER_TOKEN, **more: Any) -> httpx.Response:
        """Call a route of the vendor's as the holder of ``token``; ``more`` goes to httpx (json, params, ...)."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return self._client.request(method, path, headers=headers, **more)

    def get(self, path: str, *, token: str | None = PARTNER_TOKEN, **params: Any) -> httpx.Response:
        """GET a route of the vendor's."""
        return self.request("GET", path, token=token, params=params or None)

    def control(self, method: str, path: str, content: Any = None) -> Any:
        """Call a control route, return its JSON."""
        answer = self._client.request(method, f"/_sim/{path}", json=content)
        if answer.is_error:
            raise httpx.HTTPStatusError(f"{path}: {answer.text}", request=answer.request, response=answer)
        return answer.json()

    def settings(self, **values: Any) -> dict[str, Any]:
        """Change settings (none: only read), return all."""
        return dict(self.control("PATCH", "settings", values) if values else self.control("GET", "settings"))

    def faults(self, *orders: dict[str, Any], **order: Any) -> list[dict[str, Any]]:
        """Order faults, as dictionaries or one in keywords; return those in force with their hits."""
        wanted = [*orders, *([order] if order else [])]
        if wanted:
            self.control("POST", "faults", wanted)
        return list(self.control("GET", "faults"))

    def clear_faults(self) -> None:
        """Withdraw all faults."""
        self.control("DELETE", "faults")

    def journal(self) -> list[dict[str, Any]]:
        """Return every exchange so far."""
        text = self._client.get("/_sim/journal").text
        return [json.loads(line) for line in text.split("\n") if line]

    def clear_journal(self) -> None:
        """Forget the exchanges so far."""
        self.control("DELETE", "journal")

    def state(self, organization: str | None = None) -> dict[str, Any]:
        """Return the truth about everything, or about one organization by its key."""
        whole: dict[str, Any] = self.control("GET", "state")
        if organization is None:
            return whole
        return next(org for org in whole["organizations"] if org["key"] == organization)

    def person(self, email: str) -> dict[str, Any] | None:
        """Return the truth about one person, or None."""
        for org in self.state()["organizations"]:
            for person in org["people"]:
                if person["email"].lower() == email.lower():
                    return dict(person)
        return None

    def click(self, organization: str | None = None) -> None:
        """Press "Synchronize Users"."""
        self.control("POST", "synchronize-users", {"organization": organization})

    def supervisors(self, *emails: str, supervisor: bool = True) -> None:
        """Choose (or leave) "Premium Agent - Supervisor Role" for people."""
        self.control("POST", "supervisors", {"emails": list(emails), "supervisor": supervisor})

    def change(self, email: str, **fields: Any) -> dict[str, Any]:
        """Change somebody by hand."""
        return dict(self.control("PATCH", "people", {"email": email, **fields}))

    def reset(self, scenario: dict[str, Any] | None = None) -> None:
        """Play the start scenario again, or another one."""
        self.control("POST", "reset", scenario)

    def close(self) -> None:
        """Close the connections."""
        self._client.close()


@contextlib.contextmanager
def running_simulator(scenario: dict[str, Any] | None = None, **settings: Any) -> Iterator[RunningSimulator]:
    """Start a simulator process with a scenario and settings; stop it at the end.

    Raises RuntimeError with what the process said when it does not start.
    """
    content = dict(scenario or {})
    content["settings"] = {**content.get("settings", {}), **settings}
    with tempfile.TemporaryDirectory() as directory, tempfile.TemporaryFile("w+") as said:
        file = pathlib.Path(directory, "scenario.json")
        file.write_text(json.dumps(content), encoding="utf-8")
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.simulator", "--port", "0", "--scenario", str(file)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=said,
            text=True,
        )
        try:
            url = _first_line(process.stdout)
            if not url:
                process.kill()
                process.wait()
                said.seek(0)
                raise RuntimeError(f"the simulator did not start: {said.read()}")
            simulator = RunningSimulator(url)
            try:
                yield simulator
            finally:
                simulator.close()
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            if process.stdout:
                process.stdout.close()


def _first_line(stream: IO[str] | None) -> str:
    """Return the first line, or nothing when the process ends or takes too long."""
    found: queue.Queue[str] = queue.Queue()
    threading.Thread(target=lambda: found.put(stream.readline() if stream else ""), daemon=True).start()
    try:
        return found.get(timeout=START_TIMEOUT).strip()
    except queue.Empty:
        return ""
