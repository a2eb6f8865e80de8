"""Activation mail jobs, with and without /v1 in front (sources disagree)."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.responses import Response

from . import ids
from .call import Call, answer, current_call
from .errors import ApiError
from .jobs import ActivationJob
from .state import Organization
from .tokens import PEOPLE_ADMINS, READ_ADMINS

The = Annotated[Call, Depends(current_call)]
PATH = "/identity/organizations/{org_id}/jobs/sendActivationEmails"


async def start(call: The, org_id: str) -> Response:
    """Start a job for everybody eligible; one at a time for an organization."""
    org = call.org(org_id)
    token = call.who
    token.need(("spark-admin:people_write",), PEOPLE_ADMINS)
    settings = call.simulator.settings
    if any(job.ended is None for job in org.jobs.values()):
        raise ApiError(settings.activation_second_job_status, "A job is already running for this organization")
    job_id = ids.new_uuid(org.rng)
    source = token.person.rest if token.person else ids.rest_id("PEOPLE", job_id)
    job = ActivationJob(
        job_id,
        ids.rest_id("JOB_ID", job_id),
        len(org.jobs) + 1,
        source,
        token.organization.rest,
        org.rest,
        call.tracking_id,
        settings.activation_job_polls,
        org.mail_invitations,
    )
    org.jobs[job_id] = job
    return answer(job.as_dict(), 202)


def _job(call: Call, org_id: str, job_id: str) -> tuple[Organization, ActivationJob]:
    org = call.org(org_id)
    call.who.need(("spark-admin:people_write", "spark-admin:people_read"), READ_ADMINS)
    try:
        job = org.jobs.get(ids.bare(job_id, "JOB_ID") or "")
    except ids.WrongType as error:
        raise ApiError(400, str(error)) from None
    if job is None:
        raise ApiError(404, f"Job not found: {job_id}")
    return org, job


async def status(call: The, org_id: str, job_id: str) -> Response:
    """The state of a job."""
    org, job = _job(call, org_id, job_id)
    job.poll(org)
    return answer(job.as_dict())


async def errors(call: The, org_id: str, job_id: str) -> Response:
    """Who was left out, page by page."""
    _, job = _job(call, org_id, job_id)
    size = call.number("max", 50, 1)
    begin = call.number("cursor", 0)
    items = job.errors()
    headers = {}
    if begin + size < len(items):
        headers["Link"] = f'<{call.link({"cursor": str(begin + size)})}>; rel="next"'
    return answer({"items": items[begin : begin + size]}, headers=headers)


router = APIRouter()
for _prefix in ("/v1", ""):
    router.add_api_route(_prefix + PATH, start, methods=["POST"])
    router.add_api_route(_prefix + PATH + "/{job_id}/status", status, methods=["GET"])
    router.add_api_route(_prefix + PATH + "/{job_id}/errors", errors, methods=["GET"])
