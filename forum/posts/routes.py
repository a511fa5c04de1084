"""What can be done to any post: vote, thank, edit a comment or an answer, remove, read its history, go back in it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, render_template, request, url_for
from flask import redirect as go
from werkzeug.wrappers import Response

from forum.answers.answering import edit_answer, trail
from forum.answers.models import Answer
from forum.causes.models import Cause
from forum.core.db import transaction
from forum.core.errors import Invalid, Outdated
from forum.core.forms import PostForm, typed_id
from forum.core.languages import gettext
from forum.core.permissions import allowed, require
from forum.core.rate_limits import limiter, post_limit, vote_limit
from forum.core.templating import ago, trusted
from forum.core.text import MAX_SOURCE
from forum.core.web import current_person, fragment_or_redirect
from forum.posts import revisions
from forum.posts.comments import LONGEST, edit_comment
from forum.posts.forms import ThanksForm
from forum.posts.models import Comment, Post
from forum.posts.pages import FIELD_NAMES, edit_page, page_url, shown_post, stale_page
from forum.posts.quoting import quoted
from forum.posts.removing import remove, restore
from forum.posts.taking_back import KINDS, take_back
from forum.posts.thanks import take_back as take_thanks_back
from forum.posts.thanks import thank, thanks_for
from forum.posts.votes import cast
from forum.posts.writing import rendered, write
from forum.practices.models import Practice
from forum.practices.promoting import put_texts, texts_of
from forum.practices.weighing import by_version
from forum.questions.models import Question
from forum.reviewing import challenging

bp = Blueprint("posts", __name__)


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


def _where_it_was_written(post: Post) -> str:
    if isinstance(post, Answer):
        return f"{page_url(post.question)}?again={post.id}#your-answer"
    if isinstance(post, Comment):
        return url_for("comments.new", id=post.on_id, again=post.id)
    return url_for("asking.new", again=post.id)


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
