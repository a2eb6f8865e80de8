# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A host's variables as plain values, whatever Ansible wraps them in.

This is a private part of the collection: it may change in any release.
"""

from __future__ import annotations

import re
import typing as t
from collections.abc import Mapping, Sequence

from ansible.errors import AnsibleActionFail, AnsibleError

from ...module_utils._errors import InputError, Problem
from ...module_utils._run.kinds import BOOL, CONCURRENCY, COUNT, FLOAT, PEOPLE, Kind, Wrong, is_blank
from ...module_utils._run.variables import CONNECTION_VARIABLES


class Templar(t.Protocol):
    """What is needed of Ansible's templar."""

    def template(self, variable: t.Any) -> t.Any:
        """Return a value with its templates filled in."""


def plain(value: t.Any) -> t.Any:
    """Return a value made of Python's own kinds: tagged, lazy and encrypted ones travel badly through JSON."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, (int, float)):
        return int(value) if isinstance(value, int) else float(value)
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, Mapping):
        return {str(key): plain(entry) for key, entry in value.items()}
    # An encrypted variable of older releases is a sequence, and a text to everybody.
    if isinstance(value, (list, tuple, set)) or (isinstance(value, Sequence) and not hasattr(value, "data")):
        return [plain(entry) for entry in value]
    return str(value)


def variables(templar: Templar, task_vars: t.Mapping[str, t.Any], names: t.Iterable[str]) -> dict[str, t.Any]:
    """Return those of the host's variables that have one of these names, with their templates filled in.

    :raises InputError: a template cannot be filled in; all of those are told.
    """
    found: dict[str, t.Any] = {}
    wrong: list[str] = []
    for name in names:
        if name not in task_vars:
            continue
        try:
            found[name] = plain(templar.template(task_vars[name]))
        except AnsibleError as error:
            wrong.append(f"{name} cannot be worked out: {str(error.message).strip().rstrip('.')}.")
    if wrong:
        advice = "Correct the template, or the variable that it names, and run again."
        raise InputError(Problem("invalid_input", " ".join(wrong), advice=advice))
    return found


#: What the options of the connection take that are no text.
_CONNECTION: t.Mapping[str, Kind] = {
    "timeout": FLOAT,
    "retry_deadline": FLOAT,
    "concurrency": CONCURRENCY,
    "requests_per_minute": COUNT,
    "validate_certs": BOOL,
}
#: How Ansible says that an option's value is wrong.
_WRONG_OPTION = re.compile(r"value of (\w+) must be|argument '(\w+)' is of type")


def _named(option: str) -> str:
    """Return an option of the connection with its variable: ``region (variable wxcc_region)``."""
    known = (name for name in (option, f"webex_{option}", f"wxcc_{option}") if name in CONNECTION_VARIABLES)
    variable = next(known, None)
    return f"{option} (variable {variable})" if variable else option


def connection_problem(arguments: t.Mapping[str, t.Any]) -> Problem | None:
    """Return what is wrong with a task's options of the connection, all of it; None: nothing. Ansible's own words are Python's."""
    wrong: list[str] = []
    for option, kind in _CONNECTION.items():
        value = plain(arguments.get(option))
        try:
            if not is_blank(value):
                kind.read(value)
        except Wrong as error:
            wrong.append(f"{_named(option)} is {value!r}: {error}.")
    return Problem("invalid_input", " ".join(wrong), advice="Correct it and run again.") if wrong else None


def refused_option(message: str) -> Problem | None:
    """Return the problem of a task that Ansible refused for the value of an option; None: it failed for something else."""
    match = _WRONG_OPTION.search(message)
    if not match:
        return None
    option = match[1] or match[2]
    return Problem("invalid_input", f"{message.rstrip('.')}.", advice=f"Correct {_named(option)} and run again.")


def failed(problem: Problem, message: str = "") -> dict[str, t.Any]:
    """Return the result of a task that fails: one sentence, its advice, and the problem."""
    error = {name: value for name, value in problem.as_dict().items() if value is not None}
    return {"failed": True, "msg": message or f"{problem.message} {problem.advice}".strip(), "error": error}


def people(text: str) -> list[t.Any]:
    """Return the list of people that came as YAML or JSON text. :raises AnsibleActionFail: it is none."""
    try:
        return list(PEOPLE.read(plain(text))) if not is_blank(text) else []
    except Wrong as error:
        raise AnsibleActionFail(f"users is text: {error}.") from None
