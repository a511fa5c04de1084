"""While somebody writes: drafts that are kept, what a text will look like, what it may be completed with."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, jsonify, render_template, request, url_for
from flask import redirect as go
from werkzeug.wrappers import Response

from forum.answers.forms import AnswerForm
from forum.core.db import transaction
from forum.core.rate_limits import draft_limit, limiter, post_limit, preview_limit
from forum.core.web import current_person
from forum.needs.drafts import kept as kept_questions
from forum.posts import reply_drafts
from forum.posts.blocks import suggested_blocks
from forum.posts.emoji import suggested_emoji
from forum.posts.forms import CommentForm
from forum.posts.models import Comment, ReplyDraft
from forum.posts.pages import keep_sent, page_url, shown_post, titles_of
from forum.posts.reply_drafts import ChangedElsewhere
from forum.posts.writing import write

bp = Blueprint("drafts", __name__)


@bp.get("/posts/<id:id>/draft")
def show(id: int) -> Any:
    """What the reader has begun to write as a comment on a post, or as its answer; 204 where there is nothing."""
    draft = reply_drafts.of(current_person(), shown_post(id).id, _kind_of_draft())
    return jsonify(_in_words(draft)) if draft else ("", 204)


@bp.post("/posts/<id:id>/draft")
@limiter.limit(draft_limit)
def keep(id: int) -> Any:
    """Keep what is being written: 204 with its version. 202 where there is nothing to keep; 409 with the other text
    where another window has changed it."""
    form = CommentForm() if _kind_of_draft() == "comment" else AnswerForm()
    try:
        with transaction():
            kept = keep_sent(form, shown_post(id), _kind_of_draft())
    except ChangedElsewhere as changed:
        return jsonify(_in_words(changed.draft)), 409
    return "", 204 if kept else 202, {"Draft": str(kept.version if kept else 0)}


@bp.get("/drafts")
def index() -> str:
    """Everything that one has begun to write and not posted."""
    replies = reply_drafts.kept(current_person())
    titles = titles_of(draft.on for draft in replies)
    return render_template(
        "posts/drafts.html",
        questions=kept_questions(current_person()),
        replies=replies,
        titles=titles,
        addresses={draft.id: _address_of_draft(draft) if titles[draft.on_id] else "" for draft in replies},
    )


@bp.post("/drafts/<id:id>/discard")
@limiter.limit(post_limit)
def discard(id: int) -> Response:
    """Throw away what one has begun to write."""
    with transaction():
        reply_drafts.discard(current_person(), id)
    flash("The draft is gone.", "done")
    return go(url_for("drafts.index"), code=303)


@bp.post("/preview")
@limiter.limit(preview_limit)
def preview() -> str:
    """What a text will look like: the same rendering as when it is saved."""
    field = request.form.get("preview", "body")  # The button names the field that it previews.
    return render_template("posts/_preview.html", html=write(request.form.get(field, ""), at_least=0).html)


@bp.get("/suggest/emoji")
def suggest_emoji() -> Response:
    """Emoji to choose from while their name is typed after a colon."""
    found = suggested_emoji(request.args.get("q", "")[:80])
    return jsonify([{"name": name, "sign": sign} for name, sign in found])


@bp.get("/suggest/blocks")
def suggest_blocks() -> Response:
    """What a text may begin with, after a slash."""
    return jsonify([{"name": name, "text": text} for name, text in suggested_blocks(request.args.get("q", "")[:80])])


def _kind_of_draft() -> str:
    return "answer" if request.args.get("of") == "answer" else "comment"


def _in_words(draft: ReplyDraft) -> dict[str, Any]:
    return {
        "body": draft.body,
        "unnamed": draft.unnamed,
        "shows_department": draft.shows_department,
        "version": draft.version,
        "at": draft.touched_at.isoformat(),
    }


def _address_of_draft(draft: ReplyDraft) -> str:
    """Where one goes on with a draft; "" where that is no longer there."""
    on = draft.on
    if on.removed_at is not None:
        return ""
    if draft.kind == "answer":
        return f"{page_url(on)}#your-answer"
    if isinstance(on, Comment):
        return url_for("comments.new", id=on.on_id, reply_to=on.id)
    return url_for("comments.new", id=on.id)
