# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Old runs hold personal data and add up: which of them may go, and how. Private to this collection.

What a base directory holds beside runs is nobody's business here. A run goes only as a whole, and only if it surely is one that is over.
"""

from __future__ import annotations

import calendar
import contextlib
import os
import re
import shutil
import stat
import time
import typing as t

from .._files import read_json
from .._steps import (
    PLAN_FILE,
    PLANNED_ENDING,
    REPORT_FILES,
    REQUESTS_FILE,
    RESULT_ENDING,
    RETRY_ENDING,
    RUN_FILE,
    RUN_FILES,
    part_file,
    stem_of,
)
from .names import RUN_ID
from .record import FINISHED, OPEN, RUN_FORMAT

#: What the name of a run begins with while it is being removed, so that nobody takes what is left of it for a run.
_REMOVING = ".removing-"
_DAY = 86400.0
_PART = re.compile(re.escape(part_file(0)).replace("000", r"\d{3,}"))

Json = dict[str, t.Any]


def remove_old_runs(base: str, keep: float, *, own: str, now: float | None = None) -> int:
    """Remove the runs below ``base`` that ended longer ago than ``keep`` seconds; return how many.

    A run goes if it is a direct child of the base and no link, all it holds are reports and hosts' directories, and the record of every
    host names that very path and says that it is finished. One stays whose gate is open, whose plan may still be carried out, which
    might still be rolled back, or in which somebody has left a file.

    :param own: the id of the run that is asking.
    """
    moment = time.time() if now is None else now
    removed = 0
    for name in _names(base):
        if name.startswith(_REMOVING) and RUN_ID.fullmatch(name.removeprefix(_REMOVING)):
            # A removal that was cut off; nothing else is called like this.
            _remove(os.path.join(base, name))
        elif name != own and RUN_ID.fullmatch(name) and _may_go(os.path.join(base, name), name, moment, keep):
            removed += _take_away(base, name)
    return removed


def _names(directory: str) -> list[str]:
    try:
        return sorted(os.listdir(directory))
    except OSError:
        return []


def _take_away(base: str, name: str) -> int:
    """Rename first, so that no half of a run is left under its name; whoever comes second finds nothing to rename."""
    path, going = os.path.join(base, name), os.path.join(base, f"{_REMOVING}{name}")
    try:
        os.rename(path, going)
    except OSError:
        return 0
    _remove(going)
    return 1


def _remove(path: str) -> None:
    if _is_own(path, stat.S_ISDIR):
        shutil.rmtree(path, ignore_errors=True)


def _is_own(path: str, kind: t.Callable[[int], bool]) -> bool:
    """Return whether there is a file or directory of this account, and no link."""
    try:
        found = os.lstat(path)
    except OSError:
        return False
    return kind(found.st_mode) and found.st_uid == os.geteuid()


def _may_go(path: str, run: str, now: float, keep: float) -> bool:
    """Return whether a run is over, long enough ago, and holds nothing but what runs leave."""
    if not _is_own(path, stat.S_ISDIR):
        return False
    hosts = [name for name in _names(path) if name not in REPORT_FILES.values()]
    reports = [name for name in _names(path) if name in REPORT_FILES.values()]
    return (
        bool(hosts)
        and all(_is_own(os.path.join(path, name), stat.S_ISREG) for name in reports)
        and all(_host_may_go(os.path.join(path, name), run, now, keep) for name in hosts)
    )


def _host_may_go(directory: str, run: str, now: float, keep: float) -> bool:
    if not _is_own(directory, stat.S_ISDIR):
        return False
    record = _read(os.path.join(directory, RUN_FILE))
    if record.get("format") != RUN_FORMAT or record.get("run") != run or record.get("directory") != directory:
        return False
    ended = _seconds(record.get("finished"))
    if record.get("state") != FINISHED or ended is None or now - ended <= keep or record.get("gate") == OPEN:
        return False
    if plan_is_valid(directory, record, now) or may_be_rolled_back(directory, now, keep):
        return False
    results = _result_files(record)
    return all(_is_a_run_s(directory, name, results) for name in _names(directory))


def _is_a_run_s(directory: str, name: str, results: re.Pattern[str]) -> bool:
    known = name in RUN_FILES or _PART.fullmatch(name) or results.fullmatch(name)
    return bool(known) and _is_own(os.path.join(directory, name), stat.S_ISREG)


def _result_files(record: t.Mapping[str, t.Any]) -> re.Pattern[str]:
    """Return what the names of the results of its CSV files look like; files of one name are numbered from 2."""
    stems = {stem_of(str(entry.get("file"))) for entry in record.get("csv") or ()}
    endings = (RESULT_ENDING, RETRY_ENDING, PLANNED_ENDING)
    return re.compile(rf"({_any_of(stems)})(\.\d+)?({_any_of(endings)})")


def _any_of(texts: t.Iterable[str]) -> str:
    return "|".join(map(re.escape, texts)) or "(?!)"


def plan_is_valid(directory: str, record: t.Mapping[str, t.Any], now: float) -> bool:
    """Return whether a check run's plan may still be given to a run that carries it out."""
    if not record.get("check_mode") or not os.path.exists(os.path.join(directory, PLAN_FILE)):
        return False
    made = _seconds(_read(os.path.join(directory, PLAN_FILE)).get("made")) or _seconds(record.get("finished")) or now
    valid = (record.get("options") or {}).get("plan_valid")
    return now - made <= (valid if isinstance(valid, (int, float)) else _DAY)


def may_be_rolled_back(directory: str, now: float, keep: float) -> bool:
    """Return whether the journal of a run's requests is younger than ``keep``: what it wrote might still be taken back."""
    try:
        return now - os.stat(os.path.join(directory, REQUESTS_FILE)).st_mtime <= keep
    except OSError:
        return False


def _read(path: str) -> Json:
    with contextlib.suppress(OSError, ValueError, RecursionError):
        data = read_json(path)
        if isinstance(data, dict):
            return data
    return {}


def _seconds(text: t.Any) -> float | None:
    """Return a time as the files of a run write it, in seconds since 1970."""
    try:
        return float(calendar.timegm(time.strptime(str(text), "%Y-%m-%dT%H:%M:%SZ")))
    except ValueError:
        return None
