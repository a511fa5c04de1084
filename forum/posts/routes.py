"""What can be done to any post: vote, thank, comment, edit a comment, remove, read its history, go back in it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, jsonify, render_template, request, url_for
from flask import redirect as go
from werkzeug.wrappers import Response

from forum.answers.answering import edit_answer, trail
from forum.answers.forms import AnswerForm
from forum.answers.models import Answer
from forum.causes.models import Cause
from forum.chats.models import Chat
from forum.core.db import db, transaction
from forum.core.errors import Invalid, Outdated
from forum.core.forms import PostForm, typed_id
from forum.core.languages import Message, gettext
from forum.core.permissions import allowed, require
from forum.core.rate_limits import draft_limit, limiter, post_limit, preview_limit, vote_limit
from forum.core.templating import ago, trusted
from forum.core.text import MAX_SOURCE
from forum.core.web import current_person, fragment_or_redirect, wants_fragment
from forum.moderation.models import REASONS
from forum.needs.drafts import kept as kept_questions
from forum.people.personas import may_write_unnamed
from forum.posts import reply_drafts, revisions
from forum.posts.blocks import suggested_blocks
from forum.posts.comments import LONGEST, comment, edit_comment, threads
from forum.posts.emoji import suggested_emoji
from forum.posts.forms import CommentForm, ThanksForm
from forum.posts.models import Comment, Post, ReplyDraft
from forum.posts.pages import FIELD_NAMES, edit_page, keep_sent, page_url, say_posted, shown_post, stale_page, titles_of
from forum.posts.quoting import quoted
from forum.posts.removing import remove, restore
from forum.posts.reply_drafts import ChangedElsewhere
from forum.posts.taking_back import KINDS, take_back, taken_back
from forum.posts.thanks import take_back as take_thanks_back
from forum.posts.thanks import thank, thanks_for
from forum.posts.voices import voice_in
from forum.posts.votes import cast
from forum.posts.writing import rendered, write
from forum.practices.models import Practice
from forum.practices.promoting import put_texts, texts_of
from forum.practices.weighing import by_version
from forum.questions.models import Question
from forum.reviewing import challenging

bp = Blueprint("posts", __name__)

WAITS = Message("It is kept. A moderator looks at it before others can read it, and you are told.")


@bp.get("/posts/<id:id>")
def show(id: int) -> Response:
    """The short address of any post leads to its place on its page, or to why it is off its page."""
    post = shown_post(id, removed=True)
    return go(page_url(post if post.withheld else shown_post(id)))


@bp.post("/posts/<id:id>/vote")
@limiter.limit(vote_limit)
def vote(id: int) -> Any:
    """Vote up, down, or take the vote back."""
    value = {"1": 1, "-1": -1, "0": 0}.get(request.form.get("value", ""))
    if value is None:
        abort(400)
    with transaction():
        post = shown_post(id)
        cast(current_person(), post, value)
    return fragment_or_redirect("posts/_vote.html", page_url(post), post=post, my_vote=value)


@bp.post("/posts/<id:id>/thanks")
@limiter.limit(post_limit)
def give_thanks(id: int) -> Any:
    """Thank whoever wrote it."""
    form = ThanksForm()
    with transaction():
        post = shown_post(id)
        thank(_thanking(post), post, form.line.data or "")
    return _thanks_fragment(post, mine=True)


@bp.post("/posts/<id:id>/thanks/withdrawal")
@limiter.limit(post_limit)
def withdraw_thanks(id: int) -> Any:
    """Take one's thanks back."""
    with transaction():
        post = shown_post(id)
        take_thanks_back(current_person().voice_for(post), post)
    return _thanks_fragment(post, mine=False)


def _thanking(post: Post) -> Any:
    """As whom the reader thanks: under their name nobody may thank themselves for what they wrote without one."""
    require(current_person(), "post.thank", post)
    return current_person().voice_for(post)


def _thanks_fragment(post: Post, *, mine: bool) -> Any:
    given = thanks_for([post.id])
    my_thanks = {post.id} if mine else set()
    return fragment_or_redirect("posts/_thanks.html", page_url(post), post=post, thanks=given, my_thanks=my_thanks)


@bp.post("/posts/<id:id>/comments")
@limiter.limit(post_limit)
def create_comment(id: int) -> Any:
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
def new_comment(id: int) -> str:
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


@bp.get("/posts/<id:id>/draft")
def show_draft(id: int) -> Any:
    """What the reader has begun to write as a comment on a post, or as its answer; 204 where there is nothing."""
    draft = reply_drafts.of(current_person(), shown_post(id).id, _kind_of_draft())
    return jsonify(_in_words(draft)) if draft else ("", 204)


@bp.post("/posts/<id:id>/draft")
@limiter.limit(draft_limit)
def keep_draft(id: int) -> Any:
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
def drafts() -> str:
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
def discard_draft(id: int) -> Response:
    """Throw away what one has begun to write."""
    with transaction():
        reply_drafts.discard(current_person(), id)
    flash("The draft is gone.", "done")
    return go(url_for("posts.drafts"), code=303)


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
        return url_for("posts.new_comment", id=on.on_id, reply_to=on.id)
    return url_for("posts.new_comment", id=on.id)


@bp.route("/comments/<id:id>/edit", methods=["GET", "POST"])
@limiter.limit(post_limit, methods=["POST"])
def edit_a_comment(id: int) -> Any:
    """Mend a comment."""
    return _edit(
        id,
        Comment,
        lambda post, body, form: edit_comment(
            current_person().owner_among(post), post, body, seen=form.seen, reason=form.reason.data or ""
        ),
    )


@bp.route("/answers/<id:id>/edit", methods=["GET", "POST"])
@limiter.limit(post_limit, methods=["POST"])
def edit_an_answer(id: int) -> Any:
    """Mend an answer."""
    return _edit(
        id,
        Answer,
        lambda post, body, form: edit_answer(
            current_person().owner_among(post), post, body, seen=form.seen, reason=form.reason.data or ""
        ),
    )


def _edit(id: int, kind: type[Post], save: Any) -> Any:
    post = shown_post(id)
    if not isinstance(post, kind):
        abort(404)
    if not allowed(current_person().owner_among(post), "post.edit", post):
        abort(403)
    form = PostForm()
    if request.method == "GET":
        form.body.data, form.version.data = post.body, str(post.version)
        return edit_page(form, post)
    try:
        if "preview" in request.form:
            return edit_page(form, post, preview=True)
        body = write(form.body.data or "", at_most=LONGEST if kind is Comment else MAX_SOURCE)
        with transaction():
            save(shown_post(id), body, form)
    except Outdated:
        return stale_page(form, shown_post(id)), 409
    except Invalid as error:
        form.refuse(error)
        return edit_page(form, post), 422
    return go(page_url(post), code=303)


@bp.post("/posts/<id:id>/removal")
@limiter.limit(post_limit)
def remove_post(id: int) -> Response:
    """Take a post off the page; the next page offers to undo it."""
    with transaction():
        post = shown_post(id)
        remove(current_person().owner_among(post), post)
    undo = render_template("posts/_undo.html", url=url_for("posts.restore_post", id=id), kind=post.kind)
    flash(trusted(undo), "done")
    return go(url_for("questions.index") if isinstance(post, Question) else page_url(post).split("#")[0], code=303)


@bp.post("/posts/<id:id>/restoration")
@limiter.limit(post_limit)
def restore_post(id: int) -> Response:
    """Put a removed post back."""
    with transaction():
        post = shown_post(id, removed=True)
        restore(current_person().owner_among(post), post)
    return go(page_url(post), code=303)


@bp.post("/posts/<id:id>/taking-back")
@limiter.limit(post_limit)
def take_post_back(id: int) -> Response:
    """Take back what was posted a moment ago, and give its words back to be written on."""
    with transaction():
        post = shown_post(id)
        if post.kind not in KINDS:
            abort(404)
        take_back(current_person().owner_among(post), post)
    flash("Taken back: nobody else can read it. Your words are below.", "done")
    return go(_where_it_was_written(post), code=303)


@bp.get("/posts/<id:id>/quotation")
def quotation(id: int) -> Response:
    """A post as somebody quotes it who is writing already."""
    return Response(quoted(shown_post(id)), mimetype="text/plain")


@bp.get("/posts/<id:id>/history")
def history(id: int) -> str:
    """What the post said before, who changed it, and for a question every acceptance."""
    post = shown_post(id)
    steps = [
        (step.revision, [(FIELD_NAMES.get(name, name), diff) for name, diff in step.fields])
        for step in revisions.history(post)
    ]
    return render_template(
        "posts/history.html",
        post=post,
        page_url=page_url(post),
        steps=steps,
        trail=_trail_in_words(post) if isinstance(post, Question) else [],
        became=by_version(post) if isinstance(post, Practice) else {},
        challenges=challenging.trail(post) if post.kind in ("practice", "answer") else [],
    )


@bp.post("/posts/<id:id>/rollback")
@limiter.limit(post_limit)
def roll_back(id: int) -> Response:
    """Go back to an earlier text: a new revision with the old words, nothing is lost."""
    post = shown_post(id)
    revision = revisions.find(post, typed_id(request.form.get("number")))
    if revision is None:
        abort(404)
    texts = revision.texts
    body = rendered(texts["body"])
    sections = texts_of(texts, at_least=0) if isinstance(post, Practice) else None  # It was complete in its time.

    def change() -> None:
        if isinstance(post, Practice) and sections is not None:
            put_texts(post, sections)
            return
        post.body, post.html = body.source, body.html
        if isinstance(post, Question | Cause):
            post.title = texts["title"]
        if isinstance(post, Cause):
            post.objective = texts["objective"]

    with transaction():
        post = shown_post(id)
        revisions.roll_back(current_person(), post, change, number=revision.number)
    return go(url_for("posts.history", id=id), code=303)


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


def _where_it_was_written(post: Post) -> str:
    if isinstance(post, Answer):
        return f"{page_url(post.question)}?again={post.id}#your-answer"
    if isinstance(post, Comment):
        return url_for("posts.new_comment", id=post.on_id, again=post.id)
    return url_for("asking.new", again=post.id)


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


def _trail_in_words(question: Question) -> list[tuple[str, Any]]:
    steps: list[tuple[str, Any]] = []
    for acceptance in trail(question.id):
        values = {"name": acceptance.by.name, "answer": acceptance.answer_id}
        if acceptance.in_askers_place:
            words = gettext("%(name)s accepted answer %(answer)s in the asker's place", **values)
        else:
            words = gettext("%(name)s accepted answer %(answer)s", **values)
        steps.append((words, ago(acceptance.at)))
        if acceptance.withdrawn_at and acceptance.withdrawn_by:
            words = gettext(
                "%(name)s withdrew the acceptance of answer %(answer)s",
                name=acceptance.withdrawn_by.name,
                answer=acceptance.answer_id,
            )
            steps.append((words, ago(acceptance.withdrawn_at)))
    return steps
