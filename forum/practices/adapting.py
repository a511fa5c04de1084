"""Local variants: what works elsewhere, adapted to how one's own department works; shown together, judged apart."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import or_, select

from forum.core import text
from forum.core.clock import now
from forum.core.db import db
from forum.core.errors import Invalid, Refused
from forum.core.events import PostEvent, publish
from forum.core.permissions import require
from forum.departments.labelling import chosen_departments, labels_of, typed_tags
from forum.people.models import Person
from forum.posts import revisions
from forum.posts.models import Post
from forum.practices.evidence import Tally
from forum.practices.models import FACTS, REVIEW_PACES, SECTIONS, Practice
from forum.practices.promoting import Facts, Texts, address, chosen_pace, put_facts, put_texts


@dataclass(frozen=True, kw_only=True)
class PracticeAdapted(PostEvent):
    """Somebody adapted a practice for their own department."""

    original_id: int


class NothingToAdapt(Refused):
    """What is recommended no longer is no ground to build on."""

    message = "This practice is retired. Adapt the one that took its place."


@dataclass(frozen=True, slots=True)
class Variant:
    """One of several practices that belong together, ready to be shown."""

    id: int
    title: str
    url: str
    departments: tuple[str, ...]
    tally: Tally
    original: bool


def adapt(
    person: Person,
    original: Practice,
    texts: Texts,
    *,
    departments: Iterable[int],
    tags: str,
    review_pace: str,
    facts: Facts | None = None,
) -> Practice:
    """Make a practice of one's own out of another one. Whoever adapts it keeps it, and its own outcomes judge it.

    A variant of a variant belongs to the same original. Without `facts` it takes over those of the original. Raises
    `NothingToAdapt`, or `Invalid` when nothing differs.
    """
    require(person, "practice.adapt", original)
    if original.retired_at is not None:
        raise NothingToAdapt()
    if all(texts.sections[name].source == getattr(original, name) for name in SECTIONS):
        raise Invalid("Change what is different in your department. If nothing is, use the practice as it is.", "body")
    pace = chosen_pace(review_pace)
    made = Practice(
        author_id=person.id,
        author_department_id=person.department_id,
        question_id=original.question_id,
        variant_of_id=original.variant_of_id or original.id,
        owner_id=person.id,
        promoted_by_id=person.id,
        review_pace=pace,
        review_on=(now() + timedelta(days=REVIEW_PACES[pace])).date(),
        renderer=text.RENDERER,
        created_at=now(),
        departments=chosen_departments(departments),
        tags=typed_tags(tags),
        **{name: getattr(original, name) for name in FACTS},
    )
    put_texts(made, texts)
    if facts is not None:
        put_facts(made, facts)
    db.session.add(made)
    db.session.flush()
    revisions.keep_first(made, person)
    publish(PracticeAdapted(post_id=made.id, original_id=original.id), actor=person)
    return made


def family(practice: Practice) -> Sequence[Variant]:
    """The original and its variants but for the practice itself, those in use, the original first."""
    root = practice.variant_of_id or practice.id
    query = select(Practice).where(or_(Practice.id == root, Practice.variant_of_id == root))
    query = query.where(Practice.id != practice.id, Practice.retired_at.is_(None), Post.removed_at.is_(None))
    rows = db.session.scalars(query.order_by(Practice.variant_of_id.is_not(None), Practice.id)).all()
    if not rows:
        return []
    ids = [row.id for row in rows]
    departments, _ = labels_of(ids)
    return [
        Variant(
            id=row.id,
            title=row.title,
            url=address(row.id, row.title),
            departments=tuple(name for _, name in departments[row.id]),
            tally=row.found,
            original=row.id == root,
        )
        for row in rows
    ]
