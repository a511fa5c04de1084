"""The log of what moderators did. Everybody may read it, so it holds nothing that anybody said in private.

A line is who, what, when, to which post, and the word of a closed list. Who flagged, what was said to the author, what
a hidden post said and who wrote it are not in it. Of what was said in a chat it names the chat alone.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from forum.answers.models import Answer
from forum.chats.models import Chat, ChatTurn
from forum.chats.running import TurnApproved, TurnStruck
from forum.core.db import db
from forum.core.events import EventRow
from forum.core.jobs import listener
from forum.core.languages import Message, messages
from forum.core.paging import Paged, after_key, next_key
from forum.core.permissions import require
from forum.moderation.converting import ConversionUndone, PostConverted
from forum.moderation.deciding import CaseDecided
from forum.moderation.intervening import (
    InterventionConfirmed,
    InterventionEvent,
    InterventionLapsed,
    InterventionLifted,
    PageLocked,
    PostHidden,
)
from forum.moderation.labelling import QuestionMoved
from forum.moderation.models import REASONS, Deed
from forum.people.models import Person
from forum.posts.locking import LOCKS
from forum.posts.models import Comment, Post
from forum.posts.removing import PostRemoved, PostRestored
from forum.practices.models import Practice
from forum.questions.merging import MergeKept, MergeUndone, QuestionsMerged
from forum.questions.models import Question

DEEDS = messages(
    {
        "hidden": "%(name)s hid %(post)s",
        "locked": "%(name)s locked %(post)s",
        "hidden confirmed": "%(name)s agreed, as a second person, that %(post)s is hidden",
        "locked confirmed": "%(name)s agreed, as a second person, that %(post)s is locked",
        "hidden lifted": "%(name)s put %(post)s back that was hidden",
        "locked lifted": "%(name)s opened %(post)s again that was locked",
        "hidden lapsed": "%(post)s came back, as no second person agreed in time",
        "locked lapsed": "%(post)s was opened again, as no second person agreed in time",
        "dismissed": "%(name)s looked at %(post)s that was flagged, and left it as it is",
        "approved": "%(name)s approved %(post)s that waited",
        "refused": "%(name)s sent %(post)s that waited back to its author",
        "removed": "%(name)s removed %(post)s",
        "restored": "%(name)s restored %(post)s",
        "moved": "%(name)s gave %(post)s other departments or topics",
        "merged": "%(name)s merged %(post)s into another one",
        "apart": "%(name)s made %(post)s a question of its own again",
        "kept merged": "%(name)s compared %(post)s with the one it was merged into, and left them merged",
        "converted to comment": "%(name)s turned an answer into %(post)s",
        "converted to answer": "%(name)s turned a comment into %(post)s",
        "converted back": "%(name)s made %(post)s what it was before",
        "turn approved": "%(name)s let stand what somebody said in %(post)s and waited",
        "turn refused": "%(name)s struck what somebody said in %(post)s before it was read",
        "turn struck": "%(name)s struck what somebody said in %(post)s",
    }
)
DEED_OF: dict[type[Any], str] = {
    PostHidden: "{act}",
    PageLocked: "{act}",
    InterventionConfirmed: "{act} confirmed",
    InterventionLifted: "{act} lifted",
    InterventionLapsed: "{act} lapsed",
    CaseDecided: "{outcome}",
    PostRemoved: "removed",
    PostRestored: "restored",
    QuestionMoved: "moved",
    QuestionsMerged: "merged",
    MergeUndone: "apart",
    MergeKept: "kept merged",
    PostConverted: "converted to {kind}",
    ConversionUndone: "converted back",
    TurnApproved: "turn approved",
    TurnStruck: "turn struck",
}
KINDS = messages(
    {
        "question": "a question",
        "answer": "an answer",
        "comment": "a comment",
        "practice": "a practice",
        "chat": "a chat",
    }
)
POST = Message("a post")
Logged = (
    InterventionEvent
    | CaseDecided
    | PostConverted
    | ConversionUndone
    | QuestionMoved
    | QuestionsMerged
    | MergeUndone
    | MergeKept
    | PostRemoved
    | PostRestored
    | TurnApproved
    | TurnStruck
)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the log, ready to be shown; `title` and `url` are empty where the post cannot be read."""

    id: int
    at: datetime
    by: str
    words: str  # a message with places for the name and the post
    post: str
    title: str
    url: str
    reason: str


@listener(at_once=True)
def write_down(event: Logged) -> None:
    """Write down what a moderator did. What authors do with their own posts, and hosts with their chats, is theirs."""
    deed = _deed(event)
    row = db.session.get_one(EventRow, event.event_id)
    if deed is None or (deed in ("removed", "restored", "turn struck") and _is_own(row)):
        return
    reason = event.reason if isinstance(event, InterventionEvent | CaseDecided | TurnStruck) else ""
    made = Deed(event_id=row.id, at=row.at, by_id=row.actor_id, deed=deed, post_id=event.post_id, reason=reason)
    db.session.add(made)


def lines(person: Person, key: str | None = None) -> Paged[Line]:
    """One page of the log, the latest first."""
    require(person, "moderation.read_log")
    post, page = aliased(Post.__table__), aliased(Post.__table__)
    answer, comment = Answer.__table__, Comment.__table__
    question, practice, chat = Question.__table__, Practice.__table__, Chat.__table__
    page_id = func.coalesce(answer.c.question_id, comment.c.page_id, post.c.id)
    query = (
        select(
            Deed.id,
            Deed.at,
            Deed.deed,
            Deed.reason,
            Deed.post_id,
            Person.name.label("by"),
            post.c.kind,
            post.c.removed_at.is_(None).label("stands"),
            page.c.removed_at.is_(None).label("page_stands"),
            func.coalesce(question.c.title, practice.c.title, chat.c.title).label("title"),
        )
        .join(post, post.c.id == Deed.post_id)
        .outerjoin(Person, Person.id == Deed.by_id)
        .outerjoin(answer, answer.c.id == Deed.post_id)
        .outerjoin(comment, comment.c.id == Deed.post_id)
        .join(page, page.c.id == page_id)
        .outerjoin(question, question.c.id == page.c.id)
        .outerjoin(practice, practice.c.id == page.c.id)
        .outerjoin(chat, chat.c.id == page.c.id)
    )
    rows = db.session.execute(after_key(query, key, Deed.at, Deed.id)).all()
    shown: list[Any] = list(rows)
    paged_key = next_key(shown, lambda row: (row.at, row.id))
    return Paged([_line(row) for row in (shown[:-1] if paged_key else shown)], paged_key)


def _deed(event: Logged) -> str | None:
    """Which of `DEEDS` it is; None for what is a part of another one."""
    if isinstance(event, PostRemoved | PostRestored) and event.because:
        return None
    if isinstance(event, CaseDecided) and event.outcome == "hidden":
        return None
    if isinstance(event, TurnStruck) and db.session.get_one(ChatTurn, event.turn_id).held_at is not None:
        return "turn refused"
    return DEED_OF[type(event)].format(**asdict(event))


def _is_own(row: EventRow) -> bool:
    author_id = db.session.scalar(select(Post.author_id).where(Post.id == row.post_id))
    return row.actor_id is None or row.actor_id == author_id


def _line(row: Any) -> Line:
    readable = row.stands and row.page_stands
    return Line(
        id=row.id,
        at=row.at,
        by=row.by or "",
        words=DEEDS[row.deed],
        post=KINDS.get(row.kind, POST),
        title=row.title if readable and row.title else "",
        url=f"/posts/{row.post_id}" if readable else "",
        reason=(LOCKS if row.deed.startswith("locked") else REASONS).get(row.reason, ""),
    )
