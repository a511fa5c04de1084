"""Comment on a post, and reply to a comment under it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, render_template, request

from forum.answers.models import Answer
from forum.chats.models import Chat
from forum.core.db import db, transaction
from forum.core.errors import Invalid
from forum.core.forms import typed_id
from forum.core.languages import Message
from forum.core.rate_limits import limiter, post_limit
from forum.core.web import current_person, fragment_or_redirect, wants_fragment
from forum.moderation.models import REASONS
from forum.people.personas import may_write_unnamed
from forum.posts import reply_drafts
from forum.posts.comments import LONGEST, comment, threads
from forum.posts.forms import CommentForm
from forum.posts.models import Comment, Post, ReplyDraft
from forum.posts.pages import page_url, say_posted, shown_post
from forum.posts.taking_back import taken_back
from forum.posts.voices import voice_in
from forum.posts.writing import write

bp = Blueprint("comments", __name__)

WAITS = Message("It is kept. A moderator looks at it before others can read it, and you are told.")


@bp.post("/posts/<id:id>/comments")
@limiter.limit(post_limit)
def create(id: int) -> Any:
    """Comment on a post, or reply to a comment under it."""
    form = CommentForm()
    try:
        body = write(form.body.data or "", at_most=LONGEST)
        with transaction():
            on = _open_to_remarks(id)
            page = db.session.get_one(Post, _page_of(on))
            voice = voice_in(current_person(), page, unnamed=bool(form.unnamed.data))
            reply_to = _replied_to(form, on)
            made = comment(voice, on, body, page_id=page.id, reply_to=reply_to)
            begun = reply_to.id if reply_to else on.id
            reply_drafts.end(current_person(), begun, "comment", body.source, seen=form.seen)
    except Invalid as error:
        form.refuse(error)
        return _comment_page(shown_post(id), form), 422
    if not made.withheld and not wants_fragment():
        say_posted(made, "Your comment is out.")
    return fragment_or_redirect(
        "posts/_comments.html",
        f"{page_url(on).split('#')[0]}#post-{made.id}",
        words=WAITS if made.withheld else "",
        post=on,
        just_posted=None if made.withheld else made,
        comments=threads(_page_of(on), current_person()),
        made=made,
        reason_words=REASONS,
    )


@bp.get("/posts/<id:id>/comments/new")
def new(id: int) -> str:
    """A page to comment on a post, with the words of a comment that was taken back."""
    on, form = _open_to_remarks(id), CommentForm(formdata=None)
    again = taken_back(current_person(), typed_id(request.args.get("again")), "comment")
    if isinstance(again, Comment) and again.on_id == id:
        form.body.data, form.unnamed.data = again.body, again.author_id != current_person().id
        form.reply_to.data = str(again.reply_to_id or "")
    elif draft := _begun_comment(on, typed_id(request.args.get("reply_to"))):
        form.take_up(draft)
        form.reply_to.data = str(draft.on_id) if draft.on_id != on.id else ""
    return _comment_page(on, form)


def _begun_comment(on: Post, reply_to: int) -> ReplyDraft | None:
    """The draft of a comment on that post, or of the reply to one of its comments."""
    replied = db.session.get(Comment, reply_to) if reply_to else None
    on_id = replied.id if replied is not None and replied.on_id == on.id else on.id
    return reply_drafts.of(current_person(), on_id, "comment")


def _comment_page(on: Post, form: CommentForm) -> str:
    may_be_unnamed = may_write_unnamed(asking=False)
    return render_template(
        "comments/new.html", form=form, post=on, back_url=page_url(on), may_be_unnamed=may_be_unnamed
    )


def _open_to_remarks(id: int) -> Post:
    """The post with that id. On a request both sides speak in turn, and a chat has turns: nobody remarks on these, but
    on what the host says came of a chat."""
    on = shown_post(id)
    speaks = on.summarised_at is not None if isinstance(on, Chat) else on.kind != "request"
    return on if speaks else abort(404)


def _page_of(on: Post) -> int:
    return on.question_id if isinstance(on, Answer) else on.id


def _replied_to(form: CommentForm, on: Post) -> Comment | None:
    """The comment under `on` that this replies to, if any. Raises `Invalid` when it is gone; sent again, the reply
    stands by itself."""
    if not form.reply_to.data:
        return None
    found = db.session.get(Comment, typed_id(form.reply_to.data))
    if found is None or found.removed_at is not None or found.on_id != on.id:
        form.reply_to.data = ""
        raise Invalid("The comment you reply to is gone. Send yours again and it stands by itself.", "body")
    return found
