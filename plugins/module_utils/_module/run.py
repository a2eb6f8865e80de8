# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Between Ansible and the rest: a module begins, finds its run and its organization, and ends in one way. Private to this collection."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import os
import re
import signal
import traceback
import typing as t

from ansible.module_utils.basic import AnsibleModule, missing_required_lib

from .. import _ids
from .._client.client import Client, cost_of
from .._client.library import LIBRARY
from .._client.settings import Settings, credentials, forms, redacted
from .._errors import InputError, Problem, WxccError, harmless, unforeseen
from .._run.record import RunRecord, for_step, stop
from .._steps import REQUESTS_FILE
from .._webex.organization import Organization, resolve
from .spec import ArgumentSpec

#: What the name of an option is like that holds a secret.
_SECRET_NAME = re.compile("tok|secret|pass|header|proxy|cred", re.I)

#: Signals of whoever wants the task to end.
_ENDING = (signal.SIGTERM, signal.SIGINT)

T = t.TypeVar("T")
Result = dict[str, t.Any]
Checker: t.TypeAlias = "t.Callable[[Client | None, Problem | None], t.Awaitable[Result]]"
Reader = t.Callable[[Client, Organization], t.Awaitable[Result]]


class Module(AnsibleModule):
    """Hides secrets in every form, from the first moment: where one option is wrong, Ansible shows all that were given."""

    def fail_json(self, msg: str, **kwargs: t.Any) -> None:
        """End the task in failure."""
        self._hide()
        super().fail_json(msg, **kwargs)

    def exit_json(self, **kwargs: t.Any) -> None:
        """End the task well."""
        self._hide()
        super().exit_json(**kwargs)

    def _hide(self) -> None:
        given = {name: value for name, value in self.params.items() if isinstance(value, str) and value}
        hidden = [v for name, v in given.items() if self.argument_spec.get(name, {}).get("no_log")]
        # A misspelt option is shown as well.
        hidden += [
            v
            for name, v in given.items()
            if name not in self.argument_spec and _SECRET_NAME.search(name) and len(v) > 3
        ]
        hidden += [credentials(value)[1] for value in given.values() if "@" in value]
        self.no_log_values.update(forms(hidden))


def make_local_module(spec: ArgumentSpec) -> AnsibleModule:
    """Return a module that sends nothing; it supports check mode."""
    return Module(supports_check_mode=True, **spec.arguments())


def make_module(spec: ArgumentSpec) -> AnsibleModule:
    """Return the module, which supports check mode; ends it if there is no HTTP library that serves."""
    module = make_local_module(spec)
    if LIBRARY.unsupported is not None:
        module.fail_json(msg=LIBRARY.unsupported)
    if LIBRARY.missing is not None:
        module.fail_json(msg=missing_required_lib("httpx 0.27 or 0.28, or httpx2"), exception=LIBRARY.missing)
    return module


def client_settings(module: AnsibleModule) -> Settings:
    """Return what the options say of the connection; options that nobody gave keep their defaults."""
    names = set(Settings.__dataclass_fields__)
    return Settings(**{k: v for k, v in module.params.items() if k in names and v is not None})


def open_client(module: AnsibleModule, record: RunRecord | None = None, kind: type[Client] = Client) -> Client:
    """Return a client whose secrets (the given ones and those it gets) Ansible hides wherever they might appear.

    :param record: the run that notes the requests.
    :param kind: a client with habits of its own.
    """
    settings = client_settings(module)
    if record is not None:
        path = record.path(REQUESTS_FILE) if may_write(module, record) else None
        settings = dataclasses.replace(settings, journal_file=path)
    module.no_log_values.update(settings.secrets())
    return kind(settings, module=module._name.rsplit(".", 1)[-1], on_secret=module.no_log_values.add)


# -- the run that a task belongs to ------------------------------------------------------------------------------------------


def run_of(module: AnsibleModule, *, roster: bool = True, writing: bool = True) -> RunRecord | None:
    """Return the record of the run whose directory the task was given, or None where it was given none.

    :param roster: the task takes its people from there (the option ``part`` says which).
    :param writing: the task may change the organization.
    :raises InputError: the task may not work in that directory.
    """
    directory = module.params.get("run_directory")
    if not directory:
        return None
    named = (module.params.get("org_id") or "").strip()
    return for_step(
        directory,
        check_mode=module.check_mode,
        org_id=(_ids.to_uuid(named) or named) or None,
        part=module.params.get("part") or 0,
        roster=roster,
        writing=writing,
    )


def may_write(module: AnsibleModule, record: RunRecord | None) -> bool:
    """Return whether the task may write into the run's directory: a check task leaves a real run's as it is."""
    return record is not None and (record.check_mode or not module.check_mode)


def stop_run(module: AnsibleModule, record: RunRecord | None, step: str, problem: Problem) -> None:
    """Note in ``run.json`` that the run cannot go on, and why; the first reason stays."""
    if record is None or not may_write(module, record):
        return
    # Where that cannot be written, the task still says it.
    with contextlib.suppress(OSError, InputError):
        stop(record.directory, step, problem)


async def organization_of(client: Client, org_id: str | None, record: RunRecord | None) -> Organization:
    """Return the organization that a task is about: its run's, else the named one, else the token's own.

    :raises ApiError: the id is none, or the token shows several organizations and none is named.
    """
    if record is None or record.organization is None:
        return await resolve(client, org_id)
    own = record.organization
    decoded = _ids.decode(org_id.strip()) if org_id else None
    cluster = decoded[0] if decoded else str(own.get("cluster") or "us")
    return Organization(str(own["id"]), named=bool(own.get("named")), name=own.get("name"), cluster=cluster)


def until_ended(work: t.Callable[[], t.Coroutine[t.Any, t.Any, T]]) -> T:
    """Return what ``work`` returns. A signal that ends the task cancels it, so that it can still tell what is known.

    :raises WxccError: it was cancelled, and has nothing of its own to tell.
    """

    async def main() -> T:
        this = asyncio.current_task()
        if this is not None:
            # Elsewhere than in a process's main thread nobody can listen to signals.
            with contextlib.suppress(RuntimeError, ValueError, NotImplementedError):
                for number in _ENDING:
                    asyncio.get_running_loop().add_signal_handler(number, this.cancel)
        return await work()

    try:
        return asyncio.run(main())
    except asyncio.CancelledError as error:
        raise WxccError(unforeseen(error, "before it was done")) from None


# -- ending a task -----------------------------------------------------------------------------------------------------------


def fail(module: AnsibleModule, problem: Problem, **result: t.Any) -> t.NoReturn:
    """End the task with the problem in one sentence, its advice, and everything known."""
    text = f"{problem.message} {problem.advice}".strip()
    if problem.tracking_id:
        text += f" (tracking id {problem.tracking_id})"
    module.fail_json(msg=text, error=problem.as_dict(), **result)
    raise SystemExit(1)  # fail_json has ended the process; only its types do not say so


def _known_of(error: Exception) -> Result:
    """Return what an error brings along to be told: a job that failed still has its counts, a bad input its places."""
    findings = {"findings": error.findings} if isinstance(error, InputError) else {}
    return {**findings, **getattr(error, "result", {})}


def concluded(module: AnsibleModule, work: t.Callable[[], T], told: t.Callable[[Exception], Result] = _known_of) -> T:
    """Return what ``work`` returns. Whatever it raises ends the task, and shows no secret: the one place that catches errors.

    :param told: what is to be told with an error.
    """
    try:
        return work()
    except WxccError as error:
        fail(module, error.problem, **told(error))
    except Exception as error:  # the last resort: no traceback may carry a secret to the screen
        if isinstance(error, OSError) and error.filename:
            fail(module, _no_file(error), **told(error))
        fail(module, _unexpected(error), exception=safe(module, _trace(error)), **told(error))


def _no_file(error: OSError) -> Problem:
    path = error.filename2 or error.filename
    advice = "Look at the path, the rights of the account that runs the task, and the space there."
    return Problem("invalid_input", f"{path} cannot be used: {error.strerror or type(error).__name__}.", advice=advice)


def _of_the_library(error: BaseException) -> bool:
    """Return whether an error is the HTTP library's, whose words quote what was sent."""
    return type(error).__module__.partition(".")[0] in (
        "httpx",
        "httpx2",
        "httpcore",
        "httpcore2",
        "h11",
        "anyio",
        "ssl",
    )


def _trace(error: Exception) -> str:
    """Return the traceback of an error; of one of the library's only the places."""
    if _of_the_library(error):
        return "".join(traceback.format_tb(error.__traceback__)) + type(error).__name__
    return traceback.format_exc()


def _unexpected(error: Exception) -> Problem:
    said = type(error).__name__ if _of_the_library(error) else f"{type(error).__name__}: {error}"
    return Problem(
        "unexpected",
        f"The module failed unexpectedly: {said}",
        advice="Please report this with the traceback.",
    )


def safe(module: AnsibleModule, text: str) -> str:
    """Return a text without the secrets that the module knows, and without what a terminal would obey."""
    return redacted(harmless(text), (str(secret) for secret in module.no_log_values))


# -- modules that only look --------------------------------------------------------------------------------------------------


def run_reader(module: AnsibleModule, read: Reader, *, needs_organization: bool = True, writing: bool = False) -> None:
    """Run a module that has one result: an information module, or (``writing``) one that changes the organization and no person."""

    async def work() -> Result:
        record = run_of(module, roster=False, writing=writing)
        _check_journal(module.params)
        async with open_client(module, record) as client:
            organization = Organization("", named=False)
            if needs_organization:
                organization = await organization_of(client, module.params["org_id"], record)
            return {"changed": False, **await read(client, organization), "requests": cost_of(client)}

    module.exit_json(**concluded(module, lambda: until_ended(work)))


def run_local(module: AnsibleModule, work: t.Callable[[], Result]) -> None:
    """Run what needs no connection, with the same way of failing."""
    module.exit_json(**{"changed": False, **concluded(module, work)})


def run_checks(module: AnsibleModule, check: Checker) -> None:
    """Run a module that reports problems as findings instead of failing at the first; even a missing token is one."""

    async def work() -> Result:
        record = run_of(module, roster=False, writing=False)
        _check_journal(module.params)
        try:
            async with open_client(module, record) as client:
                return {**await check(client, None), "requests": cost_of(client)}
        except WxccError as error:
            return {**await check(None, error.problem), "requests": cost_of()}

    module.exit_json(changed=False, **concluded(module, lambda: until_ended(work)))


def _check_journal(params: t.Mapping[str, t.Any]) -> None:
    """Refuse a journal that cannot be written before anything is sent: what was done would not be known.

    :raises InputError: names the option.
    """
    path = params.get("journal_file")
    if path and not _writable(path):
        advice = "Create the directory first, writable for the account that runs the task."
        raise InputError(Problem("invalid_input", f"journal_file {path} cannot be written.", advice=advice))


def _writable(path: str) -> bool:
    directory = os.path.dirname(os.path.abspath(path))
    target = path if os.path.exists(path) else directory
    return os.path.isdir(directory) and not os.path.isdir(path) and os.access(target, os.W_OK)
