"""Following a department, a tag, a question, a person or a cause, and at which level."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, case, delete, exists, func, not_, or_, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from forum.core.clock import now
from forum.core.db import db
from forum.core.errors import Invalid
from forum.core.permissions import require
from forum.departments.levels import FOLLOWED, LEVELS, LEVELS_OF, USUAL
from forum.departments.models import FOLLOWED_KINDS, Follow, post_department, post_tag

OF_LABELS = (("tag", post_tag, post_tag.c.tag_id), ("department", post_department, post_department.c.department_id))


def follow(person: Any, kind: str, id: int) -> None:
    """Follow it at the usual level from now on; where a level was chosen before, that stands.

    Raises ValueError for a kind nobody can follow.
    """
    require(person, "follow.set")
    if kind not in FOLLOWED_KINDS:
        raise ValueError(f"Nobody can follow a {kind!r}.")
    row = _insert().values(person_id=person.id, kind=kind, followed_id=id, level=USUAL[kind], since=now())
    db.session.execute(row.on_conflict_do_nothing())


def unfollow(person: Any, kind: str, id: int) -> None:
    """Follow it no longer, at no level."""
    require(person, "follow.set")
    own = (Follow.person_id == person.id, Follow.kind == kind, Follow.followed_id == id)
    db.session.execute(delete(Follow).where(*own))


def choose_level(person: Any, kind: str, id: int, level: str) -> None:
    """Hear that much of it from now on. Raises `Invalid` for a level that there is not for this kind."""
    require(person, "follow.set")
    if level not in LEVELS_OF[kind]:
        raise Invalid("Choose one of the levels offered.", "level")
    if level == "normal" and kind != "question":
        unfollow(person, kind, id)  # Of a label it is what holds for everybody: there is nothing to remember.
        return
    row = _insert().values(person_id=person.id, kind=kind, followed_id=id, level=level, since=now())
    # Who followed already goes on with what came since then.
    goes_on = and_(Follow.level.in_(FOLLOWED), row.excluded.level.in_(FOLLOWED))
    again = {"level": row.excluded.level, "since": case((goes_on, Follow.since), else_=row.excluded.since)}
    db.session.execute(row.on_conflict_do_update(index_elements=["person_id", "kind", "followed_id"], set_=again))


def hear_no_more_than(person: Any, question_id: int, level: str) -> None:
    """Hear that much of a thread from now on, unless it is less already."""
    own = (Follow.person_id == person.id, Follow.kind == "question", Follow.followed_id == question_id)
    standing = db.session.scalar(select(Follow.level).where(*own))
    if standing is None or LEVELS.index(standing) < LEVELS.index(level):
        choose_level(person, "question", question_id, level)


def following(person: Any, kind: str, id: int) -> tuple[str, int]:
    """The level that the person has chosen, `normal` where none, and how many others follow it."""
    level, others = db.session.execute(following_statement(), {"person_id": person.id, "kind": kind, "id": id}).one()
    return level or "normal", others


@cache
def following_statement() -> Any:
    """The statement of `following`, of `person_id`, `kind` and `id`: for whoever asks for more by the same."""
    own, followed = Follow.person_id == bindparam("person_id"), Follow.level.in_(FOLLOWED)
    about = (Follow.kind == bindparam("kind"), Follow.followed_id == bindparam("id"))
    return select(func.max(case((own, Follow.level))), func.count(case((and_(not_(own), followed), 1)))).where(*about)


def followed_ids(person: Any) -> dict[str, list[int]]:
    """Everything a person follows, at whatever level: kind -> ids."""
    found: dict[str, list[int]] = {kind: [] for kind in FOLLOWED_KINDS}
    own = select(Follow.kind, Follow.followed_id).where(Follow.person_id == person.id, Follow.level.in_(FOLLOWED))
    for kind, id in db.session.execute(own):
        found[kind].append(id)
    return found


def chosen(whose: ColumnElement[bool], kind: str, levels: Iterable[str]) -> Any:
    """The ids of that kind for which one of the levels was chosen; `whose` is a condition on `Follow.person_id`."""
    return select(Follow.followed_id).where(whose, Follow.kind == kind, Follow.level.in_(tuple(levels)))


def has_label_at(post_id: Any, whose: ColumnElement[bool], levels: Iterable[str]) -> ColumnElement[bool]:
    """Whether a post has a topic or a department for which one of the levels was chosen."""
    found = (
        exists().where(table.c.post_id == post_id, label.in_(chosen(whose, kind, levels)))
        for kind, table, label in OF_LABELS
    )
    return or_(*found)


def strongest_of_labels(post_id: Any, whose: ColumnElement[bool]) -> Any:
    """The place in LEVELS of the strongest level that was chosen for a label of a post; None where none was."""
    about = or_(
        *(
            and_(Follow.kind == kind, Follow.followed_id.in_(select(label).where(table.c.post_id == post_id)))
            for kind, table, label in OF_LABELS
        )
    )
    place = case({level: place for place, level in enumerate(LEVELS)}, value=Follow.level)
    # Nothing of it comes from a statement around it, which may be about following, too.
    return select(func.min(place)).where(whose, about).correlate(None)


def is_left_out(question_id: Any, whose: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether a question is not to be offered to somebody: where `levels.level_in` is "muted", for many at once."""
    spoken_for = question_id.in_(chosen(whose, "question", [each for each in LEVELS if each != "muted"]))
    by_labels = and_(has_label_at(question_id, whose, ["muted"]), not_(has_label_at(question_id, whose, FOLLOWED)))
    return or_(question_id.in_(chosen(whose, "question", ["muted"])), and_(not_(spoken_for), by_labels))


def _insert() -> Any:
    return (sqlite_insert if db.session.get_bind().dialect.name == "sqlite" else postgresql_insert)(Follow)
