"""Looking after a practice: its next version, its owner, its date, and its end."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from forum.core.db import db, transaction
from forum.core.errors import Invalid, Outdated
from forum.core.forms import options
from forum.core.languages import Message
from forum.core.permissions import require
from forum.core.rate_limits import limiter, post_limit
from forum.core.web import current_person
from forum.posts.pages import edit_page, stale_page
from forum.practices import ageing, listing
from forum.practices.bringing_back import bring_back
from forum.practices.forms import BringBackForm, CareForm, RetireForm, ReviseForm
from forum.practices.models import Practice
from forum.practices.pages import chosen_owner, people_to_choose, shown_practice
from forum.practices.promoting import address, facts_of, look_after, retire, revise, texts_of

bp = Blueprint("upkeep", __name__)


@bp.route("/practices/<id:id>/edit", methods=["GET", "POST"])
@limiter.limit(post_limit, methods=["POST"])
def edit(id: int) -> Any:
    """Write the next version."""
    practice = shown_practice(id)
    form = ReviseForm()
    if request.method == "GET":
        form.fill(practice)
        return edit_page(form, practice, template="practices/edit.html")
    try:
        if "preview" in request.form:
            return edit_page(form, practice, preview=True, template="practices/edit.html")
        texts = texts_of(form.sources, told=facts_of(practice).tells)
        with transaction():
            revise(current_person(), shown_practice(id), texts, seen=form.seen, note=form.reason.data or "")
    except Outdated:
        return stale_page(form, shown_practice(id), template="practices/edit.html"), 409
    except Invalid as error:
        form.refuse(error)
        return edit_page(form, practice, template="practices/edit.html"), 422
    return redirect(address(practice.id, practice.title), code=303)


@bp.route("/practices/<id:id>/care", methods=["GET", "POST"])
@limiter.limit(post_limit, methods=["POST"])
def care(id: int) -> Any:
    """Who looks after it, for whom it is, when it is looked at again."""
    practice = shown_practice(id)
    require(current_person(), "practice.promote", practice)
    form = CareForm()
    form.offer(people_to_choose())
    if request.method == "GET":
        form.owner.data, form.review_pace.data = practice.owner_id, practice.review_pace
        form.departments.data = [department.id for department in practice.departments]
        form.tags.data = " ".join(tag.slug for tag in practice.tags)
        form.fill_facts(practice)
        return render_template("practices/care.html", form=form, practice=practice)
    try:
        with transaction():
            look_after(
                current_person(),
                shown_practice(id),
                owner=chosen_owner(form),
                departments=form.departments.data or [],
                tags=form.tags.data or "",
                review_pace=form.review_pace.data or "",
                facts=form.facts,
            )
    except Invalid as error:
        form.refuse(error)
        return render_template("practices/care.html", form=form, practice=practice), 422
    return redirect(address(practice.id, practice.title), code=303)


@bp.post("/practices/<id:id>/confirmation")
@limiter.limit(post_limit)
def create_confirmation(id: int) -> Response:
    """Say that it still holds."""
    with transaction():
        practice = shown_practice(id)
        ageing.confirm(current_person(), practice)
    flash("Noted: it still holds. The next review is set.", "done")
    return redirect(address(practice.id, practice.title), code=303)


@bp.route("/practices/<id:id>/retirement", methods=["GET", "POST"])
@limiter.limit(post_limit, methods=["POST"])
def retirement(id: int) -> Any:
    """Recommend it no longer."""
    practice = shown_practice(id)
    require(current_person(), "practice.retire", practice)
    form = RetireForm()
    form.successor.choices = options(
        [(0, Message("Nothing")), *(choice for choice in listing.choices() if choice[0] != id)]
    )
    if request.method == "GET":
        return render_template("practices/retire.html", form=form, practice=practice)
    try:
        with transaction():
            successor = db.session.get(Practice, form.successor.data or 0)
            retire(current_person(), shown_practice(id), because=form.reason.data or "", successor=successor)
    except Invalid as error:
        form.refuse(error)
        return render_template("practices/retire.html", form=form, practice=practice), 422
    flash("It is retired. Below you can undo it for ten minutes.", "done")
    return redirect(url_for("practices.retired", id=id), code=303)


@bp.route("/practices/<id:id>/retirement/withdrawal", methods=["GET", "POST"])
@limiter.limit(post_limit, methods=["POST"])
def withdraw_retirement(id: int) -> Any:
    """Recommend it again."""
    practice, form = shown_practice(id), BringBackForm()
    require(current_person(), "practice.retire", practice)
    page_url = address(practice.id, practice.title)
    if request.method == "GET":
        shown = practice.retired_at is not None
        return (
            render_template("practices/bring_back.html", form=form, practice=practice) if shown else redirect(page_url)
        )
    try:
        with transaction():
            bring_back(current_person(), shown_practice(id), because=form.reason.data or "")
    except Invalid as error:
        form.refuse(error)
        return render_template("practices/bring_back.html", form=form, practice=practice), 422
    flash("It is recommended again.", "done")
    return redirect(page_url, code=303)
