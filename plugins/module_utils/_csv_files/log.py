# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The log of what is found in one file. Private to this collection."""

from __future__ import annotations

import typing as t

from .._roster.finding import ERROR, REPAIRED, WARNING, Finding
from .findings import RULES, find


class FindingLog:
    """Collects findings about one file; keeps the number of warnings of one kind within bounds, and the refused lines."""

    def __init__(self, file: str, max_per_rule: int = 1000) -> None:
        self.file = file
        self.findings: list[Finding] = []
        self.refused: dict[int, list[Finding]] = {}
        self._limit = max_per_rule
        self._counts: dict[tuple[str, str, str], int] = {}
        self._last: dict[tuple[str, str, str], int] = {}

    def add(
        self,
        name: str,
        line: int,
        column: str = "",
        found: str = "",
        *,
        email: str = "",
        level: str = "",
        **words: t.Any,
    ) -> None:
        """Adds a finding by its rule's name (see findings.py); an error refuses its line."""
        rule = RULES[name]
        level = level or rule.level
        if level != ERROR:
            key = (level, rule.code, column)
            count = self._counts.get(key, 0) + 1
            self._counts[key] = count
            if self._limit and count > self._limit:
                self._last[key] = line
                return
        finding = find(name, self.file, line, column, found, email=email, level=level, **words)
        self.findings.append(finding)
        if level == ERROR:
            self.refused.setdefault(line, []).append(finding)

    def take(self, findings: t.Iterable[Finding]) -> None:
        """Adds findings made elsewhere (about headers, or the file as a whole); they refuse no line."""
        for finding in findings:
            key = (finding.level, finding.code, finding.column)
            if finding.level != ERROR:
                self._counts[key] = self._counts.get(key, 0) + 1
            self.findings.append(finding)

    def close(self) -> None:
        """Adds what the bound left out, a finding per code and column, and puts everything in the order of the lines."""
        for key, line in self._last.items():
            level, code, column = key
            more = self._counts[key] - self._limit
            meaning = f"The same stands in {more} more rows, the last of them in this line."
            action = "See the first of these findings."
            self.findings.append(Finding(level, code, self.file, line, column, "", meaning, action))
        self._last.clear()
        self.findings.sort(key=lambda finding: finding.line)

    def counts(self) -> dict[str, int]:
        """How many findings of each level there are, those left out of the list included."""
        totals = {ERROR: 0, WARNING: 0, REPAIRED: 0}
        for (level, _code, _column), count in self._counts.items():
            totals[level] += count
        totals[ERROR] = sum(1 for finding in self.findings if finding.level == ERROR)
        return totals
