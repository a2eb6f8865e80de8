# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a run goes on with its rows, and what a terminal shows of them. Private to this collection."""

from __future__ import annotations

import dataclasses
import typing as t

from .._errors import InputError, Problem
from .._listed import listed
from .._run.record import RunRecord
from .finding import ERROR, REPAIRED, WARNING, Finding, ended
from .join import CONTRADICTION
from .limit import limit_of
from .table import RowTable

SKIP, STOP = "skip", "stop"
EMPTY = "empty_roster"

_LEVELS = (ERROR, REPAIRED, WARNING)
#: What a terminal shows at most of one input, in lines.
LINES = 15
#: So many places are named in one sentence.
_NAMED = 5


class RowsRefused(InputError):
    """The run must not go on with these rows. ``result``: what the module returns all the same."""

    def __init__(self, problem: Problem, findings: t.Sequence[dict[str, t.Any]], result: dict[str, t.Any]) -> None:
        super().__init__(problem, findings)
        self.result = result


@dataclasses.dataclass(slots=True, frozen=True)
class RefusalRule:
    """What refused rows do: ``skip`` goes on without them, up to ``at_most`` (a number, or a percentage of all rows; blank: any)."""

    refused_rows: str = SKIP
    at_most: t.Any = None

    def refusal(self, table: RowTable, *, final: bool = True) -> Problem | None:
        """Return why the run must not go on, or None.

        :param final: no more rows come; a percentage is held against all of them alone.
        :raises InputError: ``max_refused_rows`` is neither a number nor a percentage.
        """
        limit = limit_of(self.at_most, table.total, option="max_refused_rows")
        number = len(table.refused)
        if not number:
            return None
        refused = (
            f"{number} of {table.total} row{'s' if table.total > 1 else ''} {'are' if number > 1 else 'is'} refused"
        )
        places = listed([row.place for row in table.refused], _NAMED)
        if self.refused_rows == STOP:
            text = f"{refused} ({places}), and refused_rows is stop."
            return Problem(
                "invalid_input",
                text,
                advice="Correct them, or let the others go on with refused_rows: skip (variable onboard_refused_rows).",
            )
        if limit is None or number <= limit or (not final and "%" in str(self.at_most)):
            return None
        text = f"{refused} ({places}); max_refused_rows allows {limit}."
        return Problem(
            "invalid_input",
            text,
            advice="Correct them, or raise max_refused_rows (variable onboard_max_refused_rows) for this run.",
        )


def empty_roster(record: RunRecord | None) -> Finding:
    """Return what is to be said where nobody is named at all: an error where a variable looks like a misspelt one of ours."""
    unknown = list(record.options.get("unknown_variables") or ()) if record else []
    said = (
        "The roster is empty: no list, text or file names anybody "
        "(variables onboard_users, onboard_addresses, onboard_users_file, onboard_csv_files)."
    )
    if not unknown:
        return Finding(WARNING, EMPTY, "roster", 0, "", "", said, "Where that is meant, nothing is to be done.")
    names = " and ".join(
        f"{one['name']} (did you mean {one['nearest']}?)" if one.get("nearest") else str(one["name"]) for one in unknown
    )
    verb = "are variables" if len(unknown) > 1 else "is a variable"
    text = f"{said} And {names} {verb} that nobody reads."
    return Finding(ERROR, EMPTY, "roster", 0, "", "", text, "Correct the name.")


def conclude(
    table: RowTable, result: dict[str, t.Any], rule: RefusalRule, record: RunRecord | None, *, final: bool = True
) -> dict[str, t.Any]:
    """Return the module's result with counts, findings and lines.

    :raises RowsRefused: the run must not go on with these rows.
    """
    findings = list(table.findings)
    if final and not table.total:
        findings.append(empty_roster(record))
    shown = [f.to_dict() for f in findings]
    lines = row_lines(table, findings, result.get("notes", ()), counts=final)
    result = {**counted(table), **result, "findings": shown, "lines": lines}
    problem = rule.refusal(table, final=final)
    empty = next((f for f in findings if f.code == EMPTY and f.level == ERROR), None)
    if empty:
        problem = Problem("invalid_input", empty.meaning, advice=empty.action)
        result["lines"] = []
    if problem is not None:
        raise RowsRefused(problem, shown, {k: v for k, v in result.items() if k != "findings"})
    return result


def counted(table: RowTable) -> dict[str, int]:
    """Return what both modules count."""
    return {
        "count": len(table.people),
        "rows": table.total,
        "refused": len(table.refused),
        "agents": sum(bool(person.get("agent")) for person in table.people),
    }


def row_lines(
    table: RowTable, findings: t.Sequence[Finding], notes: t.Sequence[str] = (), *, counts: bool = True
) -> list[str]:
    """Return at most :data:`LINES` lines for a terminal: how many rows are refused, the findings by weight, the notes.

    :param counts: all rows are known, so that they can be counted.
    """
    number = len(table.refused)
    head = []
    if number and counts:
        verb = "are" if number > 1 else "is"
        head = [f"{number} of {table.total} row{'s' if table.total > 1 else ''} {verb} refused; the report names each"]
    return [*head, *summary_lines(findings, LINES - len(head) - len(notes)), *notes]


def summary_lines(findings: t.Sequence[Finding], limit: int = LINES) -> list[str]:
    """Return the findings for somebody at a terminal: errors first, then repairs, then warnings; what recurs in a column once."""
    groups: dict[tuple[str, str, str, str], list[Finding]] = {}
    for found in sorted(findings, key=lambda f: _LEVELS.index(f.level)):
        # A contradiction is about one person, whatever the column.
        own = found.email if found.code == CONTRADICTION else ""
        groups.setdefault((found.level, found.code, found.file, f"{found.column}{own}"), []).append(found)
    lines = [_summary(group) for group in groups.values()]
    hidden = len(lines) - limit
    if hidden > 0:
        lines[limit - 1 :] = [f"and {hidden + 1} more kinds of findings; the report has all of them"]
    return lines


def _summary(group: t.Sequence[Finding]) -> str:
    """Return one line for findings of one kind in one column."""
    first = group[0]
    what = f" '{first.found}'" if first.found else ""
    more = ""
    if len(group) > 1:
        others = ", ".join(str(f.line) for f in group[1:4])
        more = f" (also in line{'s' if len(group) > 2 else ''} {others}{' and more' if len(group) > 4 else ''})"
    action = f" {first.action}" if first.level == ERROR else ""
    return f"{first.level}: {first.position}:{what} {ended(first.meaning)}{action}{more}"
