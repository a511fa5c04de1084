"""Taking somebody out: the name, the addresses and everything private go; what they did stays, as of nobody.

Posts, votes and outcomes stay, or what others rely on would fall apart; they are of "Somebody who left". What was
written without a name stays as it is, and nobody can find out any more whose it was. See docs/decisions/0052.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import delete, func, or_, update

from forum.attachments import keeping
from forum.core import rate_limits
from forum.core.clock import now
from forum.core.db import db
from forum.core.errors import Invalid, Refused
from forum.core.events import Event, publish
from forum.core.jobs import listener
from forum.core.languages import gettext
from forum.core.permissions import require
from forum.people import persona_links
from forum.people.changing import deactivate
from forum.people.models import Invitation, Person, Role
from forum.privacy.asking import open_request
from forum.privacy.held import HELD
from forum.privacy.mentions import (
    Named,
    by_handle,
    by_name,
    others_who_name,
    own_posts,
    rewrite,
    texts_with,
)

NOBODY = "Somebody who left"
NOWHERE = "erased.invalid"  # a domain that by its standard never exists


@dataclass(frozen=True, kw_only=True)
class PersonErased(Event):
    """Somebody was taken out; in so many texts the name was replaced."""

    person_id: int
    places: int


class ErasedBefore(Refused):
    """It cannot be done twice."""

    message = "This person has been taken out already: nothing is left to do."


def who_names(administrator: Person, person: Person) -> Sequence[Named]:
    """Texts of others in which the name stands as a plain word: they stay unless the administrator chooses them."""
    require(administrator, "person.erase", person)
    return others_who_name(person)


def erase(administrator: Person, person: Person, *, typed: str, also: Collection[str] = ()) -> None:
    """Take a person out for good. `typed` is the name, typed to confirm; `also` are keys of `who_names`.

    Raises `Invalid` for another name, `ErasedBefore`, and `LastAdministrator` as leaving does.
    """
    require(administrator, "person.erase", person)
    if person.erased_at is not None:
        raise ErasedBefore()
    if " ".join(typed.split()).casefold() != person.name.casefold():
        raise Invalid(gettext("Type %(name)s, so that it is not somebody else by mistake.", name=person.name), "typed")
    if person.is_active:
        deactivate(administrator, person)
    keeping.forget(person)
    ids = {person.id} | persona_links.part(person.id)
    _delete_private(person, ids)
    _empty_private(ids)
    places = _replace(person, set(also))
    _bury(administrator, person)
    publish(PersonErased(person_id=person.id, places=places), actor=administrator)
    db.session.expire_all()


def handle_of_nobody(person_id: int) -> str:
    """What stands behind the @ from now on."""
    return f"left-{person_id}"


@listener(once_per="person_id")
def wipe_files(event: PersonErased) -> None:
    """Nothing of it is left in the write-ahead log of SQLite either; the database file itself overwrites what goes.

    Nor in the memory of the worker, which may have mailed to personas.
    """
    persona_links.forget()
    if db.engine.dialect.name == "sqlite":
        with db.engine.connect() as connection:
            connection.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # type: ignore[attr-defined]


def _replace(person: Person, also: set[str]) -> int:
    """Names and addresses, wherever they stand; returns in how many texts."""
    certain, whole = by_handle(person, NOBODY, handle_of_nobody(person.id)), by_name(person, NOBODY)
    mine, count = own_posts(person), 0
    for row in list(texts_with(person.handle, person.email, person.name)):
        replaces_name = row.is_by(person, mine) or row.key in also
        count += rewrite(row, (lambda words: whole(certain(words))) if replaces_name else certain)
    return count


def _delete_private(person: Person, ids: Collection[int]) -> None:
    """Rows that were for the person alone; of what was written without a name nothing that others see."""
    tables = db.metadata.tables
    notes, suggested = tables["notification"], tables["suggestion"]
    db.session.execute(delete(notes).where(notes.c.actor_id == person.id))
    db.session.execute(delete(suggested).where(suggested.c.by_id == person.id, suggested.c.decided_at.is_(None)))
    for name, held in HELD.items():
        table, column = name.split(".")
        if held.goes:
            db.session.execute(delete(tables[table]).where(tables[table].c[column].in_(ids)))
    db.session.execute(delete(Invitation).where(func.lower(Invitation.email) == person.email.lower()))
    counts = rate_limits.RateCount
    of_them = (counts.key.contains(person.email, autoescape=True), counts.key.contains(f"person {person.id}/"))
    db.session.execute(delete(counts).where(or_(*of_them)))


def _empty_private(ids: Collection[int]) -> None:
    """Words that nobody else could read, or moderators alone, in rows that are counted."""
    commitment, need, draft, flag = (db.metadata.tables[name] for name in ("commitment", "need", "ask_session", "flag"))
    db.session.execute(update(draft).where(draft.c.person_id.in_(ids)).values(words=None))
    db.session.execute(
        update(commitment)
        .where(commitment.c.person_id.in_(ids), commitment.c.is_private)
        .values(occasion="", deed="", word="")
    )
    db.session.execute(update(need).where(need.c.person_id.in_(ids), need.c.origin != "asked").values(tried=""))
    db.session.execute(update(flag).where(flag.c.by_id.in_(ids)).values(words=""))


def _bury(administrator: Person, person: Person) -> None:
    db.session.execute(update(Role).where(Role.person_id == person.id, Role.until.is_(None)).values(until=now()))
    asked = open_request(person)
    if asked is not None:
        asked.done_at, asked.done_by_id = now(), administrator.id
    person.name, person.handle = NOBODY, handle_of_nobody(person.id)
    person.email, person.password_hash = f"{person.handle}@{NOWHERE}", None
    person.job_title, person.about, person.calendar, person.away_until = "", "", {}, None
    person.manager, person.manager_id, person.last_seen_at = None, None, None
    person.arrived_at = person.first_steps_closed_at = None
    person.theme, person.shortcuts = "auto", True
    person.erased_at = now()
    db.session.flush()
