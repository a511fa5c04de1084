"""Moving a question to the departments and topics that it is about, without touching what it says."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from forum.core.events import PostEvent, publish
from forum.core.permissions import require
from forum.departments.labelling import chosen_departments, typed_tags
from forum.people.models import Person
from forum.posts import revisions
from forum.questions.models import Question


@dataclass(frozen=True, kw_only=True)
class QuestionMoved(PostEvent):
    """A moderator or champion gave a question other departments or topics; ids and slugs as they are now."""

    departments: list[int]
    tags: list[str]


def move(
    person: Person, question: Question, *, departments: Iterable[int], tags: str, seen: int, reason: str = ""
) -> bool:
    """Give a question other departments and topics, as a revision. Returns False when nothing differs.

    Raises `Invalid` with the field at fault, and `Outdated`.
    """
    require(person, "question.label", question)
    new_departments, new_tags = chosen_departments(departments), typed_tags(tags)

    def change() -> None:
        question.departments, question.tags = new_departments, new_tags

    if not revisions.edit(person, question, seen=seen, change=change, reason=reason):
        return False
    moved = QuestionMoved(
        post_id=question.id, departments=[each.id for each in new_departments], tags=[each.slug for each in new_tags]
    )
    publish(moved, actor=person)
    return True
