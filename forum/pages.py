"""Pages that belong to no feature: help, and what tells an operator that the site is up."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, jsonify, render_template, request
from flask.blueprints import BlueprintSetupState
from sqlalchemy import select

from forum.attachments import storing
from forum.core.clock import now
from forum.core.db import db
from forum.core.jobs import backlog
from forum.core.rate_limits import POLICY_REPORTS, limiter
from forum.core.web import public, wants_fragment
from forum.search.current import engine

log = logging.getLogger(__name__)
bp = Blueprint("pages", __name__)

REPORT_SIZE = 10_000  # bytes of a report that a policy was broken; browsers send about one thousand
REPORTED = ("effective-directive", "blocked-uri", "document-uri", "source-file", "line-number")
REPORT_WORDS = 200  # characters of each of them
LATE = timedelta(minutes=5)  # Work that is due waits a second; when it waits this long, the worker is away.


@bp.get("/help")
def help() -> str:
    """How to ask, format, search, and use the keyboard."""
    return render_template("pages/help.html")


@bp.get("/shortcuts")
def shortcuts() -> Any:
    """Every key, to be laid over the page that asks; by itself it is a part of the help."""
    if not wants_fragment():
        return help()
    at = urlsplit(request.headers.get("HX-Current-URL", ""))
    return render_template("pages/_shortcuts.html", back=f"{at.path}?{at.query}" if at.query else at.path)


@bp.get("/healthz")
@public
def alive() -> Any:
    """Whether this process answers; touches nothing else."""
    return jsonify(status="ok")


@bp.get("/readyz")
@public
def ready() -> Any:
    """Whether people can work: the database and the storage answer, and how far index and jobs are behind."""
    db.session.execute(select(1))
    waiting, given_up, oldest = backlog()
    health = engine().health()
    worker = oldest is None or now() - oldest < LATE
    files = storing.answers()
    fine = health.ok and worker and files and not given_up
    return jsonify(
        status="ok" if fine else "degraded",
        jobs_waiting=waiting,
        jobs_given_up=given_up,
        worker=worker,
        index=health.ok,
        files=files,
    )


@bp.record_once
def _take_reports_without_token(state: BlueprintSetupState) -> None:
    # The browser itself sends them, and knows of no token; nothing is changed by one.
    state.app.extensions["csrf"].exempt(report_policy)


@bp.post("/policy-reports")
@public
@limiter.limit(POLICY_REPORTS)
def report_policy() -> tuple[str, int]:
    """Write to the log what a browser stopped on a page of ours: what got past the cleaning, or was never tried."""
    given = request.get_json(force=True, silent=True) if (request.content_length or 0) <= REPORT_SIZE else None
    report = given.get("csp-report") if isinstance(given, dict) else None
    if not isinstance(report, dict):
        return "", 400
    said = {name: str(report[name]).partition("?")[0][:REPORT_WORDS] for name in REPORTED if report.get(name)}
    log.warning("the policy stopped something: %r", said)  # As `repr`: no line of the log is made up by a report.
    return "", 204
