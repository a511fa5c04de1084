"""Pages that belong to no feature: help, and what tells an operator that the site is up."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Blueprint, jsonify, render_template
from sqlalchemy import select

from forum.attachments import storing
from forum.core.clock import now
from forum.core.db import db
from forum.core.jobs import backlog
from forum.core.web import public
from forum.search.current import engine

bp = Blueprint("pages", __name__)

LATE = timedelta(minutes=5)  # Work that is due waits a second; when it waits this long, the worker is away.


@bp.get("/help")
def help() -> str:
    """How to ask, format, search, and use the keyboard."""
    return render_template("pages/help.html")


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
