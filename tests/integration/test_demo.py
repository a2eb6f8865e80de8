"""The demonstration runs, and keeps the number of requests within its budget."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

#: Requests of both runs over 300 people. Three of them look for new people elsewhere.
FIRST, SECOND = 315, 35


@pytest.mark.slow
def test_demo(tmp_path: Path, repository: Path) -> None:
    base = tmp_path / "demo"
    done = subprocess.run(
        [sys.executable, "-m", "tests.demo", str(base)],
        cwd=repository,
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    reports = [json.loads((base / run / "report.json").read_text(encoding="utf-8")) for run in ("run1", "run2")]
    first, second = ({o["host"]: o for o in report["organizations"]} for report in reports)
    expected = {"total": 300, "created": 200, "updated": 92, "removed": 5, "unchanged": 1, "blocked": 2, "ready": 298}
    assert {name: first["alpha"]["summary"][name] for name in expected} == expected
    assert second["alpha"]["summary"]["unchanged"] == 298
    assert first["beta"]["summary"]["ready"] == second["beta"]["summary"]["unchanged"] == 20

    journal = [json.loads(line) for line in (base / "journal.jsonl").read_text(encoding="utf-8").split("\n") if line]
    assert all(entry["status"] < 500 and entry["status"] != 429 for entry in journal)
    figures = json.loads((base / "figures.json").read_text(encoding="utf-8"))
    assert figures["run1"]["changed"] == 297
    assert figures["run1"]["requests"] <= FIRST
    assert figures["run2"]["changed"] == 0
    assert figures["run2"]["requests"] <= SECOND

    state = json.loads((base / "state.json").read_text(encoding="utf-8"))
    alpha = next(o for o in state["organizations"] if o["key"] == "alpha")
    people = {person["email"].casefold(): person for person in alpha["people"]}
    records = {record["ci_user_id"]: record for record in alpha["contact_center"]["users"]}
    for user in second["alpha"]["users"]:
        person = people.get(user["email"].casefold())
        if user["outcome"] == "blocked":
            assert (person, user["user"], user["license"]) == (None, "absent", "none")
            continue
        assert user["license"] in person["licenses"]
        record = records[person["id"]]
        assert record["contact_center_enabled"] and record["site_id"] and record["team_ids"]
        assert (record["profile_type"] == "SUPERVISOR") == (user["role"] == "supervisor")
        assert ("id_full_admin" in person["roles"]) == (user["role"] == "administrator")
        assert user["desk"] == ("first_sign_in" if person["pending"] else "ready")
    csv_people = json.loads((base / "csv" / "run2" / "report.json").read_text(encoding="utf-8"))["summary"]
    assert (csv_people["unchanged"], csv_people["ready"]) == (62, 62)
