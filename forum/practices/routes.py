"""The library, one practice, and what its readers do with it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from forum.causes.listing import on_page as causes_on
from forum.core.clock import now
from forum.core.db import db, transaction
from forum.core.errors import Invalid
from forum.core.forms import typed_id
from forum.core.languages import gettext, said
from forum.core.rate_limits import limiter, post_limit
from forum.core.templating import day
from forum.core.web import current_person
from forum.departments.labelling import all_departments
from forum.departments.listing import tags_in_use
from forum.moderation.models import REASONS
from forum.needs.check_ins import MINUTES_WANTED
from forum.needs.forms import OutcomeForm, TryForm
from forum.needs.pages import after_reply
from forum.objectives import listing as aims
from forum.objectives.models import WITNESSES
from forum.posts import comments, revisions
from forum.posts.locking import LOCKS
from forum.practices import adapting, ageing, evidence, listing, using
from forum.practices import outcomes as outcomes_of
from forum.practices.bringing_back import can_undo
from forum.practices.models import FORMS, Practice
from forum.practices.pages import shown_practice
from forum.practices.promoting import address
from forum.practices.validating import VERDICTS, is_enough, peers_of, take_back, validate, validated
from forum.questions.asking import address as question_address
from forum.questions.models import Question
from forum.reviewing import challenging

bp = Blueprint("practices", __name__)


@bp.app_template_global("label_words")
def label_words(label: str) -> str:
    """What a label is called."""
    return str(said(evidence.LABELS[label]))


@bp.get("/practices")
def index() -> str:
    """The library, by state, department, tag, form, cost and outcomes. What is in use stands on two shelves: tried, and
    new."""
    named = ("state", "department", "tag", "form", "cost", "outcomes")
    filters = {name: request.args.get(name, "") for name in named}
    filters["state"] = filters["state"] if filters["state"] in listing.STATES else "current"
    filters["outcomes"] = filters["outcomes"] if filters["outcomes"] in listing.OUTCOMES else ""
    shelf, fresh = request.args.get("shelf", ""), None
    shelf = (shelf if shelf in listing.SHELVES else "tried") if filters["state"] == "current" else ""
    chosen: dict[str, Any] = {**filters, "reader": current_person()}
    if shelf == "tried" and "after" not in request.args:
        del chosen["state"]
        page, fresh = listing.shelves(**chosen)
    else:
        page = listing.library(**chosen, shelf=shelf, key=request.args.get("after"))
    given: dict[str, Any] = {name: value for name, value in filters.items() if value}
    return render_template(
        "practices/index.html",
        rows=page.rows,
        shelf=shelf,
        fresh=fresh.rows if fresh else [],
        fresh_url=fresh and fresh.next_key and url_for("practices.index", **given, shelf="new", after=fresh.next_key),
        filters=filters,
        outcomes=list(listing.OUTCOMES.items()),
        states=list(listing.STATES.items()),
        departments=[(each.slug, each.name) for each in all_departments()],
        tags=tags_in_use(),
        forms=list(FORMS.items()),
        next_url=page.next_key and url_for("practices.index", **given, shelf=shelf or None, after=page.next_key),
    )


@bp.get("/practices/<id:id>")
@bp.get("/practices/<id:id>/<slug>")
def show(id: int, slug: str = "") -> Any:
    """One practice: what to do, why, when not, and where it comes from.

    The address of a retired one leads to what took its place; what it said stays at an address of its own.
    """
    practice = shown_practice(id)
    successor = practice.successor
    if practice.retired_at is not None and successor is not None and successor.removed_at is None:
        return redirect(f"{address(successor.id, successor.title)}?from={practice.id}", code=302)
    if address(practice.id, practice.title) != request.path:
        return redirect(address(practice.id, practice.title), code=301)
    return _practice_page(practice)


@bp.get("/practices/<id:id>/retired")
def retired(id: int) -> Any:
    """What a practice said that is recommended no longer, and why."""
    practice = shown_practice(id)
    if practice.retired_at is None:
        return redirect(address(practice.id, practice.title), code=302)
    return _practice_page(practice)


@bp.get("/practices/<id:id>/outcomes")
def outcomes(id: int) -> str:
    """What came of it: everything that was said, by department and by version."""
    practice = shown_practice(id)
    return render_template(
        "practices/outcomes.html",
        practice=practice,
        standing=outcomes_of.standing(practice, is_validated=validated(practice)),
        account=outcomes_of.account(practice, request.args.get("after")),
    )


@bp.route("/practices/<id:id>/use", methods=["GET", "POST"])
@limiter.limit(post_limit, methods=["POST"])
def use(id: int) -> Any:
    """Say how it went."""
    practice = shown_practice(id)
    if request.method == "GET":
        return render_template("practices/use.html", form=OutcomeForm(formdata=None), practice=practice)
    form = OutcomeForm()
    try:
        if form.minutes.process_errors and request.form.get("minutes", "").strip():  # Words in place of a number.
            raise Invalid(MINUTES_WANTED, "minutes")
        with transaction():
            made = using.used(
                current_person(),
                shown_practice(id),
                form.outcome.data or "",
                minutes=form.minutes.data,
                context=form.context.data or "",
                note=form.note.data or "",
                changed_work=True if form.changed_work.data else None,
                fits=form.says_fits,
            )
    except Invalid as error:
        form.refuse(error)
        return render_template("practices/use.html", form=form, practice=practice), 422
    return after_reply(made, address(practice.id, practice.title))


@bp.post("/practices/<id:id>/trial")
@limiter.limit(post_limit)
def create_trial(id: int) -> Any:
    """Going to try it."""
    practice = shown_practice(id)
    form = TryForm()
    try:
        if form.day.process_errors and request.form.get("day", "").strip():
            raise Invalid("Choose a day, or leave it out.", "day")
        with transaction():
            made = using.try_it(current_person(), shown_practice(id), form.day.data)
    except Invalid as error:
        form.refuse(error)
        return render_template("practices/trial.html", form=form, practice=practice), 422
    flash(gettext("Good. You are asked on %(day)s how it went.", day=day(made.due_at.date())), "done")
    return redirect(address(practice.id, practice.title), code=303)


@bp.post("/practices/<id:id>/validation")
@limiter.limit(post_limit)
def create_validation(id: int) -> Response:
    """Say that it would work for oneself, or that it is correct and safe."""
    with transaction():
        practice = shown_practice(id)
        validate(current_person(), practice, request.form.get("verdict", ""))
    flash("Noted, with your name. Thank you.", "done")
    return redirect(f"{address(practice.id, practice.title)}#checked", code=303)


@bp.post("/practices/<id:id>/validation/withdrawal")
@limiter.limit(post_limit)
def withdraw_validation(id: int) -> Response:
    """Say it no longer."""
    with transaction():
        practice = shown_practice(id)
        take_back(current_person(), practice)
    return redirect(f"{address(practice.id, practice.title)}#checked", code=303)


def _practice_page(practice: Practice) -> str:
    question = db.session.get_one(Question, practice.question_id)
    peers = peers_of(practice)
    is_validated = is_enough(each.department_id != practice.author_department_id for each in peers)
    return render_template(
        "practices/show.html",
        practice=practice,
        can_undo=can_undo(current_person(), practice),
        form_words=FORMS.get(practice.form or ""),
        causes=causes_on(practice.id),
        peers=peers,
        validated=is_validated,
        verdicts=VERDICTS,
        standing=outcomes_of.standing(practice, is_validated=is_validated),
        serves=aims.brief_of(practice.id),
        stories=aims.stories_on(practice.id),
        witnesses=WITNESSES,
        pending=using.trying(current_person(), practice),
        source_question=(question.title, question_address(question.id, question.title)),
        source_url=f"{question_address(question.id, question.title)}#post-{practice.source_id or question.id}",
        came_from=_came_from(practice),
        family=adapting.family(practice),
        version_count=revisions.counts([practice.id]).get(practice.id, 1),
        due=practice.is_due(now().date()),
        comments=comments.threads(practice.id, current_person()),
        lock_words=LOCKS,
        reason_words=REASONS,
        upkeep=ageing.upkeep_of(practice) if practice.stale_since or practice.is_due(now().date()) else None,
        stale_because=ageing.reason_of(practice),
        challenge=challenging.open_on([practice]).get(practice.id),
        settled=[each for each in challenging.trail(practice) if each.outcome is not None],
        successor_url=practice.successor and address(practice.successor.id, practice.successor.title),
    )


def _came_from(practice: Practice) -> Practice | None:
    """The retired practice whose address led here."""
    came_from = db.session.get(Practice, typed_id(request.args.get("from"))) if "from" in request.args else None
    forwards = came_from is not None and came_from.retired_at and came_from.successor_id == practice.id
    return came_from if forwards and came_from is not None and came_from.removed_at is None else None
