"""Asking: putting a need into words, and mending the words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from sqlalchemy import select

from forum.core import text
from forum.core.db import db
from forum.core.errors import Invalid
from forum.core.events import PostEvent
from forum.core.languages import gettext
from forum.core.permissions import require
from forum.departments.following import follow
from forum.departments.labelling import chosen_departments, slug_of, typed_tags
from forum.people.models import Person
from forum.people.personas import become_asker, keep
from forum.posts import revisions
from forum.posts.holding import publish_or_hold
from forum.posts.writing import Written
from forum.questions.models import Question

SHORTEST_TITLE = 10  # characters: below it nobody can tell what is asked.
LONGEST_TITLE = 150  # characters: one line on a wide screen, three on a phone.


@dataclass(frozen=True, kw_only=True)
class QuestionAsked(PostEvent):
    """Somebody asked. `diagnosis` is what they said of the need: impact, moment, needed_by, tried, looked_first."""

    diagnosis: dict[str, str] = field(default_factory=dict)


def ask(
    person: Person,
    *,
    title: str,
    body: Written,
    departments: Iterable[int],
    tags: str = "",
    diagnosis: Mapping[str, str] | None = None,
    unnamed: bool = False,
    shows_department: bool = False,
) -> Question:
    """Ask a question that concerns `departments` (ids), tagged with the typed `tags`; the asker follows it.

    What the asker said about the need goes on to whoever keeps needs. `unnamed`: everybody is told only that somebody
    asked, and of which department if `shows_department`. Raises `Invalid` with the field at fault.
    """
    require(person, "question.ask")
    voice = become_asker(person, shows_department=shows_department) if unnamed else person
    asked = Question(
        title=checked_title(title),
        author_id=voice.id,
        author_department_id=voice.department_id,
        body=body.source,
        html=body.html,
        renderer=text.RENDERER,
        created_at=voice.stamp(),
        last_activity_at=voice.stamp(),
        departments=chosen_departments(departments),
        tags=typed_tags(tags),
    )
    db.session.add(asked)
    db.session.flush()
    if unnamed:
        keep(voice, asked.id, person)
    revisions.keep_first(asked, voice)
    follow(voice, "question", asked.id)
    publish_or_hold(voice, asked, QuestionAsked(post_id=asked.id, diagnosis=dict(diagnosis or {})))
    return asked


def edit_question(
    person: Person,
    question: Question,
    *,
    title: str,
    body: Written,
    departments: Iterable[int],
    tags: str,
    seen: int,
    reason: str = "",
) -> bool:
    """Change a question; see `revisions.edit` for `seen`, the answer and `Outdated`."""
    require(person, "post.edit", question)
    new_title, new_departments, new_tags = checked_title(title), chosen_departments(departments), typed_tags(tags)
    # First, as whoever acts on its needs does: two in different orders would wait for each other.
    row = select(Question.id).where(Question.id == question.id)
    db.session.execute(row.with_for_update(key_share=True, of=Question.__table__))

    def change() -> None:
        question.title, question.body, question.html = new_title, body.source, body.html
        question.renderer = text.RENDERER
        question.departments, question.tags = new_departments, new_tags

    return revisions.edit(person, question, seen=seen, change=change, reason=reason)


def address(id: int, title: str) -> str:
    """Where a question stands on this site."""
    return f"/questions/{id}/{slug_of(title) or 'question'}"


def checked_title(typed: str) -> str:
    """A title as it is kept. Raises `Invalid` for one that is too short or too long."""
    title = text.clean_line(typed, LONGEST_TITLE + 1)
    if len(title) < SHORTEST_TITLE:
        raise Invalid("Say in a few words what you need to know.", "title")
    if len(title) > LONGEST_TITLE:
        raise Invalid(
            gettext("A title has at most %(most)s characters; the rest belongs below.", most=LONGEST_TITLE), "title"
        )
    return title
