"""Mails, search, background work and the clock: what runs, and what is tried again."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Blueprint, flash, g, render_template, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from forum.administration.index_state import index_state
from forum.administration.pages import administrators_only
from forum.administration.retrying import retry
from forum.core import jobs
from forum.core.clock import clock, now
from forum.core.db import db, transaction
from forum.core.errors import Forbidden
from forum.core.languages import gettext, messages, ngettext, number
from forum.core.permissions import require
from forum.core.rate_limits import limiter, post_limit
from forum.core.web import current_person, get_visible, go_to
from forum.notifications import email, outgoing
from forum.notifications.digests import try_now
from forum.people.listing import active_with
from forum.people.models import Person
from forum.search import evaluating, vector_jobs
from forum.search.embedding import installed
from forum.search.indexing import ask_for_rebuild

bp = Blueprint("system", __name__, url_prefix="/admin")
bp.before_request(administrators_only)

TESTED = messages(
    {
        "console": "The mail was written to the log, as all are until a mail server is set up.",
        "off": "Nothing was sent: mails are switched off.",
    }
)
NAMES = messages(["4 hours", "1 day", "3 days", "30 days"])
STEPS = dict(zip(NAMES, (timedelta(hours=4), timedelta(days=1), timedelta(days=3), timedelta(days=30)), strict=True))


@bp.get("/mail")
def mail() -> str:
    """How mails go out, and what waits and why. What they say is nobody's but the recipient's."""
    return _mail_page(request.args.get("after"))


@bp.post("/mail/retry")
@limiter.limit(post_limit)
def retry_mails() -> Response:
    """Try everything again that did not go out."""
    with transaction():
        count = try_now(current_person())
    flash(_tried_again(count), "done")
    return go_to("system.mail")


@bp.post("/mail/<id:id>/retry")
@limiter.limit(post_limit)
def retry_mail(id: int) -> Response:
    """Try again what did not go out to one person."""
    with transaction():
        count = try_now(current_person(), get_visible(Person, id))
    flash(_tried_again(count), "done")
    return go_to("system.mail")


@bp.post("/mail/test")
@limiter.limit(post_limit)
def test_mail() -> Any:
    """Send oneself a mail, and see what the server says."""
    try:
        email.send_test(current_person())
    except email.NotSent as failure:
        return _mail_page(None, failure.message), 422
    flash(TESTED.get(email.sender().way, f"The server took a mail to {current_person().email}."), "done")
    return go_to("system.mail")


def _mail_page(key: str | None, failure: str = "") -> str:
    page = outgoing.waiting(key)
    return render_template(
        "administration/mail.html",
        way=email.sender().way,
        rows=page.rows,
        next_url=page.next_key and url_for(".mail", after=page.next_key),
        failure=failure,
    )


def _tried_again(count: int) -> str:
    if not count:
        return gettext("Nothing waits for another try: it has gone out meanwhile.")
    return ngettext(
        "Mails to %(num)s person are tried again now. Whoever is not at work gets theirs when they are.",
        "Mails to %(num)s people are tried again now. Whoever is not at work gets theirs when they are.",
        count,
    )


@bp.get("/search")
def search() -> str:
    """Whether what means the same is offered too, how far its vectors are made, and what was measured about it."""
    is_made = g.organisation.uses_meaning and installed()
    return render_template(
        "administration/search.html",
        installed=installed(),
        vectors=vector_jobs.how_far() if is_made else None,
        measured=evaluating.latest(),
        verdict=evaluating.verdict,
    )


@bp.post("/search/meaning")
@limiter.limit(post_limit)
def switch_meaning() -> Response:
    """Offer what means the same, or no longer."""
    with transaction():
        evaluating.switch(current_person(), on=request.form.get("on") == "yes")
    flash("Saved. It takes effect title by title, as their vectors are made; how far that is stands here.", "done")
    return go_to("system.search")


@bp.get("/system")
def system() -> str:
    """Background work, the search index and, in a demonstration, the clock."""
    waiting, given_up, oldest = jobs.backlog()
    failed = db.session.scalars(
        select(jobs.Job).where(jobs.Job.error.is_not(None)).order_by(jobs.Job.id.desc()).limit(50)
    )
    return render_template(
        "administration/system.html",
        waiting=waiting,
        given_up=given_up,
        oldest=oldest,
        failed=failed.all(),
        index=index_state(),
        now=now(),
        shift=clock().shift,
        steps=list(STEPS),
        moderators=len(active_with("moderator")),
    )


@bp.post("/system/jobs/retry")
@limiter.limit(post_limit)
def retry_jobs() -> Response:
    """Try all work again that was given up."""
    with transaction():
        count = retry(current_person())
    flash(_worked_again(count), "done")
    return go_to("system.system")


@bp.post("/system/jobs/<id:id>/retry")
@limiter.limit(post_limit)
def retry_job(id: int) -> Response:
    """Try a piece of work again that was given up."""
    with transaction():
        count = retry(current_person(), id)
    flash(_worked_again(count), "done")
    return go_to("system.system")


def _worked_again(count: int) -> str:
    if not count:
        return gettext("Nothing waits for another try: it was done meanwhile.")
    return ngettext(
        "%(num)s piece of work will be tried again, now and up to %(tries)s times.",
        "%(num)s pieces of work will be tried again, now and up to %(tries)s times.",
        count,
        tries=number(jobs.TRIES),
    )


@bp.post("/system/rebuild")
@limiter.limit(post_limit)
def rebuild() -> Response:
    """Build the search index anew in the background."""
    with transaction():
        ask_for_rebuild(current_person())
    flash("The index is being built anew. Searching goes on meanwhile.", "done")
    return go_to("system.system")


@bp.post("/system/clock")
@limiter.limit(post_limit)
def move_clock() -> Response:
    """Move the demonstration forward."""
    require(current_person(), "clock.move")
    step = STEPS.get(request.form.get("by", ""))
    if not g.organisation.is_demo or step is None:
        raise Forbidden("Only the demonstration's clock can be moved, by one of the given steps.")
    clock().move(step)
    return go_to("system.system")
