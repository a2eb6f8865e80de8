# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which CSV files a run reads, and where what becomes of their rows is to be written. Private to this collection.

It stands in the run's directory from the moment in which the files are claimed, for the end of the run and for other hosts:

    {"results_directory": path or null, "shared": false, "files": [{"path", "name", "address_index", "sha256", "kind"}, ...]}

``name``: what places in the file begin with (``agents.csv:12``). ``sha256``: empty where the file could not be read.
"""

from __future__ import annotations

import dataclasses
import os
import typing as t

from .._errors import InputError, Problem
from .._files import read_json, write_json
from .._run.record import RunRecord, read_record
from .._steps import CHECKS_FILE, RESULT_ENDING, stem_of
from .read_result import CsvFile


@dataclasses.dataclass(slots=True, frozen=True)
class ReadFile:
    """One file of a run."""

    path: str
    name: str = ""
    address_index: int = 0
    sha256: str = ""
    kind: str = ""

    @classmethod
    def of(cls, file: CsvFile) -> ReadFile:
        """Return what is kept of a file that was read."""
        path = os.path.abspath(file.source.path or file.source.name)
        return cls(path, file.label, file.address_index, file.sha256, file.kind)


@dataclasses.dataclass(slots=True, frozen=True)
class Checks:
    """What ``csv.json`` holds."""

    files: t.Sequence[ReadFile] = ()
    results_directory: str | None = None
    #: Other hosts of the same process read one of the files.
    shared: bool = False

    def write(self, record: RunRecord) -> None:
        """Write the file. :raises OSError: it cannot be written."""
        write_json(record.path(CHECKS_FILE), dataclasses.asdict(self))


def read_checks(directory: str) -> Checks:
    """Return what a run reads; nothing where it reads no files."""
    try:
        data = read_json(os.path.join(directory, CHECKS_FILE))
    except FileNotFoundError:
        return Checks()
    return Checks([ReadFile(**one) for one in data["files"]], data["results_directory"], data["shared"])


def claim(record: RunRecord, paths: t.Sequence[str], results_directory: str | None, beside: t.Sequence[str]) -> Checks:
    """Return the claim of a run to its files, which is to be kept before anything else is done.

    :param beside: names of other hosts that are known to read one of the files.
    :raises InputError: results could not be written where they are wanted, or would take each other's place, or another host reads one of
        the files and not each of them names its organization.
    """
    if not paths:
        advice = "Name the CSV files, with commas between several (variable csv_files or onboard_csv_files)."
        raise InputError(Problem("invalid_input", "files is empty: no CSV file is named.", advice=advice))
    if results_directory and not (os.path.isdir(results_directory) and os.access(results_directory, os.W_OK | os.X_OK)):
        why = "cannot be written to" if os.path.isdir(results_directory) else "does not exist"
        advice = "Create it, writable for the account that runs the task, or leave the option out."
        where = f"results_directory (variable onboard_csv_results_directory) {results_directory}"
        raise InputError(Problem("invalid_input", f"{where} {why}.", advice=advice))
    _refuse_one_place(paths, results_directory)
    hosts = set(beside) - {record.host}
    hosts |= {other.host for other in hosts_beside(record, paths)}
    if hosts:
        _refuse_unnamed(record, hosts)
    return Checks([ReadFile(path) for path in paths], results_directory, shared=bool(hosts))


def _refuse_one_place(paths: t.Sequence[str], results_directory: str | None) -> None:
    seen: dict[str, str] = {}
    for path in paths:
        where = os.path.realpath(results_directory or os.path.dirname(os.path.abspath(path)))
        before = seen.setdefault(os.path.join(where, stem_of(path)), path)
        if before is path:
            continue
        if os.path.realpath(before) == os.path.realpath(path):
            raise InputError(Problem("invalid_input", f"{path} is named twice.", advice="Name each file once."))
        text = f"The results of {before} and of {path} would be one file, {os.path.join(where, stem_of(path))}{RESULT_ENDING}."
        raise InputError(Problem("invalid_input", text, advice="Rename one of them, or leave results_directory out."))


def hosts_beside(record: RunRecord, paths: t.Iterable[str]) -> list[RunRecord]:
    """Return the records of the other hosts of the same process that have claimed one of these files."""
    mine = {os.path.realpath(path) for path in paths}
    found = []
    for other in _siblings(record):
        try:
            checks = read_checks(other.directory)
        except (OSError, ValueError, KeyError, TypeError):
            continue
        if mine & {os.path.realpath(file.path) for file in checks.files}:
            found.append(other)
    return found


def _refuse_unnamed(record: RunRecord, hosts: t.Collection[str]) -> None:
    """Refuse files of several hosts of which this one, or one that is known, does not name its organization."""
    records = [record, *(other for other in _siblings(record) if other.host in hosts)]
    unnamed = sorted(one.host for one in records if not (one.organization or {}).get("named"))
    if unnamed:
        text = (
            f"{record.host} and {', '.join(sorted(hosts))} read the same CSV file, and {', '.join(unnamed)} "
            f"{'do' if len(unnamed) > 1 else 'does'} not say which organization is meant."
        )
        advice = "Give each of them webex_org_id or webex_org_name, or a file of its own."
        raise InputError(Problem("invalid_input", text, advice=advice))


def _siblings(record: RunRecord) -> t.Iterator[RunRecord]:
    run = os.path.dirname(record.directory)
    for name in sorted(os.listdir(run)):
        directory = os.path.join(run, name)
        if directory != record.directory and os.path.isdir(directory):
            try:
                yield read_record(directory)
            except (InputError, TypeError):
                continue
