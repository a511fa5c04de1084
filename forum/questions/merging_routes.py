"""Letting one question stand for another that asks the same, and taking the two apart again."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, redirect, request, url_for

from forum.core.db import db, transaction
from forum.core.errors import Invalid
from forum.core.forms import typed_id
from forum.core.permissions import require
from forum.core.rate_limits import limiter, post_limit
from forum.core.web import current_person, get_visible
from forum.needs.merging import object_to
from forum.questions.asking import address
from forum.questions.forms import MergeForm
from forum.questions.merging import check, keep, merge, standing_merge, survivor, undo
from forum.questions.models import Merge, Question
from forum.questions.pages import merge_page, shown_question, standing_question

bp = Blueprint("merging", __name__)


@bp.route("/questions/<id:id>/merge", methods=["GET", "POST"])
@limiter.limit(post_limit, methods=["POST"])
def merge_into(id: int) -> Any:
    """Let another question that asks the same stand for this one."""
    question = shown_question(id)
    require(current_person(), "question.merge", question)
    if question.merged_into_id is not None:
        return redirect(url_for("questions.wording", id=id), code=303)
    form = MergeForm()
    if request.method == "GET":
        into = _chosen(request.args.get("into"))
        try:  # Before anybody reads both and says why they are the same.
            if into is not None:
                check(current_person(), question, into)
        except Invalid as error:
            form.refuse(error)
            into = None
        form.into.data = str(into.id) if into else ""
        return merge_page(question, form, request.args.get("q", "").strip(), into)
    try:
        with transaction():
            into = _chosen(form.into.data)
            if into is None:
                raise Invalid("There is no such question. Choose one of the list.")
            merge(current_person(), shown_question(id), into, form.reason.data or "")
    except Invalid as error:
        form.refuse(error)
        return merge_page(shown_question(id), form, "", _chosen(form.into.data)), 422
    flash("Merged. Both wordings are kept, everybody's need is still their own, and it can be undone.", "done")
    return redirect(address(into.id, into.title), code=303)


@bp.post("/questions/<id:id>/merge/undoing")
@limiter.limit(post_limit)
def undo_merge(id: int) -> Any:
    """Make a merged question one of its own again."""
    with transaction():
        question = shown_question(id)
        undo(current_person(), _merge_of(id))
    flash("The two are apart again, each with its own answers, followers and needs.", "done")
    return redirect(address(question.id, question.title), code=303)


@bp.post("/questions/<id:id>/merge/objection")
@limiter.limit(post_limit)
def object_to_merge(id: int) -> Any:
    """Say that one's merged question is another one."""
    with transaction():
        merged = _merge_of(id)
        object_to(current_person().owner_among(merged.question), merged)
    flash("Thank you for saying so. Somebody else than whoever merged it compares the two and decides.", "done")
    return _to_survivor(id)


@bp.post("/questions/<id:id>/merge/confirmation")
@limiter.limit(post_limit)
def keep_merge(id: int) -> Any:
    """Leave two questions merged although the asker of one objected."""
    with transaction():
        keep(current_person(), _merge_of(id))
    flash("They stay merged, and the asker is told.", "done")
    return _to_survivor(id)


def _merge_of(id: int) -> Merge:
    get_visible(Question, id)
    return standing_merge(id) or abort(404)


def _chosen(typed: str | None) -> Question | None:
    """The question with the typed number, or the one that stands for it; None when it is not there."""
    found = db.session.get(Question, typed_id(typed))
    found = survivor(found) if found else None
    return None if found is None or found.removed_at is not None else shown_question(found.id)


def _to_survivor(id: int) -> Any:
    into = standing_question(id)
    return redirect(address(into.id, into.title), code=303)
