"""Nominating an answer, what waits for a decision and how it was decided, and what comes again."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from forum.answers.models import Answer
from forum.core.db import db, transaction
from forum.core.errors import Invalid
from forum.core.forms import options
from forum.core.permissions import require
from forum.core.rate_limits import limiter, post_limit
from forum.core.web import current_person, get_visible
from forum.nominations import candidates, listing
from forum.nominations.forms import NominateForm, RefuseForm
from forum.nominations.models import REFUSALS, Nomination
from forum.nominations.nominating import RefusedBefore, latest_of, nominate, refuse
from forum.posts.pages import shown_post
from forum.practices.promoting import practice_of
from forum.questions.asking import address as question_address
from forum.questions.models import Question

bp = Blueprint("nominations", __name__)


@bp.get("/answers/<id:id>/nomination/new")
def new(id: int) -> str:
    """A line why an answer should become a best practice; or where its nomination stands."""
    return _nomination_page(NominateForm(formdata=None), _answer(id))


@bp.post("/answers/<id:id>/nomination")
@limiter.limit(post_limit)
def create(id: int) -> Any:
    """Nominate an answer."""
    form = NominateForm()
    try:
        with transaction():
            answer = _answer(id)
            nominate(current_person(), answer, why=form.why.data or "")
    except RefusedBefore as error:
        form.refuse(Invalid(error.message, "why"))
        return _nomination_page(form, _answer(id)), 409
    except Invalid as error:
        form.refuse(error)
        return _nomination_page(form, _answer(id)), 422
    flash("Thank you. A moderator decides, and you are told how.", "done")
    return redirect(_place_of(answer), code=303)


@bp.get("/practices/nominations")
def index() -> str:
    """What waits for a moderator's decision, and what was decided lately."""
    moderator = current_person()
    tab = "decided" if request.args.get("tab") == "decided" else "waiting"
    page = listing.waiting(moderator, request.args.get("after")) if tab == "waiting" else None
    return render_template(
        "nominations/index.html",
        tab=tab,
        rows=page.rows if page else listing.decided(moderator),
        next_url=page and page.next_key and url_for("nominations.index", after=page.next_key),
    )


@bp.route("/nominations/<id:id>/refusal", methods=["GET", "POST"])
@limiter.limit(post_limit, methods=["POST"])
def refusal(id: int) -> Any:
    """Decide that a nominated answer does not become a best practice."""
    nomination = db.session.get(Nomination, id) or abort(404)
    answer = _answer(nomination.post_id)
    require(current_person(), "nomination.decide", answer)
    form = RefuseForm()
    form.reason.choices = options(REFUSALS.items())
    if request.method == "GET":
        return _refusal_page(form, nomination, answer)
    try:
        with transaction():
            standing = db.session.get(Nomination, id) or abort(404)
            refuse(current_person(), standing, reason=form.reason.data or "", words=form.words.data or "")
    except Invalid as error:
        form.refuse(error)
        return _refusal_page(form, nomination, _answer(nomination.post_id)), 422
    flash("Decided. Whoever nominated it is told why.", "done")
    return redirect(url_for("nominations.index"), code=303)


@bp.get("/practices/candidates")
def what_to_write() -> str:
    """Questions that come again and again: one button from a practice."""
    moderator = current_person()
    dismissed = request.args.get("tab") == "dismissed"
    rows: Any = candidates.dismissals(moderator) if dismissed else candidates.asked_again(moderator)
    return render_template("nominations/candidates.html", tab="dismissed" if dismissed else "questions", rows=rows)


@bp.post("/questions/<id:id>/dismissal")
@limiter.limit(post_limit)
def create_dismissal(id: int) -> Response:
    """Leave a question out of what comes again."""
    with transaction():
        candidates.dismiss(current_person(), get_visible(Question, id))
    flash("Dismissed. It can be put back under “Dismissed”.", "done")
    return redirect(url_for("nominations.what_to_write"), code=303)


@bp.post("/questions/<id:id>/dismissal/withdrawal")
@limiter.limit(post_limit)
def withdraw_dismissal(id: int) -> Response:
    """List it again."""
    with transaction():
        candidates.put_back(current_person(), get_visible(Question, id))
    return redirect(url_for("nominations.what_to_write", tab="dismissed"), code=303)


def _nomination_page(form: NominateForm, answer: Answer) -> str:
    return render_template(
        "nominations/new.html",
        form=form,
        answer=answer,
        back_url=_place_of(answer),
        latest=latest_of(answer),
        made=practice_of(answer),
        refusals=REFUSALS,
    )


def _refusal_page(form: RefuseForm, nomination: Nomination, answer: Answer) -> str:
    return render_template(
        "nominations/refuse.html", form=form, nomination=nomination, answer=answer, back_url=_place_of(answer)
    )


def _answer(id: int) -> Answer:
    post = shown_post(id)
    return post if isinstance(post, Answer) else abort(404)


def _place_of(answer: Answer) -> str:
    question = db.session.get_one(Question, answer.question_id)
    return f"{question_address(question.id, question.title)}#post-{answer.id}"
