"""Asking who wrote without a name, deciding it as the second of two, and the count that everybody may read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, abort, flash, render_template
from sqlalchemy import select
from sqlalchemy.orm import joinedload
from werkzeug.wrappers import Response

from forum.chats.models import ChatTurn
from forum.core.db import db, transaction
from forum.core.errors import Invalid
from forum.core.permissions import allowed, require
from forum.core.rate_limits import limiter, post_limit
from forum.core.web import current_person, get_visible, go_to
from forum.people.pages import freshly_confirmed
from forum.posts.models import Post
from forum.posts.pages import page_url, shown_post
from forum.revealing import revealing
from forum.revealing.forms import RevealForm
from forum.revealing.models import Reveal

bp = Blueprint("revealing", __name__)


@bp.get("/reveals")
def index() -> str:
    """How often it happened, for everybody; what was asked and why, for those who may ask and decide."""
    asked, agreed = revealing.counts()
    sees = allowed(current_person(), "reveal.see")
    return render_template(
        "revealing/index.html", asked=asked, agreed=agreed, sees=sees, reveals=revealing.latest() if sees else []
    )


@bp.route("/posts/<id:id>/reveal", methods=["GET", "POST"])
@limiter.limit(post_limit, methods=["POST"])
@freshly_confirmed
def ask(id: int) -> Any:
    """Ask who wrote a post."""
    return _ask(lambda: _unnamed(id))


@bp.route("/chat-turns/<id:id>/reveal", methods=["GET", "POST"])
@limiter.limit(post_limit, methods=["POST"])
@freshly_confirmed
def ask_of_turn(id: int) -> Any:
    """Ask who said something in a chat."""
    return _ask(lambda: _unnamed_turn(id))


@bp.get("/reveals/<id:id>")
def show(id: int) -> str:
    """What was asked and why, and what came of it; the name for the two alone, while it is open."""
    asked = get_visible(Reveal, id)
    require(current_person().owner_among(asked), "reveal.read", asked)
    looks = asked.is_open and allowed(current_person(), "reveal.look", asked)
    return render_template(
        "revealing/show.html",
        reveal=asked,
        page_url=_address(asked),
        behind=revealing.look(current_person(), asked) if looks else None,
    )


@bp.post("/reveals/<id:id>/agreement")
@limiter.limit(post_limit)
@freshly_confirmed
def agree(id: int) -> Response:
    """Agree."""
    with transaction():
        revealing.agree(current_person(), get_visible(Reveal, id))
    flash("You two see who it is for the next 24 hours. Whoever wrote it has been told.", "done")
    return go_to("revealing.show", id=id)


@bp.post("/reveals/<id:id>/refusal")
@limiter.limit(post_limit)
def refuse(id: int) -> Response:
    """Refuse."""
    with transaction():
        revealing.refuse(current_person(), get_visible(Reveal, id))
    flash("Refused. Nobody is told who it is.", "done")
    return go_to("revealing.show", id=id)


def _ask(find: Callable[[], Post | ChatTurn]) -> Any:
    form = RevealForm()
    try:
        with transaction():
            written = find()
            require(current_person(), "reveal.ask", written)
            if not form.is_submitted():
                return _ask_page(form, written)
            made = revealing.ask_to_reveal(current_person(), written, form.reason.data or "")
    except Invalid as error:
        form.refuse(error)
        return _ask_page(form, find()), 422
    flash(
        "Asked. An administrator has two days to agree."
        if made.wanted == "administrator"
        else "Asked. A moderator has two days to agree.",
        "done",
    )
    return go_to("revealing.show", id=made.id)


def _ask_page(form: RevealForm, written: Post | ChatTurn) -> str:
    turn = written if isinstance(written, ChatTurn) else None
    url = f"/chats/{turn.chat_id}#turn-{turn.id}" if turn else page_url(written)  # type: ignore[arg-type]
    return render_template("revealing/ask.html", form=form, written=written, turn=turn, back_url=url)


def _address(asked: Reveal) -> str:
    if asked.turn_id is not None:
        return f"/chats/{asked.post_id}#turn-{asked.turn_id}"
    return page_url(shown_post(asked.post_id, removed=True))


def _unnamed(id: int) -> Post:
    """A post that somebody wrote without a name, also one that was hidden or taken back since: what hurts is taken off
    the page first. There is nothing to ask about any other."""
    post = shown_post(id, removed=True)
    return post if post.author.is_persona else abort(404)


def _unnamed_turn(id: int) -> ChatTurn:
    """What somebody said in a chat without a name, also one that was struck since; one that waits only for whoever may
    read it."""
    query = select(ChatTurn).where(ChatTurn.id == id).options(joinedload(ChatTurn.author), joinedload(ChatTurn.chat))
    turn = db.session.scalars(query).one_or_none()
    if turn is None or turn.chat.removed_at is not None or not turn.author.is_persona:
        abort(404)
    return turn if turn.held_at is None or allowed(current_person(), "turn.see_waiting", turn) else abort(404)
