"""Flagging, the queue and what it is made of, and the log that everybody may read."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, render_template, request
from flask import redirect as go
from werkzeug.wrappers import Response

from forum.core.db import db, transaction
from forum.core.errors import Invalid
from forum.core.forms import typed_id
from forum.core.languages import ngettext
from forum.core.permissions import allowed, require
from forum.core.rate_limits import limiter, post_limit
from forum.core.web import current_person, go_to
from forum.moderation import canned, deciding, flagging, intervening, log, queue, scoping, suggesting, turns
from forum.moderation.forms import CannedForm, FlagForm, QueueForm, ScopeForm
from forum.moderation.models import REASONS, CannedReason
from forum.moderation.pages import act_page, use_canned
from forum.posts.locking import LOCKS
from forum.posts.pages import page_url, shown_post

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
        return act_page("flag", form, post)
    try:
        with transaction():
            flagging.flag(current_person(), shown_post(id), reason=form.reason.data or "", words=form.words.data or "")
    except Invalid as error:
        form.refuse(error)
        return act_page("flag", form, post), 422
    flash("Thank you. A moderator looks at it, and you are told what becomes of it.", "done")
    return go(page_url(post), code=303)


@bp.route("/moderation", methods=["GET", "POST"])
@limiter.limit(post_limit, methods=["POST"])
def show_queue() -> Any:
    """What is flagged and what waits, and what is done to several at once."""
    require(current_person(), "moderation.see")
    form = QueueForm()
    use_canned(form)
    if not form.is_submitted() or "canned" in request.form:
        return _queue_page(form)
    alone = _chosen("leave")  # The button at one entry, whatever else is chosen.
    try:
        with transaction():
            done = deciding.decide_several(
                current_person(),
                alone or _chosen("case"),
                "dismiss" if alone else request.form.get("act", ""),
                turn_ids=[] if alone else _chosen("turn"),
                reason=form.reason.data or "",
                words=form.words.data or "",
            )
    except Invalid as error:
        form.refuse(error)
        return _queue_page(form), 422
    told = ngettext("Done with %(num)s entry.", "Done with %(num)s entries.", done.count)
    if done.left:
        left = ngettext(
            "%(num)s entry left as before: your own, decided meanwhile, or not to be treated like that.",
            "%(num)s entries left as before: your own, decided meanwhile, or not to be treated like that.",
            done.left,
        )
        told = f"{told} {left}"
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
