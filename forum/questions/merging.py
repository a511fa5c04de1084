"""Merging: two questions that ask the same become one, with both wordings kept; and taking them apart again.

What stands under the questions follows by listeners that are part of the deed: answers, practices, needs, notes. Each
of them remembers where it came from, so that undoing needs no list of what was moved, in whatever order it is done.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, func, insert, select, update
from sqlalchemy.orm import aliased

from forum.core import text
from forum.core.clock import now
from forum.core.db import db
from forum.core.errors import Invalid, Refused
from forum.core.events import PostEvent, publish
from forum.core.permissions import require
from forum.departments.levels import stronger
from forum.departments.models import Follow
from forum.people.models import Person
from forum.questions.models import Merge, Question

LONGEST_REASON = 300  # characters: a line or two.


@dataclass(frozen=True, kw_only=True)
class MergeEvent(PostEvent):
    """Something about a question, `post_id`, and the one that it is merged into.

    `question_ids` are the question itself and those that were merged into it before: all of them go along.
    """

    merge_id: int
    into_id: int
    question_ids: list[int]


@dataclass(frozen=True, kw_only=True)
class QuestionsMerged(MergeEvent):
    """A question was found to ask the same as another one, which stands for both now and had `answers` then."""

    answers: int


@dataclass(frozen=True, kw_only=True)
class MergeUndone(MergeEvent):
    """A merged question is one of its own again."""


@dataclass(frozen=True, kw_only=True)
class MergeKept(MergeEvent):
    """A second person looked at an objection and left the questions merged."""


class Merged(Refused):
    """Another question stands for this one."""

    message = "This was merged into another question meanwhile. Reload the page: it leads you there."


class Decided(Refused):
    """Somebody was faster."""

    message = "This has been decided meanwhile. Reload the page to see how."


class WordingRemoved(Refused):
    """What was removed cannot be a question of its own."""

    message = "That question was removed. Put it back first, then take the two apart."


@dataclass(frozen=True)
class Wording:
    """Another way in which a question was asked, ready to be shown."""

    id: int
    title: str
    asked_at: datetime
    author_id: int
    author: str
    score: int
    merge: Merge


def merge(person: Person, question: Question, into: Question, reason: str = "") -> Merge:
    """Let `into` stand for `question` too; one that is merged itself leads to the question that stands for it.

    Votes stay with the wording they were given to. Raises `Invalid` in words for two that cannot be merged.
    """
    require(person, "question.merge", question)
    target = db.session.get_one(Question, into.merged_into_id or into.id)
    _lock(question, target)
    check(person, question, target)
    moved = family(question.id)
    made = Merge(
        question_id=question.id,
        into_id=target.id,
        by_id=person.id,
        at=now(),
        reason=text.clean_line(reason, LONGEST_REASON),
        levels_changed=_follow_along(moved, target.id),
    )
    db.session.add(made)
    _point(moved, to=target.id)
    _count_askings(question, target)
    publish(
        QuestionsMerged(**_about(made, target.id, moved), answers=target.answer_count),
        actor=person,
    )
    return made


def undo(person: Person, merge: Merge) -> None:
    """Make a merged question one of its own again, with all that belongs to it. Raises `Decided`, `WordingRemoved`."""
    require(person, "merge.undo", merge)
    question = db.session.get_one(Question, merge.question_id)
    if question.removed_at is not None:
        raise WordingRemoved()
    target = db.session.get_one(Question, question.merged_into_id or merge.into_id)
    _lock(question, target)
    _decide(merge, undone_at=now(), undone_by_id=person.id)
    moved = family(question.id)
    _point([question.id], to=None)
    _point([id for id in moved if id != question.id], to=question.id)
    _count_askings(question, target)
    _follow_as_before(merge, target.id)
    publish(MergeUndone(**_about(merge, target.id, moved)), actor=person)


def keep(person: Person, merge: Merge) -> None:
    """Leave two questions merged although the asker of one objected; never the one who merged them."""
    require(person, "merge.keep", merge)
    if not merge.is_contested:
        raise Decided()
    _decide(merge, kept_at=now(), kept_by_id=person.id)
    into_id = db.session.get_one(Question, merge.question_id).merged_into_id or merge.into_id
    publish(MergeKept(**_about(merge, into_id, [merge.question_id])), actor=person)


def standing_merge(question_id: int) -> Merge | None:
    """By what a question is merged now."""
    return db.session.scalar(select(Merge).where(Merge.question_id == question_id, Merge.undone_at.is_(None)))


def survivor(question: Question) -> Question:
    """The question that stands for this one: itself, unless it is merged."""
    return db.session.get_one(Question, question.merged_into_id) if question.merged_into_id else question


def stay_apart(question: Question) -> None:
    """Raise `Merged` when another question has come to stand for this one since it was read.

    To be called after a row that points to the question was written: whoever merges waits for it, or it waits for them.
    """
    db.session.refresh(question, ["merged_into_id"])
    if question.merged_into_id is not None:
        raise Merged()


def family(question_id: int) -> list[int]:
    """A question and all that were merged into it, directly or through others; the question first."""
    found, fresh = [question_id], [question_id]
    while fresh:
        below = select(Merge.question_id).where(Merge.into_id.in_(fresh), Merge.undone_at.is_(None)).order_by(Merge.id)
        fresh = list(db.session.scalars(below))
        found += fresh
    return found


def places(question_id: int) -> list[int]:
    """A question and all that ever stood for it: where something that began on it may have gone on."""
    found, fresh = {question_id}, {question_id}
    while fresh:
        above = set(db.session.scalars(select(Merge.into_id).where(Merge.question_id.in_(fresh))))
        fresh = above - found
        found |= fresh
    return sorted(found)


def wordings(question_id: int) -> Sequence[Wording]:
    """The other ways in which a question was asked, in the order in which they were found."""
    question, author = aliased(Question), aliased(Person)
    rows = db.session.execute(
        select(question, author.name, Merge)
        .join(Merge, Merge.question_id == question.id)
        .join(author, author.id == question.author_id)
        .where(question.merged_into_id == question_id, question.removed_at.is_(None), Merge.undone_at.is_(None))
        .order_by(Merge.id)
    )
    return [
        Wording(each.id, each.title, each.created_at, each.author_id, name, each.score, made)
        for each, name, made in rows
    ]


def check(person: Person, question: Question, target: Question) -> None:
    """Whether this person may let `target` stand for a question. Raises `Invalid` in words, or `Merged`."""
    if question.merged_into_id is not None:
        raise Merged()
    if target.id == question.id:
        raise Invalid("That is this question, or one that was merged into it. Choose another one.")
    if target.merged_into_id is not None:
        raise Invalid("That one has just been merged itself. Choose it again, and you get the one it leads to.")
    if target.removed_at is not None:
        raise Invalid("That question was removed. Choose another one.")
    if target.author_id == person.id:
        raise Invalid("You asked that one yourself, so somebody else decides about it: ask a moderator.")


def _lock(*questions: Question) -> None:
    """Of two merges at once that touch the same question, one follows the other and sees what it did."""
    table: Any = Question.__table__
    ids = sorted(each.id for each in questions)
    db.session.execute(select(table.c.id).where(table.c.id.in_(ids)).order_by(table.c.id).with_for_update())
    for each in questions:
        db.session.refresh(each, ["merged_into_id", "answer_count", "removed_at"])


def _point(question_ids: Iterable[int], *, to: int | None) -> None:
    db.session.execute(update(Question).where(Question.id.in_(list(question_ids))).values(merged_into_id=to))


def _count_askings(*questions: Question) -> None:
    table: Any = Question.__table__
    other = table.alias()
    merged = select(func.count()).where(other.c.merged_into_id == table.c.id).scalar_subquery()
    ids = [each.id for each in questions]
    db.session.execute(update(table).where(table.c.id.in_(ids)).values(times_asked=1 + merged))
    for each in questions:
        db.session.refresh(each, ["merged_into_id", "times_asked"])


def _follow_along(question_ids: Sequence[int], into_id: int) -> dict[str, tuple[str | None, str]]:
    """Let the level that somebody chose for one of these count for the other question, if stronger; returns changes."""
    chosen = select(Follow.person_id, Follow.followed_id, Follow.level).where(Follow.kind == "question")
    levels: dict[int, str] = {}
    before: dict[int, str] = {}
    for person_id, followed_id, level in db.session.execute(
        chosen.where(Follow.followed_id.in_([*question_ids, into_id]))
    ):
        levels[person_id] = stronger(levels.get(person_id), level)
        if followed_id == into_id:
            before[person_id] = level
    changed = {id: (before.get(id), level) for id, level in sorted(levels.items()) if before.get(id) != level}
    new = [id for id, (earlier, _) in changed.items() if earlier is None]
    if new:
        row = {"kind": "question", "followed_id": into_id, "since": now()}
        db.session.execute(insert(Follow).values([{**row, "person_id": id, "level": levels[id]} for id in new]))
    for id, (earlier, level) in changed.items():
        if earlier is not None:
            db.session.execute(update(Follow).where(*_is_of(id, into_id)).values(level=level))
    return {str(id): change for id, change in changed.items()}


def _follow_as_before(merge: Merge, into_id: int) -> None:
    """Undo `_follow_along`, but for whoever has chosen another level since."""
    for id, (earlier, made) in merge.levels_changed.items():
        still = (*_is_of(int(id), into_id), Follow.level == made)
        if earlier is None:
            db.session.execute(delete(Follow).where(*still))
        else:
            db.session.execute(update(Follow).where(*still).values(level=earlier))


def _is_of(person_id: int, question_id: int) -> tuple[ColumnElement[bool], ...]:
    return Follow.kind == "question", Follow.followed_id == question_id, Follow.person_id == person_id


def _decide(merge: Merge, **decision: Any) -> None:
    """Of two decisions at once exactly one counts; the other is told so."""
    claim = update(Merge).where(Merge.id == merge.id, Merge.undone_at.is_(None)).values(**decision)
    if "kept_at" in decision:
        claim = claim.where(Merge.kept_at.is_(None))
    claimed: Any = db.session.execute(claim, execution_options={"synchronize_session": False})
    if claimed.rowcount == 0:
        raise Decided()
    db.session.refresh(merge, [*decision])


def _about(merge: Merge, into_id: int, question_ids: list[int]) -> dict[str, Any]:
    db.session.flush()
    return {"post_id": merge.question_id, "merge_id": merge.id, "into_id": into_id, "question_ids": question_ids}
