# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a run begins: its directory, which nobody else has, and the variables of its role. Knows no task and no service.

This is a private part of the collection: it may change in any release.
"""

from __future__ import annotations

import dataclasses
import os
import stat
import typing as t

from ...module_utils._contact_center.settings import BY_WORD
from ...module_utils._errors import InputError, Problem
from ...module_utils._files import timestamp
from ...module_utils._roster.keys import unknown_key
from ...module_utils._run.kinds import DURATION, Wrong, absolute, is_blank
from ...module_utils._run.names import spelled
from ...module_utils._run.record import FINISHED, RunRecord, stopped_at, update_record, write_record
from ...module_utils._run.variables import Unknown, names_of, options_of, typed, unknown_variables

Json = dict[str, t.Any]

#: The word for this step, where a run is refused at it.
START = "start"
#: Below the working directory, where nobody names another place.
DEFAULT_BASE = "wxcc_onboarding_runs"
#: Everybody's people travel in the roster, not in the record.
_NOT_KEPT = ("users",)
#: Starts of one host in one process.
_STARTS = 1000


@dataclasses.dataclass(slots=True)
class Beginning:
    """What a run begins with, before anybody is asked about its organization."""

    base: str
    options: Json
    unknown: list[Unknown]
    #: Why the run must not begin; None: it may.
    problem: Problem | None = None
    role: str = "onboard"

    @property
    def keep(self) -> int | None:
        """Seconds for which older runs are kept; None: for ever."""
        keep: int | None = self.options.get("keep_runs")
        return keep

    @property
    def kept(self) -> Json:
        """The options without the people, who may be thousands."""
        return {name: value for name, value in self.options.items() if name not in _NOT_KEPT}

    def findings(self) -> list[Json]:
        """Return what is to be looked at in the variables."""
        return [
            {"level": "warning", "position": u.name, "message": u.message, "action": u.action} for u in self.unknown
        ]


def prepare(role: str, given: t.Mapping[str, t.Any], names: t.Iterable[str], own: t.Mapping[str, t.Any]) -> Beginning:
    """Return what a run of a role begins with.

    :param given: the variables of the table that the host has, as they came.
    :param names: the names of all of the host's variables.
    :param own: the options ``base``, ``keep_runs`` and ``writable`` of the task; they go before the variables.
    """
    problem: Problem | None = None
    values: Json = {}
    try:
        values = typed(given, names_of(role))
    except InputError as error:
        problem = error.problem
    options = options_of(role, values)
    problem = problem or _gate_problem(options) or _settings_problem(options)
    options |= {name: values.get(f"onboard_{name}") for name in ("run_directory", "keep_runs", "writable")}
    try:
        if not is_blank(own.get("keep_runs")):
            options["keep_runs"] = DURATION.read(own["keep_runs"])
    except Wrong as error:
        problem = problem or Problem("invalid_input", f"keep_runs is '{own['keep_runs']}': {error}.", advice=_CORRECT)
    if own.get("writable") is not None:
        options["writable"] = own["writable"]
    unknown = unknown_variables(names)
    options["unknown_variables"] = [dataclasses.asdict(u) for u in unknown]
    return Beginning(_base(own.get("base"), given.get("onboard_run_directory")), options, unknown, problem, role)


_CORRECT = "Correct it and run again."


def _settings_problem(options: t.Mapping[str, t.Any]) -> Problem | None:
    """Return what is wrong with the names of the agent settings of everybody; None: nothing."""
    strange = [key for key in options.get("agent_settings") or {} if key not in BY_WORD]
    if not strange:
        return None
    said = " ".join(
        f"{unknown_key(str(key), tuple(BY_WORD), 'onboard_agent_settings')[0].rstrip('.')}." for key in strange
    )
    return Problem("invalid_input", said.replace("?.", "?"), advice=_CORRECT)


def _gate_problem(options: t.Mapping[str, t.Any]) -> Problem | None:
    """Return why the gate could not be passed, which is found before anything is written; None: it can, or there is none."""
    gate = options.get("gate") or {}
    if gate.get("gate") != "hook" or not options.get("synchronize", True):
        return None
    if not (gate["hook_tasks"] or gate["hook_url"]):
        text = 'synchronize_gate is "hook", and there is no hook.'
        return Problem("invalid_input", text, advice="Set synchronize_hook_tasks or synchronize_hook_url.")
    if gate["hook_tasks"] and not os.path.isfile(gate["hook_tasks"]):
        text = f"synchronize_hook_tasks is {gate['hook_tasks']}, and there is no such file."
        return Problem("invalid_input", text, advice=_CORRECT)
    return None


def _base(own: t.Any, variable: t.Any) -> str:
    """Return the place for runs, also where other variables are wrong: the report is to say so."""
    for named in (own, variable):
        if isinstance(named, str) and not is_blank(named):
            return absolute(named.strip())
    return absolute(DEFAULT_BASE)


def make_directory(base: str, run: str, host: str) -> str:
    """Make the directory of a host's run and return it. No other run has it, and nothing is ever in it before.

    :raises InputError: it cannot be made.
    """
    place = os.path.join(base, run)
    try:
        os.makedirs(base, mode=0o700, exist_ok=True)
        try:
            os.mkdir(place, 0o700)
        except FileExistsError:
            _check_own(place)
        name = spelled(host)
        for number in range(1, _STARTS):
            # A host may begin more than once in one process; a tilde is in no spelling.
            directory = os.path.join(place, name if number == 1 else f"{name}~{number}")
            try:
                os.mkdir(directory, 0o700)
            except FileExistsError:
                continue
            return directory
        raise FileExistsError(17, "begun too often", place)
    except OSError as error:
        text = f"The directory of the run cannot be made: {error.filename or place}: {error.strerror or error}."
        advice = (
            "Name a directory that the user of the playbook may write (option base, variable onboard_run_directory)."
        )
        raise InputError(Problem("invalid_input", text, advice=advice)) from None


def _check_own(place: str) -> None:
    """Another host of this process has made it; nobody else can know its name, but a link is nobody's directory."""
    found = os.lstat(place)
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid():
        raise FileExistsError(17, "is no directory of this run", place)


def write_beginning(directory: str, run: str, host: str, check_mode: bool, beginning: Beginning) -> RunRecord:
    """Write the record of a run that has begun and does not know its organization yet."""
    return write_record(
        RunRecord(
            run=run,
            directory=directory,
            host=host,
            check_mode=check_mode,
            role=beginning.role,
            started=timestamp(),
            options=beginning.kept,
            findings=beginning.findings(),
        )
    )


def refuse(directory: str, problem: Problem) -> RunRecord:
    """Note that the run was refused before it had an organization, and why; with that it is over."""
    return update_record(directory, stopped=stopped_at(START, problem), state=FINISHED, finished=timestamp())
