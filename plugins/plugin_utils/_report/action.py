# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The action behind ``wxcc.onboarding.report``: it runs on the controller, where the run directories are.

This is a private part of the collection: it may change in any release.
"""

from __future__ import annotations

import glob
import os
import typing as t

from ansible.errors import AnsibleActionFail
from ansible.module_utils.parsing.convert_bool import boolean
from ansible.plugins.action import ActionBase
from ansible.utils.display import Display

from ...module_utils._run.kinds import Wrong, is_blank
from ...module_utils._run.variables import BY_NAME
from ...module_utils._steps import RUN_FILE
from .._paths import absolute
from .._run.identity import FACT, RUN_ID
from .._run.start import DEFAULT_BASE
from .._run.values import plain, variables
from .build import build_report
from .lines import lines
from .load import load_run
from .write import WRITERS, write_report

Json = dict[str, t.Any]

SPEC: t.Mapping[str, t.Mapping[str, t.Any]] = {
    "run_directories": {"type": "list", "elements": "path"},
    "dest": {"type": "path"},
    "formats": {"type": "list", "elements": "str", "choices": list(WRITERS), "default": list(WRITERS)},
    "show": {"type": "bool", "default": True},
    # A survey may leave it blank.
    "max_lines": {"type": "raw"},
}

#: The variable that says where runs begin; see the role onboard.
BASE_VARIABLE = "onboard_run_directory"
#: The artifact for later nodes of a workflow: the numbers of the summary.
ARTIFACT = "wxcc_onboarding_summary"

#: The options that say how the report is to look.
_SHAPE = ("formats", "max_lines")
_ELSEWHERE = (
    "Name a directory that the user of the playbook may write (option dest, variable report_dest); what the runs left stays, and the "
    "module report, with run_directories, makes the report of it again."
)
_NOTHING = "There is nothing to report: no host of this play began a run."
_BEGIN_ONE = (
    "Run the whole playbook, or begin a run with the module run, or name the directories of runs in run_directories "
    "(variable report_run_directories)."
)
COLORS = {"failed": "red", "stopped": "red", "blocked": "yellow", "waiting": "yellow"}


class ReportAction(ActionBase):
    """Joins the run directories and writes the report."""

    _supports_check_mode = True
    _requires_connection = False

    #: The options that are paths: they count from where Ansible was started.
    PATHS = ("run_directories", "dest")

    def run(self, tmp: str | None = None, task_vars: t.Mapping[str, t.Any] | None = None) -> Json:
        """Write the report; see the module's documentation for options and results."""
        result: Json = super().run(tmp, dict(task_vars or {}))
        after_run = self._is_after_run(task_vars or {})
        self._task.args.update(self._shape(after_run))
        _validation, options = self.validate_argument_spec(argument_spec=SPEC)
        at_most = options["max_lines"]
        directories = list(map(absolute, options["run_directories"] or ()))
        places = [os.path.dirname(directory) for directory in directories[:1]]
        if not directories:
            runs = runs_of(task_vars or {})
            places = places_of(runs, task_vars or {})
            directories = directories_of(runs, places)
        if not directories:
            if after_run:
                return {**result, "changed": False, "skipped": True, "msg": _NOTHING}
            raise AnsibleActionFail(f"{_NOTHING} {_BEGIN_ONE}")
        if options["dest"]:
            places = [absolute(options["dest"])]
        try:
            report = build_report(map(load_run, directories))
            paths = write_report(report, places[0], options["formats"])
        except OSError as error:
            text = f"The report could not be made: {error.filename or places[0]}: {error.strerror or error}."
            # Newer releases of Ansible add the words of the cause.
            raise AnsibleActionFail(f"{text} {_ELSEWHERE}") from None
        except ValueError as error:
            raise AnsibleActionFail(f"The report could not be made: {error}") from None
        told = lines(report, at_most)
        if len(places) > 1:
            told.insert(-1, f"The runs have {len(places)} base directories; the report is in the first of them.")
        told[-1] += f". Report: {paths.get('html') or places[0]}"
        if options["show"]:
            _show(told)
        result.update(
            changed=False,
            summary=report["summary"],
            organizations=[
                {key: value for key, value in organization.items() if key not in ("users", "findings")}
                for organization in report["organizations"]
            ],
            check=report["check"],
            files=paths,
            lines=told,
            # What set_stats answers. Here the numbers stay numbers, which a template of an older Ansible makes texts of.
            # The next node sees nothing but the artifact, and must not take the forecast of a check run for what was done.
            ansible_stats={
                "data": {ARTIFACT: {**report["summary"], "check": report["check"]}},
                "per_host": False,
                "aggregate": True,
            },
        )
        return result

    def _is_after_run(self, known: t.Mapping[str, t.Any]) -> bool:
        """Return whether a playbook of ours has ended its runs before: a wrong variable, or that no run was begun, is told by then."""
        name = "__report_after_run"
        return boolean(variables(self._templar, known, (name,)).get(name, False), strict=False) is True

    def _shape(self, after_run: bool) -> Json:
        """Return how the report is to look, from options that a survey may leave blank.

        :param after_run: a wrong one is told already, and must not take the report away.
        """
        found: Json = {}
        wrong: list[str] = []
        for name in _SHAPE:
            variable, value = BY_NAME[f"report_{name}"], plain(self._task.args.get(name))
            found[name] = variable.default
            try:
                if not is_blank(value):
                    found[name] = variable.kind.read(value)
            except Wrong as error:
                wrong.append(f"{name} (variable {variable.name}) is {value!r}: {error}.")
        if wrong and not after_run:
            raise AnsibleActionFail(f"{' '.join(wrong)} Correct it and run again.")
        return found


def runs_of(task_vars: t.Mapping[str, t.Any]) -> list[Json]:
    """Return the runs that the hosts of the play began: {directory, base, run}; where none of them did, those of all hosts.

    A cache of facts may hold runs of other days: only those of this process count.
    """
    hostvars = task_vars.get("hostvars") or {}
    play = [host for host in task_vars.get("ansible_play_hosts_all") or () if host in hostvars]
    return _facts(hostvars, play) or _facts(hostvars, hostvars)


def _facts(hostvars: t.Mapping[str, t.Any], hosts: t.Iterable[str]) -> list[Json]:
    found = [hostvars[host].get(FACT) for host in hosts]
    return [dict(run) for run in found if isinstance(run, t.Mapping) and run.get("run") == RUN_ID]


def places_of(runs: t.Sequence[Json], task_vars: t.Mapping[str, t.Any]) -> list[str]:
    """Return the directories above those of these runs. Where every host was refused, no run is known, and they are where runs begin."""
    bases = [str(run["base"]) for run in runs]
    if not bases:
        # Where the place that is named cannot be used, the default one holds the reason.
        named = str(task_vars.get(BASE_VARIABLE) or "").strip()
        bases = [
            absolute(base)
            for base in (named, DEFAULT_BASE)
            if base and os.path.isdir(os.path.join(absolute(base), RUN_ID))
        ]
    return [os.path.join(base, RUN_ID) for base in dict.fromkeys(bases)]


def directories_of(runs: t.Sequence[Json], places: t.Sequence[str]) -> list[str]:
    """Return the directories of these runs, and those beside them, whose hosts were refused and so know nothing of theirs."""
    directories = [str(run["directory"]) for run in runs]
    for place in places:
        beside = sorted(os.path.dirname(path) for path in glob.glob(os.path.join(glob.escape(place), "*", RUN_FILE)))
        directories += [directory for directory in beside if directory not in directories]
    return directories


def _show(told: t.Sequence[str]) -> None:
    display = Display()
    for line in told:
        first = line.strip().partition(":")[0].partition(" ")[0]
        display.display(line, color=COLORS.get(first))
