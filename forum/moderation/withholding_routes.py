"""Hiding a post and locking a page, the second person's word, and why a post is off its page."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, render_template, request
from flask import redirect as go
from werkzeug.wrappers import Response

from forum.core.db import db, transaction
from forum.core.errors import Invalid
from forum.core.languages import gettext
from forum.core.permissions import allowed, require
from forum.core.rate_limits import limiter, post_limit
from forum.core.text import MAX_SOURCE
from forum.core.web import current_person, go_to
from forum.moderation import deciding, flagging, intervening
from forum.moderation.forms import AgainForm, InterveneForm, LockForm
from forum.moderation.models import REASONS, Intervention
from forum.moderation.pages import act_page, use_canned
from forum.posts.comments import LONGEST as LONGEST_COMMENT
from forum.posts.locking import LOCKS
from forum.posts.models import Post
from forum.posts.pages import page_url, shown_post
from forum.posts.writing import write
from forum.questions.models import Question

bp = Blueprint("withholding", __name__)


@bp.route("/posts/<id:id>/hiding", methods=["GET", "POST"])
@limiter.limit(post_limit, methods=["POST"])
def hide(id: int) -> Any:
    """Take a post off the page, with a reason."""
    post = shown_post(id)
    require(current_person(), "post.hide", post)
    form = InterveneForm()
    use_canned(form)
    if not form.is_submitted() or "canned" in request.form:
        return act_page("hide", form, post)
    try:
        with transaction():
            deciding.hide_post(
                current_person(), shown_post(id), reason=form.reason.data or "", words=form.words.data or ""
            )
    except Invalid as error:
        form.refuse(error)
        return act_page("hide", form, post), 422
    flash(
        gettext("Hidden. %(asked)s. If nobody agrees, it comes back by itself.", asked=_asked(post, "hidden")), "done"
    )
    return go_to(".state", id=id)


@bp.route("/posts/<id:id>/locking", methods=["GET", "POST"])
@limiter.limit(post_limit, methods=["POST"])
def lock(id: int) -> Any:
    """Let nobody answer or comment on a page, with a reason."""
    post = shown_post(id)
    require(current_person(), "post.lock", post)
    form = LockForm()
    use_canned(form)
    if not form.is_submitted() or "canned" in request.form:
        return act_page("lock", form, post)
    try:
        with transaction():
            intervening.lock(
                current_person(), shown_post(id), reason=form.reason.data or "", words=form.words.data or ""
            )
    except Invalid as error:
        form.refuse(error)
        return act_page("lock", form, post), 422
    flash(
        gettext("Locked. %(asked)s. If nobody agrees, it opens again by itself.", asked=_asked(post, "locked")), "done"
    )
    return go(page_url(post), code=303)


@bp.post("/interventions/<id:id>/confirmation")
@limiter.limit(post_limit)
def confirm(id: int) -> Response:
    """Agree as the second person."""
    with transaction():
        standing = db.session.get(Intervention, id) or abort(404)
        intervening.confirm(current_person(), standing)
    flash("You agree, so it stays. Both are told.", "done")
    if allowed(current_person(), "moderation.see"):
        return go_to("moderation.show_queue")
    return go_to(".state", id=standing.post_id)


@bp.post("/interventions/<id:id>/lifting")
@limiter.limit(post_limit)
def lift(id: int) -> Response:
    """Put the post back, or open the page again."""
    with transaction():
        standing = db.session.get(Intervention, id) or abort(404)
        intervening.lift(current_person(), standing)
    flash("It is as it was before. Both are told.", "done")
    return go_to(".state", id=standing.post_id)


@bp.route("/posts/<id:id>/state", methods=["GET", "POST"])
@limiter.limit(post_limit, methods=["POST"])
def state(id: int) -> Any:
    """Why a post is off its page: all of it for its author and moderators, the word that says why for everybody."""
    post = shown_post(id, removed=True)
    author = current_person().owner_among(post)
    asked = _asks(post)
    may_see = allowed(author, "post.see_withheld", post) or asked is not None
    if asked is not None and asked.act == "locked":
        return render_template(
            "moderation/locked.html", page=post, standing=asked, back_url=page_url(post), reason=LOCKS[asked.reason]
        )
    if post.withheld is None or post.withheld == "converted":
        return go(page_url(post if post.withheld else shown_post(id)), code=303)
    if not may_see and post.withheld != "hidden":
        abort(404)
    form = AgainForm()
    if request.method == "GET":
        form.body.data, form.version.data = post.body, str(post.version)
        form.title.data = post.title if isinstance(post, Question) else ""
        return _state_page(post, form, may_see=may_see)
    require(author, "post.send_again", post)
    try:
        body = write(form.body.data or "", at_most=LONGEST_COMMENT if post.kind == "comment" else MAX_SOURCE)
        with transaction():
            again = shown_post(id, removed=True)
            deciding.send_again(author, again, body, title=form.title.data or "")
    except Invalid as error:
        form.refuse(error)
        return _state_page(post, form, may_see=may_see), 422
    flash("Sent. A moderator looks at it again, and you are told what becomes of it.", "done")
    return go_to(".state", id=id)


def _asks(post: Post) -> Intervention | None:
    """By what a post is hidden, or its page locked, if the reader is the second person who is asked to agree."""
    standing = intervening.in_force(post, "hidden") or intervening.in_force(post, "locked")
    waits = standing is not None and standing.confirmed_at is None
    return standing if waits and allowed(current_person(), "intervention.confirm", standing) else None


def _asked(post: Post, act: str) -> str:
    standing = intervening.in_force(post, act)
    return intervening.who_is_asked(standing) if standing is not None else ""


def _state_page(post: Post, form: AgainForm, *, may_see: bool) -> str:
    standing = intervening.in_force(post, "hidden") if post.withheld == "hidden" else None
    page = db.session.get_one(Post, flagging.page_id_of(post))
    return render_template(
        "moderation/state.html",
        post=post,
        back_url=page_url(page) if page.removed_at is None else "",
        form=form,
        may_see=may_see,
        standing=standing,
        case=deciding.last_case(post) if may_see else None,
        reason=REASONS.get(post.withheld_because, ""),
    )
