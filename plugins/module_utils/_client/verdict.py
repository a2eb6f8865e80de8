# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What to do after one attempt: take the answer, send again, get a new token, or raise. Pure. Private to this collection.

Nothing is sent twice that may have taken effect, unless sending it twice does no harm: whoever asked must look first
(:class:`UncertainError`). 429, and 423 or 503 that say how long to wait, slow everybody who sends to that service.
"""

from __future__ import annotations

import dataclasses
import enum
import urllib.parse

from .._errors import Problem, code_for_status
from .bodies import GARBLED, Json, describe_body, word_of
from .library import Failure, Reply

#: A good status without JSON is believed to be a fault for so many attempts.
_GARBLED_AT_MOST = 2


@dataclasses.dataclass(frozen=True, slots=True)
class Request:
    """What is asked. ``repeatable``: sending it twice does no harm; ``doing``: what it is for, in words, for messages.

    ``content``: its body, of ``content_type``. ``bare``: it goes without the token, as it is the one that gets it.
    """

    method: str
    url: str
    repeatable: bool
    doing: str = ""
    content: bytes | None = None
    content_type: str = "application/json;charset=utf-8"
    bare: bool = False

    @property
    def path(self) -> str:
        """The path of the address, without its query, as the journal shows it."""
        return urllib.parse.urlsplit(self.url).path

    @property
    def place(self) -> str:
        """The host that is asked, with its port where one was given, as messages show it."""
        return urllib.parse.urlsplit(self.url).netloc.rpartition("@")[2].lower()

    @property
    def writes(self) -> bool:
        """True if it may change something, or somebody."""
        return self.method != "GET" and not self.bare

    @property
    def what(self) -> str:
        """What messages call the request."""
        return self.doing or f"{self.method} {self.path}"


@dataclasses.dataclass(frozen=True, slots=True)
class Attempt:
    """What one attempt brought, and what went before it.

    ``body`` is the reply's JSON, GARBLED or text; ``retry_after`` in seconds; ``garbled``: how many good answers before it were not
    JSON; ``renewable``: a new token can be had, and none was got yet.
    """

    result: Reply | Failure
    body: Json = None
    tracking_id: str | None = None
    retry_after: float | None = None
    garbled: int = 0
    renewable: bool = False


class Act(enum.Enum):
    """What to do."""

    ANSWER = "take the answer"
    AGAIN = "send again"
    RENEW = "get a new token, send again at once"
    RAISE = "raise the problem"


class Told(enum.Enum):
    """What the pace is told: the service took the request, refused it for its rate, or neither."""

    NOTHING = "nothing"
    TAKEN = "taken"
    RATE_LIMITED = "rate limited"


@dataclasses.dataclass(frozen=True, slots=True)
class Verdict:
    """What to do. ``problem`` is raised at once, or where there is no time left to send again.

    ``uncertain``: it is raised as UncertainError. ``retry_after``: seconds that the service asked for; without it, when sending again,
    the wait is the pace's (told RATE_LIMITED) or grows with each attempt.
    """

    act: Act
    told: Told = Told.NOTHING
    problem: Problem | None = None
    uncertain: bool = False
    retry_after: float | None = None


def judge(request: Request, attempt: Attempt) -> Verdict:
    """Return what to do after an attempt."""
    if isinstance(attempt.result, Failure):
        return _after_failure(request, attempt.result)
    status = attempt.result.status
    if 200 <= status < 300:
        return _after_success(request, attempt, attempt.result)
    problem = _problem(request, attempt, status)
    if status == 429 or (status in (423, 503) and attempt.retry_after is not None):
        doubt = status == 503 and not request.repeatable
        return Verdict(Act.RAISE if doubt else Act.AGAIN, Told.RATE_LIMITED, problem, doubt, attempt.retry_after)
    if status == 401 and attempt.renewable:
        return Verdict(Act.RENEW, problem=problem)
    if status >= 500:
        return Verdict(
            Act.AGAIN if request.repeatable else Act.RAISE, problem=problem, uncertain=not request.repeatable
        )
    return Verdict(Act.RAISE, Told.TAKEN, problem)


def leaves_open(request: Request, attempt: Attempt) -> bool:
    """Return whether an attempt to write may have taken effect although no trustworthy answer says so."""
    if not request.writes:
        return False
    if isinstance(attempt.result, Failure):
        return attempt.result.left
    return attempt.result.status >= 500 or (200 <= attempt.result.status < 300 and attempt.body is GARBLED)


def _after_failure(request: Request, failure: Failure) -> Verdict:
    text = f"{request.what}: no answer from {request.place} ({failure.why})."
    if failure.code != "connection":
        text = f"{request.what}: {failure.text}."
    problem = Problem(failure.code if request.repeatable else "uncertain", text)
    again = (request.repeatable or not failure.left) and not failure.final
    return Verdict(Act.AGAIN if again else Act.RAISE, problem=problem, uncertain=not request.repeatable)


def _after_success(request: Request, attempt: Attempt, reply: Reply) -> Verdict:
    if attempt.body is not GARBLED:
        return Verdict(Act.ANSWER, Told.TAKEN)
    kind = word_of(reply.headers.get("Content-Type")) or "no content type"
    shape = f"{reply.status}, {kind}, {len(reply.content)} bytes"
    text = f"{request.doing or request.method}: the answer of {request.place} ({shape}) is not JSON."
    problem = Problem("invalid_response", text, http_status=reply.status, tracking_id=attempt.tracking_id)
    again = request.repeatable and attempt.garbled < _GARBLED_AT_MOST
    return Verdict(Act.AGAIN if again else Act.RAISE, Told.TAKEN, problem, uncertain=not request.repeatable)


def _problem(request: Request, attempt: Attempt, status: int) -> Problem:
    if 300 <= status < 400:
        text = f"{request.what}: {request.place} answered with a redirect ({status})."
        return Problem("redirect_refused", text, http_status=status)
    message, vendor_code, tracking_id = describe_body(attempt.body)
    if message.lstrip().lower().startswith(("<!doctype", "<html")):
        message = f"an HTML page of {request.place} instead of JSON"
    # The gateway answers 400 when the Authorization header is missing or malformed, 401 when the token is bad.
    return Problem(
        code_for_status(status),
        f"{request.what}: {status} {message}".rstrip(),
        http_status=status,
        vendor_code=vendor_code,
        tracking_id=attempt.tracking_id or tracking_id,
    )
