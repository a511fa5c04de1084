"""Making a comment of an answer or the other way round, and moving a question to where it belongs."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, render_template, request
from flask import redirect as go
from werkzeug.wrappers import Response

from forum.core.db import db, transaction
from forum.core.errors import Invalid, Outdated
from forum.core.languages import gettext
from forum.core.permissions import require
from forum.core.rate_limits import limiter, post_limit
from forum.core.templating import trusted
from forum.core.web import current_person
from forum.moderation import converting, labelling
from forum.moderation.forms import MoveForm
from forum.moderation.models import Conversion
from forum.posts.pages import page_url, shown_post
from forum.questions.models import Question
from forum.questions.pages import shown_question

bp = Blueprint("converting", __name__)


@bp.route("/posts/<id:id>/conversion", methods=["GET", "POST"])
@limiter.limit(post_limit, methods=["POST"])
def convert(id: int) -> Any:
    """Turn an answer into a comment, or a comment into an answer."""
    post = shown_post(id)
    require(current_person(), "post.convert", post)
    if request.method == "GET":
        before = converting.made_from(post)
        return render_template("moderation/convert.html", post=post, before=before, back_url=page_url(post))
    with transaction():
        made = converting.convert(current_person(), shown_post(id))
        done = converting.made_from(made) or abort(404)
    undo = render_template("moderation/_undo.html", url=f"/conversions/{done.id}/undoing", kind=made.kind)
    flash(trusted(undo), "done")
    return go(page_url(shown_post(made.id)), code=303)


@bp.post("/conversions/<id:id>/undoing")
@limiter.limit(post_limit)
def undo_conversion(id: int) -> Response:
    """Make a post what it was."""
    with transaction():
        first = converting.undo(current_person(), db.session.get(Conversion, id) or abort(404))
    flash("It is what it was before, with everything that was said to it since.", "done")
    return go(page_url(shown_post(first.id)), code=303)


@bp.route("/questions/<id:id>/labels", methods=["GET", "POST"])
@limiter.limit(post_limit, methods=["POST"])
def move(id: int) -> Any:
    """Give a question other departments and topics."""
    question = shown_question(id)
    require(current_person(), "question.label", question)
    form = MoveForm()
    form.offer_departments()
    if request.method == "GET":
        form.departments.data = [each.id for each in question.departments]
        form.tags.data = " ".join(tag.slug for tag in question.tags)
        form.version.data = str(question.version)
        return _move_page(form, question)
    try:
        with transaction():
            labelling.move(
                current_person(),
                shown_question(id),
                departments=form.departments.data or [],
                tags=form.tags.data or "",
                seen=form.seen,
                reason=form.reason.data or "",
            )
    except Outdated:
        question = shown_question(id)
        form.version.data = str(question.version)
        form.form_errors.append(gettext("Somebody changed the question meanwhile. Look at it again below, then save."))
        return _move_page(form, question), 409
    except Invalid as error:
        form.refuse(error)
        return _move_page(form, question), 422
    flash("Moved. Whoever asked is told, and the history says what it was before.", "done")
    return go(page_url(shown_question(id)), code=303)


def _move_page(form: MoveForm, question: Question) -> str:
    return render_template("moderation/move.html", form=form, question=question, back_url=page_url(question))
