"""Planning a chat: when, about what, with which questions; who comes; calling it off."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from forum.chats.models import EARLY, LAST_QUESTION, Chat, ChatComing, ChatQuestion
from forum.core import text
from forum.core.clock import now
from forum.core.db import db
from forum.core.errors import Invalid, Refused
from forum.core.events import Event, PostEvent, publish
from forum.core.jobs import enqueue, listener
from forum.core.languages import gettext, messages
from forum.core.permissions import require
from forum.departments.labelling import chosen_departments, typed_tags
from forum.people.models import Person
from forum.posts import revisions

LONGEST_TITLE = 120  # characters
LONGEST_ABOUT = 2_000
LONGEST_QUESTION = 200
MOST_QUESTIONS = 8  # beside the last one: more than that are not answered in an hour
# Fit any topic: what holds us back, and what would free us; in the trade, in the organisation and in oneself.
FIVE = messages(
    (
        "What holds our trade back?",
        "What holds our organisation back?",
        "What holds me back?",
        "What would free our organisation?",
        "What would free me?",
    )
)
FURTHEST = timedelta(days=180)


@dataclass(frozen=True, kw_only=True)
class ChatPlanned(PostEvent):
    """Somebody will host a chat."""


@dataclass(frozen=True, kw_only=True)
class ChatCalledOff(PostEvent):
    """It will not take place."""


@dataclass(frozen=True, kw_only=True)
class ChatBegins(PostEvent):
    """It begins in a quarter of an hour."""


@dataclass(frozen=True, kw_only=True)
class ChatTimer(Event):
    """A time at which something is to be done about a chat; it acts only if that is still so."""

    chat_id: int


def plan(
    host: Person,
    *,
    title: str,
    about: str,
    questions: str,
    starts_at: datetime | None,
    departments: Iterable[int] = (),
    tags: str = "",
) -> Chat:
    """Plan an hour; `questions` has one in a line. Without departments it is for everybody.

    Raises `Invalid` with the field at fault.
    """
    require(host, "chat.host")
    prepared = [_question(line) for line in questions.splitlines() if line.strip()]
    if not prepared:
        raise Invalid("Prepare at least one question, each in a line of its own.", "questions")
    if len(prepared) > MOST_QUESTIONS:
        raise Invalid(
            gettext(
                "At most %(most)s questions: an hour is short. The last one comes by itself.",
                most=MOST_QUESTIONS,
            ),
            "questions",
        )
    chosen = list(departments)
    made = Chat(
        title=_title(title),
        about=_about(about),
        starts_at=_start(starts_at),
        author_id=host.id,
        author_department_id=host.department_id,
        body="",
        html="",
        renderer=text.RENDERER,
        created_at=now(),
        departments=chosen_departments(chosen) if chosen else [],
        tags=typed_tags(tags),
    )
    db.session.add(made)
    db.session.flush()
    db.session.add_all(ChatQuestion(chat_id=made.id, words=words) for words in prepared)
    db.session.flush()
    db.session.add(ChatQuestion(chat_id=made.id, words=LAST_QUESTION, is_last=True))
    revisions.keep_first(made, host)
    publish(ChatPlanned(post_id=made.id), actor=host)
    enqueue(remind_of_beginning, ChatTimer(chat_id=made.id), due=made.starts_at - EARLY)
    return made


def call_off(host: Person, chat: Chat) -> None:
    """Say that it will not take place. Raises `Refused` once it has begun."""
    require(host, "chat.run", chat)
    hold(chat, "planned")
    chat.state = "called_off"
    publish(ChatCalledOff(post_id=chat.id), actor=host)


def come(person: Person, chat: Chat, *, comes: bool = True) -> None:
    """Say that one comes, or does not; twice is once. Nobody is shown who."""
    require(person, "chat.come", chat)
    if not comes:
        own = (ChatComing.chat_id == chat.id, ChatComing.person_id == person.id)
        db.session.execute(delete(ChatComing).where(*own))
        return
    if chat.state not in ("planned", "open"):
        raise Refused("This chat is over. Its page has all that was said.")
    insert = sqlite_insert if db.session.get_bind().dialect.name == "sqlite" else postgresql_insert
    row = insert(ChatComing).values(chat_id=chat.id, person_id=person.id)
    db.session.execute(row.on_conflict_do_nothing())


@listener(atomic=True)
def remind_of_beginning(event: ChatTimer) -> None:
    """A quarter of an hour before: whoever said that they come, and the host."""
    chat = db.session.get(Chat, event.chat_id)
    if chat is not None and chat.removed_at is None and chat.state == "planned" and not chat.was_missed:
        publish(ChatBegins(post_id=chat.id))


def address(chat_id: int, _title: str = "") -> str:
    """Where a chat is, as for the other kinds of pages."""
    return f"/chats/{chat_id}"


def hold(chat: Chat, *states: str) -> None:
    """Hold a chat while it is moved on from one of these states. Raises `Refused` when it has gone on already."""
    db.session.refresh(chat, ["state", "opened_at"], with_for_update=True)
    if chat.state not in states:
        raise Refused("This chat has gone on meanwhile. Its page shows where it stands.")


def checked_question(typed: str) -> str:
    """A question as it is kept. Raises `Invalid`."""
    if not typed.strip():
        raise Invalid("Type the question.", "words")
    return _question(typed, "words")


def _question(typed: str, field: str = "questions") -> str:
    line = text.clean_line(typed, LONGEST_QUESTION + 1)
    if len(line) > LONGEST_QUESTION:
        raise Invalid(
            gettext(
                "A question has at most %(most)s characters, so that everybody reads it.",
                most=LONGEST_QUESTION,
            ),
            field,
        )
    return line


def _title(typed: str) -> str:
    line = text.clean_line(typed, LONGEST_TITLE + 1)
    if not line:
        raise Invalid("Say what it is about: “Handover between shifts”.", "title")
    if len(line) > LONGEST_TITLE:
        raise Invalid(
            gettext("At most %(most)s characters; the rest belongs below.", most=LONGEST_TITLE),
            "title",
        )
    return line


def _about(typed: str) -> str:
    clean = text.clean_source(typed).strip()
    if len(clean) > LONGEST_ABOUT:
        raise Invalid(gettext("At most %(most)s characters, please.", most=f"{LONGEST_ABOUT:,}"), "about")
    return clean


def _start(moment: datetime | None) -> datetime:
    if moment is None:
        raise Invalid("Choose a day and a time.", "starts_at")
    if moment <= now():
        raise Invalid("This time has passed. Choose one to come.", "starts_at")
    if moment > now() + FURTHEST:
        raise Invalid("Choose a time within the next six months.", "starts_at")
    return moment
