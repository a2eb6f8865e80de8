# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Changes in a few words, as an approver reads them: ``+ Premium``, ``team to Sales``. Pure. Private to this collection."""

from __future__ import annotations

import typing as t

from .._engine.plan import Change
from .._model import ABSENT, DISABLED, NO_LICENSE, PRESENT
from .._steps import AGENT, LICENSE, ROLE, USER

Facts = t.Mapping[str, t.Any]

#: What is a person's own, so that its value folds nobody together with others.
_OWN = frozenset({"first_name", "last_name", "display_name", "external_id", "default_number"})
_STATES = {ABSENT: "account removed", DISABLED: "account disabled", PRESENT: "account enabled"}
_LICENSE_NAMES = {"premium": "Premium", "standard": "Standard"}


def change_words(step: str, change: Change) -> list[str]:
    """Return what a pending change does; nothing where it is none."""
    return entry_words(step, change.kind, change.before, change.after) if change.pending else []


def entry_words(step: str, action: str, before: Facts, after: Facts) -> list[str]:
    """Return the same from the facts before and after."""
    return _WORDS[step](action, before, after) if step in _WORDS else []


def _user(action: str, before: Facts, after: Facts) -> list[str]:
    if action == "create":
        return ["new account"]
    found = []
    if before.get("state") != after.get("state"):
        found.append(_STATES.get(str(after.get("state")), f"account {after.get('state')}"))
    return found + (_settings(action, before, after) if action != "remove" else [])


def _license(_action: str, before: Facts, after: Facts) -> list[str]:
    old, new = before.get("license") or NO_LICENSE, after.get("license") or NO_LICENSE
    if old == new:
        lost = [s for s in before.get("subscriptions") or () if s not in (after.get("subscriptions") or ())]
        return (
            [f"{_name(new)} from another subscription"]
            if not lost
            else [f"{_name(new)} no more from {', '.join(lost)}"]
        )
    if old == NO_LICENSE:
        return [f"+ {_name(new)}"]
    return [f"- {_name(old)}"] if new == NO_LICENSE else [f"{_name(old)} to {_name(new)}"]


def _name(license_name: t.Any) -> str:
    return _LICENSE_NAMES.get(str(license_name), str(license_name))


def _role(_action: str, before: Facts, after: Facts) -> list[str]:
    old, new = set(before.get("roles") or ()), set(after.get("roles") or ())
    found = [f"+ {name}" for name in sorted(new - old)] + [f"- {name}" for name in sorted(old - new)]
    if not found and before.get("role") != after.get("role"):
        found.append(f"role to {after.get('role')}")
    switch = after.get("supervisor_capabilities")
    if before.get("supervisor_capabilities") != switch:
        found.append(f"supervisor's switch {'on' if switch else 'off'}")
    return found


def _settings(_action: str, before: Facts, after: Facts) -> list[str]:
    found = []
    for word in after:
        if word in ("state", "profile_type") or before.get(word) == after[word]:
            continue
        label = word.replace("_", " ")
        if word in _OWN:
            found.append(label)
        elif isinstance(after[word], bool):
            found.append(f"{label} {'on' if after[word] else 'off'}")
        else:
            found.append(f"{label} to {shown(after[word])}" if after[word] else f"{label} cleared")
    return found


_WORDS: dict[str, t.Callable[[str, Facts, Facts], list[str]]] = {
    USER.name: _user,
    LICENSE.name: _license,
    ROLE.name: _role,
    AGENT.name: _settings,
}


def shown(value: t.Any) -> str:
    """Return a value as a table shows it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (list, tuple)):
        return ", ".join(map(str, value))
    return "" if value is None else str(value)
