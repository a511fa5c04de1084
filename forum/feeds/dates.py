"""The dates of one person: what they are asked about, what they said they will do, chats that they come to.

Nothing of what they asked without their name: calendars are shown to colleagues, and a title would say whose it was.
"""

from __future__ import annotations

from sqlalchemy import func, or_, select

from forum.chats.models import HOUR, LATE, Chat, ChatComing
from forum.chats.planning import address as chat_address
from forum.commitments.models import OPEN, Commitment
from forum.core.clock import now
from forum.core.db import db
from forum.core.languages import gettext
from forum.feeds.entries import base, host
from forum.feeds.icalendar import Happening
from forum.needs.models import CheckIn, Need
from forum.people.hours import hours_of
from forum.people.models import Person
from forum.posts.models import Post
from forum.practices.models import Practice
from forum.questions.models import Question

MOST = 200  # of each: nobody has so many, and a file must not grow without end


def dates_of(person: Person) -> list[Happening]:
    """What lies ahead of the person, or was not told of yet."""
    return [*_check_ins(person), *_commitments(person), *_chats(person)]


def _check_ins(person: Person) -> list[Happening]:
    question, practice, post = Question.__table__, Practice.__table__, Post.__table__
    query = (
        select(CheckIn.id, CheckIn.due_at, Need.waiting_since)
        .add_columns(func.coalesce(question.c.title, practice.c.title).label("title"))
        .join(Need, Need.id == CheckIn.need_id)
        .join(post, post.c.id == func.coalesce(Need.question_id, Need.practice_id))
        .outerjoin(question, question.c.id == Need.question_id)
        .outerjoin(practice, practice.c.id == Need.practice_id)
        .where(Need.person_id == person.id, CheckIn.closed_at.is_(None), post.c.removed_at.is_(None))
        .order_by(CheckIn.due_at, CheckIn.id)
        .limit(MOST)
    )
    hours = hours_of(person)
    return [
        Happening(
            uid=f"check-in-{row.id}@{host()}",
            title=gettext("Did it work: %(title)s", title=row.title),
            url=f"{base()}/check-ins/{row.id}",
            stamp=row.waiting_since,
            begins=hours.local_date(row.due_at),
        )
        for row in db.session.execute(query)
    ]


def _commitments(person: Person) -> list[Happening]:
    post = Post.__table__
    query = (
        select(Commitment.id, Commitment.deed, Commitment.due_on, Commitment.made_at)
        .join(post, post.c.id == Commitment.page_id)
        .where(Commitment.person_id == person.id, Commitment.state.in_(OPEN), post.c.removed_at.is_(None))
        .order_by(Commitment.due_on, Commitment.id)
        .limit(MOST)
    )
    return [
        Happening(
            uid=f"commitment-{row.id}@{host()}",
            title=gettext("To do: %(deed)s", deed=row.deed),
            url=f"{base()}/commitments/{row.id}",
            stamp=row.made_at,
            begins=row.due_on,
        )
        for row in db.session.execute(query)
    ]


def _chats(person: Person) -> list[Happening]:
    post, chat = Post.__table__, Chat.__table__
    comes = select(ChatComing.chat_id).where(ChatComing.person_id == person.id)
    query = (
        select(chat.c.id, chat.c.title, chat.c.starts_at, post.c.created_at, post.c.edited_at)
        .join(post, post.c.id == chat.c.id)
        .where(chat.c.state.in_(("planned", "open")), chat.c.starts_at > now() - LATE, post.c.removed_at.is_(None))
        .where(or_(post.c.author_id == person.id, chat.c.id.in_(comes)))
        .order_by(chat.c.starts_at, chat.c.id)
        .limit(MOST)
    )
    return [
        Happening(
            uid=f"chat-{row.id}@{host()}",
            title=gettext("Chat: %(title)s", title=row.title),
            url=base() + chat_address(row.id, row.title),
            stamp=row.edited_at or row.created_at,
            begins=row.starts_at,
            ends=row.starts_at + HOUR,
        )
        for row in db.session.execute(query)
    ]
