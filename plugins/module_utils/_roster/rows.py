# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The roster: from what people write (lists and text) to checked rows. Pure. Private to this collection.

A row: ``{email, state?, license?, role?, administrator_roles?, first_name?, ..., agent?, csv?, source}``. What it declares is checked
against the tables of `fields.py`, `_model.LONGEST` and `_contact_center/settings.py`; an address by `address.py`. Rows of one
person are joined by `join.py`.
"""

from __future__ import annotations

import typing as t

from .._contact_center import settings
from .._errors import InputError, Problem
from .._model import ADMINISTRATOR, LONGEST, STANDARD, Wanted, address_key
from .address import MISSING, NOT_VALID, address_problem, split_addresses, trimmed
from .fields import CHOICES, SEAT_LICENSES, UNSENDABLE, license_for
from .finding import ERROR, WARNING, Finding, place_of, shortened
from .join import CONTRADICTION, RosterRow, by_address, join_rows

#: What a check says of a row: level, code, what is wrong, what to do.
_Said = tuple[str, str, str, str]
#: So many errors are told in one message.
_TOLD = 10


def _at(position: str, email: str, said: _Said) -> Finding:
    level, code, meaning, action = said
    return Finding(level, code, *place_of(position), "", "", meaning, action, email)


def _address_of(row: t.Mapping[str, t.Any]) -> str:
    email = row.get("email")
    return trimmed(email) if isinstance(email, str) else ""


def _check_address(row: RosterRow) -> t.Iterator[_Said]:
    email = _address_of(row)
    problem = address_problem(email)
    if problem is None:
        return
    if problem.code == MISSING:
        yield ERROR, problem.code, "the address is missing", "Correct the address."
        return
    reason = problem.meaning.removesuffix(".")
    reason = "" if problem.meaning == NOT_VALID else f": {reason[0].lower()}{reason[1:]}"
    yield ERROR, problem.code, f"{shortened(email)!r} is not an e-mail address{reason}", problem.action


def _check_choices(row: RosterRow) -> t.Iterator[_Said]:
    for field, choices in CHOICES.items():
        value = row.get(field)
        if value is not None and value not in choices:
            yield ERROR, field, f"{field} is {value!r}", f"Use one of {', '.join(choices)}."


def _check_texts(row: RosterRow) -> t.Iterator[_Said]:
    for field, longest in LONGEST.items():
        value = row.get(field)
        if value is None:
            continue
        if not isinstance(value, str):
            yield ERROR, field, f"{field} is {value!r}, not text", "Put quotes around it."
        elif len(value) > longest:
            yield ERROR, field, f"{field} has {len(value)} characters", f"At most {longest}."
        elif UNSENDABLE.search(value):
            yield ERROR, field, f"{field} holds control characters", "Type it again."


def _check_administrator_roles(row: RosterRow) -> t.Iterator[_Said]:
    names = row.get("administrator_roles")
    if names is not None and not (isinstance(names, list) and all(isinstance(n, str) for n in names)):
        yield ERROR, "administrator_roles", "administrator_roles is not a list of names", "Write a list."


def _check_agent(row: RosterRow) -> t.Iterator[_Said]:
    for meaning, action in settings.problems(row.get("agent")):
        yield ERROR, "agent", meaning, action


def _check_file_cells(row: RosterRow) -> t.Iterator[_Said]:
    """What only our own files carry, in case that somebody edits one: the cells of a CSV row, and where a row stood."""
    source, cells = row.get("source"), row.get("csv")
    if source is not None and not isinstance(source, str):
        yield ERROR, "source", f"source is {source!r}, not text", "Leave it out."
    if not isinstance(row.get("columns") or {}, dict):
        yield ERROR, "columns", "columns holds no columns of a CSV row", "Leave it out."
    if cells is not None and not _are_cells(cells):
        yield ERROR, "csv", "csv holds no cells of a CSV row", "Leave it out, and declare license."


def _are_cells(cells: t.Any) -> bool:
    if not isinstance(cells, dict):
        return False
    subscriptions = cells.get("subscriptions") or {}
    if not isinstance(subscriptions, dict) or not all(isinstance(one, dict) for one in subscriptions.values()):
        return False
    values = [cells.get(name) for name in SEAT_LICENSES] + [v for one in subscriptions.values() for v in one.values()]
    return all(value is None or isinstance(value, bool) for value in values)


def _check_license_and_role(row: RosterRow) -> t.Iterator[_Said]:
    role, license_name = row.get("role"), row.get("license")
    needed = license_for(role)
    if needed and license_name is not None and license_name != needed and license_name in CHOICES["license"]:
        yield (
            ERROR,
            "needs_premium",
            f"a {role} needs the {needed} license, not {license_name}",
            f"Set license: {needed}.",
        )
    if role == ADMINISTRATOR and license_name == STANDARD:
        yield (
            WARNING,
            "administrator_standard",
            "an administrator with the standard license gets no administrator features in the contact center",
            "Set license: premium.",
        )


_CHECKS: tuple[t.Callable[[RosterRow], t.Iterator[_Said]], ...] = (
    _check_address,
    _check_choices,
    _check_texts,
    _check_administrator_roles,
    _check_agent,
    _check_file_cells,
    _check_license_and_role,
)


def check_row(row: t.Any, position: str) -> list[Finding]:
    """Return the findings of one row; none means that it can be used."""
    if not isinstance(row, dict):
        text = f"{type(row).__name__} instead of a person"
        return [_at(position, "", (ERROR, "no_person", text, "Write one mapping a person, with email."))]
    email = _address_of(row)
    return [_at(position, email, said) for check in _CHECKS for said in check(row)]


def clean_row(row: t.Mapping[str, t.Any], position: str) -> RosterRow:
    """Return the row with blanks around its texts gone, unset fields dropped, and its position in ``source``."""
    cleaned = {k: v.strip() if k in LONGEST else v for k, v in row.items() if v is not None}
    cleaned["email"] = _address_of(row)
    cleaned.setdefault("source", position)
    return cleaned


def _join_lists(rows: t.Sequence[RosterRow], *, merge: bool) -> tuple[list[RosterRow], list[Finding]]:
    """Return (rows with each address once, findings about repeated addresses).

    With ``merge``, rows for one address that agree in all that they declare become one row (a warning); rows that contradict each
    other are an error, always. Without ``merge`` every repetition is an error. Both positions are named.
    """
    kept: list[RosterRow] = []
    found: dict[str, list[Finding]] = {row["source"]: [] for row in rows}
    for group in by_address(rows):
        joined, clashes = join_rows(group)
        kept.append(joined if len(group) == 1 else {**joined, "source": group[0]["source"]})
        if len(group) > 1:
            # What no row alone is may come of two: a supervisor without Premium. All the places are named.
            own = {f.code for row in group for f in check_row(row, row["source"])}
            found[group[-1]["source"]] += [f for f in check_row(joined, joined["source"]) if f.code not in own]
        spelling = {row["source"]: row["email"] for row in reversed(group)}
        fields: dict[tuple[str, str], list[str]] = {}
        for clash in clashes:
            fields.setdefault((clash.one_source, clash.other_source), []).append(clash.field)
        for (one, other), names in fields.items():
            text = f"{_twice(spelling[one], spelling[other])} and contradicts itself in {', '.join(sorted(set(names)))}"
            said = (ERROR, CONTRADICTION, text, "Keep one of the two rows.")
            found[other].append(_at(f"{one} and {other}", spelling[other], said))
        told = {other for _one, other in fields}
        for row in group[1:]:
            if row["source"] not in told:
                found[row["source"]].append(_repeated(group[0], row, merge))
    # In the order of the list, as people go through it: by the row that repeats the address, not by person.
    return kept, [finding for of_row in found.values() for finding in of_row]


def _repeated(first: RosterRow, row: RosterRow, merge: bool) -> Finding:
    text = _twice(first["email"], row["email"])
    said = (ERROR, "duplicate", text, "Keep one of the two rows.")
    if merge:
        said = (WARNING, "duplicate", f"{text}; it counts once", "Keep one row.")
    return _at(f"{first['source']} and {row['source']}", row["email"], said)


def _twice(one: str, other: str) -> str:
    return "the address stands twice" + ("" if one == other else f" (written {one} and {other})")


def checked_rows(
    users: t.Sequence[t.Any], addresses: t.Sequence[str] = (), *, label: str = "users"
) -> tuple[list[RosterRow], list[Finding]]:
    """Return (rows that can be used, findings), each row by itself: what :func:`compose` does before it joins."""
    rows: list[RosterRow] = []
    found: list[Finding] = []
    for position, raw in _placed(users, addresses, label):
        problems = check_row(raw, position)
        found += problems
        if not any(f.level == ERROR for f in problems):
            rows.append(clean_row(raw, position))
    return rows, found


def compose(
    users: t.Sequence[t.Any],
    addresses: t.Sequence[str] = (),
    *,
    defaults: t.Mapping[str, t.Any] | None = None,
    merge: bool = False,
    label: str = "users",
) -> tuple[list[RosterRow], list[Finding]]:
    """Return (rows, findings) from a list of people and addresses alone; ``defaults`` fill what a row does not declare.

    A row's ``source`` is its position, where it brings one; else ``label`` and its number in the list.
    """
    rows, found = checked_rows(users, addresses, label=label)
    kept, repeated = _join_lists(rows, merge=merge)
    found += repeated
    wanted = {field: value for field, value in (defaults or {}).items() if value is not None}
    if wanted:
        kept = [{**row, **{field: value for field, value in wanted.items() if field not in row}} for row in kept]
        # What no row alone is may come of a default.
        told = {(f.code, f.email) for f in found}
        late = [f for row in kept for f in check_row(row, row["source"])]
        found += [f for f in late if (f.code, f.email) not in told]
    return kept, found


def _placed(users: t.Sequence[t.Any], addresses: t.Sequence[str], label: str) -> t.Iterator[tuple[str, t.Any]]:
    for index, row in enumerate(users):
        source = row.get("source") if isinstance(row, dict) else None
        yield source if isinstance(source, str) else f"{label}[{index}]", row
    for index, address in enumerate(split_addresses(addresses)):
        yield f"addresses[{index}]", {"email": address}


def checked_addresses(texts: t.Sequence[str], *, label: str) -> list[str]:
    """Return the addresses of an option that holds nothing else, each once; ``label`` is the option's name.

    :raises InputError: one of them is no address; all are told.
    """
    rows, findings = compose(
        [{"email": a, "source": f"{label}[{i}]"} for i, a in enumerate(split_addresses(texts))], merge=True
    )
    raise_for_errors(findings, what=label)
    return [row["email"] for row in rows]


def raise_for_errors(findings: t.Sequence[Finding], *, what: str = "The input") -> None:
    """Raise one error for all findings of level error; it lists the first ten and counts the rest.

    :raises InputError: there is one.
    """
    errors = [f for f in findings if f.level == ERROR]
    if not errors:
        return
    lines = " | ".join(f.sentence for f in errors[:_TOLD])
    more = f" (and {len(errors) - _TOLD} more)" if len(errors) > _TOLD else ""
    text = f"{what} has {len(errors)} error{'s' if len(errors) > 1 else ''}; nothing was sent. {lines}{more}"
    raise InputError(Problem("invalid_input", text), [f.short() for f in findings])


def to_wanted(rows: t.Sequence[RosterRow]) -> list[Wanted]:
    """Return the rows as the modules take them."""
    return [
        Wanted(i, row["email"], address_key(row["email"]), row.get("source", f"users[{i}]"), row)
        for i, row in enumerate(rows)
    ]
