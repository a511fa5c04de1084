"""Flagging, the moderators' queue, what is done to one post, and the log that everybody may read."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, render_template, request
from flask import redirect as go
from werkzeug.wrappers import Response

from forum.core.db import db, transaction
from forum.core.diff import word_diff
from forum.core.errors import Invalid, Outdated
from forum.core.forms import typed_id
from forum.core.permissions import allowed, require
from forum.core.rate_limits import limiter, post_limit
from forum.core.templating import plural, trusted
from forum.core.text import MAX_SOURCE
from forum.core.web import current_person, go_to
from forum.moderation import (
    canned,
    converting,
    deciding,
    flagging,
    intervening,
    labelling,
    log,
    queue,
    scoping,
    suggesting,
    turns,
)
from forum.moderation.forms import (
    AgainForm,
    CannedForm,
    FlagForm,
    InterveneForm,
    LockForm,
    MoveForm,
    QueueForm,
    ScopeForm,
    SuggestForm,
    SuggestionForm,
    SuggestQuestionForm,
)
from forum.moderation.models import REASONS, CannedReason, Conversion, Intervention, Suggestion
from forum.posts.comments import LONGEST as LONGEST_COMMENT
from forum.posts.locking import LOCKS
from forum.posts.models import Post
from forum.posts.pages import page_url, shown_post
from forum.posts.writing import Written, write
from forum.questions.models import Question
from forum.questions.pages import shown_question

bp = Blueprint("moderation", __name__)

MOST_CHOSEN = 100  # entries decided at once: three pages of the queue
MOST_UNCONFIRMED = 30  # the most urgent; more would push the queue off the screen


@bp.route("/posts/<id:id>/flag", methods=["GET", "POST"])
@limiter.limit(post_limit, methods=["POST"])
def flag(id: int) -> Any:
    """Say that a moderator should look at a post."""
    post = shown_post(id)
    require(current_person(), "post.flag", post)
    if flagging.own_flag(current_person(), post) is not None:
        raise flagging.FlaggedAlready()
    form = FlagForm()
    if not form.is_submitted():
        return _act_page("flag", form, post)
    try:
        with transaction():
            flagging.flag(current_person(), shown_post(id), reason=form.reason.data or "", words=form.words.data or "")
    except Invalid as error:
        form.refuse(error)
        return _act_page("flag", form, post), 422
    flash("Thank you. A moderator looks at it, and you are told what becomes of it.", "done")
    return go(page_url(post), code=303)


@bp.route("/posts/<id:id>/hiding", methods=["GET", "POST"])
@limiter.limit(post_limit, methods=["POST"])
def hide(id: int) -> Any:
    """Take a post off the page, with a reason."""
    post = shown_post(id)
    require(current_person(), "post.hide", post)
    form = InterveneForm()
    _use_canned(form)
    if not form.is_submitted() or "canned" in request.form:
        return _act_page("hide", form, post)
    try:
        with transaction():
            deciding.hide_post(
                current_person(), shown_post(id), reason=form.reason.data or "", words=form.words.data or ""
            )
    except Invalid as error:
        form.refuse(error)
        return _act_page("hide", form, post), 422
    flash(f"Hidden. {_asked(post, 'hidden')}. If nobody agrees, it comes back by itself.", "done")
    return go_to(".state", id=id)


@bp.route("/posts/<id:id>/locking", methods=["GET", "POST"])
@limiter.limit(post_limit, methods=["POST"])
def lock(id: int) -> Any:
    """Let nobody answer or comment on a page, with a reason."""
    post = shown_post(id)
    require(current_person(), "post.lock", post)
    form = LockForm()
    _use_canned(form)
    if not form.is_submitted() or "canned" in request.form:
        return _act_page("lock", form, post)
    try:
        with transaction():
            intervening.lock(
                current_person(), shown_post(id), reason=form.reason.data or "", words=form.words.data or ""
            )
    except Invalid as error:
        form.refuse(error)
        return _act_page("lock", form, post), 422
    flash(f"Locked. {_asked(post, 'locked')}. If nobody agrees, it opens again by itself.", "done")
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
        return go_to(".show_queue")
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


@bp.route("/moderation", methods=["GET", "POST"])
@limiter.limit(post_limit, methods=["POST"])
def show_queue() -> Any:
    """What is flagged and what waits, and what is done to several at once."""
    require(current_person(), "moderation.see")
    form = QueueForm()
    _use_canned(form)
    if not form.is_submitted() or "canned" in request.form:
        return _queue_page(form)
    try:
        with transaction():
            done = deciding.decide_several(
                current_person(),
                _chosen("case"),
                request.form.get("act", ""),
                turn_ids=_chosen("turn"),
                reason=form.reason.data or "",
                words=form.words.data or "",
            )
    except Invalid as error:
        form.refuse(error)
        return _queue_page(form), 422
    told = f"Done with {plural(done.count, 'entry', 'entries')}."
    if done.left:
        told += (
            f" {plural(done.left, 'entry', 'entries')} left as before: your own, decided meanwhile,"
            " or not to be treated like that."
        )
    flash(told, "problem" if done.left else "done")
    return go_to(".show_queue", show=_shown())


@bp.route("/moderation/scope", methods=["GET", "POST"])
@limiter.limit(post_limit, methods=["POST"])
def choose_scope() -> Any:
    """Choose which departments one looks after."""
    require(current_person(), "moderation.choose_scope")
    form = ScopeForm()
    form.offer()
    if not form.is_submitted():
        form.departments.data = list(scoping.chosen(current_person()))
        return render_template("moderation/scope.html", form=form)
    with transaction():
        scoping.choose(current_person(), form.departments.data or [])
    flash("Saved. The queue shows what you look after.", "done")
    return go_to(".show_queue")


@bp.route("/moderation/reasons", methods=["GET", "POST"])
@limiter.limit(post_limit, methods=["POST"])
def reasons() -> Any:
    """The texts that are written again and again; with `edit` one of them in the form."""
    require(current_person(), "canned_reason.keep")
    form, id = CannedForm(), typed_id(request.values.get("edit"))
    edited = db.session.get(CannedReason, id) if id else None
    if not form.is_submitted():
        if edited is not None:
            form.title.data, form.words.data = edited.title, edited.words
        return render_template("moderation/reasons.html", form=form, kept_reasons=canned.kept(), edited=edited)
    try:
        with transaction():
            canned.keep(current_person(), form.title.data or "", form.words.data or "", id=edited.id if edited else 0)
    except Invalid as error:
        form.refuse(error)
        page = render_template("moderation/reasons.html", form=form, kept_reasons=canned.kept(), edited=edited)
        return page, 422
    flash("Kept. It can be chosen wherever a reason is written.", "done")
    return go_to(".reasons")


@bp.post("/moderation/reasons/<id:id>/removal")
@limiter.limit(post_limit)
def drop_reason(id: int) -> Response:
    """Keep a text no longer."""
    with transaction():
        canned.drop(current_person(), db.session.get(CannedReason, id) or abort(404))
    flash("Removed from the list.", "done")
    return go_to(".reasons")


@bp.get("/moderation/log")
def show_log() -> str:
    """What moderators did, for everybody."""
    page = log.lines(current_person(), request.args.get("after"))
    return render_template(
        "moderation/log.html",
        lines=page.rows,
        next_url=page.next_key and f"/moderation/log?after={page.next_key}",
    )


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
        form.form_errors.append("Somebody changed the question meanwhile. Look at it again below, then save.")
        return _move_page(form, question), 409
    except Invalid as error:
        form.refuse(error)
        return _move_page(form, question), 422
    flash("Moved. Whoever asked is told, and the history says what it was before.", "done")
    return go(page_url(shown_question(id)), code=303)


def _asks(post: Post) -> Intervention | None:
    """By what a post is hidden, or its page locked, if the reader is the second person who is asked to agree."""
    standing = intervening.in_force(post, "hidden") or intervening.in_force(post, "locked")
    waits = standing is not None and standing.confirmed_at is None
    return standing if waits and allowed(current_person(), "intervention.confirm", standing) else None


def _asked(post: Post, act: str) -> str:
    standing = intervening.in_force(post, act)
    return intervening.who_is_asked(standing) if standing is not None else ""


def _use_canned(form: Any) -> None:
    """Put a kept text into the form, behind what was typed: whoever chose it may still change it."""
    id = typed_id(request.form.get("canned_id")) if "canned" in request.form else 0
    chosen = db.session.get(CannedReason, id) if id else None
    if chosen is not None:
        form.words.data = "\n\n".join(part for part in ((form.words.data or "").strip(), chosen.words) if part)


def _act_page(act: str, form: Any, post: Post) -> str:
    return render_template(
        "moderation/act.html",
        act=act,
        form=form,
        post=post,
        back_url=page_url(post),
        canned_reasons=canned.kept() if act != "flag" else [],
    )


def _shown() -> str:
    shown = request.values.get("show", "all")
    return shown if shown in queue.SHOWN else "all"


def _chosen(what: str) -> list[int]:
    return [typed_id(each) for each in request.form.getlist(what)][:MOST_CHOSEN]


def _queue_page(form: QueueForm) -> str:
    person, shown = current_person(), _shown()
    page = queue.entries(person, request.args.get("after"), shown)
    decides = allowed(person, "moderation.choose_scope")
    return render_template(
        "moderation/queue.html",
        items=page.rows,
        next_url=page.next_key and f"/moderation?show={shown}&after={page.next_key}",
        form=form,
        shown=shown,
        kinds=list(queue.SHOWN.items()),
        chosen=_chosen("case"),
        turns=turns.waiting(person) if shown != "flagged" and "after" not in request.args else [],
        chosen_turns=_chosen("turn"),
        decides=decides,
        scope=scoping.names(person) if decides else [],
        unconfirmed=intervening.unconfirmed(MOST_UNCONFIRMED) if decides else [],
        suggestions=suggesting.waiting(MOST_UNCONFIRMED) if decides else [],
        canned_reasons=canned.kept() if decides else [],
        reasons=REASONS,
        locks=LOCKS,
    )


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


def _move_page(form: MoveForm, question: Question) -> str:
    return render_template("moderation/move.html", form=form, question=question, back_url=page_url(question))
