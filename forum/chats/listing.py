"""Lists of chats, and all that belongs to one. Read-only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import joinedload

from forum.chats.models import LATE, Chat, ChatComing, ChatLink, ChatQuestion, ChatTurn
from forum.core.clock import now
from forum.core.db import db
from forum.core.languages import messages
from forum.core.paging import PER_PAGE, Paged, after_key, next_key
from forum.core.permissions import allowed
from forum.core.templating import day
from forum.departments.models import Department
from forum.people.models import Person
from forum.posts.models import Post
from forum.practices.models import Practice
from forum.practices.promoting import address as practice_address
from forum.questions.asking import address as question_address
from forum.questions.models import Question

TABS = messages({"planned": "To come", "past": "Past"})
CHAT: Any = Chat.__table__
SOON = 50  # chats to come: nobody plans more than the next weeks


@dataclass(frozen=True, slots=True)
class Row:
    """One chat in a list, ready to be shown."""

    id: int
    title: str
    state: str
    starts_at: datetime
    host: str
    department: str
    speakers: int

    @property
    def was_missed(self) -> bool:
        """Whether nobody opened it in its time."""
        return self.state == "planned" and now() >= self.starts_at + LATE


@dataclass(frozen=True, slots=True)
class Link:
    """A question or practice that a summary points to."""

    id: int
    kind: str
    title: str
    url: str


@dataclass(frozen=True, slots=True)
class Part:
    """A question that has been opened, with what was said to it."""

    question: ChatQuestion
    turns: Sequence[ChatTurn]


def chats(tab: str = "planned", key: str | None = None) -> Paged[Row]:
    """Those to come and those that are open, the next one first; or one page of those that are past, the latest first.

    One that nobody opened is past, and says so.
    """
    post, chat = Post.__table__, CHAT
    said = (ChatTurn.chat_id == chat.c.id, ChatTurn.held_at.is_(None))
    speakers = select(func.count(ChatTurn.author_id.distinct())).where(*said)
    query = (
        select(chat.c.id, chat.c.title, chat.c.state, chat.c.starts_at)
        .add_columns(Person.name.label("host"), Department.name.label("department"))
        .add_columns(speakers.correlate(chat).scalar_subquery().label("speakers"))
        .select_from(chat)
        .join(post, post.c.id == chat.c.id)
        .join(Person, Person.id == post.c.author_id)
        .join(Department, Department.id == post.c.author_department_id)
        .where(post.c.removed_at.is_(None), _past() if tab == "past" else ~_past())
    )
    if tab == "past":
        rows = [_row(each) for each in db.session.execute(after_key(query, key, chat.c.starts_at, chat.c.id))]
        return Paged(rows[:PER_PAGE], next_key(rows, attrgetter("starts_at", "id")))
    soon = query.order_by(chat.c.state, chat.c.starts_at, chat.c.id).limit(SOON)  # "open" before "planned".
    return Paged([_row(each) for each in db.session.execute(soon)], None)


def questions(chat: Chat) -> Sequence[ChatQuestion]:
    """All questions of a chat, in the order in which they are opened."""
    own = select(ChatQuestion).where(ChatQuestion.chat_id == chat.id)
    return db.session.scalars(own.order_by(ChatQuestion.is_last, ChatQuestion.id)).all()


def parts(chat: Chat, asked: Sequence[ChatQuestion], reader: Person | None = None) -> Sequence[Part]:
    """What was said, by question; struck turns keep their place.

    What waits for approval is there for a `reader` who said it, and for moderators.
    """
    said = select(ChatTurn).where(ChatTurn.chat_id == chat.id).options(joinedload(ChatTurn.author))
    turns = [turn for turn in db.session.scalars(said.order_by(ChatTurn.id)) if _is_there(turn, reader)]
    opened = (question for question in asked if question.opened_at is not None)
    return [Part(question, [turn for turn in turns if turn.question_id == question.id]) for question in opened]


def as_text(chat: Chat, said: Sequence[Part]) -> str:
    """All that was said, in plain text; of a turn that was struck only the reason."""
    lines = [chat.title, f"{day(chat.starts_at.date())}, hosted by {chat.author.name}"]
    for number, part in enumerate(said, start=1):
        lines += ["", f"{number}. {part.question.words}", ""]
        for turn in part.turns:
            words = f"[struck: {turn.struck_because}]" if turn.struck_at else turn.words
            lines.append(f"{turn.author.name}: {words}")
    return "\n".join(lines) + "\n"


def coming(chat: Chat, person: Person) -> tuple[int, bool]:
    """How many come, and whether the person is one of them."""
    own = func.max(case((ChatComing.person_id == person.id, 1), else_=0))
    count, comes = db.session.execute(select(func.count(), own).where(ChatComing.chat_id == chat.id)).one()
    return count, bool(comes)


def links(chat: Chat) -> Sequence[Link]:
    """What the summary points to."""
    question, practice = Question.__table__, Practice.__table__
    query = (
        select(Post.id, Post.kind, func.coalesce(question.c.title, practice.c.title).label("title"))
        .join(ChatLink, ChatLink.post_id == Post.id)
        .outerjoin(question, question.c.id == Post.id)
        .outerjoin(practice, practice.c.id == Post.id)
        .where(ChatLink.chat_id == chat.id, Post.removed_at.is_(None))
        .order_by(Post.kind, Post.id)
    )
    return [_link(row) for row in db.session.execute(query)]


def _is_there(turn: ChatTurn, reader: Person | None) -> bool:
    if turn.held_at is None:
        return True
    return reader is not None and allowed(reader.owner_among(turn), "turn.see_waiting", turn)


def _past() -> ColumnElement[bool]:
    missed = and_(CHAT.c.state == "planned", CHAT.c.starts_at <= now() - LATE)
    return or_(CHAT.c.state.not_in(("planned", "open")), missed)


def _row(found: Any) -> Row:
    return Row(**found._asdict())


def _link(row: Any) -> Link:
    address = practice_address if row.kind == "practice" else question_address
    return Link(id=row.id, kind=row.kind, title=row.title, url=address(row.id, row.title))
