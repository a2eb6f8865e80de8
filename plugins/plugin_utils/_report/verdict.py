# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The one sentence with which a run ends that did not go well for everybody. Pure. Private to this collection."""

from __future__ import annotations

import typing as t

from ...module_utils._steps import RUN_FILE
from .words import BLOCKED, FAILED, nameless, said, stopped_at, who

#: How each outcome is told of one person and of several, in a real run and in a check run.
_VERBS = {
    FAILED: (("failed", "failed"), ("would fail", "would fail")),
    BLOCKED: (("is blocked", "are blocked"), ("would be blocked", "would be blocked")),
}


def verdict(report: t.Mapping[str, t.Any], fail_on: t.Collection[str], *, told: bool = False) -> str | None:
    """Return why a run ends in an error, in one sentence; None: it does not.

    A run that stopped always does; otherwise `fail_on` says which people count: failed, blocked, both, or none.

    :param told: why it stopped has been told already, by the task that failed.
    :param report: the report over the run of one organization, as :func:`build.build_report` returns it.
    """
    (organization,) = report["organizations"]
    stopped = organization["stopped"]
    if stopped:
        where = f"Stopped at {stopped_at(stopped)}"
        if told:
            # One mistake is told once with its advice, and the report repeats it at the end.
            return f"{where}; the task that failed says why, and {organization['directory']}/{RUN_FILE} keeps it."
        return f"{where}: {said(stopped['message'])} {stopped['advice']}".strip()
    wrong = [name for name in (FAILED, BLOCKED) if name in fail_on and organization["summary"][name]]
    if not wrong:
        return None
    parts = []
    for name in wrong:
        number = organization["summary"][name]
        one, several = _VERBS[name][organization["check"]]
        rows = len(nameless(organization["users"], name))
        whom = who(number - rows, rows) if name == wrong[0] else f"{number:,}"
        parts.append(f"{whom} {one if number == 1 else several}")
    where = f"The lines of this task and of the report say who and what to do; the files are in {organization['directory']}."
    return f"{', '.join(parts)}. {where}"
