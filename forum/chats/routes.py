"""The pages of chats: what is planned and past, the hour itself, and what was made of it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, abort, flash, g, render_template, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from forum.chats import listing, planning, running
from forum.chats.forms import PlanForm, QuestionForm, StrikeForm, SummaryForm, TurnForm
from forum.chats.models import Chat, ChatTurn
from forum.chats.summing_up import LONGEST, summarise
from forum.commitments.listing import on_page
from forum.core.db import db, transaction
from forum.core.errors import Invalid, Outdated
from forum.core.forms import typed_id
from forum.core.languages import said
from forum.core.permissions import allowed, require
from forum.core.rate_limits import limiter, post_limit
from forum.core.web import current_person, go_to, wants_fragment
from forum.moderation.models import REASONS
from forum.people.hours import calendar_of
from forum.posts.comments import threads
from forum.posts.models import Post
from forum.posts.voices import choice_for, voice_in
from forum.posts.writing import write

bp = Blueprint("chats", __name__)

NUMBERS = re.compile(r"[,\s]+")


@bp.get("/chats")
def index() -> str:
    """What is planned, or what was."""
    tab = "past" if request.args.get("of") == "past" else "planned"
    page = listing.chats(tab, request.args.get("after"))
    next_url = page.next_key and url_for("chats.index", of=tab, after=page.next_key)
    return render_template("chats/index.html", rows=page.rows, tab=tab, tabs=listing.TABS.items(), next_url=next_url)


@bp.route("/chats/new", methods=["GET", "POST"])
@limiter.limit(post_limit, methods=["POST"])
def new() -> Any:
    """Plan an hour."""
    require(current_person(), "chat.host")
    form = PlanForm()
    form.offer_departments()
    zone = calendar_of(current_person()).timezone
    if request.method == "GET":
        if request.args.get("from") == "five":
            form.questions.data = "\n".join(map(said, planning.FIVE))
        return render_template("chats/new.html", form=form, zone=zone)
    try:
        with transaction():
            made = planning.plan(
                current_person(),
                title=form.title.data or "",
                about=form.about.data or "",
                questions=form.questions.data or "",
                starts_at=_in_utc(form.starts_at.data, zone),
                departments=form.departments.data or [],
                tags=form.tags.data or "",
            )
    except Invalid as error:
        form.refuse(error)
        return render_template("chats/new.html", form=form, zone=zone), 422
    flash("Planned. Whoever follows its departments or topics is invited.", "done")
    return go_to("chats.show", id=made.id)


@bp.get("/chats/<id:id>")
def show(id: int) -> Any:
    """One chat; asked for as a part, what is said in it, or nothing while nothing is new."""
    chat = _chat(id)
    if not wants_fragment():
        return _page(chat)
    asked = listing.questions(chat)
    parts = listing.parts(chat, asked, current_person())
    seen = request.args.get("seen", "")
    if seen == _state_of(chat, parts):
        return "", 204
    person = current_person()
    last = typed_id(seen.split(".")[0])
    others = [turn for part in parts for turn in part.turns if turn.id > last and turn.author_id not in person.selves]
    return render_template("chats/_news.html", news=len(others), **_live(chat, parts, asked))


@bp.post("/chats/<id:id>/coming")
@limiter.limit(post_limit)
def create_coming(id: int) -> Any:
    """I will come, or not."""
    with transaction():
        planning.come(current_person(), _chat(id), comes=request.form.get("comes") == "1")
    return go_to("chats.show", id=id)


@bp.post("/chats/<id:id>/steps")
@limiter.limit(post_limit)
def create_step(id: int) -> Any:
    """Open it, ask the next question, close it, or call it off."""
    step, person = request.form.get("step"), current_person()
    with transaction():
        chat = _chat(id)
        require(person, "chat.run", chat)
        if step == "open":
            running.open_chat(person, chat)
        elif step == "next":
            running.ask_next(person, chat, seen=typed_id(request.form.get("seen")))
        elif step == "close":
            running.close(person, chat)
        elif step == "call_off":
            planning.call_off(person, chat)
        else:
            abort(400)
    return go_to("chats.show", id=id)


@bp.post("/chats/<id:id>/questions")
@limiter.limit(post_limit)
def create_question(id: int) -> Any:
    """One more question."""
    form = QuestionForm()
    try:
        with transaction():
            running.add_question(current_person(), _chat(id), form.words.data or "")
    except Invalid as error:
        form.refuse(error)
        return _page(_chat(id), question_form=form), 422
    return go_to("chats.show", id=id)


@bp.post("/chats/<id:id>/turns")
@limiter.limit(post_limit)
def create_turn(id: int) -> Any:
    """Say something."""
    form = TurnForm()
    try:
        with transaction():
            chat = _chat(id)
            choice = {"unnamed": bool(form.unnamed.data), "shows_department": bool(form.shows_department.data)}
            voice = voice_in(current_person(), chat, **choice)
            question = typed_id(form.question.data) if form.question.data else None
            made = running.take_turn(voice, chat, question, form.words.data or "")
    except Invalid as error:
        form.refuse(error)
        return _page(_chat(id), turn_form=form), 422
    if made.held_at is not None:
        flash("Said. It waits until a moderator approves it; you need not say it again.", "done")
    return go_to("chats.show", id=id, anchor="say")


@bp.route("/chat-turns/<id:id>/striking", methods=["GET", "POST"])
@limiter.limit(post_limit, methods=["POST"])
def striking(id: int) -> Any:
    """Strike a turn, or take one's own back."""
    turn = _turn(id)
    voice = current_person().owner_among(turn)
    require(voice, "turn.strike", turn)
    form = StrikeForm()
    shown = {"turn": turn, "chat": turn.chat, "is_own": turn.author_id == voice.id}
    if request.method == "GET":
        return render_template("chats/striking.html", form=form, **shown)
    try:
        with transaction():
            turn = _turn(id)
            running.strike(current_person().owner_among(turn), turn, form.because.data or "")
    except Invalid as error:
        form.refuse(error)
        return render_template("chats/striking.html", form=form, **shown), 422
    return go_to("chats.show", id=turn.chat_id, anchor=f"turn-{id}")


@bp.post("/chat-turns/<id:id>/approval")
@limiter.limit(post_limit)
def approve_turn(id: int) -> Any:
    """Let a turn that waits stand."""
    with transaction():
        turn = _turn(id)
        running.let_stand(current_person(), turn)
    return go_to("chats.show", id=turn.chat_id, anchor=f"turn-{id}")


@bp.route("/chats/<id:id>/summary", methods=["GET", "POST"])
@limiter.limit(post_limit, methods=["POST"])
def summary(id: int) -> Any:
    """Write what was made of it."""
    chat = _chat(id)
    require(current_person(), "chat.run", chat)
    form = SummaryForm()
    if request.method == "GET":
        form.body.data, form.version.data = chat.body, str(chat.version)
        form.links.data = ", ".join(f"#{each.id}" for each in listing.links(chat))
        return _summary_page(form, chat)
    try:
        written = write(form.body.data or "", at_most=LONGEST)
        if "preview" in request.form:
            return _summary_page(form, chat, preview=written.html)
        with transaction():
            pointed = [typed_id(each.removeprefix("#")) for each in NUMBERS.split(form.links.data or "") if each]
            summarise(current_person(), _chat(id), written, links=pointed, seen=form.seen)
    except Invalid as error:
        form.refuse(error)
        return _summary_page(form, _chat(id)), 422
    except Outdated as error:
        chat = _chat(id)
        form.version.data = str(chat.version)  # Sent again, it takes the place of what is shown above it, knowingly.
        form.form_errors.append(error.message)
        return _summary_page(form, chat, is_stale=True), 409
    flash("Written. Whoever took part is told.", "done")
    return go_to("chats.show", id=id)


@bp.get("/chats/<id:id>/transcript.txt")
def transcript(id: int) -> Response:
    """All that was said, as a text to take away."""
    chat = _chat(id)
    parts = listing.parts(chat, listing.questions(chat))
    headers = {"Content-Disposition": f"attachment; filename=chat-{chat.id}.txt"}
    return Response(listing.as_text(chat, parts), mimetype="text/plain", headers=headers)


def _page(chat: Chat, *, turn_form: TurnForm | None = None, question_form: QuestionForm | None = None) -> str:
    """The page of a chat; also what a refused turn or question comes back on."""
    person = current_person()
    asked = listing.questions(chat)
    parts = listing.parts(chat, asked, person)
    may_be_unnamed, shows_department, voice = False, False, person
    if chat.is_open or chat.summarised_at:
        voice = person.voice_for(chat)
        if g.organisation.unnamed == "everybody" and not voice.is_persona:
            may_be_unnamed, shows_department = choice_for(person, chat.id)
    count, comes = listing.coming(chat, person)
    return render_template(
        "chats/show.html",
        coming=count,
        comes=comes,
        me=voice,
        may_be_unnamed=may_be_unnamed,
        department_shown=shows_department,
        links=listing.links(chat) if chat.summarised_at else [],
        commitments=on_page(person, chat.id) if chat.is_over else [],
        comments=threads(chat.id, person) if chat.summarised_at else {},
        reason_words=REASONS,
        turn_form=turn_form or TurnForm(formdata=None),
        question_form=question_form or QuestionForm(formdata=None),
        longest=running.LONGEST_TURN,
        **_live(chat, parts, asked),
    )


def _live(chat: Chat, parts: Sequence[listing.Part], asked: Sequence[Any]) -> dict[str, Any]:
    """What the part of the page needs that is drawn anew while the chat goes on."""
    return {
        "chat": chat,
        "parts": parts,
        "waiting": [question for question in asked if question.opened_at is None],
        "seen": _state_of(chat, parts),
        "speakers": len({turn.author_id for part in parts for turn in part.turns if turn.held_at is None}),
    }


def _state_of(chat: Chat, parts: Sequence[listing.Part]) -> str:
    """What a page has seen, in a word: the last turn, how many there are, were struck and wait, how many questions are
    open, the state."""
    turns = [turn for part in parts for turn in part.turns]
    struck = sum(turn.struck_at is not None for turn in turns)
    held = sum(turn.held_at is not None for turn in turns)
    return f"{max((turn.id for turn in turns), default=0)}.{len(turns)}.{struck}.{held}.{len(parts)}.{chat.state}"


def _summary_page(form: SummaryForm, chat: Chat, *, preview: str | None = None, is_stale: bool = False) -> str:
    parts = listing.parts(chat, listing.questions(chat))
    return render_template(
        "chats/summary.html", form=form, chat=chat, parts=parts, preview_html=preview, is_stale=is_stale
    )


def _in_utc(typed: datetime | None, zone: str) -> datetime | None:
    """A time typed on the clock of whoever plans. One that the clock skips, or has twice, is taken as it comes."""
    return typed.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC) if typed is not None else None


def _chat(id: int) -> Chat:
    query = select(Chat).where(Chat.id == id, Post.removed_at.is_(None))
    loaded = query.options(
        joinedload(Chat.author),
        joinedload(Chat.author_department),
        selectinload(Chat.departments),
        selectinload(Chat.tags),
    )
    return db.session.scalars(loaded.execution_options(populate_existing=True)).one_or_none() or abort(404)


def _turn(id: int) -> ChatTurn:
    query = select(ChatTurn).where(ChatTurn.id == id).options(joinedload(ChatTurn.author), joinedload(ChatTurn.chat))
    turn = db.session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    if turn is None or turn.chat.removed_at is not None:
        abort(404)
    person = current_person()
    is_there = turn.held_at is None or allowed(person.owner_among(turn), "turn.see_waiting", turn)
    return turn if is_there else abort(404)
