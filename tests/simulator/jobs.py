"""The job that sends activation mails again: it goes on while somebody asks for its status."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any

from .state import Organization, iso

#: a mail within this time is not repeated (documented)
QUIET = 24 * 3600.0


@dataclass
class ActivationJob:
    """One run; ``polls`` counts down to its end."""

    id: str
    rest: str
    number: int
    source_user: str
    source_org: str
    target_org: str
    tracking_id: str
    polls: int
    mail_setting: bool
    started: float = field(default_factory=time.time)
    ended: float | None = None
    asked: int = 0
    sent: int = 0
    skipped: list[tuple[int, str]] = field(default_factory=list)
    total: int = 0

    @property
    def status(self) -> str:
        """STARTING, STARTED, COMPLETED."""
        if self.ended is not None:
            return "COMPLETED"
        return "STARTED" if self.asked else "STARTING"

    def poll(self, org: Organization) -> None:
        """Move on by one question about the status."""
        if self.ended is None:
            self.asked += 1
            if self.asked > self.polls:
                self._finish(org)

    def _finish(self, org: Organization) -> None:
        """Mail everybody who holds a license and never signed in, but for those mailed within a day."""
        self.ended = time.time()
        waiting = [person for person in org.order if person.pending and person.active and person.license_ids]
        self.total = len(waiting)
        for number, person in enumerate(waiting, 1):
            if person.mailed_at is not None and self.ended - person.mailed_at < QUIET:
                self.skipped.append((number, person.email))
            else:
                person.mailed_at = self.ended
                self.sent += 1

    def as_dict(self) -> dict[str, Any]:
        """Return the job as the description has it."""
        code = "COMPLETED" if self.ended is not None else "UNKNOWN"
        moment = iso(self.ended or time.time())
        step: dict[str, Any] = {
            "id": self.number,
            "startTime": iso(self.started),
            "lastUpdated": moment,
            "statusMessage": self.status,
            "exitCode": code,
            "timeElapsed": f"PT{int((self.ended or time.time()) - self.started)}S",
        }
        if self.ended is not None:
            step["endTime"] = moment
        return {
            "name": "resendinviteemail",
            "id": self.rest,
            "trackingId": self.tracking_id,
            "sourceUserId": self.source_user,
            "sourceCustomerId": self.source_org,
            "targetCustomerId": self.target_org,
            "instanceId": self.number,
            "jobExecutionStatus": [step],
            "latestExecutionStatus": self.status,
            "latestExecutionExitCode": code,
            "counts": {
                "userResendInviteSent": self.sent,
                "userResendInviteFailed": 0,
                "userResendInviteSkipped": len(self.skipped),
                "totalUsers": self.total,
            },
            "allowAdminInviteEmails": self.mail_setting,
        }

    def errors(self) -> list[dict[str, Any]]:
        """Return the skipped ones as error items: key 304, as documented."""
        return [
            {
                "itemNumber": number,
                "trackingId": self.tracking_id,
                "error": {
                    "key": "304",
                    "message": [
                        {
                            "description": f"User {email} was sent an invitation email within the last 24 hours.",
                            "code": "ATLAS-600199",
                        }
                    ],
                },
            }
            for number, email in self.skipped
        ]
