"""Edits that colleagues suggest, and what becomes of them."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, render_template, request
from flask import redirect as go
from werkzeug.wrappers import Response

from forum.core.db import transaction
from forum.core.diff import word_diff
from forum.core.errors import Invalid, Outdated
from forum.core.forms import typed_id
from forum.core.permissions import require
from forum.core.rate_limits import limiter, post_limit
from forum.core.text import MAX_SOURCE
from forum.core.web import current_person, go_to
from forum.moderation import suggesting
from forum.moderation.forms import SuggestForm, SuggestionForm, SuggestQuestionForm
from forum.moderation.models import Suggestion
from forum.posts.comments import LONGEST as LONGEST_COMMENT
from forum.posts.models import Post
from forum.posts.pages import page_url, shown_post
from forum.posts.writing import Written, write
from forum.questions.models import Question

bp = Blueprint("suggesting", __name__)


@bp.route("/posts/<id:id>/suggestion", methods=["GET", "POST"])
@limiter.limit(post_limit, methods=["POST"])
def suggest(id: int) -> Any:
    """Suggest a better text for what somebody else wrote."""
    post = shown_post(id)
    require(current_person(), "edit.suggest", post)
    if post.kind not in suggesting.SUGGESTED:
        raise suggesting.NotSuggestable()
    form = SuggestQuestionForm() if isinstance(post, Question) else SuggestForm()
    if request.method == "GET":
        own = suggesting.open_by(current_person(), post)
        texts = own.texts if own else post.texts
        form.body.data, form.version.data = texts["body"], str(post.version)
        if isinstance(form, SuggestQuestionForm):
            form.title.data = texts["title"]
        return _suggest_page(form, post)
    try:
        if "preview" in request.form:
            return _suggest_page(form, post, write(form.body.data or "", at_least=0))
        write(form.body.data or "", at_most=LONGEST_COMMENT if post.kind == "comment" else MAX_SOURCE)
        texts = {"body": form.body.data or "", "title": (form.title.data or "") if "title" in form else ""}
        with transaction():
            made = suggesting.suggest(
                current_person(), shown_post(id), texts, seen=form.seen, why=form.reason.data or ""
            )
    except Invalid as error:
        form.refuse(error)
        return _suggest_page(form, post), 422
    flash("Suggested. Whoever wrote it or a moderator decides, and you are told.", "done")
    return go_to(".show_suggestion", id=made.id)


@bp.get("/suggestions/<id:id>")
def show_suggestion(id: int) -> str:
    """What is suggested, beside what it says now."""
    return _suggestion_page(SuggestionForm(formdata=None), _suggestion(id))


@bp.post("/suggestions/<id:id>/acceptance")
@limiter.limit(post_limit)
def accept_suggestion(id: int) -> Any:
    """Put the suggested text in."""
    form, found = SuggestionForm(), _suggestion(id)
    body = write(found.texts["body"])
    try:
        with transaction():
            found = _suggestion(id)
            post = shown_post(found.post_id)  # With its labels, which are among its texts.
            decider, seen = current_person().owner_among(post), typed_id(form.version.data)
            suggesting.accept(decider, found, body, seen=seen, word=form.word.data or "")
    except Outdated:
        return _suggestion_page(form, _suggestion(id)), 409
    flash("It is in. The history says who suggested it, and they are told.", "done")
    return go(page_url(shown_post(found.post_id)), code=303)


@bp.post("/suggestions/<id:id>/refusal")
@limiter.limit(post_limit)
def refuse_suggestion(id: int) -> Any:
    """Leave the text as it is, with a word."""
    form = SuggestionForm()
    try:
        with transaction():
            found = _suggestion(id)
            suggesting.refuse(current_person().owner_among(shown_post(found.post_id)), found, form.word.data or "")
    except Invalid as error:
        form.refuse(error)
        return _suggestion_page(form, _suggestion(id)), 422
    flash("It stays as it is. Whoever suggested it reads why.", "done")
    return go(page_url(shown_post(found.post_id)), code=303)


@bp.post("/suggestions/<id:id>/withdrawal")
@limiter.limit(post_limit)
def withdraw_suggestion(id: int) -> Response:
    """Take one's own suggestion back."""
    with transaction():
        found = _suggestion(id)
        suggesting.withdraw(current_person(), found)
    flash("Taken back. The text stays as it is.", "done")
    return go(page_url(shown_post(found.post_id)), code=303)


def _suggestion(id: int) -> Suggestion:
    found = suggesting.find(id) or abort(404)
    shown_post(found.post_id)
    return found


def _suggest_page(form: SuggestForm, post: Post, preview: Written | None = None) -> str:
    return render_template(
        "moderation/suggest.html",
        form=form,
        post=post,
        back_url=page_url(post),
        preview_html=preview.html if preview else None,
    )


def _suggestion_page(form: SuggestionForm, found: Suggestion) -> str:
    post = shown_post(found.post_id)
    form.version.data = str(post.version)
    differences = [
        (name, word_diff(post.texts[name], text)) for name, text in found.texts.items() if post.texts[name] != text
    ]
    return render_template(
        "moderation/suggestion.html",
        suggestion=found,
        post=post,
        page_url=page_url(post),
        form=form,
        differences=differences,
        stale=found.decided_at is None and found.version != post.version,
    )
