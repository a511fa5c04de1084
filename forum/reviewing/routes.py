"""Challenging what is recommended, joining in, replying."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, render_template, request
from werkzeug.wrappers import Response

from forum.answers.models import Answer
from forum.core.db import transaction
from forum.core.errors import Invalid
from forum.core.forms import typed_id
from forum.core.languages import gettext, ngettext
from forum.core.permissions import require
from forum.core.rate_limits import limiter, post_limit
from forum.core.web import current_person, get_visible, go_to
from forum.nominations import listing as nominations
from forum.posts.models import Post
from forum.posts.pages import page_url, shown_post
from forum.practices.models import Practice
from forum.questions.models import Question
from forum.reviewing import bulk, challenging, queue
from forum.reviewing.forms import ChallengeForm, JoinForm, QueueForm, ReplyForm
from forum.reviewing.models import Challenge

bp = Blueprint("reviewing", __name__)


@bp.route("/posts/<id:id>/challenge", methods=["GET", "POST"])
@limiter.limit(post_limit, methods=["POST"])
def challenge(id: int) -> Any:
    """Say that a practice or an accepted answer no longer works."""
    post = shown_post(id)
    require(current_person(), "post.challenge", post)
    if not challenging.can_be_challenged(post):
        raise challenging.NotRecommended()
    standing = challenging.open_on([post]).get(post.id)
    if standing is not None:
        return go_to(".show", id=standing.id)
    form = ChallengeForm()
    if not form.is_submitted():
        return _form_page(form, post)
    try:
        with transaction():
            made = challenging.challenge(
                current_person(), shown_post(id), what=form.what.data or "", tried=form.tried.data or ""
            )
    except Invalid as error:
        form.refuse(error)
        return _form_page(form, post), 422
    flash("Its page shows it now, and whoever looks after it owes you a reply.", "done")
    return go_to(".show", id=made.id)


@bp.route("/practices/queue", methods=["GET", "POST"])
@limiter.limit(post_limit, methods=["POST"])
def queue_page() -> Any:
    """What has to be looked at, and what is done to several at once."""
    form = QueueForm()
    shown = request.values.get("show", "all")
    shown = shown if shown in queue.SHOWN else "all"
    if not form.is_submitted():
        return _queue(form, shown)
    try:
        with transaction():
            done = bulk.act(current_person(), request.form.get("act", ""), _chosen(), reason=form.reason.data or "")
    except Invalid as error:
        form.refuse(error)
        return _queue(form, shown), 422
    flash(_in_words(done), "done" if not done.left else "problem")
    return go_to(".queue_page", show=shown)


@bp.get("/challenges/<id:id>")
def show(id: int) -> Any:
    """One challenge: what was seen, who else sees it, and what came of it."""
    return _page(_shown(id), JoinForm(formdata=None), ReplyForm(formdata=None))


@bp.post("/challenges/<id:id>/backing")
@limiter.limit(post_limit)
def create_backing(id: int) -> Response:
    """See the same."""
    form = JoinForm()
    with transaction():
        challenging.join(current_person(), _shown(id), note=form.note.data or "")
    flash("Noted: it does not work for you, either. You are told what comes of it.", "done")
    return go_to(".show", id=id)


@bp.post("/challenges/<id:id>/reply")
@limiter.limit(post_limit)
def create_reply(id: int) -> Any:
    """Say what came of it."""
    form = ReplyForm()
    try:
        with transaction():
            challenging.reply(
                current_person().owner_among(_shown(id)), _shown(id), form.outcome.data or "", form.reply.data or ""
            )
    except Invalid as error:
        form.refuse(error)
        return _page(_shown(id), JoinForm(formdata=None), form), 422
    flash("Everybody who said so is told.", "done")
    return go_to(".show", id=id)


@bp.post("/challenges/<id:id>/withdrawal")
@limiter.limit(post_limit)
def create_withdrawal(id: int) -> Response:
    """Take it back."""
    with transaction():
        challenging.withdraw(current_person(), _shown(id))
    flash("You took it back. The page does not show it any more; the history does.", "done")
    return go_to(".show", id=id)


def _queue(form: QueueForm, shown: str) -> str:
    return render_template(
        "reviewing/queue.html",
        items=queue.practices(current_person(), shown),
        doubts=queue.answers(current_person()) if shown in ("all", "challenged") else [],
        kinds=list(queue.SHOWN.items()),
        nominated=nominations.count(current_person()),
        shown=shown,
        chosen=_chosen(),
        form=form,
    )


def _chosen() -> list[int]:
    return [typed_id(each) for each in request.form.getlist("practice")][: queue.MOST]


def _in_words(done: bulk.Done) -> str:
    told = ngettext("Done with %(num)s practice.", "Done with %(num)s practices.", done.count)
    if done.left:
        left = gettext(
            "Left as they are, for their challenges want a reply: %(titles)s.", titles=gettext(", ").join(done.left)
        )
        return f"{told} {left}"
    return told


def _shown(id: int) -> Challenge:
    return challenging.find(id) or abort(404)


def _form_page(form: ChallengeForm, post: Post) -> str:
    return render_template(
        "reviewing/challenge.html", form=form, post=post, title=_title(post), page_url=page_url(post)
    )


def _page(found: Challenge, join_form: JoinForm, reply_form: ReplyForm) -> str:
    post = shown_post(found.post_id)
    return render_template(
        "reviewing/show.html",
        challenge=found,
        post=post,
        title=_title(post),
        page_url=page_url(post),
        edit_url=f"/{'practices' if isinstance(post, Practice) else 'answers'}/{post.id}/edit",
        join_form=join_form,
        reply_form=reply_form,
        joined=any(each.person_id == current_person().id for each in found.backings),
    )


def _title(post: Post) -> str:
    """What it is about: the practice, or the question that was answered."""
    if isinstance(post, Answer):
        return get_visible(Question, post.question_id).title
    return str(getattr(post, "title", ""))
