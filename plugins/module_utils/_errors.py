# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Errors of the collection. Private to this collection.

Every problem that reaches a user is a :class:`Problem`: a stable code of ours, the sentence, the HTTP status, the vendor's own
code, the tracking id that support asks for, and what to do next.
"""

from __future__ import annotations

import asyncio
import dataclasses
import re
import typing as t

from ._advice import ADVICE

#: What moves a cursor, colors a terminal, turns the direction of what follows, or cannot be written down: control characters but tab
#: and line end, those of C1, overrides and embeddings of direction, and halves of characters.
UNSAFE = re.compile("[\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f\\u202a-\\u202e\\u2066-\\u2069\\ud800-\\udfff]")
_STEERING = re.compile(f"(?:{UNSAFE.pattern}|[\t\n\u2028\u2029])+")
#: What stands for each of them, the sign for "substitute". U+FFFD says something else: that a character was lost in decoding.
SUBSTITUTE = "\u2426"


def harmless(text: str) -> str:
    """Return a text of others as it may stand in a terminal, a page and a file: :data:`SUBSTITUTE` for each unsafe character."""
    return UNSAFE.sub(SUBSTITUTE, text.replace("\r\n", "\n"))


def one_line(text: str) -> str:
    """Return a text of others as one line: a blank for what a terminal would obey, and for what would end the line."""
    return _STEERING.sub(" ", text)


@dataclasses.dataclass(slots=True)
class Problem:
    """What went wrong for one person or for the run; a plain value that travels into results and reports."""

    code: str
    message: str
    http_status: int | None = None
    vendor_code: str | None = None
    tracking_id: str | None = None
    advice: str = ""

    def __post_init__(self) -> None:
        self.message = harmless(self.message)
        if not self.advice:
            self.advice = ADVICE.get(self.code, "")

    def as_dict(self) -> dict[str, t.Any]:
        """Return the shape of ``results[].error``."""
        return dataclasses.asdict(self)

    @classmethod
    def from_dict(cls, data: t.Mapping[str, t.Any]) -> Problem:
        """Return the problem that :meth:`as_dict` gave; what it does not know is left out."""
        names = {f.name for f in dataclasses.fields(cls)}
        return cls(**{k: v for k, v in data.items() if k in names})


#: The code where somebody wanted the task to end.
INTERRUPTED = "interrupted"


def unforeseen(error: BaseException, when: str) -> Problem:
    """Return an error that nobody foresaw; its own words are left out, since they may quote anything."""
    if isinstance(error, asyncio.CancelledError):
        return Problem(INTERRUPTED, f"The task was interrupted {when}.")
    return Problem("unexpected", f"The module failed unexpectedly {when} ({type(error).__name__}).")


class WxccError(Exception):
    """The root of all errors that modules turn into a failure. ``problem`` says it all."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem

    @classmethod
    def of(cls, code: str, message: str, **more: t.Any) -> t.Self:
        """Return the error of a problem; ``more`` are the other fields of :class:`Problem`."""
        return cls(Problem(code, message, **more))


class InputError(WxccError):
    """The input cannot be used. ``findings`` names every place."""

    def __init__(self, problem: Problem, findings: t.Sequence[dict[str, t.Any]] = ()) -> None:
        super().__init__(problem)
        self.findings = list(findings)


class ApiError(WxccError):
    """The API refused or failed. ``status`` is None where no answer came."""

    @property
    def status(self) -> int | None:
        """The HTTP status of the answer, if there was one."""
        return self.problem.http_status


class UncertainError(ApiError):
    """No trustworthy answer to a request that may have taken effect: look before sending it again."""


#: Codes of the vendor's import task and APIs that say where an address lives (observed in the vendor's own web client).
_TAKEN_CODES = {
    "400090": "other_organization",
    "400084": "domain_claimed",
    "400091": "domain_claimed",
    "400108": "domain_claimed",
    "400110": "directory_managed",
    "400096": "other_organization",
    "400109": "other_organization",
}
#: Words of refusals and what they mean; the first that fits counts. The vendor's exact texts are unknown.
_TAKEN_WORDS = (
    ("trial_account", ("trial",)),
    ("free_account", ("consumer", "free account", "free webex")),
    ("domain_claimed", ("claimed",)),
    ("directory_managed", ("directory",)),
    ("other_organization", ("another org", "other org", "different org", "belongs to")),
)
#: Our codes by HTTP status, where nothing more particular explains it.
_STATUS_CODES = {
    401: "token_invalid",
    403: "forbidden",
    404: "not_found",
    409: "conflict",
    410: "not_found",
    412: "conflict",
    423: "locked",
    429: "rate_limited",
}


def classify_taken(message: str, vendor_code: str | None) -> str:
    """Return which refusal a create met.

    One of trial_account, free_account, other_organization, domain_claimed, directory_managed and address_taken. Words decide where
    codes do not, and what cannot be told stays address_taken.
    """
    if vendor_code in _TAKEN_CODES:
        return _TAKEN_CODES[vendor_code]
    text = message.lower()
    return next((code for code, words in _TAKEN_WORDS if any(w in text for w in words)), "address_taken")


def code_for_status(status: int) -> str:
    """Return our code for an HTTP status that nothing more particular explains."""
    return _STATUS_CODES.get(status, "server_error" if status >= 500 else "bad_request")
