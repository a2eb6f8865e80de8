# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The roster: from what people write (lists, text, files) to checked rows. Pure, apart from reading and writing one file.

Private to this collection.
"""

from __future__ import annotations

import json
import os
import re
import tempfile
import typing as t

from .._contact_center import settings as _agent_settings
from .._errors import InputError, Problem
from .._model import LONGEST, Wanted, address_key
from .fields import CHOICES

FORMAT = "wxcc.onboarding/roster/1"
#: Vendor's SCIM schema: userName 254 characters. The part before the @ is at most 64 (import rules).
_MAX_ADDRESS, _MAX_LOCAL = 254, 64
_ADDRESS = re.compile(r"^[^@\s,;<>()\[\]\"\\:]+@[^@\s,;<>()\[\]\"\\:.]+(\.[^@\s,;<>()\[\]\"\\:.]+)+$")
_SEPARATORS = re.compile(r"[\s,;]+")

Row = dict[str, t.Any]
Finding = dict[str, t.Any]


def split_addresses(text: str | t.Iterable[str]) -> list[str]:
    """Return the addresses of a text (separated by commas, semicolons, blanks, lines) or of a list of such texts."""
    parts = [text] if isinstance(text, str) else list(text)
    return [a for part in parts for a in _SEPARATORS.split(str(part)) if a]


def finding(level: str, position: str, email: str, message: str, action: str) -> Finding:
    return {"level": level, "position": position, "email": email, "message": message, "action": action}


def address_problem(email: str) -> str | None:
    """Return what is wrong with an address, or None."""
    if not email:
        return "the address is missing"
    if not _ADDRESS.match(email):
        return f"{email!r} is not an e-mail address"
    if len(email) > _MAX_ADDRESS:
        return f"the address has {len(email)} characters; {_MAX_ADDRESS} are allowed"
    if len(email.partition("@")[0]) > _MAX_LOCAL:
        return f"the part before the @ has {len(email.partition('@')[0])} characters; {_MAX_LOCAL} are allowed"
    return None


def check_row(row: t.Any, position: str) -> list[Finding]:
    """Return the findings of one row; none means that it can be used."""
    if not isinstance(row, dict):
        return [
            finding(
                "error",
                position,
                "",
                f"{type(row).__name__} instead of a person",
                "Write one mapping a person, with email.",
            )
        ]
    email = row.get("email")
    email = email.strip() if isinstance(email, str) else ""
    found: list[Finding] = []
    problem = address_problem(email)
    if problem:
        found.append(finding("error", position, email, problem, "Correct the address."))
    for field, choices in CHOICES.items():
        value = row.get(field)
        if value is not None and value not in choices:
            found.append(
                finding("error", position, email, f"{field} is {value!r}", f"Use one of {', '.join(choices)}.")
            )
    for field in LONGEST:
        value = row.get(field)
        if value is None:
            continue
        if not isinstance(value, str):
            found.append(finding("error", position, email, f"{field} is {value!r}, not text", "Put quotes around it."))
        elif len(value) > LONGEST[field]:
            found.append(
                finding("error", position, email, f"{field} has {len(value)} characters", f"At most {LONGEST[field]}.")
            )
        elif any(ord(c) < 32 and c not in "\t\r\n" for c in value):
            found.append(finding("error", position, email, f"{field} holds control characters", "Type it again."))
    roles = row.get("administrator_roles")
    if roles is not None and not (isinstance(roles, list) and all(isinstance(r, str) for r in roles)):
        found.append(finding("error", position, email, "administrator_roles is not a list of names", "Write a list."))
    for what, do in _agent_settings.problems(row.get("agent")):
        found.append(finding("error", position, email, what, do))
    if row.get("role") == "supervisor" and row.get("license") in ("standard", "none"):
        found.append(
            finding(
                "error",
                position,
                email,
                f"a supervisor needs the premium license, not {row['license']}",
                "Set license: premium.",
            )
        )
    if row.get("role") == "administrator" and row.get("license") == "standard":
        found.append(
            finding(
                "warning",
                position,
                email,
                "an administrator with the standard license gets no administrator features in the contact center",
                "Set license: premium.",
            )
        )
    return found


def clean_row(row: t.Mapping[str, t.Any], position: str) -> Row:
    """Return the row with blanks around its texts gone, unset fields dropped, and its position in ``source``."""
    cleaned = {k: v.strip() if k in LONGEST else v for k, v in row.items() if v is not None}
    cleaned["email"] = str(row["email"]).strip()
    cleaned.setdefault("source", position)
    return cleaned


def _declared(row: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    return {k: v for k, v in row.items() if k not in ("email", "source")}


def merge_duplicates(rows: t.Sequence[Row], *, merge: bool) -> tuple[list[Row], list[Finding]]:
    """Return (rows with each address once, findings about repeated addresses).

    With ``merge``, rows for one address that agree in all that they declare become one row (a warning); rows that contradict each
    other are an error, always. Without ``merge`` every repetition is an error. Both positions are named.
    """
    first: dict[str, Row] = {}
    kept: list[Row] = []
    found: list[Finding] = []
    for row in rows:
        key = address_key(row["email"])
        known = first.get(key)
        if known is None:
            first[key] = row
            kept.append(row)
            continue
        where = f"{known['source']} and {row['source']}"
        clash = sorted(f for f in _declared(row) if f in _declared(known) and row[f] != known[f])
        spelling = "" if row["email"] == known["email"] else f" (written {known['email']} and {row['email']})"
        if clash:
            text = f"the address stands twice{spelling} and contradicts itself in {', '.join(clash)}"
            found.append(finding("error", where, row["email"], text, "Keep one of the two rows."))
        elif not merge:
            found.append(
                finding(
                    "error", where, row["email"], f"the address stands twice{spelling}", "Keep one of the two rows."
                )
            )
        else:
            for field, value in _declared(row).items():
                known.setdefault(field, value)
            found.append(
                finding(
                    "warning",
                    where,
                    row["email"],
                    f"the address stands twice{spelling}; it counts once",
                    "Keep one row.",
                )
            )
    return kept, found


def compose(
    users: t.Sequence[t.Any],
    addresses: t.Sequence[str] = (),
    *,
    defaults: t.Mapping[str, t.Any] | None = None,
    merge: bool = False,
    label: str = "users",
) -> tuple[list[Row], list[Finding]]:
    """Return (rows, findings) from a list of people and addresses alone; ``defaults`` fill what a row does not declare."""
    rows: list[Row] = []
    found: list[Finding] = []
    named = [(f"{label}[{i}]", u) for i, u in enumerate(users)]
    named += [(f"addresses[{i}]", {"email": a}) for i, a in enumerate(split_addresses(addresses))]
    for position, raw in named:
        if isinstance(raw, dict) and isinstance(raw.get("source"), str):
            position = raw["source"]
        problems = check_row(raw, position)
        found += problems
        if isinstance(raw, dict) and not any(p["level"] == "error" for p in problems):
            rows.append(clean_row(raw, position))
    kept, repeated = merge_duplicates(rows, merge=merge)
    found += repeated
    if defaults:
        for row in kept:
            for field, value in defaults.items():
                if value is not None:
                    row.setdefault(field, value)
        late = [f for row in kept for f in check_row(row, row["source"]) if f["level"] == "error"]
        found += [f for f in late if f not in found]
    return kept, found


def refuse(findings: t.Sequence[Finding], *, what: str = "The input") -> None:
    """Raise one error for all findings of level error; it lists the first ten and counts the rest."""
    errors = [f for f in findings if f["level"] == "error"]
    if not errors:
        return
    lines = [f"{f['position']}: {f['message']}. {f['action']}" for f in errors[:10]]
    more = f" (and {len(errors) - 10} more)" if len(errors) > 10 else ""
    text = (
        f"{what} has {len(errors)} error{'s' if len(errors) > 1 else ''}; nothing was sent. " + " | ".join(lines) + more
    )
    raise InputError(Problem("invalid_input", text), list(findings))


def load_file(path: str) -> list[t.Any]:
    """Return the people of a roster file (JSON: a list, or a mapping with ``users``).

    :raises InputError: unreadable, or not such a file.
    """
    try:
        with open(path, encoding="utf-8") as file:
            data = json.load(file)
    except OSError as error:
        raise InputError(Problem("invalid_input", f"users_file {path}: {error.strerror or error}.")) from None
    except ValueError as error:
        raise InputError(Problem("invalid_input", f"users_file {path} is not JSON: {error}.")) from None
    if isinstance(data, dict):
        data = data.get("users")
    if not isinstance(data, list):
        raise InputError(Problem("invalid_input", f"users_file {path} holds no list of users."))
    return data


def write_json(path: str, data: t.Any) -> None:
    """Write JSON so that nobody ever sees half a file; readable by the owner alone, since rosters hold personal data."""
    directory = os.path.dirname(os.path.abspath(path))
    descriptor, temporary = tempfile.mkstemp(dir=directory, prefix=".tmp-")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(data, file, ensure_ascii=False, separators=(",", ":"))
            file.write("\n")
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise


def to_wanted(rows: t.Sequence[Row]) -> list[Wanted]:
    return [
        Wanted(i, row["email"], address_key(row["email"]), row.get("source", f"users[{i}]"), row)
        for i, row in enumerate(rows)
    ]
