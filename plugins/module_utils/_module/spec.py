# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the modules take: options and the rules between them, in parts that merge. The documentation says the same.

Private to this collection.
"""

from __future__ import annotations

import copy
import dataclasses
import os
import typing as t

from ansible.module_utils.basic import AnsibleFallbackNotFound

from .._client.settings import REGIONS, Settings
from .._contact_center.settings import SETTINGS
from .._engine.context import Policy
from .._model import ADD_AND_REMOVE, ADD_ONLY, ATTRIBUTES
from .._roster.fields import CHOICES

#: An option as Ansible writes it: ``type``, ``default``, ``choices``, ``options`` and so on.
Option: t.TypeAlias = dict[str, t.Any]
#: Names of options that a rule holds together.
Names: t.TypeAlias = tuple[str, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class ArgumentSpec:
    """A part of what a module takes, or all of it. The rules are those of ``AnsibleModule``, by the same names."""

    options: t.Mapping[str, Option] = dataclasses.field(default_factory=dict)
    mutually_exclusive: tuple[Names, ...] = ()
    required_one_of: tuple[Names, ...] = ()
    required_together: tuple[Names, ...] = ()
    #: (option, value, what is needed with it).
    required_if: tuple[tuple[str, t.Any, Names], ...] = ()
    required_by: t.Mapping[str, Names] = dataclasses.field(default_factory=dict)

    def merge(self, *others: ArgumentSpec) -> ArgumentSpec:
        """Return this part and the others as one.

        :raises ValueError: two parts define the same option, or say what the same option needs.
        """
        parts = (self, *others)
        return ArgumentSpec(
            options=_joined(part.options for part in parts),
            mutually_exclusive=tuple(rule for part in parts for rule in part.mutually_exclusive),
            required_one_of=tuple(rule for part in parts for rule in part.required_one_of),
            required_together=tuple(rule for part in parts for rule in part.required_together),
            required_if=tuple(rule for part in parts for rule in part.required_if),
            required_by=_joined(part.required_by for part in parts),
        )

    def arguments(self) -> dict[str, t.Any]:
        """Return the arguments of ``AnsibleModule``: a copy, since Ansible hands out the defaults themselves."""
        return {
            "argument_spec": copy.deepcopy(dict(self.options)),
            "mutually_exclusive": [list(rule) for rule in self.mutually_exclusive],
            "required_one_of": [list(rule) for rule in self.required_one_of],
            "required_together": [list(rule) for rule in self.required_together],
            "required_if": [(option, value, list(needed)) for option, value, needed in self.required_if],
            "required_by": {option: list(needed) for option, needed in self.required_by.items()},
        }


V = t.TypeVar("V")


def _joined(parts: t.Iterable[t.Mapping[str, V]]) -> dict[str, V]:
    joined: dict[str, V] = {}
    for part in parts:
        twice = sorted(joined.keys() & part.keys())
        if twice:
            raise ValueError(f"defined twice: {', '.join(twice)}")
        joined.update(part)
    return joined


def one_of(words: t.Iterable[str], **more: t.Any) -> Option:
    """Return an option that takes one of a few words."""
    return {"type": "str", "choices": list(words), **more}


def some_of(words: t.Iterable[str], **more: t.Any) -> Option:
    """Return an option that takes a list of some of a few words."""
    return {"type": "list", "elements": "str", "choices": list(words), **more}


def people_from(*sources: str) -> ArgumentSpec:
    """Return the rules of a module that takes its people from ``sources``, a users_file or a run; the latter two stand alone."""
    whole = ("users_file", "run_directory")
    return ArgumentSpec(
        mutually_exclusive=(*((source, one) for one in whole for source in sources), whole),
        required_one_of=((*sources, *whole),),
    )


# -- the connection --------------------------------------------------------------------------------------------------------

#: Environment variables that fill options which are not given. The same names stand in the documentation and in AWX credentials.
ENVIRONMENT = {
    "access_token": "WEBEX_ACCESS_TOKEN",
    "refresh_token": "WEBEX_REFRESH_TOKEN",
    "client_id": "WEBEX_CLIENT_ID",
    "client_secret": "WEBEX_CLIENT_SECRET",
    "org_id": "WEBEX_ORG_ID",
    "region": "WXCC_REGION",
    "webex_api_url": "WEBEX_API_URL",
    "wxcc_api_url": "WXCC_API_URL",
}

#: The same for what only ``login`` takes.
APPLICATION_ENVIRONMENT = {
    "application_id": "WEBEX_APPLICATION_ID",
    "application_client_id": "WEBEX_APPLICATION_CLIENT_ID",
    "application_client_secret": "WEBEX_APPLICATION_CLIENT_SECRET",
}


def _defaults(kind: type[t.Any]) -> dict[str, t.Any]:
    """Return the defaults of a dataclass that options fill, by name."""
    return {field.name: field.default for field in dataclasses.fields(kind)}


_CLIENT = _defaults(Settings)
_POLICY = _defaults(Policy)


def _connection(name: str, kind: str, **more: t.Any) -> Option:
    option: Option = {"type": kind, **more}
    if _CLIENT.get(name) is not None:
        option["default"] = _CLIENT[name]
    if name in ENVIRONMENT:
        option["fallback"] = (filled_environment, [ENVIRONMENT[name]])
    return option


def filled_environment(*names: str) -> str:
    """Return the first of these environment variables that holds something; an empty one counts as unset.

    :raises AnsibleFallbackNotFound: none does.
    """
    for name in names:
        if value := os.environ.get(name, "").strip():
            return value
    raise AnsibleFallbackNotFound


#: How to reach the services.
REACH = ArgumentSpec(
    {
        "access_token": _connection("access_token", "str", no_log=True),
        "refresh_token": _connection("refresh_token", "str", no_log=True),
        "client_id": _connection("client_id", "str"),
        "client_secret": _connection("client_secret", "str", no_log=True),
        "org_id": _connection("org_id", "str"),
        "region": _connection("region", "str", choices=list(REGIONS)),
        "webex_api_url": _connection("webex_api_url", "str"),
        "wxcc_api_url": _connection("wxcc_api_url", "str"),
        "timeout": _connection("timeout", "float"),
        "validate_certs": _connection("validate_certs", "bool"),
        "ca_path": _connection("ca_path", "path"),
        "client_cert": _connection("client_cert", "path"),
        "client_key": _connection("client_key", "path", no_log=False),
        # It may hold a password, which is so hidden from the first moment, whatever ends the task.
        "proxy": _connection("proxy", "str", no_log=True),
        "concurrency": _connection("concurrency", "int"),
        "requests_per_minute": _connection("requests_per_minute", "int"),
        "retry_deadline": _connection("retry_deadline", "float"),
    }
)
#: The same for modules that work without a run, which may note their requests in a file.
CONNECTION = REACH.merge(ArgumentSpec({"journal_file": _connection("journal_file", "path")}))


def _application(name: str, **more: t.Any) -> Option:
    return {"type": "str", "fallback": (filled_environment, [APPLICATION_ENVIRONMENT[name]]), **more}


#: What it takes to log in.
LOGIN = CONNECTION.merge(
    ArgumentSpec(
        {
            "application_id": _application("application_id"),
            "application_client_id": _application("application_client_id"),
            "application_client_secret": _application("application_client_secret", no_log=True),
        },
        required_together=(tuple(APPLICATION_ENVIRONMENT),),
        required_by={"application_id": ("org_id",)},
    )
)

# -- people ----------------------------------------------------------------------------------------------------------------

_TEXTS: Option = {"type": "list", "elements": "str"}
_NOT_TEXT: dict[str, Option] = {"contact_center_enabled": {"type": "bool"}, "teams": _TEXTS}

#: Agent settings, of a person or for all who declare no other.
AGENT_SETTINGS: dict[str, Option] = {s.word: _NOT_TEXT.get(s.word, {"type": "str"}) for s in SETTINGS}

#: What a person may declare; a list written by hand may hold the fields of the whole chain.
PERSON: dict[str, Option] = {
    "email": {"type": "str", "required": True},
    **{attribute.word: {"type": "str"} for attribute in ATTRIBUTES},
    **{word: one_of(words) for word, words in CHOICES.items()},
    "administrator_roles": _TEXTS,
    "agent": {"type": "dict", "options": AGENT_SETTINGS},
}

#: A text of addresses is a list with one entry.
ADDRESSES = ArgumentSpec({"addresses": _TEXTS})

#: What a run may take away.
MODE = ArgumentSpec({"mode": one_of((ADD_ONLY, ADD_AND_REMOVE), default=ADD_AND_REMOVE)})

#: Who makes a task fail.
FAILED, BLOCKED = "failed", "blocked"

#: What all modules have that work on a roster; where their people come from says :func:`people_from`.
BATCH = REACH.merge(
    ArgumentSpec(
        {
            "users": {"type": "list", "elements": "dict", "options": PERSON},
            "users_file": {"type": "path"},
            "run_directory": {"type": "path"},
            "part": {"type": "int", "default": 0},
            "results": one_of(("changed", "failed", "all", "none")),
            "on_error": one_of(("continue", "stop"), default=_POLICY["on_error"]),
            "fail_on": some_of((FAILED, BLOCKED), default=[FAILED, BLOCKED]),
            "max_removals": {"type": "str"},
            "allow_removals": {"type": "bool", "default": _POLICY["allow_removals"]},
            "protected": {**_TEXTS, "default": list(_POLICY["protected"])},
            "settle_timeout": {"type": "float", "default": _POLICY["settle_timeout"]},
            "lock_timeout": {"type": "float", "default": _POLICY["lock_timeout"]},
            "progress": {"type": "bool", "default": True},
        }
    )
)
