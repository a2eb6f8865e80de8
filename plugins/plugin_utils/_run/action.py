# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The action behind ``wxcc.onboarding.run``: it runs on the controller, where the run directories are.

This is a private part of the collection: it may change in any release.
"""

from __future__ import annotations

import contextlib
import os
import typing as t

from ansible.errors import AnsibleActionFail
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.plugins.action import ActionBase
from ansible.utils.display import Display

from ...module_utils._errors import InputError, Problem
from ...module_utils._run.keep import remove_old_runs
from ...module_utils._run.kinds import absolute
from ...module_utils._run.options import ASK, RUN_OPTIONS
from ...module_utils._run.record import FINISHED, OPEN, RunRecord, add_findings, read_record, update_record
from ...module_utils._run.variables import BY_NAME
from ...module_utils._steps import REQUESTS_FILE
from .._paths import CONNECTION_PATHS, with_absolute_paths
from .ask import ask
from .finish import Ending, finish
from .identity import FACT, RUN_ID
from .start import DEFAULT_BASE, Beginning, make_directory, prepare, refuse, write_beginning
from .values import connection_problem, failed, plain, refused_option, variables

Json = dict[str, t.Any]

_NO_RUN = (
    "This host has no run in this playbook: none was begun, as where a playbook is started in its middle (--start-at-task, --tags), "
    "or its beginning failed."
)
#: What a job leaves for the next node of a workflow: {host: what is to be done}.
WAITING = "wxcc_onboarding_waiting"


class RunAction(ActionBase):
    """Begins and finishes the run of one host."""

    _supports_check_mode = True

    def run(self, tmp: str | None = None, task_vars: t.Mapping[str, t.Any] | None = None) -> Json:
        """Begin or finish; see the module's documentation for options and results."""
        result: Json = super().run(tmp, dict(task_vars or {}))
        known = dict(task_vars or {})
        try:
            own = self._own_options()
            if own["state"] == FINISHED:
                result.update(self._finished(own, known))
            elif own["state"] == ASK:
                result.update(changed=False, answer=ask(own["todo"] or ()))
            elif own["state"] == OPEN:
                result.update(self._left_open(own, known))
            else:
                result.update(self._started(own, known))
        except InputError as error:
            result.update(failed(error.problem))
        finally:
            self._remove_tmp_path(self._connection._shell.tmpdir)
        return result

    def _own_options(self) -> Json:
        """Return the options that are not of the connection. Blank ones count as not given, as from a survey."""
        given = {
            n: v for n, v in self._task.args.items() if n in RUN_OPTIONS and not (isinstance(v, str) and not v.strip())
        }
        checked = ArgumentSpecValidator(dict(RUN_OPTIONS)).validate(plain(given))
        if checked.error_messages:
            raise AnsibleActionFail("; ".join(checked.error_messages))
        options: Json = checked.validated_parameters
        return options

    # -- the beginning -------------------------------------------------------------------------------------------------------

    def _started(self, own: Json, known: t.Mapping[str, t.Any]) -> Json:
        host = str(known.get("inventory_hostname") or "localhost")
        beginning = self._prepared(own, known)
        directory = _place_for(beginning, host)
        check_mode = bool(self._task.check_mode)
        # Of a task that fails, Ansible prints everything.
        failing: Json = {"changed": False, "directory": directory}
        common: Json = {
            **failing,
            "run": RUN_ID,
            "base": beginning.base,
            "host": host,
            "check_mode": check_mode,
        }
        try:
            write_beginning(directory, RUN_ID, host, check_mode, beginning)
            for unknown in beginning.unknown:
                self._warn(host, f"{unknown.message} {unknown.action}")
            problem = self._connection_problem() or connection_problem(self._task.args) or beginning.problem
            if problem is not None:
                refuse(directory, problem)
                return {**failing, **failed(problem)}
            settled = self._settled(own, known, directory, host, beginning)
            return {**(failing if settled.get("failed") else common), **settled}
        except OSError as error:
            text = f"{error.filename or directory} cannot be written: {error.strerror or error}."
            return {**failing, **failed(Problem("invalid_input", text))}

    def _prepared(self, own: Json, known: t.Mapping[str, t.Any]) -> Beginning:
        given: Json = {}
        problem: Problem | None = None
        try:
            given = variables(self._templar, known, BY_NAME)
        except InputError as error:
            problem = error.problem
        beginning = prepare(own["role"], given, known, own)
        beginning.problem = problem or beginning.problem
        return beginning

    def _connection_problem(self) -> Problem | None:
        """Return why the run cannot begin with this connection: its files and its working directory are those of the controller."""
        transport = str(self._connection.transport).rpartition(".")[2]
        if transport != "local":
            text = f"The run would go through the connection {transport}, and its files lie on the controller."
            return Problem("invalid_input", text, advice="Set connection: local in the play.")
        if self._connection.become is not None:
            text = "The run would go on as another user (become), who could not read its files."
            return Problem("invalid_input", text, advice="Set become: false in the play.")
        return None

    def _settled(
        self, own: Json, known: t.Mapping[str, t.Any], directory: str, host: str, beginning: Beginning
    ) -> Json:
        """Find the organization, complete the record and tell it."""
        answer = self._ask(own, known, directory)
        cost = {"requests": answer["requests"]} if "requests" in answer else {}
        if answer.get("failed") or "organization" not in answer:
            problem = _problem_of(answer)
            refuse(directory, problem)
            told = str(answer.get("msg") or "") if answer.get("error") else ""
            return {**cost, **failed(problem, told)}
        found = plain(answer["findings"])
        record = update_record(directory, organization=plain(answer["organization"]))
        if found:
            record = add_findings(directory, found)
        for finding in found:
            self._warn(host, f"{finding['message']} {finding['action']}")
        self._tell(record)
        return {
            **cost,
            "organization": record.organization,
            "options": beginning.kept,
            "findings": list(record.findings),
            "removed_runs": self._remove_old(record, beginning),
            "ansible_facts": _fact(directory),
        }

    def _ask(self, own: Json, known: t.Mapping[str, t.Any], directory: str) -> Json:
        """Run the module, which asks which organization is meant; the controller's own Python may lack what it needs."""
        arguments = {name: value for name, value in self._task.args.items() if name not in RUN_OPTIONS}
        arguments = with_absolute_paths(arguments, CONNECTION_PATHS, ())
        if not arguments.get("journal_file"):
            arguments["journal_file"] = f"{directory}/{REQUESTS_FILE}"
        if own["org_name"]:
            arguments["org_name"] = own["org_name"]
        answer: Json = self._execute_module(module_args=arguments, task_vars=dict(known))
        return answer

    def _tell(self, record: RunRecord) -> None:
        organization = record.organization or {}
        name = f"{organization['name']} ({organization['id']})" if organization["name"] else organization["id"]
        kind = "Check run" if record.check_mode else "Run"
        Display().display(f"[{record.host}] Organization {name}. {kind}: {record.directory}")

    def _remove_old(self, record: RunRecord, beginning: Beginning) -> int:
        if record.check_mode or beginning.keep is None:
            return 0
        number = remove_old_runs(beginning.base, beginning.keep, own=RUN_ID)
        if number:
            runs = "1 old run" if number == 1 else f"{number} old runs"
            Display().display(f"[{record.host}] Removed {runs} from {beginning.base}")
        return number

    def _warn(self, host: str, text: str) -> None:
        # Not as a warning of the task: that goes with the results that a site may have hidden.
        Display().display(f"[{host}] warning: {text.strip()}", color="yellow")

    # -- the end -------------------------------------------------------------------------------------------------------------

    def _finished(self, own: Json, known: t.Mapping[str, t.Any]) -> Json:
        directory = own["run_directory"] or _begun(known, own["failure"])
        if directory is None:
            # The task that failed has told why there is no run; whoever gives the verdict fails for it.
            return {"changed": False, "outcome": "stopped"}
        fail_on = own["fail_on"]
        if fail_on is None:
            fail_on = self._fail_on(known)
        ending = Ending(
            directory=str(directory),
            failure=own["failure"],
            failed_task=own["failed_task"],
            failed_name=own["failed_name"],
            problem=_told_by(known.get("ansible_failed_result")) if own["failure"] else None,
            fail_on=list(fail_on),
            check_mode=bool(self._task.check_mode),
        )
        result = finish(ending, Display().display if own["show"] else lambda _line: None)
        # A run that was refused could leave no fact, since the task failed; whoever gives the verdict is to find it.
        return {**result, "ansible_facts": _fact(str(directory))} if ending.failure else result

    def _fail_on(self, known: t.Mapping[str, t.Any]) -> t.Sequence[str]:
        """Return what the site's variable says; a wrong one has stopped the run already, and its end is told all the same."""
        name = "onboard_fail_on"
        given = variables(self._templar, known, (name,)) if name in known else {}
        if given.get(name) not in (None, ""):
            with contextlib.suppress(InputError, ValueError):
                return list(BY_NAME[name].kind.read(given[name]))
        return list(BY_NAME[name].default)

    def _left_open(self, own: Json, known: t.Mapping[str, t.Any]) -> Json:
        """Note that the gate is left for somebody to pass, and say what is to be done."""
        directory = str(own["run_directory"] or _begun(known))
        record = read_record(directory) if self._task.check_mode else update_record(directory, gate=OPEN)
        lines = list(own["todo"] or ())
        for line in (*lines, "This is left for later. Run again when it is done."):
            Display().display(f"[{record.host}] {line.removeprefix(f'{record.host}: ')}")
        return {
            "changed": False,
            "directory": directory,
            "ansible_facts": _fact(directory, gate=OPEN),
            "ansible_stats": {"data": {WAITING: {record.host: "\n".join(lines)}}, "per_host": False, "aggregate": True},
        }


def _place_for(beginning: Beginning, host: str) -> str:
    """Return the run's new directory. Where its place cannot be used the run is refused, and the default place holds the reason.

    :raises InputError: that place cannot be used either.
    """
    try:
        return make_directory(beginning.base, RUN_ID, host)
    except InputError as error:
        default = absolute(DEFAULT_BASE)
        if beginning.base == default:
            raise
        try:
            directory = make_directory(default, RUN_ID, host)
        except InputError:
            raise error from None
        beginning.base, beginning.problem = default, error.problem
        return directory


def _fact(directory: str, **more: str) -> Json:
    """Return the variable that says which run a host is in."""
    run = os.path.dirname(directory)
    return {FACT: {"directory": directory, "base": os.path.dirname(run), "run": os.path.basename(run), **more}}


def _begun(known: t.Mapping[str, t.Any], failure: str | None = None) -> str | None:
    """Return the directory of the run that this process has begun for the host; a cache of facts may hold older ones.

    :param failure: what ended the chain, if anything did; then None is returned where no run was begun.
    :raises InputError: no run was begun.
    """
    facts = known.get("ansible_facts") or {}
    for fact in (known.get(FACT), facts.get(FACT)):
        if isinstance(fact, t.Mapping) and fact.get("run") == RUN_ID:
            return str(fact["directory"])
    if failure:
        return None
    raise InputError(Problem("no_run", _NO_RUN))


def _problem_of(answer: t.Mapping[str, t.Any]) -> Problem:
    """Return what the module said that ended it; what it did not foresee is Ansible's own sentence."""
    error = answer.get("error")
    if isinstance(error, t.Mapping) and error.get("message"):
        return Problem.from_dict({str(name): plain(value) for name, value in error.items()})
    message = str(answer.get("msg") or "")
    return refused_option(message) or Problem("unexpected", message or "The module returned nothing that can be used.")


def _told_by(failed: t.Any) -> Problem | None:
    """Return the problem that the failed task of ours told, which Ansible keeps for the rescue; None: it told none."""
    error = plain(failed).get("error") if isinstance(failed, t.Mapping) else None
    if not isinstance(error, dict) or not {"code", "message"} <= error.keys():
        return None
    return Problem.from_dict(error)
