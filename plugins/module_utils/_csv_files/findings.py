# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""All that can be said of a CSV file, as one table: code, level, meaning, action. Private to this collection.

    RULES["text_long"].level
    find("text_long", "users.csv", 7, "Title", cell, email="ada@example.com", length=600, limit=512)   # a Finding

The entries stand in rules_files.py and rules_cells.py. A text names its values in braces: {line}, {column} and {email} are those of
the finding itself, whoever finds something gives the others. Where a code has several texts, the name of each has the case after a
dot: `formula.number` has the code `formula`. docs/guides/csv.md explains every code; a test compares the two.
"""

from __future__ import annotations

import typing as t

from .._roster.finding import Finding, show
from .rules_cells import CELL_RULES
from .rules_files import FILE_RULES

#: Every rule by its name.
RULES = {rule.name: rule for rule in (*FILE_RULES, *CELL_RULES)}


def find(
    name: str,
    file: str,
    line: int,
    column: str = "",
    found: str = "",
    *,
    email: str = "",
    level: str = "",
    **words: t.Any,
) -> Finding:
    """Return the finding of the rule of that name. level: another one than its own; found: the cell as it stands."""
    rule = RULES[name]
    level = level or rule.level
    if level not in rule.levels:
        raise ValueError(f"{name} is never of level {level}")
    values = {**words, "line": line, "column": column, "email": email}
    return Finding(
        level,
        rule.code,
        file,
        line,
        column,
        show(found),
        rule.meaning.format_map(values),
        rule.action.format_map(values),
        email,
    )
