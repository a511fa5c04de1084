"""What people wish to hear of a thread: the level that they have chosen for it, and those of its labels."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import and_, or_, select

from forum.core.db import db
from forum.departments.following import OF_LABELS
from forum.departments.levels import is_told, level_in
from forum.departments.models import Follow
from forum.people.models import Person
from forum.people.persona_links import person_behind
from forum.posts.models import Post


@dataclass
class Chosen:
    """The levels that one person, or a persona, has chosen: of a thread, and of the labels of a page."""

    thread: str | None = None
    labels: list[str] = field(default_factory=list)

    @property
    def is_muted(self) -> bool:
        """Whether the thread is not to be offered to them."""
        return level_in(self.thread, self.labels) == "muted"

    def wants(self, kind: str, reason: str) -> bool:
        """Whether they hear of this kind of thing for that reason."""
        return is_told(kind, reason, thread=self.thread, labels=self.labels)


def wished_reasons(
    kind: str, reasons: Mapping[int, Sequence[str]], *, page: Post | None, thread: Post | None = None
) -> dict[int, Sequence[str]]:
    """Of everybody's reasons to be told of something, those for which they wish to hear of it; nobody without one.

    `thread` is the question whose level counts, where it is not the page itself.
    """
    if page is None:
        return dict(reasons)
    chosen = chosen_about(page, thread=thread, people=reasons)
    wished = {id: [each for each in own if chosen.get(id, NOTHING).wants(kind, each)] for id, own in reasons.items()}
    return {id: own for id, own in wished.items() if own}


def chosen_about(page: Post, *, thread: Post | None = None, people: Collection[int] | None = None) -> dict[int, Chosen]:
    """What these people, or all, have chosen about a thread and the labels of a page; nobody who has chosen nothing.

    What was muted without a name is muted for whoever did that, too.
    """
    of_labels = (
        and_(Follow.kind == kind, Follow.followed_id.in_(select(label).where(table.c.post_id == page.id)))
        for kind, table, label in OF_LABELS
    )
    of_thread = and_(Follow.kind == "question", Follow.followed_id == (thread or page).id)
    rows = select(Follow.person_id, Follow.kind, Follow.level).where(or_(of_thread, *of_labels))
    if people is not None:
        rows = rows.where(Follow.person_id.in_(list(people)))
    found: dict[int, Chosen] = {}
    for person_id, kind, level in db.session.execute(rows):
        of_person = found.setdefault(person_id, Chosen())
        if kind == "question":
            of_person.thread = level
        else:
            of_person.labels.append(level)
    unnamed = select(Follow.person_id).join(Person, Person.id == Follow.person_id).where(Person.is_persona)
    for persona_id in db.session.scalars(unnamed.where(of_thread, Follow.level == "muted")).all():
        behind = person_behind(persona_id)
        if behind is not None:
            found.setdefault(behind, Chosen()).thread = "muted"
    return found


NOTHING = Chosen()
