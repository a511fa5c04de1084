"""The first steps: what to try in one's first days, done by doing it, and closed for good when one likes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import exists, or_, select

from forum.core.clock import now
from forum.core.db import db
from forum.core.languages import gettext
from forum.core.permissions import allowed, require
from forum.needs.models import CheckIn, Need
from forum.people.models import Person
from forum.posts.models import Post, Thanks
from forum.search.history import RecentSearch


@dataclass(frozen=True, slots=True)
class Step:
    """One of the first steps, and whether the person has taken it."""

    name: str
    words: str
    url: str
    done: bool


def first_steps(person: Person) -> Sequence[Step]:
    """The steps, in the order in which they help; none once they are closed."""
    if person.first_steps_closed_at is not None:
        return []
    me, post = list(person.selves), Post.__table__
    steps: tuple[tuple[str, str, str, Any], ...] = (
        (
            gettext("Search first"),
            gettext("A colleague may have solved it already."),
            "/search",
            exists().where(RecentSearch.person_id == person.id),
        ),
        (
            gettext("Ask your colleagues"),
            gettext("Whoever may know is found for you."),
            "/ask",
            exists().where(post.c.kind == "question", post.c.author_id.in_(me)),
        ),
        (
            gettext("Answer or thank somebody"),
            gettext("Five minutes of yours may save somebody a day."),
            "/questions?tab=active",
            or_(
                exists().where(post.c.kind == "answer", post.c.author_id.in_(me)),
                exists().where(Thanks.by_id.in_(me)),
            ),
        ),
        (
            gettext("Say whether it worked"),
            gettext("So everybody sees what is proven."),
            "/questions?tab=mine",
            exists(
                select(CheckIn.id)
                .join(Need, Need.id == CheckIn.need_id)
                .where(Need.person_id.in_(me), CheckIn.outcome.in_(("resolved", "partly", "not")))
            ),
        ),
    )
    if allowed(person, "person.invite"):
        others = exists().where(Person.id != person.id, Person.left_at.is_(None), ~Person.is_persona)
        steps = (
            (gettext("Invite colleagues"), gettext("Nobody is helped alone."), "/admin/invitations", others),
            *steps,
        )
    done = db.session.execute(select(*(is_done for *_, is_done in steps))).one()
    return [Step(name, words, url, bool(each)) for (name, words, url, _), each in zip(steps, done, strict=True)]


def close_first_steps(person: Person) -> None:
    """Show them no more; closing twice is closing once."""
    require(person, "person.edit", person)
    person.first_steps_closed_at = person.first_steps_closed_at or now()


def open_first_steps(person: Person) -> None:
    """Show them again."""
    require(person, "person.edit", person)
    person.first_steps_closed_at = None
