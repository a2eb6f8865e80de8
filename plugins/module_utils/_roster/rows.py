# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The roster: from what people write (lists and text) to checked rows. Pure. Private to this collection.

A row: ``{email, state?, license?, role?, administrator_roles?, first_name?, ..., agent?, csv?, source, sources}``. What it declares is
checked against the tables of `fields.py`, `_model.LONGEST` and `_contact_center/settings.py`; an address by `address.py`, its keys by
`keys.py`. Rows of one person are joined by `join.py`.
"""

from __future__ import annotations

import typing as t

from .._contact_center import settings
from .._errors import InputError, Problem
from .._listed import kind_of
from .._model import ADMINISTRATOR, LONGEST, STANDARD, Wanted, address_key
from .address import MISSING, address_problem, trimmed
from .entries import Entry, Said, address_entries, at_place, no_address
from .fields import CHOICES, SEAT_LICENSES, UNSENDABLE, license_for
from .finding import ERROR, WARNING, Finding, shortened
from .join import CONTRADICTION, Clash, RosterRow, by_address, join_rows
from .keys import IF_NEW, unknown_keys, without_site_keys
from .table import RefusedRow, RowTable

UNKNOWN_KEY = "unknown_key"
#: So many errors are told in one message.
_TOLD = 10


def _address_of(row: t.Mapping[str, t.Any]) -> str:
    email = row.get("email")
    return trimmed(email) if isinstance(email, str) else ""


def _check_address(row: RosterRow) -> t.Iterator[Said]:
    email = _address_of(row)
    problem = address_problem(email)
    if problem is None:
        return
    if problem.code == MISSING:
        yield ERROR, problem.code, "the address is missing", "Correct the address."
        return
    yield no_address(f"{shortened(email)!r}", problem)


def _check_choices(row: RosterRow) -> t.Iterator[Said]:
    for field, choices in CHOICES.items():
        value = row.get(field)
        if value is not None and value not in choices:
            yield ERROR, field, f"{field} is {value!r}", f"Use one of {', '.join(choices)}."


def _check_texts(row: RosterRow) -> t.Iterator[Said]:
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


def _check_administrator_roles(row: RosterRow) -> t.Iterator[Said]:
    names = row.get("administrator_roles")
    if names is not None and not (isinstance(names, list) and all(isinstance(n, str) for n in names)):
        yield ERROR, "administrator_roles", "administrator_roles is not a list of names", "Write a list."


def _check_agent(row: RosterRow) -> t.Iterator[Said]:
    agent = row.get("agent")
    if isinstance(agent, dict):
        # Those that nobody knows are told with the keys.
        agent = {word: value for word, value in agent.items() if word in settings.BY_WORD}
    for meaning, action in settings.problems(agent):
        yield ERROR, "agent", meaning, action


def _check_file_cells(row: RosterRow) -> t.Iterator[Said]:
    """What only our own files carry, in case that somebody edits one: the cells of a CSV row, and where a row stood."""
    source, cells = row.get("source"), row.get("csv")
    if source is not None and not isinstance(source, str):
        yield ERROR, "source", f"source is {source!r}, not text", "Leave it out."
    if not isinstance(row.get("sources") or [], list):
        yield ERROR, "source", "sources holds no places of rows", "Leave it out."
    if not isinstance(row.get("columns") or {}, dict):
        yield ERROR, "columns", "columns holds no columns of a CSV row", "Leave it out."
    if not _is_name(row.get(IF_NEW)):
        yield ERROR, IF_NEW, f"{IF_NEW} holds no first and last name", "Leave it out."
    if cells is not None and not _are_cells(cells):
        yield ERROR, "csv", "csv holds no cells of a CSV row", "Leave it out, and declare license."


def _is_name(name: t.Any) -> bool:
    return name is None or (
        isinstance(name, dict)
        and name.keys() <= {"first_name", "last_name"}
        and all(isinstance(half, str) for half in name.values())
    )


def _are_cells(cells: t.Any) -> bool:
    if not isinstance(cells, dict):
        return False
    subscriptions = cells.get("subscriptions") or {}
    if not isinstance(subscriptions, dict) or not all(isinstance(one, dict) for one in subscriptions.values()):
        return False
    values = [cells.get(name) for name in SEAT_LICENSES] + [v for one in subscriptions.values() for v in one.values()]
    return all(value is None or isinstance(value, bool) for value in values)


def _check_license_and_role(row: RosterRow) -> t.Iterator[Said]:
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


_CHECKS: tuple[t.Callable[[RosterRow], t.Iterator[Said]], ...] = (
    _check_address,
    _check_choices,
    _check_texts,
    _check_administrator_roles,
    _check_agent,
    _check_file_cells,
    _check_license_and_role,
)


def check_row(row: t.Any, position: str, *, own: bool = True, ignored: t.Container[str] = ()) -> list[Finding]:
    """Return the findings of one row; none means that it can be used.

    :param own: the row may have the keys that only our own files carry.
    :param ignored: keys that are the site's own, beside those that begin with ``x_``.
    """
    if not isinstance(row, dict):
        text = f"{kind_of(row)} instead of a person"
        return [at_place(position, "", (ERROR, "no_person", text, "Write one mapping a person, with email."))]
    kept = without_site_keys(row, ignored)
    email = _address_of(kept)
    strange = unknown_keys(kept, own=own)
    found = [at_place(position, email, (ERROR, UNKNOWN_KEY, *complaint)) for complaint in strange]
    found += [at_place(position, email, said) for check in _CHECKS for said in check(kept)]
    if any(meaning.endswith("did you mean email?") for meaning, _action in strange):
        # One mistake is told once.
        found = [f for f in found if f.code != MISSING]
    return found


def clean_row(row: t.Mapping[str, t.Any], position: str, ignored: t.Container[str] = ()) -> RosterRow:
    """Return the row with blanks around its texts gone, unset fields and the site's own keys dropped, and its place in ``sources``."""
    kept = without_site_keys(row, ignored)
    cleaned = {k: v.strip() if k in LONGEST else v for k, v in kept.items() if v is not None}
    cleaned["email"] = _address_of(row)
    cleaned.setdefault("source", position)
    cleaned.setdefault("sources", [cleaned["source"]])
    return cleaned


def table_of(
    entries: t.Iterable[Entry],
    *,
    defaults: t.Mapping[str, t.Any] | None = None,
    merge: bool = False,
    ignored: t.Container[str] = (),
) -> RowTable:
    """Return the table of rows of lists. ``defaults`` fill what a person's rows do not declare.

    Rows of one person that contradict each other are refused, all of them. Those that agree are one person with ``merge`` (a warning),
    and refused without; addresses of pasted text, which declare nothing and may well repeat somebody (To and Cc), are always one.
    """
    table = RowTable()
    alone: list[RosterRow] = []
    place: dict[str, int] = {}
    pasted: set[str] = set()
    for entry in entries:
        refused = entry.refused()
        problems = [refused] if refused else check_row(entry.raw, entry.place, own=entry.own, ignored=ignored)
        table.findings += problems
        place[entry.place] = len(place)
        if entry.pasted:
            pasted.add(entry.place)
        errors = tuple(f for f in problems if f.level == ERROR)
        if errors:
            table.refused.append(RefusedRow(entry.place, errors[0].email, errors))
        else:
            alone.append(clean_row(entry.raw, entry.place, ignored))
    declared = {k: v for k, v in (defaults or {}).items() if v is not None}
    joiner = _ListJoiner(alone, declared, merge=merge, pasted=pasted)
    joiner.join(table)
    table.refused.sort(key=lambda row: place.get(row.place, 0))
    return table


class _ListJoiner:
    """Joins the rows of lists: each address once, and what is to be said of repeated ones, with both places."""

    def __init__(
        self, rows: t.Sequence[RosterRow], defaults: t.Mapping[str, t.Any], *, merge: bool, pasted: t.Container[str]
    ) -> None:
        self._rows = rows
        self._defaults = defaults
        self._merge = merge
        self._pasted = pasted
        self._found: dict[str, list[Finding]] = {row["source"]: [] for row in rows}
        self._told: set[tuple[str, str]] = set()

    def join(self, table: RowTable) -> None:
        """Add people, rows, refused rows and findings to the table."""
        self._told = {(f.code, f.email) for f in table.findings}
        refused: dict[str, RefusedRow] = {}
        filled: dict[str, RosterRow] = {}
        for group in by_address(self._rows):
            joined, clashes = join_rows(group)
            own = self._contradictions(group, clashes)
            if not own:
                lacking = {k: v for k, v in self._defaults.items() if k not in joined}
                joined, filled[group[0]["source"]] = {**joined, **lacking}, lacking
                own = self._repetitions(group) + self._of_joined(group, joined)
            errors = [f for f in own if f.level == ERROR]
            if not errors:
                table.people.append(joined)
                continue
            for row in group:
                # Those that name this very place; all of them where none does.
                concerned = [f for f in errors if row["source"] in f.file.split(" and ")] or errors
                refused[row["source"]] = RefusedRow(row["source"], row["email"], tuple(concerned))
        table.rows += [{**r, **filled.get(r["source"], {})} for r in self._rows if r["source"] not in refused]
        table.refused += refused.values()
        # In the order of the list, as people go through it: by the row that repeats the address, not by person.
        table.findings += [finding for of_row in self._found.values() for finding in of_row]

    def _contradictions(self, group: t.Sequence[RosterRow], clashes: t.Iterable[Clash]) -> list[Finding]:
        spelling = {row["source"]: row["email"] for row in reversed(group)}
        fields: dict[tuple[str, str], list[str]] = {}
        for clash in clashes:
            fields.setdefault((clash.one_source, clash.other_source), []).append(clash.field)
        found = []
        for (one, other), names in fields.items():
            text = f"{_twice(spelling[one], spelling[other])} and contradicts itself in {', '.join(sorted(set(names)))}"
            said = (ERROR, CONTRADICTION, text, "Keep one of the rows; until then nothing is done for this person.")
            found.append(self._tell(other, at_place(f"{one} and {other}", spelling[other], said)))
        return found

    def _repetitions(self, group: t.Sequence[RosterRow]) -> list[Finding]:
        merge = self._merge or all(row["source"] in self._pasted for row in group)
        return [self._tell(row["source"], _repeated(group[0], row, merge)) for row in group[1:]]

    def _of_joined(self, group: t.Sequence[RosterRow], joined: RosterRow) -> list[Finding]:
        """What no row alone is may come of two, or of a default: a supervisor without Premium. All the places are named."""
        if len(group) == 1 and not self._defaults:
            return []
        late = [f for f in check_row(joined, " and ".join(joined["sources"])) if (f.code, f.email) not in self._told]
        return [self._tell(group[-1]["source"], finding) for finding in late]

    def _tell(self, source: str, finding: Finding) -> Finding:
        self._found[source].append(finding)
        return finding


def _repeated(first: RosterRow, row: RosterRow, merge: bool) -> Finding:
    text = _twice(first["email"], row["email"])
    said = (ERROR, "duplicate", text, "Keep one of the two rows.")
    if merge:
        said = (WARNING, "duplicate", f"{text}; it counts once", "Keep one row.")
    return at_place(f"{first['source']} and {row['source']}", row["email"], said)


def _twice(one: str, other: str) -> str:
    return "the address stands twice" + ("" if one == other else f" (written {one} and {other})")


def compose(
    users: t.Sequence[t.Any],
    addresses: t.Sequence[str] = (),
    *,
    defaults: t.Mapping[str, t.Any] | None = None,
    merge: bool = False,
    label: str = "users",
    own: bool = True,
) -> tuple[list[RosterRow], list[Finding]]:
    """Return (people that can be used, findings) from a list of people and addresses alone; see :func:`table_of`.

    A row's place is its ``source``, where it brings one; else ``label`` and its number in the list.
    """
    pasted, told = address_entries(addresses)
    table = table_of([*_placed(users, label, own), *pasted], defaults=defaults, merge=merge)
    return table.people, [*table.findings, *told]


def _placed(users: t.Sequence[t.Any], label: str, own: bool) -> t.Iterator[Entry]:
    for index, row in enumerate(users):
        source = row.get("source") if isinstance(row, dict) and own else None
        yield Entry(source if isinstance(source, str) else f"{label}[{index}]", row, own)


def checked_addresses(texts: t.Sequence[str], *, label: str) -> list[str]:
    """Return the addresses of an option that holds nothing else, each once; ``label`` is the option's name.

    :raises InputError: one of them is no address; all are told.
    """
    table = table_of(address_entries(texts, label=label)[0], merge=True)
    raise_for_errors(table.findings, what=label)
    return [row["email"] for row in table.people]


def raise_for_errors(findings: t.Sequence[Finding], *, what: str = "The input") -> None:
    """Raise one error for all findings of level error; it lists the first ten and counts the rest.

    :raises InputError: there is one.
    """
    errors = [f for f in findings if f.level == ERROR]
    if not errors:
        return
    lines = " | ".join(f.sentence for f in errors[:_TOLD])
    more = f" (and {len(errors) - _TOLD} more)" if len(errors) > _TOLD else ""
    text = f"{what} has {len(errors)} error{'s' if len(errors) > 1 else ''}; this task sent nothing. {lines}{more}"
    raise InputError(Problem("invalid_input", text), [f.short() for f in findings])


def to_wanted(rows: t.Sequence[RosterRow]) -> list[Wanted]:
    """Return the rows as the modules take them. The roster of a run numbers its people over all parts."""
    return [
        Wanted(row.get("row", i), row["email"], address_key(row["email"]), row.get("source", f"users[{i}]"), row)
        for i, row in enumerate(rows)
    ]
