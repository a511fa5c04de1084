"""The home page: what to do now; and the welcome of whoever is new."""

from __future__ import annotations

import logging
from typing import Any

from flask import Blueprint, Response, flash, g, redirect, render_template, request, url_for
from sqlalchemy.exc import OperationalError
from werkzeug.wrappers import Response as BaseResponse

from forum.core.db import db, transaction
from forum.core.errors import Invalid
from forum.core.rate_limits import limiter, post_limit
from forum.core.web import current_person, go_to, safe_next
from forum.departments import calendar
from forum.departments.following import followed_ids
from forum.departments.labelling import names_of_tags
from forum.departments.listing import topics_of
from forum.departments.models import Department
from forum.home import listing
from forum.home.arriving import TOPICS, can_choose_department, settle
from forum.home.first_steps import close_first_steps, first_steps, open_first_steps
from forum.home.forms import ArrivalForm
from forum.impact.reach.norm import norm_for
from forum.needs.listing import first_for
from forum.objectives.listing import at_home
from forum.posts.holding import own_withheld
from forum.pulse.replying import turn_of

log = logging.getLogger(__name__)

bp = Blueprint("home", __name__)

OF_THE_LIST = ("tab", "among", "after")  # parameters of the list of questions, which once stood at this address


@bp.after_request
def _let_steps_leave(response: Response) -> Response:
    """Close the first steps once they have been seen with everything done: thanked once is enough."""
    if g.get("steps_are_done") and response.status_code == 200:
        try:
            with transaction():
                close_first_steps(current_person())
        except OperationalError:  # They leave at the next visit.
            log.warning("the first steps were not closed: the database is busy or away")
    return response


@bp.get("/")
def index() -> Any:
    """What waits for whoever is signed in, what is theirs, and what changed."""
    kept: dict[str, Any] = {name: request.args[name] for name in OF_THE_LIST if name in request.args}
    if kept:
        return redirect(url_for("questions.index", **kept))
    person = current_person()
    own, steps = listing.own(person), first_steps(person)
    g.steps_are_done = bool(steps) and all(step.done for step in steps)
    return render_template(
        "home/index.html",
        steps=steps,
        greeting=listing.greeting(person),
        waiting=first_for(person, listing.FEW + 1),
        few=listing.FEW,
        due=listing.due(person),
        own=own,
        withheld=own_withheld(person),
        to_decide=listing.to_decide(person),
        aims=at_home(),
        news=listing.news(),
        solved=listing.solved_nearby(person),
        pulse_turn=turn_of(person),
        norm=None if own else norm_for(person),
    )


@bp.route("/arrival", methods=["GET", "POST"])
@limiter.limit(post_limit, methods=["POST"])
def arrive() -> Any:
    """The welcome: a department, some topics, the hours. Shown once after the first sign-in, and from the settings."""
    person = current_person()
    form = ArrivalForm()
    if request.method == "GET":
        form.next.data = request.args.get("next", "")
        form.department.data = person.department_id
        form.show(person.calendar or person.department.calendar)
        return _arrival_page(form)
    if "repeat" in request.form:
        form.repeat_monday()
    if "repeat" in request.form or "show" in request.form:
        return _arrival_page(form)
    try:
        with transaction():
            settle(
                current_person(),
                department=_chosen(form),
                topics=form.topics.data or [],
                hours=form.typed,
            )
    except Invalid as error:
        form.refuse(error)
        return _arrival_page(form), 422
    flash("Good to have you here. All of this can be changed in the settings.", "done")
    return redirect(safe_next(form.next.data, url_for("home.index")), code=303)


@bp.post("/first-steps/closing")
@limiter.limit(post_limit)
def close_steps() -> BaseResponse:
    """Show the first steps no more."""
    with transaction():
        close_first_steps(current_person())
    flash("Closed. The settings bring the first steps back.", "done")
    return go_to("home.index")


@bp.post("/first-steps/closing/withdrawal")
@limiter.limit(post_limit)
def open_steps() -> BaseResponse:
    """Show them again."""
    with transaction():
        open_first_steps(current_person())
    return go_to("home.index")


def _arrival_page(form: ArrivalForm) -> str:
    person = current_person()
    works = person.calendar or person.department.calendar
    followed = followed_ids(person)["tag"]
    form.offer(topics_of(_chosen(form) or person.department, TOPICS, but=followed))
    return render_template(
        "home/arrival.html",
        form=form,
        followed=followed,
        followed_names=names_of_tags(followed[:TOPICS]),
        can_choose=can_choose_department(person),
        hours=calendar.in_words(works),
        changes_hours=bool(form.problems) or "repeat" in request.form,
        time_zones=calendar.time_zones(),
        next_url=safe_next(form.next.data, url_for("home.index")),
    )


def _chosen(form: ArrivalForm) -> Department | None:
    found = db.session.get(Department, form.department.data or 0)
    return None if found is None or found.is_hidden else found
