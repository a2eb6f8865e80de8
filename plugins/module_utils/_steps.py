# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The steps of the chain, and the files that a run leaves, each named once. Private to this collection.

Whoever joins steps (report, result files of CSV files, support bundle) reads them here; a test holds roles and playbooks to the same names.
"""

from __future__ import annotations

import dataclasses
import os


@dataclasses.dataclass(frozen=True, slots=True)
class Step:
    """One step of the chain: what it leaves, and what a report makes of that."""

    #: The word for it in outcome lines (``module``), results and reports.
    name: str
    #: The module that writes the outcomes.
    module: str
    #: What is said of somebody for whom it went wrong without a reason of its own.
    failure: str
    #: What a person lacks for whom it went wrong; empty where the steps behind it tell.
    lack: str = ""
    #: The report's column that shows what the step last saw; empty where there is none.
    column: str = ""
    #: Which of the facts before and after the step stands in that column; empty where the column sums them up.
    fact: str = ""
    #: Its outcomes count in the result file beside a CSV file.
    in_result_files: bool = False

    @property
    def outcomes_file(self) -> str:
        """The file of its outcomes in the run directory: one JSON object a line, the last line of a person counts."""
        return f"{self.name}.jsonl"


ROW = Step("row", "roster", "The row was refused.")
USER = Step(
    "user",
    "user",
    "The account could not be brought into the declared state.",
    lack="user",
    column="user",
    fact="state",
    in_result_files=True,
)
LICENSE = Step(
    "license",
    "license",
    "The license could not be brought into the declared state.",
    lack="license",
    column="license",
    fact="license",
    in_result_files=True,
)
ROLE = Step(
    "role",
    "role",
    "The role could not be brought into the declared state.",
    lack="role",
    column="role",
    fact="role",
    in_result_files=True,
)
SYNC = Step(
    "sync", "sync", "Not in sync yet.", lack="sync", column="sync_state", fact="sync_state", in_result_files=True
)
AGENT = Step(
    "agent",
    "agent",
    "The agent settings could not be brought into the declared state.",
    lack="agent",
    column="agent",
    in_result_files=True,
)

#: In the order in which they run.
STEPS = (ROW, USER, LICENSE, ROLE, SYNC, AGENT)

#: Which run this is, about which organization and with which roster: see ``_run/record.py``.
RUN_FILE = "run.json"
#: Everybody who is wanted, for the steps that concern all at once; the list beside CSV files alone; what the checks of CSV
#: files refused, for the result files.
ROSTER_FILE, LIST_FILE, CHECKS_FILE = "roster.json", "list.json", "csv.json"
#: What was read or written last, for the next step.
SNAPSHOT_FILE = "snapshot.json"
#: The plan of the whole chain: for programs, for a spreadsheet, for whoever approves it.
PLAN_FILE, PLAN_TABLE, PLAN_PAGE = "plan.json", "plan.csv", "plan.md"
#: Every request of the run.
REQUESTS_FILE = "requests.jsonl"
#: What Webex support asks for.
SUPPORT_FILE = "support.json"
#: Everybody with a license, and what an audit found.
EVERYBODY_FILE, AUDIT_FILE = "everybody.json", "audit.json"
#: The report over all organizations, by format; it stands one level higher.
REPORT_FILES = {ending: f"report.{ending}" for ending in ("json", "csv", "html")}

#: What became of the rows of a CSV file, the rows to run again, what would become of them: endings behind the file's name.
RESULT_ENDING, RETRY_ENDING, PLANNED_ENDING = ".result.csv", ".retry.csv", ".plan.csv"

#: Everything that stands in a run directory, beside the parts of the roster that the files of a CSV import become.
RUN_FILES = (
    RUN_FILE,
    ROSTER_FILE,
    LIST_FILE,
    CHECKS_FILE,
    SNAPSHOT_FILE,
    PLAN_FILE,
    PLAN_TABLE,
    PLAN_PAGE,
    REQUESTS_FILE,
    SUPPORT_FILE,
    EVERYBODY_FILE,
    AUDIT_FILE,
    *(step.outcomes_file for step in STEPS),
)


def part_file(number: int) -> str:
    """Return the name of the roster file of one part, counted from 1."""
    return f"roster-{number:03d}.json"


def stem_of(path: str) -> str:
    """Return what the names of a CSV file's results begin with: ``agents`` for ``agents.csv``."""
    name = os.path.basename(path)
    return name[:-4] if name.lower().endswith(".csv") else name
