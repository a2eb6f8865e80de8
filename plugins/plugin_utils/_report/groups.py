# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Those who are not ready, by what they need. Pure. Private to this collection."""

from __future__ import annotations

import dataclasses
import typing as t

from ...module_utils._model import address_key
from .judge import NOT_REACHED
from .words import OUTCOMES, READY

STOPPED = "stopped"
#: Worst first.
_RANKS = (STOPPED, *OUTCOMES)


@dataclasses.dataclass(slots=True)
class Group:
    """Those who need the same thing for the same reason: people, or whole organizations that stopped."""

    outcome: str
    message: str
    action: str
    #: The organizations, each with its people: address, or the place of a row that names nobody.
    members: dict[str, list[str]] = dataclasses.field(default_factory=dict)

    @property
    def emails(self) -> list[str]:
        """Everybody whom it concerns."""
        return [who for people in self.members.values() for who in people]

    @property
    def rank(self) -> tuple[int, int]:
        """Its place among others: the worst first, the biggest first."""
        return _RANKS.index(self.outcome), -max(len(self.emails), len(self.members))


_Key = tuple[str, str, str]


def groups(organization: t.Mapping[str, t.Any]) -> list[Group]:
    """Return those of an organization's people who are not ready, by what they need; the worst outcome first."""
    found: dict[_Key, Group] = {}
    for user in organization["users"]:
        if user["outcome"] == READY:
            continue
        message, action = _without_address(user)
        key = (user["outcome"], message[:1].upper() + message[1:], action)
        who = user["email"] or ", ".join(user["places"]) or "a row"
        found.setdefault(key, Group(*key)).members.setdefault(label(organization), []).append(who)
    return sorted(found.values(), key=lambda group: group.rank)


def grouped(organizations: t.Iterable[t.Mapping[str, t.Any]]) -> list[Group]:
    """Return the same over several organizations, and those that stopped with the reason in the place of people not reached."""
    found: dict[_Key, Group] = {}
    for organization in organizations:
        for group in _of_organization(organization):
            message = _plain(organization, group.message)
            known = found.setdefault((group.outcome, message, group.action), group)
            if known is not group:
                # What is the organization's own is kept where it concerns one alone: an id says which one was meant.
                known.message = message
                known.members.update(group.members)
    return sorted(found.values(), key=lambda group: group.rank)


def _of_organization(organization: t.Mapping[str, t.Any]) -> t.Iterator[Group]:
    stopped = organization["stopped"]
    if stopped:
        # The lines of a group name its outcome and message: where it stopped is part of what happened to all of them.
        yield Group(STOPPED, stopped["message"], stopped["advice"], {label(organization): []})
    for group in groups(organization):
        if not (stopped and group.message.startswith(NOT_REACHED)):
            yield group


def label(organization: t.Mapping[str, t.Any]) -> str:
    """Return what an organization is called in a line: its host."""
    return str(organization["host"] or organization["name"] or organization["id"] or "organization")


def _plain(organization: t.Mapping[str, t.Any], message: str) -> str:
    """Return a message without what is the organization's own, so that equal reasons are equal."""
    for own, word in ((organization["directory"], "the run directory"), (organization["id"], "the organization")):
        if own:
            message = message.replace(own, word)
    return message


def _without_address(user: t.Mapping[str, t.Any]) -> tuple[str, str]:
    """Return message and action; one that names the person would put everybody into a group of one."""
    message, action = str(user["message"]), str(user["action"])
    email = user["email"] or ""
    for spelling in {email, address_key(email)} - {""}:
        message = message.replace(spelling, "this person")
        action = action.replace(spelling, "this person")
    return message, action
