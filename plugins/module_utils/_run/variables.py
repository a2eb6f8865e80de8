# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The variables of roles and playbooks: one table, by which ``run`` types them all, once. Private to this collection.

A survey may leave anything blank, and brings everything as text; so the roles' argument specs take them as they come, and here a blank
one is one that was not given.
"""

from __future__ import annotations

import copy
import dataclasses
import difflib
import json
import typing as t

from .._errors import InputError, Problem
from .._model import (
    ADD_AND_REMOVE,
    ADD_ONLY,
    ADMINISTRATOR,
    AGENT,
    NO_LICENSE,
    PREMIUM,
    STANDARD,
    SUPERVISOR,
)
from .._steps import REPORT_FILES
from . import kinds as k
from .kinds import Kind

_DAY = 86400


@dataclasses.dataclass(frozen=True, slots=True)
class Variable:
    """One variable: what it takes, and what holds where it is blank."""

    name: str
    kind: Kind
    default: t.Any = None
    #: It is checked, and neither quoted nor handed on.
    secret: bool = False


_MODE = k.one_of(ADD_ONLY, ADD_AND_REMOVE)
_LICENSE = k.one_of(PREMIUM, STANDARD, NO_LICENSE)
_ENDINGS = tuple(REPORT_FILES)

#: What roles and playbooks take, by what its name begins with. The roster has the names of ``onboard_`` everywhere.
VARIABLES: tuple[Variable, ...] = (
    # Who
    Variable("onboard_users", k.PEOPLE, []),
    Variable("onboard_addresses", k.ADDRESSES, []),
    Variable("onboard_users_file", k.PATH),
    Variable("onboard_csv_files", k.PATHS, []),
    Variable("onboard_csv_mode", k.one_of("add_services_only", "add_and_remove_services"), "add_services_only"),
    Variable("onboard_csv_results_directory", k.PATH),
    Variable("onboard_refused_rows", k.one_of("skip", "stop"), "skip"),
    Variable("onboard_max_refused_rows", k.SHARE),
    Variable("onboard_ignore_keys", k.WORDS, []),
    Variable("onboard_duplicates", k.one_of("refuse", "merge"), "refuse"),
    Variable("onboard_check_organization", k.BOOL, True),
    Variable("onboard_part_size", k.POSITIVE, 1000),
    # What
    Variable("onboard_identities", k.BOOL, True),
    Variable("onboard_license", _LICENSE),
    Variable("onboard_role", k.one_of(AGENT, SUPERVISOR, ADMINISTRATOR)),
    Variable("onboard_license_mode", _MODE, ADD_AND_REMOVE),
    Variable("onboard_role_mode", _MODE, ADD_AND_REMOVE),
    Variable("onboard_supervisor_via", k.one_of("console", "scim", "capabilities"), "console"),
    Variable("onboard_subscription_id", k.TEXT),
    Variable("onboard_agent_settings", k.MAPPING, {}),
    Variable("onboard_synchronize", k.BOOL, True),
    Variable("onboard_mails", k.one_of("as_is", "on", "off"), "as_is"),
    Variable("onboard_mails_restore", k.BOOL, True),
    # Guard rails
    Variable("onboard_allow_shortage", k.BOOL, False),
    Variable("onboard_max_removals", k.SHARE),
    Variable("onboard_allow_removals", k.BOOL, False),
    Variable("onboard_max_changes", k.SHARE),
    Variable("onboard_protected", k.ADDRESSES, []),
    Variable("onboard_writable", k.BOOL, True),
    Variable("onboard_plan", k.PATH),
    Variable("onboard_plan_digest", k.TEXT),
    Variable("onboard_plan_valid", k.DURATION, _DAY),
    # The run
    Variable("onboard_run_directory", k.PATH),
    Variable("onboard_keep_runs", k.DURATION),
    Variable("onboard_fail_on", k.some_of("failed", "blocked"), ["failed", "blocked"]),
    # The gate
    Variable("synchronize_gate", k.one_of("wait", "pause", "hook", "none"), "wait"),
    Variable("synchronize_hook_tasks", k.PATH),
    Variable("synchronize_hook_url", k.TEXT),
    Variable("synchronize_hook_header", k.TEXT, secret=True),
    Variable("synchronize_retries", k.POSITIVE, 3),
    Variable("synchronize_timeout", k.FLOAT, 600.0),
    Variable("synchronize_interval", k.FLOAT, 15.0),
    Variable("synchronize_terminal", k.one_of("auto", "yes", "no"), "auto"),
    # Mails
    Variable("invite_mails", k.one_of("as_is", "on", "off"), "as_is"),
    Variable("invite_wait", k.BOOL, True),
    Variable("invite_timeout", k.FLOAT, 600.0),
    Variable("invite_job_id", k.TEXT),
    # Other roles and playbooks
    Variable("agent_settings_chunk_size", k.POSITIVE, 100),
    Variable("preflight_fail", k.BOOL, True),
    Variable("audit_fail", k.BOOL, False),
    Variable("report_run_directories", k.PATHS, []),
    Variable("report_dest", k.PATH),
    Variable("report_formats", k.some_of(*_ENDINGS), list(_ENDINGS)),
    Variable("report_max_lines", k.POSITIVE),
    Variable("csv_directory", k.PATH),
    Variable("csv_columns", k.one_of("minimal", "full")),
    Variable("csv_license", k.some_of(PREMIUM, STANDARD, NO_LICENSE)),
    Variable("csv_state", k.some_of("present", "disabled")),
    Variable("csv_addresses", k.ADDRESSES),
    Variable("csv_row_limit", k.COUNT),
)
BY_NAME: t.Mapping[str, Variable] = {variable.name: variable for variable in VARIABLES}

#: What playbooks and ``module_defaults`` read by themselves.
CONNECTION_VARIABLES = frozenset(
    {
        *(
            f"webex_{option}"
            for option in (
                "access_token", "refresh_token", "client_id", "client_secret", "org_id", "org_name", "api_url", "timeout",
                "validate_certs", "ca_path", "client_cert", "client_key", "proxy", "concurrency", "requests_per_minute",
                "retry_deadline", "journal_file", "application_id", "application_client_id", "application_client_secret", "login",
            )
        ),
        "wxcc_region",
        "wxcc_api_url",
        "wxcc_connection",
    }
)  # fmt: skip
#: What selects the hosts of a playbook, and names that playbooks take beside those of the table.
PLAYBOOK_VARIABLES = frozenset(
    {
        "onboard_hosts", "invite_hosts", "synchronize_hosts", "agent_settings_hosts", "audit_hosts", "report_hosts", "csv_hosts",
        "csv_files", "csv_mode", "preflight_users_file",
    }
)  # fmt: skip
#: What the collection itself leaves as variables.
_OWN = ("__", "wxcc_onboarding_")

#: Names that begin like these are ours; whoever writes one that nobody reads has mistyped it.
STRICT = ("onboard_", "roster_", "agent_settings_", "synchronize_", "invite_")
#: Names that begin like these may well be the site's own; only what nearly is one of ours is named.
LENIENT = ("webex_", "wxcc_", "csv_", "report_", "audit_", "preflight_", "export_")
#: Behind these, a name of ``onboard_`` is meant where there is one.
_TWINS = (*STRICT, "preflight_")
_NEAR = 0.8
_FIRST_WORDS = tuple(sorted({beginning.partition("_")[0] for beginning in (*STRICT, *LENIENT)}))

#: Whose variables a run of each role types: names with one of these beginnings, without it.
ROLES: t.Mapping[str, tuple[str, ...]] = {
    "onboard": ("onboard_",),
    "roster": ("onboard_",),
    "preflight": ("onboard_", "preflight_"),
    "synchronize": ("onboard_",),
    "agent_settings": ("onboard_", "agent_settings_"),
    "audit": ("onboard_", "audit_"),
    "export": ("csv_",),
    "invite": ("invite_",),
}
_GATE = "synchronize_"
#: The roles that come to the gate.
_WITH_GATE = ("onboard", "synchronize")
_REPORT = "report_"
#: The roles after which a report comes: what is wrong with it is to be known before anything is written.
_WITH_REPORT = ("onboard", "synchronize")
#: What the action itself needs, whichever role begins the run.
_EVERY_RUN = ("onboard_run_directory", "onboard_keep_runs", "onboard_writable")
#: Text of a value in a message.
_SHOWN = 80


def names_of(role: str) -> tuple[str, ...]:
    """Return the names of the variables that a run of a role types."""
    beginnings = (
        *ROLES[role],
        *((_GATE,) if role in _WITH_GATE else ()),
        *((_REPORT,) if role in _WITH_REPORT else ()),
    )
    return tuple(v.name for v in VARIABLES if v.name.startswith(beginnings) or v.name in _EVERY_RUN)


def typed(given: t.Mapping[str, t.Any], names: t.Iterable[str]) -> dict[str, t.Any]:
    """Return the variables by name, each of its kind; a blank one has its default.

    :param given: what there is of them, as it came; names that are not in ``names`` are not looked at.
    :raises InputError: some are wrong; all of those are told.
    """
    found: dict[str, t.Any] = {}
    wrong: list[str] = []
    for variable in map(BY_NAME.__getitem__, names):
        value = given.get(variable.name)
        if k.is_blank(value):
            found[variable.name] = copy.deepcopy(variable.default)
            continue
        try:
            found[variable.name] = variable.kind.read(value)
        except k.Wrong as error:
            wrong.append(f"{variable.name} is {_quoted(variable, value)}: {error}.")
    if wrong:
        advice = f"Correct the variable{'s' if len(wrong) > 1 else ''} and run again."
        raise InputError(Problem("invalid_input", " ".join(wrong), advice=advice))
    return found


def _quoted(variable: Variable, value: t.Any) -> str:
    if variable.secret:
        return "not usable"
    text = f"'{value}'" if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"


def options_of(role: str, values: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Return typed variables as the role's steps read them: without the beginning of their names, the gate's under ``gate``."""
    options: dict[str, t.Any] = {}
    gate: dict[str, t.Any] = {}
    for name, value in values.items():
        if BY_NAME[name].secret:
            continue
        if role in _WITH_GATE and name.startswith(_GATE):
            gate[name.removeprefix(_GATE)] = value
        for beginning in ROLES[role]:
            if name.startswith(beginning):
                options[name.removeprefix(beginning)] = value
    # Whether the chain comes to the gate is one thing, how it passes it another.
    return {**options, **({"gate": gate} if role in _WITH_GATE else {})}


@dataclasses.dataclass(frozen=True, slots=True)
class Unknown:
    """A variable that begins like ours and that nobody reads, with the nearest one that there is."""

    name: str
    nearest: str | None

    @property
    def message(self) -> str:
        """What is to be said of it."""
        return f"Nobody reads the variable {self.name}."

    @property
    def action(self) -> str:
        """What to do about it."""
        return f"Did you mean {self.nearest}?" if self.nearest else "Take it out, or look at the role's documentation."


def unknown_variables(names: t.Iterable[str]) -> list[Unknown]:
    """Return which of a host's variables look like misspelt ones of ours."""
    known = {*BY_NAME, *CONNECTION_VARIABLES, *PLAYBOOK_VARIABLES}
    found = []
    for name in sorted(names):
        if name in known or name.startswith(_OWN) or not _begins_like_ours(name):
            continue
        nearest = _nearest(name, known)
        if nearest is not None or name.startswith(STRICT):
            found.append(Unknown(name, nearest))
    return found


def _begins_like_ours(name: str) -> bool:
    """Return whether a name begins like ours, or with a word that nearly is one of ours: ``synchronise_gate``, ``agent_setting_size``."""
    word = name.partition("_")[0]
    return word in _FIRST_WORDS or bool(difflib.get_close_matches(word, _FIRST_WORDS, n=1, cutoff=_NEAR))


def _nearest(name: str, known: t.Collection[str]) -> str | None:
    """Return the known name that is meant: the same behind another beginning, else one that is spelled nearly so."""
    for beginning in _TWINS:
        twin = f"onboard_{name.removeprefix(beginning)}"
        if name.startswith(beginning) and twin in known:
            return twin
    near = difflib.get_close_matches(name, sorted(known), n=1, cutoff=_NEAR)
    return near[0] if near else next((k for k in sorted(known) if _abbreviates(k, name)), None)


def _abbreviates(one: str, other: str) -> bool:
    """Return whether each word of a name begins like the other's: ``webex_org_id`` and ``webex_organization_id``."""
    words, others = one.split("_"), other.split("_")
    return len(words) == len(others) and all(
        a.startswith(b) or b.startswith(a) for a, b in zip(words, others, strict=True)
    )
