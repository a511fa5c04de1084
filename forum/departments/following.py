"""Following a department, a tag, a question or a person."""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import bindparam, case, delete, func, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from forum.core.clock import now
from forum.core.db import db
from forum.core.permissions import require
from forum.departments.models import FOLLOWED_KINDS, Follow


def follow(person: Any, kind: str, id: int) -> None:
    """Follow it from now on; following twice is following once. Raises ValueError for a kind nobody can follow."""
    require(person, "follow.set")
    if kind not in FOLLOWED_KINDS:
        raise ValueError(f"Nobody can follow a {kind!r}.")
    insert = sqlite_insert if db.session.get_bind().dialect.name == "sqlite" else postgresql_insert
    row = insert(Follow).values(person_id=person.id, kind=kind, followed_id=id, since=now())
    db.session.execute(row.on_conflict_do_nothing())


def unfollow(person: Any, kind: str, id: int) -> None:
    """Follow it no longer."""
    require(person, "follow.set")
    own = (Follow.person_id == person.id, Follow.kind == kind, Follow.followed_id == id)
    db.session.execute(delete(Follow).where(*own))


def following(person: Any, kind: str, id: int) -> tuple[bool, int]:
    """Whether the person follows it, and how many people do."""
    does, count = db.session.execute(following_statement(), {"person_id": person.id, "kind": kind, "id": id}).one()
    return bool(does), count


@cache
def following_statement() -> Any:
    """The statement of `following`, of `person_id`, `kind` and `id`: for whoever asks for more by the same."""
    own = func.max(case((Follow.person_id == bindparam("person_id"), 1), else_=0))
    followed = (Follow.kind == bindparam("kind"), Follow.followed_id == bindparam("id"))
    return select(own, func.count()).where(*followed)


def followed_ids(person: Any) -> dict[str, list[int]]:
    """Everything a person follows: kind -> ids."""
    found: dict[str, list[int]] = {kind: [] for kind in FOLLOWED_KINDS}
    for kind, id in db.session.execute(select(Follow.kind, Follow.followed_id).where(Follow.person_id == person.id)):
        found[kind].append(id)
    return found
