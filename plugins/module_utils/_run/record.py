# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``run.json``: which run a directory belongs to, which organization it is about, with which roster. Private to this collection.

The action ``run`` makes the directory and the record; whoever reads the roster notes its digest; a step asks :func:`for_step` before it
does anything, and is refused a directory that is not its own.
"""

from __future__ import annotations

import dataclasses
import hashlib
import os
import typing as t

from .._errors import InputError, Problem
from .._files import read_json, write_json
from .._steps import ROSTER_FILE, RUN_FILE, part_file

RUN_FORMAT = "wxcc.onboarding/run/1"

STARTED, FINISHED = "started", "finished"
#: What became of the gate of "Synchronize Users": there was none, it was left for later, or it was passed.
NO_GATE, OPEN, PASSED = "none", "open", "passed"


@dataclasses.dataclass(slots=True, frozen=True)
class RunRecord:
    """What ``run.json`` holds, by the same names."""

    #: The run's id: time and a random part; all hosts of one ``ansible-playbook`` process share it.
    run: str
    #: The directory itself, absolute.
    directory: str
    #: The inventory's name of the organization, as it is written there.
    host: str
    check_mode: bool = False
    #: Whose run it is: what is declared for steps that are not this role's concerns another run.
    role: str = "onboard"
    state: str = STARTED
    started: str = ""
    finished: str | None = None
    #: {id, name, named}; None: the run was refused before one was found. ``named``: requests name it (a partner's customer).
    organization: t.Mapping[str, t.Any] | None = None
    #: Names of roster files with the digest of each.
    rosters: t.Mapping[str, str] = dataclasses.field(default_factory=dict)
    #: The options of the role, typed; no secrets.
    options: t.Mapping[str, t.Any] = dataclasses.field(default_factory=dict)
    #: {step, code, message, advice}: why the run was refused or given up; None: it was not.
    stopped: t.Mapping[str, t.Any] | None = None
    gate: str = NO_GATE
    #: Whether activation mails went out by themselves, {before, during, after} the run (each None: not seen); None: nobody looked.
    mails: t.Mapping[str, bool | None] | None = None
    #: {step, part}: what a module has begun to send, and not yet told what became of; a module that is killed leaves it.
    writing: t.Mapping[str, t.Any] | None = None
    #: What was found about files, roster and organization: {level, message, action ...}.
    findings: t.Sequence[t.Mapping[str, t.Any]] = ()
    #: What was written for each CSV file.
    csv: t.Sequence[t.Mapping[str, t.Any]] = ()

    def path(self, name: str) -> str:
        """Return the path of one of the run's files."""
        return os.path.join(self.directory, name)

    def roster_path(self, part: int = 0) -> str:
        """Return the roster of one part of the run; 0 is everybody."""
        return self.path(part_file(part) if part else ROSTER_FILE)

    def as_dict(self) -> dict[str, t.Any]:
        """Return what the file holds."""
        return {"format": RUN_FORMAT, **{f.name: getattr(self, f.name) for f in dataclasses.fields(self)}}


def read_record(directory: str | os.PathLike[str]) -> RunRecord:
    """Return the record of a run directory; its ``directory`` is where it was found.

    :raises InputError: the directory is no run's.
    """
    path = os.path.join(directory, RUN_FILE)
    try:
        data = read_json(path)
    except FileNotFoundError:
        text = f"{directory} is no run directory: it holds no {RUN_FILE}."
        raise InputError(
            Problem("invalid_input", text, advice="Begin a run with the module run, and pass on its directory.")
        ) from None
    except (OSError, ValueError) as error:
        raise InputError(Problem("invalid_input", f"{path} cannot be read: {error}.")) from None
    if not isinstance(data, dict) or data.get("format") != RUN_FORMAT:
        raise InputError(Problem("invalid_input", f"{path} is not of the format {RUN_FORMAT}."))
    names = {f.name for f in dataclasses.fields(RunRecord)}
    return RunRecord(**{**{k: v for k, v in data.items() if k in names}, "directory": os.path.abspath(directory)})


def write_record(record: RunRecord) -> RunRecord:
    """Write the record at one stroke and return it. :raises OSError: it cannot be written."""
    write_json(record.path(RUN_FILE), record.as_dict())
    return record


def update_record(directory: str | os.PathLike[str], **changes: t.Any) -> RunRecord:
    """Change fields of a run's record. One host's steps follow one another, so nobody else writes at the same time.

    :raises InputError: the directory is no run's.
    """
    return write_record(dataclasses.replace(read_record(directory), **changes))


def add_findings(directory: str | os.PathLike[str], findings: t.Iterable[t.Mapping[str, t.Any]]) -> RunRecord:
    """Add to what the run has found. :raises InputError: the directory is no run's."""
    return update_record(directory, findings=[*read_record(directory).findings, *findings])


def note_mails(directory: str | os.PathLike[str], value: bool | None) -> RunRecord:
    """Note how the setting of activation mails is now. What is noted first is how it was before the run, and for as long as nobody sets it.

    :raises InputError: the directory is no run's.
    """
    known = read_record(directory).mails
    if known is None:
        return update_record(directory, mails=dict.fromkeys(("before", "during", "after"), value))
    # The first change is for the run, a later one puts it back.
    changed = known["during"] != known["before"]
    return update_record(directory, mails={**known, "after": value, **({} if changed else {"during": value})})


def stopped_at(step: str, problem: Problem) -> dict[str, str]:
    """Return why a run was given up, as :attr:`RunRecord.stopped` has it."""
    return {"step": step, "code": problem.code, "message": problem.message, "advice": problem.advice}


def stop(directory: str | os.PathLike[str], step: str, problem: Problem) -> None:
    """Note that a run cannot go on, and why; the first reason stays. :raises InputError: the directory is no run's."""
    if read_record(directory).stopped is None:
        update_record(directory, stopped=stopped_at(step, problem))


def digest_of(path: str) -> str:
    """Return the SHA-256 of a file's bytes, in hexadecimal digits."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def note_rosters(directory: str | os.PathLike[str], names: t.Iterable[str]) -> RunRecord:
    """Note the digests of the roster files that stand in the directory, in place of those noted before."""
    return update_record(directory, rosters={name: digest_of(os.path.join(directory, name)) for name in names})


def edited_rosters(record: RunRecord) -> list[str]:
    """Return the names of the run's roster files that are not what the run noted."""
    return [name for name in record.rosters if _is_edited(record, name)]


def _is_edited(record: RunRecord, name: str) -> bool:
    path = record.path(name)
    return not os.path.exists(path) or digest_of(path) != record.rosters[name]


_ROSTER_FIRST = "Read the roster first (module roster or csv_info, with the same run_directory)."


def for_step(
    directory: str | os.PathLike[str],
    *,
    check_mode: bool,
    org_id: str | None = None,
    part: int = 0,
    roster: bool = True,
    writing: bool = True,
) -> RunRecord:
    """Return the record of a directory that a step may work in.

    :param org_id: the bare id of the organization that the step itself was told, if any.
    :param roster: the step takes its people from there, so the roster must be the one that the run noted.
    :param writing: the step may change the organization.
    :raises InputError: another organization's, a refused, finished or check run's directory, or another roster. A check task may read a
        real run's. Or the step would write to an organization that is only looked at (``writable: false``).
    """
    record = read_record(directory)
    why, advice = _refusal(record, check_mode, org_id), ""
    if why is None and writing and not check_mode and record.options.get("writable") is False:
        why = "the organization is only looked at (writable: false, variable onboard_writable)."
    if why is None and roster:
        why, advice = _roster_refusal(record, part)
    if why is not None:
        raise InputError(Problem("other_run", f"{record.directory}: {why}", advice=advice))
    return record


def _refusal(record: RunRecord, check_mode: bool, org_id: str | None) -> str | None:
    if record.organization is None:
        return "the run was refused before its organization was known."
    if org_id and org_id != record.organization["id"]:
        return f"the run is about organization {record.organization['id']}, and org_id names {org_id}."
    if record.check_mode and not check_mode:
        return "the run is a check run, in which nothing is written."
    if record.state == FINISHED and not check_mode:
        return "the run is finished."
    return None


def _roster_refusal(record: RunRecord, part: int) -> tuple[str | None, str]:
    """Return (why the roster cannot be used, or None; what to do about it, where that is not to begin another run)."""
    name = os.path.basename(record.roster_path(part))
    if name not in record.rosters:
        return f"the run has no {name} yet.", _ROSTER_FIRST
    if _is_edited(record, name):
        return f"{name} is not the roster that the run was begun with.", ""
    return None, ""
