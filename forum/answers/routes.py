"""Answering a question, and marking the answer that helped."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, redirect, request

from forum.answers.answering import accept, answer, withdraw_acceptance
from forum.answers.forms import AnswerForm
from forum.answers.models import Answer
from forum.core.db import transaction
from forum.core.errors import Invalid
from forum.core.rate_limits import limiter, post_limit
from forum.core.web import current_person, get_visible, saying, wants_fragment
from forum.posts import reply_drafts
from forum.posts.pages import keep_sent, page_url, say_posted, shown_post
from forum.posts.reply_drafts import ChangedElsewhere
from forum.posts.voices import voice_in
from forum.posts.writing import write
from forum.questions.asking import address
from forum.questions.models import Question
from forum.questions.pages import shown_question, standing_question, thread_page

bp = Blueprint("answers", __name__)


@bp.post("/questions/<id:question_id>/answers")
@limiter.limit(post_limit)
def create(question_id: int) -> Any:
    """Answer a question, or the one that stands for it since somebody began to write."""
    form = AnswerForm()
    question_id = standing_question(question_id).id
    try:
        if "preview" in request.form:
            preview = write(form.body.data or "", at_least=0).html
            return thread_page(shown_question(question_id), form, preview)
        if "keep" in request.form:
            return _keep(question_id, form)
        body = write(form.body.data or "")
        with transaction():
            question = get_visible(Question, question_id)
            voice = voice_in(
                current_person(),
                question,
                unnamed=bool(form.unnamed.data),
                shows_department=bool(form.shows_department.data),
            )
            given = answer(voice, question, body)
            reply_drafts.end(current_person(), question_id, "answer", body.source, seen=form.seen)
    except Invalid as error:
        form.refuse(error)
        return thread_page(shown_question(question_id), form), 422
    if not given.withheld:
        say_posted(given, "Your answer is out.")
    return redirect(page_url(given), code=303)


@bp.post("/answers/<id:id>/acceptance")
@limiter.limit(post_limit)
def create_acceptance(id: int) -> Any:
    """Mark an answer as the one that helped."""
    with transaction():
        accepted = _shown(id)
        accept(current_person().owner_among(accepted.question), accepted)
    return _after(accepted, "Marked as the accepted solution.")


@bp.post("/answers/<id:id>/acceptance/withdrawal")
@limiter.limit(post_limit)
def withdraw(id: int) -> Any:
    """Take the mark back."""
    with transaction():
        accepted = _shown(id)
        withdraw_acceptance(current_person().owner_among(accepted.question), accepted)
    return _after(accepted, "The mark is gone; the history keeps who gave and took it.")


def _keep(question_id: int, form: AnswerForm) -> Any:
    """Keep the answer as a draft, for whoever has no JavaScript that does it while they write."""
    try:
        with transaction():
            question = get_visible(Question, question_id)
            kept = keep_sent(form, question, "answer")
    except ChangedElsewhere as changed:
        form.draft_seen.data = str(changed.draft.version)
        return thread_page(shown_question(question_id), form, draft_elsewhere=changed), 409
    flash("Saved. You can go on in any browser." if kept else "There is nothing to save yet.", "done")
    return redirect(f"{address(question.id, question.title)}#your-answer", code=303)


def _shown(id: int) -> Answer:
    post = shown_post(id)
    return post if isinstance(post, Answer) else abort(404)


def _after(changed: Answer, words: str) -> Any:
    if wants_fragment():
        # Another answer may have lost the mark: all answers are drawn again.
        return saying(words, thread_page(shown_question(changed.question_id), fragment=True))
    flash(words, "done")
    return redirect(page_url(changed), code=303)
