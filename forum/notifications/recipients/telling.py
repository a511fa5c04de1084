"""How somebody is told: with the people it concerns, the strongest reason first.

Nobody hears of what they did themselves, nobody who has left hears anything, and one event is one note for a person
however many reasons there are. Each listener looks at how things stand when it runs: news that is none any more, and
what the person can no longer act upon, is not told.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, or_, select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import joinedload

from forum.answers.models import Answer
from forum.core import text
from forum.core.clock import now
from forum.core.db import db
from forum.core.events import Event, EventRow, PostEvent
from forum.departments.levels import FOLLOWS, telling
from forum.departments.models import Follow, post_department, post_tag
from forum.needs.models import Need, met_by_answers
from forum.notifications.later import asks_by_name, put_off_until, wake
from forum.notifications.models import Notification
from forum.notifications.preferences import Frequencies
from forum.notifications.timing import mail_due
from forum.people.models import Person, Role
from forum.posts.models import Comment, Post, Revision
from forum.posts.wishes import wished_reasons
from forum.questions.models import Question

OLD = timedelta(days=14)  # What is told so late comes from a replay or a long standstill: kept as read, never mailed.
AT_ONCE = 500  # rows of one statement: PostgreSQL and SQLite take that many values, and more people are rare
Reason = tuple[str, Iterable[int]]
LABELS = ("person", "tag", "department")  # By whom, about what, for whom: the closest first.
KIND_OF_REASON = {"mentioned": "mention"}


def tell(
    event: Event,
    kind: str,
    about: Post | None,
    page: Post | None,
    people: Sequence[Reason],
    *,
    need: Need | None = None,
    but: Collection[int] = (),
    thread: Question | None = None,
) -> None:
    """Write a note to everybody concerned about something on a page, or about no post at all; twice is once.

    What somebody has chosen to hear of the question `thread` counts, where that is not the page itself.
    """
    row = row_of(event)
    if any(post is not None and post.removed_at is not None for post in (about, page)):
        return
    reasons: dict[int, list[str]] = {}
    for reason, ids in people:
        for id in ids:
            reasons.setdefault(id, []).append(reason)
    for already in (row.actor_id, *but):
        reasons.pop(already or 0, None)
    if need is not None:
        _put_earlier_away(event, kind, need)
    page_id = page.id if page else None
    shared = {
        "event_id": row.id,
        "actor_id": row.actor_id,
        "post_id": about.id if about else None,
        "page_id": page_id,
        "need_id": need.id if need else None,
        "created_at": row.at,
        "read_at": row.at if row.at < now() - OLD else None,
    }
    asleep = put_off_until(page_id, reasons)
    wished = wished_reasons(kind, reasons, page=page, thread=thread)
    notes = [{**shared, **note} for note in _notes(kind, wished, since=row.at, asleep=asleep)]
    woken = [note["person_id"] for note in notes if note["person_id"] in asleep and note["later_until"] is None]
    if woken:
        wake(page_id, woken)
    _write(notes)


def named(person_id: int | None) -> Sequence[int]:
    """Somebody who may not be there, as people to tell."""
    return [person_id] if person_id is not None else []


def _notes(
    kind: str, reasons: Mapping[int, Sequence[str]], *, since: datetime, asleep: dict[int, datetime]
) -> Iterable[dict[str, Any]]:
    """For each who is here, by name or without: the strongest reason they wish to hear of, and when it is mailed.

    What asks nobody anything by name waits with a thread that its person has put off.
    """
    frequencies = Frequencies(reasons)
    here = select(Person).where(Person.id.in_(list(reasons)), or_(Person.left_at.is_(None), Person.is_persona))
    here = here.order_by(Person.id)
    for person in db.session.scalars(here.options(joinedload(Person.department))):
        for reason in reasons[person.id]:
            of_reason = KIND_OF_REASON.get(reason, kind)
            frequency = frequencies.of(person.id, of_reason)
            if frequency != "off":
                later = None if asks_by_name(of_reason) else asleep.get(person.id)
                due = mail_due(frequency, person, later or since)
                note = {"person_id": person.id, "kind": of_reason, "reason": reason}
                yield {**note, "mail_due_at": due, "later_until": later}
                break


def _write(notes: list[dict[str, Any]]) -> None:
    insert = sqlite_insert if db.session.get_bind().dialect.name == "sqlite" else postgresql_insert
    for start in range(0, len(notes), AT_ONCE):
        rows = insert(Notification).values(notes[start : start + AT_ONCE])
        db.session.execute(rows.on_conflict_do_nothing(index_elements=["person_id", "event_id"]))


def _put_earlier_away(event: Event, kind: str, need: Need) -> None:
    """A reminder takes the place of what it reminds of: one line in the inbox for what is asked once."""
    earlier = (Notification.need_id == need.id, Notification.kind == kind, Notification.event_id < event.event_id)
    standing = update(Notification).where(*earlier, Notification.done_at.is_(None))
    db.session.execute(standing.values(done_at=now(), read_at=now()))


def mentioned(post: Post, version: int = 1) -> Reason:
    """Whoever this version of a post mentions and the one before it did not."""
    handles = _handles(post, version) - _handles(post, version - 1)
    found = db.session.scalars(_mentioned(sorted(handles))).all() if handles else []
    return "mentioned", found


def _mentioned(handles: Sequence[str]) -> Any:
    return select(Person.id).where(Person.handle.in_(handles), ~Person.is_persona)


def moderators() -> Sequence[int]:
    """Everybody who is a moderator now."""
    roles = select(Role.person_id).where(Role.name == "moderator", Role.until.is_(None))
    return db.session.scalars(roles.distinct()).all()


def sharing(question: Question) -> Sequence[int]:
    """Whoever has the same need, also in other words, or tried in vain what was known already."""
    shared = (Need.question_id == question.id, met_by_answers(), Need.state != "withdrawn")
    return db.session.scalars(select(Need.person_id).where(*shared, Need.person_id != question.author_id)).all()


def followers(event: PostEvent, kind: str, post: Post, *followed: str) -> list[Reason]:
    """Who followed the post, its author, its topics or its departments when it happened, at a level that tells of this
    kind of note; one reason for each of what is `followed`."""
    ids: dict[str, Any] = {
        "question": [post.id],
        "cause": [post.id],
        "person": [post.author_id],
        "tag": select(post_tag.c.tag_id).where(post_tag.c.post_id == post.id),
        "department": select(post_department.c.department_id).where(post_department.c.post_id == post.id),
    }
    wanted = or_(*(and_(Follow.kind == each, Follow.followed_id.in_(ids[each])) for each in followed))
    told = (Follow.since <= row_of(event).at, Follow.level.in_(telling(kind)))
    found = db.session.execute(select(Follow.kind, Follow.person_id).where(wanted, *told)).all()
    return [(f"{FOLLOWS}{each}", [person_id for of, person_id in found if of == each]) for each in followed]


def told_before(event: PostEvent, about: Post) -> Collection[int]:
    """Whoever was told that the same person did the same to the same post."""
    row = row_of(event)
    same = (Notification.post_id == about.id, Notification.actor_id == row.actor_id, EventRow.name == row.name)
    earlier = select(Notification.person_id).join(EventRow, EventRow.id == Notification.event_id)
    return db.session.scalars(earlier.where(*same, Notification.event_id != row.id)).all()


def row_of(event: Event) -> EventRow:
    """The row of an event: who did it, and when."""
    return db.session.get_one(EventRow, event.event_id)


def page_of(post: Post) -> Post:
    """The question or practice on whose page a post stands; itself for one of these."""
    if isinstance(post, Answer):
        return db.session.get_one(Post, post.question_id)
    return db.session.get_one(Post, post.page_id) if isinstance(post, Comment) else post


def _handles(post: Post, version: int) -> set[str]:
    kept = select(Revision.texts).where(Revision.post_id == post.id, Revision.number == version)
    texts = db.session.scalar(kept) if version else None
    return text.mentioned_handles(texts["body"]) if texts else set()


def need_of(id: int) -> Need:
    """A need as it stands now."""
    return db.session.scalars(fresh(select(Need).where(Need.id == id))).one()


def fresh(query: Any) -> Any:
    """Read as the row is now, and hold it: whoever moves it on meanwhile finds the note that is written here."""
    return query.with_for_update().execution_options(populate_existing=True)
