"""Letting background work be tried again that was given up."""

from __future__ import annotations

from dataclasses import dataclass

from forum.core import jobs
from forum.core.events import Event, publish
from forum.core.permissions import require
from forum.people.models import Person


@dataclass(frozen=True, kw_only=True)
class WorkRetried(Event):
    """An administrator lets work be tried again that was given up: one piece of it, or all."""

    job_id: int | None


def retry(administrator: Person, job_id: int | None = None) -> int:
    """Let a job that was given up, or all of them, be tried anew from now on. Returns how many there were."""
    require(administrator, "job.retry")
    publish(WorkRetried(job_id=job_id), actor=administrator)
    return jobs.try_again(administrator, job_id)
