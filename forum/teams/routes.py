"""The page of a team, what is pledged and asked for there, and the note of each month."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import Any

from flask import Blueprint, abort, flash, render_template, request
from sqlalchemy import select

from forum.commitments import listing
from forum.commitments.blocking import ask_for
from forum.core.clock import now
from forum.core.db import db, transaction
from forum.core.errors import Invalid
from forum.core.languages import Message, moment_in_words
from forum.core.permissions import require
from forum.core.rate_limits import limiter, post_limit
from forum.core.web import current_person, go_to
from forum.people.joining import organisation
from forum.people.listing import named
from forum.teams import promises
from forum.teams.forms import PledgeForm, PledgeReportForm, RequestForm
from forum.teams.leading import lead_of, leaders_of
from forum.teams.measuring import pledges_kept, replies_in_time
from forum.teams.models import RATINGS, MonthlyNote, Pledge
from forum.teams.monthly import first_of, told_of
from forum.teams.needs import needs_of
from forum.teams.pledging import confirm, pledge, report
from forum.teams.sending import rate, rating_of, useful

bp = Blueprint("teams", __name__)

MONTH = re.compile(r"2[0-9]{3}-(0[1-9]|1[0-2])")
REPLIES_SINCE = timedelta(days=30)  # A reply that is older was read, or will not be.
NOTES = 24  # two years of months


@bp.app_template_filter("month")
def month_name(month: date) -> str:
    """A month by its name and year: October 2026."""
    return moment_in_words(datetime(month.year, month.month, 1), "LLLL y")


@bp.get("/team")
def show() -> str:
    """What one's team needs and was promised; and what one asks of those who lead."""
    person = current_person()
    lead = lead_of(person)
    return render_template(
        "teams/show.html",
        lead=lead,
        teams=needs_of(person, lead) if lead.teams else [],
        requests=listing.requests(person),
        replies=listing.replies_to(person, now() - REPLIES_SINCE),
        own_pledges=promises.pledges_of(person),
        pledges=promises.pledges_to(person),
        promised_by=promises.promised_by(person) if lead.teams else None,
        promised_to=promises.promised_to(person) if lead.teams else None,
        in_time=replies_in_time(person.id),
        kept=pledges_kept(person.id),
    )


@bp.route("/team/pledges/new", methods=["GET", "POST"])
@limiter.limit(post_limit, methods=["POST"])
def new_pledge() -> Any:
    """Pledge the team some time."""
    require(current_person(), "pledge.make", lead_of(current_person()))
    form = PledgeForm()
    if request.method == "GET":
        return render_template("teams/new_pledge.html", form=form)
    try:
        with transaction():
            pledge(
                current_person(),
                hours_a_week=form.hours_a_week.data,
                purpose=form.purpose.data or "",
                until_on=form.until_on.data,
            )
    except Invalid as error:
        form.refuse(error)
        return render_template("teams/new_pledge.html", form=form), 422
    flash("Your team sees it now. When the time is over you are asked once how it went.", "done")
    return go_to("teams.show")


@bp.route("/pledges/<id:id>/report", methods=["GET", "POST"])
@limiter.limit(post_limit, methods=["POST"])
def report_on(id: int) -> Any:
    """Did you find the time?"""
    made = _pledge(id)
    require(current_person(), "pledge.own", made)
    form = PledgeReportForm()
    if request.method == "GET":
        return render_template("teams/report.html", form=form, pledge=made)
    try:
        with transaction():
            report(current_person(), _pledge(id), form.state.data or "", form.word.data or "")
    except Invalid as error:
        form.refuse(error)
        return render_template("teams/report.html", form=form, pledge=_pledge(id)), 422
    flash("Thank you for saying so. Your team is told.", "done")
    return go_to("teams.show")


@bp.post("/pledges/<id:id>/confirmation")
@limiter.limit(post_limit)
def create_confirmation(id: int) -> Any:
    """It was so."""
    with transaction():
        confirm(current_person(), _pledge(id))
    return go_to("teams.show")


@bp.route("/team/requests/new", methods=["GET", "POST"])
@limiter.limit(post_limit, methods=["POST"])
def new_request() -> Any:
    """I need … by …"""
    form = RequestForm()
    if request.method == "GET":
        leaders = leaders_of(current_person())
        form.holder.data = f"@{leaders[0].handle}" if len(leaders) == 1 else ""
        return render_template("teams/new_request.html", form=form)
    try:
        with transaction():
            ask_for(
                current_person(),
                named(form.holder.data or "", "holder"),
                kind=form.kind.data or "",
                words=form.words.data or "",
                wanted_by=form.wanted_by.data,
            )
    except Invalid as error:
        form.refuse(error)
        return render_template("teams/new_request.html", form=form), 422
    flash("They are asked, with your words and the day. A reply is due within three working days.", "done")
    return go_to("teams.show")


@bp.get("/notes")
def notes() -> str:
    """The notes of the months, the latest first."""
    found = db.session.scalars(select(MonthlyNote).order_by(MonthlyNote.month.desc()).limit(NOTES)).all()
    return render_template("notes/index.html", notes=found, this=first_of(now().date()))


@bp.get("/notes/<month>")
def show_note(month: str) -> str:
    """One month on one page: as it was sent, or so far."""
    day = _month(month)
    note = db.session.get(MonthlyNote, day)
    of = organisation()
    if note is None and (of is None or not first_of(of.founded_at.date()) <= day <= now().date()):
        abort(404)
    return render_template(
        "notes/show.html",
        month=day,
        lines=[{**line, "name": Message(line["name"])} for line in (note.lines if note else told_of(day))],
        note=note,
        own=rating_of(current_person(), note) if note else None,
        useful=useful(note) if note else None,
        ratings=RATINGS,
    )


@bp.post("/notes/<month>/rating")
@limiter.limit(post_limit)
def create_rating(month: str) -> Any:
    """Was this useful to your goal?"""
    with transaction():
        note = db.session.get(MonthlyNote, _month(month)) or abort(404)
        rate(current_person(), note, request.form.get("rating", ""))
    flash("Thank you. You can change it at any time.", "done")
    return go_to("teams.show_note", month=month, anchor="useful")


def _month(typed: str) -> date:
    return date.fromisoformat(f"{typed}-01") if MONTH.fullmatch(typed) else abort(404)


def _pledge(id: int) -> Pledge:
    return db.session.get(Pledge, id, populate_existing=True) or abort(404)
