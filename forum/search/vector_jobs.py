"""The vectors of what was written before meaning was switched on: made in the background, a piece at a time."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import aliased

from forum.core.db import db, transaction
from forum.core.events import Event
from forum.core.jobs import enqueue, listener
from forum.practices.models import Practice
from forum.questions.models import Question
from forum.search import meaning, vectors
from forum.search.documents import document_id
from forum.search.embedding import Embedder, EmbedderUnavailable

log = logging.getLogger(__name__)

AT_ONCE = 200  # titles for which vectors are made together: half a second
A_JOB = 2_000  # vectors that one job makes: five seconds, in which other work waits

Progress = Callable[[str, int, int], None]  # what is done, how many of it, of how many


@dataclass(frozen=True, kw_only=True)
class MeaningSwitched(Event):
    """An administrator switched on, or off, that what means the same is offered too."""

    on: bool


@dataclass(frozen=True, kw_only=True)
class VectorsWanted(Event):
    """Titles lack their vectors. Queued, no row."""

    of: str = "titles"


@listener()
def begin_vectors(event: MeaningSwitched) -> None:
    """Have the vectors made of what is there already."""
    if event.on:
        catch_up_vectors()


@listener(once_per="of")
def make_vectors(event: VectorsWanted) -> None:
    """Make some of the vectors that are missing; whatever is left is another job, so that others get their turn."""
    catch_up_vectors()


def catch_up_vectors() -> None:
    """Make vectors that titles lack, and forget those of titles that are gone; nothing while it is off."""
    source = meaning.current()
    if not isinstance(source, meaning.Meaning) or not source.is_there() or not meaning.switched_on():
        return
    try:
        is_whole = make_all(source.embedder, lambda *_: None, most=A_JOB)
    except EmbedderUnavailable as away:
        log.warning("no vectors were made: %s", away)
        return
    if not is_whole:
        with transaction():
            enqueue(make_vectors, VectorsWanted())


def how_far() -> tuple[int, int]:
    """How many of the questions and practices that are shown have their vectors, and how many there are."""
    wanted = set(_wordings())
    return len(wanted.intersection(db.session.scalars(select(vectors.Vector.document).distinct()))), len(wanted)


def make_all(embedder: Embedder, on_progress: Progress, *, most: int | None = None) -> bool:
    """See to it that every title that is shown has its vector, and nothing else has. Whether all have them now.

    Stops after about `most` were made. What is made already is left alone.
    """
    wordings = _wordings()
    names, made = list(wordings), 0
    for start in range(0, len(names), AT_ONCE):
        made += vectors.keep(embedder, {name: wordings[name] for name in names[start : start + AT_ONCE]})
        if most is not None and made >= most:
            return False
        on_progress("Vectors", min(start + AT_ONCE, len(names)), len(names))
    vectors.prune(embedder.name, _wordings())  # Read again: some came meanwhile.
    return True


def _wordings() -> dict[str, list[str]]:
    """Every question and practice that is shown, with its title and those of questions that were merged into it."""
    found: dict[str, list[str]] = defaultdict(list)
    alone = select(Question.id, Question.title).where(Question.removed_at.is_(None), Question.merged_into_id.is_(None))
    practices = select(Practice.id, Practice.title).where(Practice.removed_at.is_(None))
    other = aliased(Question)
    merged = (
        select(Question.merged_into_id, Question.title)
        .join(other, other.id == Question.merged_into_id)
        .where(Question.removed_at.is_(None), other.removed_at.is_(None))
    )
    queries: list[tuple[str, Any]] = [
        ("question", alone.order_by(Question.id)),
        ("question", merged.order_by(Question.id)),
        ("practice", practices.order_by(Practice.id)),
    ]
    for kind, query in queries:
        for id, title in db.session.execute(query):
            found[document_id(kind, id)].append(title)
    return dict(found)
