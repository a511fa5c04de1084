"""Where somebody is named: every text of every table, by @name, by e-mail address and by the name itself."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import JSON, Column, String, Table, and_, cast, func, null, or_, select, update

from forum.core.db import db
from forum.people.models import Person

# Hashes and secrets, in which nobody is named, and the log that holds no words.
NO_TEXT = {
    *("token_hash", "password_hash", "hash", "previous", "sha256", "fingerprint", "public_key"),
    *("sealed_secret", "sealed_address"),
}
NO_WORDS = {"audit", "person", "persona_link", "passkey_challenge"}
# Texts that the site wrote by itself: the name in them is nobody's wording.
WRITTEN_BY_THE_SITE = {"event", "job", "monthly_note", "introduction"}
# The columns that say who wrote the texts of a row, where it is no post.
WRITERS = ("by_id", "person_id", "asked_by_id", "made_by_id", "decided_by_id")
POSTS = ("post", "question", "practice", "cause", "request", "chat")
AROUND = 60  # characters shown on each side of a name

Change = Callable[[str], str]


@dataclass(frozen=True)
class Named:
    """A place where somebody else wrote the name: its key, what kind of thing it is, and the words around it."""

    key: str
    kind: str
    post_id: int | None
    words: str


@dataclass(frozen=True)
class Row:
    """One text of one row, with what is needed to write it anew."""

    table: Table
    column: Column[Any]
    where: Any
    key: str
    post_id: int | None
    by_id: int | None
    value: Any

    def is_by(self, person: Person, posts: Collection[int]) -> bool:
        """Whether the person, who wrote these posts, wrote it, or the site did by itself."""
        return self.table.name in WRITTEN_BY_THE_SITE or self.by_id == person.id or self.post_id in posts


def by_handle(person: Person, name: str, handle: str) -> Change:
    """Replaces @name, the address of the profile and the e-mail address: these mean nobody else."""
    # As a mention, and as somebody searches for what a person wrote.
    at = re.compile(rf"(?<![\w@.-])(@|author:@?){re.escape(person.handle)}(?![\w-])", re.IGNORECASE)
    link = re.compile(rf"/people/{person.id}/{re.escape(person.handle)}(?![\w-])")
    mail = re.compile(rf"(?<![\w.+-]){re.escape(person.email)}(?![\w-])", re.IGNORECASE)
    return lambda text: mail.sub(name, link.sub(f"/people/{person.id}/{handle}", at.sub(rf"\g<1>{handle}", text)))


def by_name(person: Person, name: str) -> Change:
    """Replaces the whole name, also where it is written into HTML."""
    found = re.compile(rf"(?<!\w){re.escape(person.name)}(?!\w)", re.IGNORECASE)
    return lambda text: found.sub(name, text)


def texts_with(*needles: str) -> Iterator[Row]:
    """Every text in which one of these stands, whatever its table."""
    for table in db.metadata.sorted_tables:
        if table.name not in NO_WORDS:
            # Keys last: by them the other texts of the row are found again.
            for column in sorted(table.c, key=lambda column: bool(column.primary_key)):
                if isinstance(column.type, String | JSON) and column.name not in NO_TEXT and not column.foreign_keys:
                    yield from _rows(table, column, needles)


def rewrite(row: Row, change: Change) -> bool:
    """Write a text anew if the change makes another of it; says whether it did."""
    changed = _changed(row.value, change)
    if changed == row.value:
        return False
    # Not through the model: an event is never changed, but for this.
    db.session.execute(update(row.table).where(row.where).values({row.column.name: changed}))
    return True


def others_who_name(person: Person) -> list[Named]:
    """Texts of others in which the name stands without an @: somebody has to decide about each. Once for each place."""
    own = own_posts(person)
    found: dict[str, Named] = {}
    whole = re.compile(rf"(?<!\w){re.escape(person.name)}(?!\w)", re.IGNORECASE)
    for row in texts_with(person.name):
        place = whole.search(row.value) if isinstance(row.value, str) else None
        if place and not row.is_by(person, own) and row.column.name != "html" and row.key not in found:
            begin, end = max(place.start() - AROUND, 0), place.end() + AROUND
            found[row.key] = Named(row.key, row.table.name.replace("_", " "), row.post_id, row.value[begin:end].strip())
    return list(found.values())


def own_posts(person: Person) -> set[int]:
    """The posts that the person wrote by name.

    Those without one are treated as of others: were they left out of what an administrator sees, or changed with the
    rest, that would tell whose they are.
    """
    post = db.metadata.tables["post"]
    return set(db.session.scalars(select(post.c.id).where(post.c.author_id == person.id)))


def _rows(table: Table, column: Column[Any], needles: tuple[str, ...]) -> Iterator[Row]:
    text = func.lower(cast(column, String)) if isinstance(column.type, JSON) else func.lower(column)
    # JSON may hold letters beyond ASCII as \\u followed by four digits.
    wanted = {each.lower() for each in needles} | {json.dumps(each.lower())[1:-1] for each in needles}
    wanted |= {json.dumps(each)[1:-1].lower() for each in needles}
    keys = list(table.primary_key.columns)
    post_id = table.c.id if table.name in POSTS else table.c.get("post_id")
    writer = next((table.c[name] for name in WRITERS if name in table.c), null())
    post = (post_id if post_id is not None else keys[0]).label("post")
    query = select(*keys, column.label("value"), post, writer.label("writer"))
    # Not LIKE: its patterns may not be longer than 50,000 characters, and have signs of their own.
    place_in = func.instr if db.session.get_bind().dialect.name == "sqlite" else func.strpos
    query = query.where(or_(*(place_in(text, each) > 0 for each in wanted)))
    for row in db.session.execute(query).all():
        values = row[: len(keys)]
        where = and_(*(key == value for key, value in zip(keys, values, strict=True)))
        of_post = row.post if post_id is not None else None
        key = f"post:{of_post}" if of_post else f"{table.name}:{'-'.join(map(str, values))}"
        yield Row(table, column, where, key, of_post, row.writer, row.value)


def _changed(value: Any, change: Change) -> Any:
    if isinstance(value, str):
        return change(value)
    if isinstance(value, list):
        return [_changed(each, change) for each in value]
    if isinstance(value, dict):
        return {name: _changed(each, change) for name, each in value.items()}
    return value
