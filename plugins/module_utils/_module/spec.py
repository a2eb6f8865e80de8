# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Option specifications shared by the modules; the documentation fragments describe the same. Private to this collection."""

from __future__ import annotations

import typing as t

from .._model import ATTRIBUTES
from .._roster.fields import CHOICES

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

Spec = dict[str, dict[str, t.Any]]


def connection_spec(env_fallback: t.Any) -> Spec:
    """Return the connection options. ``env_fallback`` is Ansible's function of that name."""
    spec: Spec = {
        "access_token": {"type": "str", "no_log": True},
        "refresh_token": {"type": "str", "no_log": True},
        "client_id": {"type": "str"},
        "client_secret": {"type": "str", "no_log": True},
        "org_id": {"type": "str"},
        "region": {
            "type": "str",
            "default": "us1",
            "choices": ["us1", "eu1", "eu2", "anz1", "ca1", "jp1", "sg1", "in1"],
        },
        "webex_api_url": {"type": "str", "default": "https://webexapis.com"},
        "wxcc_api_url": {"type": "str"},
        "timeout": {"type": "float", "default": 60.0},
        "validate_certs": {"type": "bool", "default": True},
        "ca_path": {"type": "path"},
        "client_cert": {"type": "path"},
        "client_key": {"type": "path", "no_log": False},
        "proxy": {"type": "str"},
        "concurrency": {"type": "int", "default": 10},
        "requests_per_minute": {"type": "int", "default": 0},
        "retry_deadline": {"type": "float", "default": 300.0},
        "journal_file": {"type": "path"},
    }
    for option, variable in ENVIRONMENT.items():
        spec[option]["fallback"] = (env_fallback, [variable])
    return spec


def batch_spec(fields: t.Mapping[str, dict[str, t.Any]]) -> Spec:
    """Return the options of the modules that work on a roster; ``fields`` are the module's own per person."""
    person: Spec = {"email": {"type": "str", "required": True}, **fields}
    return {
        "users": {"type": "list", "elements": "dict", "options": person},
        "users_file": {"type": "path"},
        "results_file": {"type": "path"},
        "snapshot_file": {"type": "path"},
        "snapshot_max_age": {"type": "int", "default": 600},
        "results": {"type": "str", "choices": ["changed", "failed", "all", "none"]},
        "on_error": {"type": "str", "choices": ["continue", "stop"], "default": "continue"},
        "fail_on_blocked": {"type": "bool", "default": True},
        "max_removals": {"type": "str", "default": "10"},
        "protected": {"type": "list", "elements": "str", "default": []},
        "settle_timeout": {"type": "float", "default": 15.0},
        "progress": {"type": "bool", "default": True},
        "progress_file": {"type": "path"},
    }


#: What a person may declare, by module; a list written by hand may hold the fields of the whole chain.
PERSON_FIELDS: Spec = {
    **{attribute.word: {"type": "str"} for attribute in ATTRIBUTES},
    **{word: {"type": "str", "choices": list(words)} for word, words in CHOICES.items()},
    "administrator_roles": {"type": "list", "elements": "str"},
    "agent": {"type": "dict"},
}

#: Agent settings, of a person or for all who declare no other.
AGENT_SETTINGS: Spec = {
    "user_profile": {"type": "str"},
    "contact_center_enabled": {"type": "bool"},
    "site": {"type": "str"},
    "teams": {"type": "list", "elements": "str"},
    "skill_profile": {"type": "str"},
    "desktop_profile": {"type": "str"},
    "multimedia_profile": {"type": "str"},
    "external_id": {"type": "str"},
    "default_number": {"type": "str"},
}
