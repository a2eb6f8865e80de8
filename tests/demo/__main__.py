"""Onboards people into two simulated organizations, from a CSV file and from a list, and leaves reports and journal in build/demo.

First the CSV procedure for beta: export, edit, import, import again. Then both organizations from a list, twice. Each second run must
find nothing to do. Exit status: 0 if so, 1 if a run failed or a second one changed something.
"""

from __future__ import annotations

import csv
import json
import os
import shutil
import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import Any

import yaml

from tests.simulator.testing import PARTNER_TOKEN, RunningSimulator, running_simulator

ROOT = Path(__file__).resolve().parents[2]
PLAYBOOK = "wxcc.onboarding.onboard_manual"
EXPORT, IMPORT = "wxcc.onboarding.export_csv", "wxcc.onboarding.onboard_csv"
#: Where the runs go, each into a directory of its own.
RUNS = "runs"

FIRST = (
    "Ada",
    "Bao",
    "Chiara",
    "Diego",
    "Elif",
    "Farid",
    "Greta",
    "Hiro",
    "Inés",
    "Jakub",
    "Kofi",
    "Léa",
    "Mina",
    "Nils",
)
LAST = ("Marlowe", "Nguyen", "Rossi", "Álvarez", "Yılmaz", "Haddad", "Lindqvist", "Tanaka", "Robles", "Nowak", "Mensah")

Row = dict[str, Any]


def new_people(domain: str, number: int, start: int = 0) -> list[Row]:
    """People whom no organization knows yet."""
    people = []
    for position in range(start, start + number):
        first, last = FIRST[position % len(FIRST)], LAST[position % len(LAST)]
        email = f"new.person{position + 1:03}@{domain}"
        people.append({"email": email, "first_name": first, "last_name": f"{last} {position + 1}"})
    return people


def existing(organization: dict[str, Any], license_name: str | None, number: int, skip: int = 0) -> list[Row]:
    """Ordinary people of an organization who hold this license, by address alone."""
    wanted = [license_name] if license_name else []
    found = [
        {"email": person["email"]}
        for person in organization["people"]
        if person["licenses"] == wanted and person["active"] and not person["pending"]
        if not person["roles"] and not person["supervisor"]
    ]
    if len(found) < skip + number:
        raise SystemExit(f"{organization['key']} has too few people for the demonstration.")
    return found[skip : skip + number]


def declare(people: list[Row], license_name: str, role: str = "agent") -> list[Row]:
    """The same people with license and role declared."""
    return [{**person, "license": license_name, "role": role} for person in people]


def roster_of_alpha(alpha: dict[str, Any]) -> list[Row]:
    """300 people, and one of them once more with another case: 200 new, 60 to change, 38 as declared, 2 not to be helped."""
    new = new_people("alpha.example.com", 200)
    nobody, standard, premium = (partial(existing, alpha, kind) for kind in (None, "standard", "premium"))
    rows = declare(new[:80], "standard")
    rows += declare(new[80:190], "premium")
    rows += declare(new[190:197], "premium", "supervisor")
    rows += declare(new[197:200], "premium", "administrator")
    rows += declare(nobody(25), "standard") + declare(nobody(13, 25), "premium")
    rows += declare(nobody(3, 38), "premium", "supervisor") + declare(nobody(2, 41), "premium", "administrator")
    rows += declare(standard(12), "premium") + declare(premium(5), "standard")
    rows += declare(standard(18, 12), "standard") + declare(premium(20, 5), "premium")
    rows += declare([{"email": "trial.user@alpha.example.com"}], "premium")
    rows += declare([{"email": "taken.user@partner.example.com"}], "standard")
    again = rows[90]
    rows.insert(150, {**again, "email": str(again["email"]).upper()})
    return rows


#: What makes the output easy on the eye; and a file of its own keeps the reader's settings out.
SETTINGS = """\
[defaults]
callback_result_format = yaml
display_ok_hosts = false
display_skipped_hosts = false
"""


def organizations(state: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Alpha and beta."""
    return tuple(next(o for o in state["organizations"] if o["key"] == key) for key in ("alpha", "beta"))


def desk(organization: dict[str, Any]) -> Row:
    """Settings by name that suit everybody: a site, a team of agents there, and profiles of the whole organization."""
    center = organization["contact_center"]
    team = next(t for t in center["teams"] if t["teamType"] == "AGENT" and t["active"])
    site = next(s for s in center["sites"] if s["id"] == team["siteId"])
    profile = next(p for p in center["agent_profiles"] if p["parentType"] == "ORGANIZATION" and p["active"])
    return {
        "contact_center_enabled": True,
        "site": site["name"],
        "teams": [team["name"]],
        "desktop_profile": profile["name"],
    }


#: What holds for all runs: blocked people are reported and stop nobody, and a task file plays the administrator.
COMMON: dict[str, Any] = {
    "onboard_fail_on": ["failed"],
    "onboard_duplicates": "merge",
    "synchronize_gate": "hook",
    "synchronize_hook_tasks": str(Path(__file__).with_name("administrator.yml")),
    "synchronize_timeout": 60,
    "synchronize_interval": 1,
}


def write_inventory(base: Path, url: str, state: dict[str, Any]) -> Path:
    """The inventory: each host is an organization."""
    alpha, beta = organizations(state)
    addresses = [row["email"] for row in existing(beta, None, 6)]
    inventory = {
        "all": {
            "vars": {
                "webex_api_url": url,
                "wxcc_api_url": url,
                **COMMON,
            },
            "hosts": {
                "alpha": {
                    "webex_org_id": alpha["id"],
                    "onboard_users": roster_of_alpha(alpha),
                    "onboard_agent_settings": desk(alpha),
                },
                "beta": {
                    "webex_org_id": beta["id"],
                    "onboard_users": declare(new_people("beta.example.com", 10), "premium")
                    + declare(existing(beta, "standard", 4), "standard"),
                    # Addresses alone, as somebody would paste them, with what goes for all of them beside.
                    "onboard_addresses": ", ".join(addresses),
                    "onboard_license": "standard",
                    "onboard_role": "agent",
                },
            },
        }
    }
    path = base / "inventory.yml"
    path.write_text("---\n" + yaml.safe_dump(inventory, sort_keys=False, allow_unicode=True), encoding="utf-8")
    return path


def play(inventory: Path, playbook: str, variables: dict[str, Any]) -> int:
    """Run a playbook as an administrator would; returns its exit status."""
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("ANSIBLE_", "WEBEX_", "WXCC_", "AWX_"))
    }
    environment |= {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{environment.get('PATH', '')}",
        "WEBEX_ACCESS_TOKEN": PARTNER_TOKEN,
        "ANSIBLE_CONFIG": str(inventory.with_name("ansible.cfg")),
        "ANSIBLE_HOME": str(ROOT / "build" / "ansible"),
        "ANSIBLE_COLLECTIONS_PATH": str(ROOT / "build" / "collections"),
        "ANSIBLE_FORCE_COLOR": "true" if sys.stdout.isatty() else "false",
    }
    command = [
        "ansible-playbook",
        playbook,
        "-i",
        str(inventory),
        "-e",
        json.dumps(variables),
    ]
    return subprocess.run(command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, check=False).returncode


def link_collection() -> None:
    """Let the checkout be found under the collection's name, as `make link` does."""
    link = ROOT / "build" / "collections" / "ansible_collections" / "wxcc" / "onboarding"
    link.parent.mkdir(parents=True, exist_ok=True)
    if not link.exists():
        link.symlink_to(ROOT)


def shown(path: Path) -> str:
    """A path as one would type it here."""
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else str(path)


def requests_of(journal: list[dict[str, Any]], state: dict[str, Any], key: str) -> int:
    """How many requests went to one organization; those that name none are shared, and counted in full."""
    organization = next(o for o in state["organizations"] if o["key"] == key)
    others = {word for o in state["organizations"] if o["key"] != key for word in (o["key"], o["id"])}
    assert organization["id"] not in others
    return sum(
        1 for entry in journal if not entry["path"].startswith("/_sim") and entry.get("organization") not in others
    )


def cost(report: dict[str, Any], requests: int, host: str) -> dict[str, Any]:
    """What a run cost an organization: for each person who changed, or for everybody where nothing did."""
    organization = next(o for o in report["organizations"] if o["host"] == host)
    changed = sum(bool(user["changes"]) for user in organization["users"])
    people = changed or organization["summary"]["total"]
    return {"changed": changed, "requests": requests, "per_person": round(requests / people, 3)}


def run_of(base: Path, name: str) -> dict[str, Any] | None:
    """Give the run that has just ended a name of its own beside the runs, and return its report; None where it left none."""
    newest = max((base / RUNS).glob("*/report.json"), default=None)
    if newest is None:
        return None
    (base / name).symlink_to(Path(RUNS) / newest.parent.name)
    report: dict[str, Any] = json.loads(newest.read_text(encoding="utf-8"))
    return report


def show(title: str, figures: dict[str, dict[str, Any]]) -> None:
    """Print what runs cost."""
    print(f"\n{title}:")
    for name, figure in figures.items():
        who = "changed person" if figure["changed"] else "person"
        print(
            f"  {name}: {figure['changed']} changed, {figure['requests']} requests, {figure['per_person']:.2f} per {who}"
        )


def changes(report: dict[str, Any]) -> bool:
    """Whether a run changed anybody."""
    return any(user["changes"] for o in report["organizations"] for user in o["users"])


#: The columns of an export that the demonstration edits.
ADDRESS, STANDARD, PREMIUM = (
    "User ID/Email (Required)",
    "Webex Contact Center Standard",
    "Webex Contact Center Premium",
)


def edit(exported: Path, edited: Path) -> dict[str, int]:
    """Edit an export as an administrator would: new people on new lines, licenses given, changed and taken away."""
    with exported.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        columns, rows = list(reader.fieldnames or ()), list(reader)
    nobody = [r for r in rows if r[STANDARD] == r[PREMIUM] == "FALSE"]
    standard = [r for r in rows if r[STANDARD] == "TRUE"]
    for row in nobody[:5]:
        row[STANDARD] = "TRUE"
    for row in standard[:3]:
        row[STANDARD], row[PREMIUM] = "FALSE", "TRUE"
    for row in standard[3:5]:
        row[STANDARD] = "FALSE"
    for person in new_people("beta.example.com", 22)[10:]:
        names = {"First Name": person["first_name"], "Last Name": person["last_name"], ADDRESS: person["email"]}
        rows.append({**dict.fromkeys(columns, ""), **names, STANDARD: "FALSE", PREMIUM: "TRUE"})
    with edited.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns)
        writer.writeheader()
        writer.writerows(rows)
    return {"rows": len(rows), "new": 12, "given": 5, "changed": 3, "taken": 2}


def csv_procedure(base: Path, simulator: RunningSimulator) -> bool:
    """Export beta's people, edit the file, import it, and import it again; returns whether that went as it should."""
    state = simulator.state()
    _alpha, beta = organizations(state)
    folder = base / "csv"
    folder.mkdir()
    inventory = folder / "inventory.yml"
    variables = {name: value for name, value in COMMON.items() if name != "onboard_duplicates"}
    hosts = {"beta": {"webex_org_id": beta["id"]}}
    content = {
        "all": {"vars": {"webex_api_url": simulator.url, "wxcc_api_url": simulator.url, **variables}, "hosts": hosts}
    }
    inventory.write_text("---\n" + yaml.safe_dump(content, sort_keys=False), encoding="utf-8")
    print(f"\n=== Export: ansible-playbook {EXPORT} -i {shown(inventory)}", flush=True)
    if play(inventory, EXPORT, {"csv_directory": str(folder)}):
        return False
    edited = folder / "beta-edited.csv"
    counts = edit(folder / "beta.csv", edited)
    print(
        f"\n{shown(edited)}: {counts['rows']} rows; {counts['new']} new people, {counts['given']} licenses given, "
        f"{counts['changed']} changed, {counts['taken']} taken away."
    )
    figures: dict[str, dict[str, Any]] = {}
    files = {
        "csv_files": str(edited),
        "csv_mode": "add_and_remove_services",
        # Two people lose the last license, as the file says.
        "onboard_allow_removals": True,
        "onboard_run_directory": str(folder / RUNS),
    }
    for number in (1, 2):
        print(f"\n=== CSV run {number}: ansible-playbook {IMPORT} -i {shown(inventory)}", flush=True)
        before = len(simulator.journal())
        failed = play(inventory, IMPORT, files)
        report = run_of(folder, f"run{number}")
        if failed or report is None:
            return False
        figures[f"run{number}"] = cost(report, requests_of(simulator.journal()[before:], state, "beta"), "beta")
    show(f"beta, {counts['rows']} rows of a CSV file", figures)
    return report is not None and not changes(report)


def write_journal(path: Path, journal: list[dict[str, Any]]) -> None:
    """Keep every request of the demonstration, one JSON line each."""
    with path.open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(entry, ensure_ascii=False) + "\n" for entry in journal)


def list_procedure(base: Path, simulator: RunningSimulator) -> bool:
    """Onboard both organizations from a list, twice; returns whether that went as it should."""
    state = simulator.state()
    inventory = write_inventory(base, simulator.url, state)
    figures: dict[str, dict[str, Any]] = {}
    for number in (1, 2):
        print(f"\n=== Run {number}: ansible-playbook {PLAYBOOK} -i {shown(inventory)}", flush=True)
        before = len(simulator.journal())
        failed = play(inventory, PLAYBOOK, {"onboard_run_directory": str(base / RUNS)})
        report = run_of(base, f"run{number}")
        if failed or report is None:
            print(f"Run {number} failed.", file=sys.stderr)
            return False
        figures[f"run{number}"] = cost(report, requests_of(simulator.journal()[before:], state, "alpha"), "alpha")
    (base / "figures.json").write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    show("alpha, 300 people", figures)
    if report is None or changes(report):
        print("Run 2 changed something, and should not have.", file=sys.stderr)
        return False
    return True


def main(base: Path) -> int:
    """Run the demonstration; everything that it leaves lies in `base`."""
    shutil.rmtree(base, ignore_errors=True)
    base.mkdir(parents=True)
    (base / "ansible.cfg").write_text(SETTINGS, encoding="utf-8")
    link_collection()
    with running_simulator() as simulator:
        simulator.clear_journal()
        try:
            if not csv_procedure(base, simulator):
                print("The CSV procedure failed, or its second run changed something.", file=sys.stderr)
                return 1
            if not list_procedure(base, simulator):
                return 1
        finally:
            write_journal(base / "journal.jsonl", simulator.journal())
            (base / "state.json").write_text(json.dumps(simulator.state(), ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"\nThe CSV file and its results: {shown(base)}/csv")
    print(
        f"Reports: {', '.join(f'{shown(base)}/{run}/report.html' for run in ('csv/run1', 'csv/run2', 'run1', 'run2'))}"
    )
    print(f"Every request of all runs: {shown(base / 'journal.jsonl')}")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]).absolute() if len(sys.argv) > 1 else ROOT / "build" / "demo"))
