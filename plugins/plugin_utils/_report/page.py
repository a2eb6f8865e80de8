# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report as one HTML page that needs nothing else: no other file, no network.

This is a private part of the collection: it may change in any release.

Names and messages come from other systems, so everything is escaped, and the page's own policy lets no script run but
its own (by its hash). Without scripts the page still shows everything; only search and filters are gone.
"""

from __future__ import annotations

import base64
import hashlib
import typing as t
from pathlib import Path

import jinja2
from markupsafe import Markup

from .groups import groups
from .mails import line_of
from .words import OUTCOMES, count, outcome_word, stopped_at

#: More rows than this make browsers slow. Beyond it, the page leaves out people who are ready and unchanged.
MAX_ROWS = 20_000

#: Up to that many addresses of a group stand open on the page; more are folded.
OPEN_ADDRESSES = 12

TILES = (
    ("total", "people", ""),
    ("ready", "ready", "ready"),
    ("waiting", "waiting", "waiting"),
    ("blocked", "blocked", "blocked"),
    ("failed", "failed", "failed"),
    ("created", "created", ""),
    ("updated", "updated", ""),
    ("removed", "removed", ""),
    ("unchanged", "unchanged", ""),
    ("uncertain", "in doubt", "blocked"),
)


def _hash(text: str) -> str:
    """The name by which a content security policy lets an inline text through."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _beside(ending: str) -> str:
    """The text of the file beside this one with the same name and another ending."""
    return Path(__file__).with_name(f"page.{ending}").read_text(encoding="utf-8")


def _for_page(organization: t.Mapping[str, t.Any], max_rows: int) -> dict[str, t.Any]:
    """An organization with its rows as the page shows them: those who need something first."""
    users = organization["users"]
    rows = users
    if len(users) > max_rows:
        rows = [user for user in users if user["outcome"] != "ready" or user["changes"]][:max_rows]
    # sorted() keeps the roster's order among equals.
    rows = sorted(rows, key=lambda user: OUTCOMES.index(user["outcome"]))
    return {
        **organization,
        "rows": rows,
        "left_out": len(users) - len(rows),
        "remarks": [finding for finding in organization["findings"] if finding.get("level") in ("warning", "error")],
        "mail_line": line_of([organization]),
        "agents": any(user["agent"] for user in users),
    }


def render(report: t.Mapping[str, t.Any], max_rows: int = MAX_ROWS) -> t.Iterator[str]:
    """The page in parts, to be written one after the other. `max_rows` bounds the rows of one organization."""
    style, script, template = (_beside(ending) for ending in ("css", "js", "html.j2"))
    environment = jinja2.Environment(autoescape=True, undefined=jinja2.ChainableUndefined)
    environment.filters["count"] = count
    environment.filters["groups"] = groups
    environment.filters["outcome"] = outcome_word
    environment.filters["stopped_at"] = stopped_at
    page = {**report, "organizations": [_for_page(item, max_rows) for item in report["organizations"]]}
    # Style and script are our own, so they need no escaping, and their hashes must match to the letter.
    return environment.from_string(template).generate(
        report=page,
        tile_words=TILES,
        open_addresses=OPEN_ADDRESSES,
        style=Markup(style),
        script=Markup(script),
        style_hash=_hash(style),
        script_hash=_hash(script),
    )
