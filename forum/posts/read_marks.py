"""What is new to somebody on a page that they have opened, or that they follow."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import Any

from sqlalchemy import and_, bindparam, case, func, or_, select, union_all
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from forum.core.clock import now
from forum.core.db import db
from forum.core.permissions import require
from forum.departments.following import chosen, following_statement, has_label_at, strongest_of_labels
from forum.departments.levels import FOLLOWED, LEVELS, level_shown
from forum.departments.models import Follow
from forum.people.models import Person
from forum.posts.models import Comment, Post, ReadMark
from forum.posts.reply_drafts import answer_in_words

KEPT_FOR = timedelta(days=365)  # after the last new post was read; what is older than that is new to nobody


@dataclass(frozen=True)
class News:
    """Which posts of a page are new to its reader; `first` is the one that is read first."""

    ids: frozenset[int] = frozenset()
    first: int = 0

    def __len__(self) -> int:
        return len(self.ids)


def mark_read(person: Person, page_id: int, up_to_id: int) -> None:
    """The person has read a page up to the post `up_to_id`. A mark only goes forward."""
    require(person, "read_mark.set")
    insert = sqlite_insert if db.session.get_bind().dialect.name == "sqlite" else postgresql_insert
    row = insert(ReadMark).values(person_id=person.id, page_id=page_id, up_to_id=up_to_id, day=now().date())
    farther = row.excluded.up_to_id > ReadMark.up_to_id
    again = {"up_to_id": row.excluded.up_to_id, "day": row.excluded.day}
    db.session.execute(row.on_conflict_do_update(index_elements=["person_id", "page_id"], set_=again, where=farther))


def followed_and_read(
    person: Person, voice: Person, question_id: int
) -> tuple[tuple[str, int], int | None, dict[str, Any] | None]:
    """Of a thread by one statement: the level at which `voice` or, by its labels, the person follows it and how many
    others do; up to which post the person has read it, None where they have never opened it; and the answer that they
    have begun, by field, if any."""
    asked = {"person_id": voice.id, "kind": "question", "id": question_id, "reader_id": person.id}
    own, others, of_labels, up_to_id, begun = db.session.execute(_followed_and_read(), asked).one()
    return (level_shown(own, [LEVELS[of_labels]] if of_labels is not None else []), others), up_to_id, begun


def news_among(person: Person, up_to_id: int | None, posts: Iterable[Post]) -> News:
    """What is new among the posts of a page, given in the order of reading; nothing where it was never opened."""
    if up_to_id is None:
        return News()
    others = [each for each in posts if each.removed_at is None and each.author_id not in person.selves]
    new = [each.id for each in others if each.id > up_to_id]
    return News(frozenset(new), new[0] if new else 0)


def news_since(person: Person, page_id: int, up_to_id: int) -> tuple[int, int]:
    """How many answers and comments by others came to a page after the post `up_to_id`."""
    asked = {"page_ids": [page_id], "people": list(person.selves), "up_to_id": up_to_id}
    answers, comments = db.session.execute(_news_since(), asked).one()
    return answers or 0, comments or 0


def new_on(person: Person, page_ids: Collection[int]) -> dict[int, int]:
    """How many posts by others are new to somebody on these pages: those that came after their mark, or where there is
    none, since they follow it, or watch or track a label of it. Pages without news, and muted ones, are left out."""
    if not page_ids:
        return {}
    asked = {
        "page_ids": list(page_ids),
        "people": list(person.selves),
        "reader_id": person.id,
        "oldest": now() - KEPT_FOR,
    }
    return dict(db.session.execute(_new_on(), asked).all())


@cache  # Made once, like the other statements of the thread page.
def _followed_and_read() -> Any:
    own = (ReadMark.person_id == bindparam("reader_id"), ReadMark.page_id == bindparam("id"))
    return following_statement().add_columns(
        strongest_of_labels(bindparam("id"), Follow.person_id == bindparam("reader_id")).scalar_subquery(),
        select(ReadMark.up_to_id).where(*own).scalar_subquery(),
        answer_in_words(),
    )


@cache
def _news_since() -> Any:
    replies = _replies()
    kinds = [func.sum(case((replies.c.kind == kind, 1), else_=0)) for kind in ("answer", "comment")]
    return select(*kinds).select_from(replies).where(replies.c.id > bindparam("up_to_id"))


@cache
def _new_on() -> Any:
    replies = _replies()
    mark = and_(ReadMark.page_id == replies.c.page_id, ReadMark.person_id == bindparam("reader_id"))
    own = Follow.person_id.in_(bindparam("people", expanding=True))
    came_since = and_(own, Follow.since < replies.c.created_at)
    followed = or_(
        replies.c.page_id.in_(chosen(came_since, "question", FOLLOWED)),
        and_(
            replies.c.page_id.not_in(chosen(own, "question", LEVELS)),
            has_label_at(replies.c.page_id, came_since, ("watching", "tracking")),
        ),
    )
    unopened = and_(ReadMark.id.is_(None), replies.c.created_at > bindparam("oldest"), followed)
    muted = replies.c.page_id.in_(chosen(own, "question", ("muted",)))
    return (
        select(replies.c.page_id, func.count())
        .select_from(replies.outerjoin(ReadMark.__table__, mark))
        .where(or_(replies.c.id > ReadMark.up_to_id, unopened), ~muted)
        .group_by(replies.c.page_id)
    )


def _replies() -> Any:
    """What others than `people` wrote under the pages `page_ids`, and everybody may read."""
    answer: Any = db.metadata.tables["answer"]  # By name: answers stand above posts.
    comment: Any = Comment.__table__
    post: Any = Post.__table__
    page_ids: Any = bindparam("page_ids", expanding=True)
    people: Any = bindparam("people", expanding=True)
    parts = [
        select(post.c.id, post.c.kind, post.c.created_at, page_id.label("page_id"))
        .join_from(table, post, post.c.id == table.c.id)
        .where(page_id.in_(page_ids), post.c.removed_at.is_(None), post.c.author_id.not_in(people))
        for table, page_id in ((answer, answer.c.question_id), (comment, comment.c.page_id))
    ]
    return union_all(*parts).subquery()
