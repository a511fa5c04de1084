"""Whether meaning helps here: measured on what this organisation found to ask the same, before it is switched on.

Every merged question is asked again, of an index that does not know its wording, and should find the question that
stands for it now. The index for that is built in a folder of its own and is gone afterwards.
"""

from __future__ import annotations

import random
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from flask import current_app
from sqlalchemy import JSON, select
from sqlalchemy.orm import Mapped, aliased, mapped_column

from forum.core.clock import now
from forum.core.db import Model, UTCDateTime, db, transaction
from forum.core.errors import Refused
from forum.core.events import publish
from forum.core.permissions import require
from forum.people.models import Organisation, Person
from forum.questions.models import Question
from forum.search import meaning, vectors
from forum.search.comparing import count
from forum.search.documents import all_documents, document_id
from forum.search.embedding import installed, packaged
from forum.search.engines.whoosh import WhooshEngine
from forum.search.similar import similar
from forum.search.vector_jobs import MeaningSwitched, Progress, make_all

LOOKED_AT = 10  # matches: MRR@10
OFFERED = 5  # matches that are shown: hit@5
FEWEST = 20  # pairs; with fewer, chance says more than the model
DRAWS = 1_000  # of the bootstrap
KINDS = ("question", "practice")


class NoGain(Refused):
    """Nobody has shown that it helps."""

    message = (
        "It has not been shown to help here yet. Run “flask --app wsgi search-eval” on the server; "
        "when it finds a gain, switch it on."
    )


class NotInstalled(Refused):
    """There is no model on this server."""

    message = "The extra is not installed on this server. This page says how; then switch it on."


class SearchEvaluation(Model):
    """What was measured once: `figures` by "words" and, with the extra, by "both", and the "gain" with its range."""

    __tablename__ = "search_evaluation"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    model: Mapped[str]  # empty: words alone were measured
    pairs: Mapped[int]
    figures: Mapped[dict[str, Any]] = mapped_column(JSON)

    @property
    def is_enough(self) -> bool:
        """Whether there were pairs enough to say anything."""
        return self.pairs >= FEWEST

    @property
    def shows_gain(self) -> bool:
        """Whether it surely helps: even the low end of the range is above nothing."""
        return self.is_enough and bool(self.model) and self.figures["gain"]["low"] > 0


def latest() -> SearchEvaluation | None:
    """What was measured last."""
    return db.session.scalar(select(SearchEvaluation).order_by(SearchEvaluation.id.desc()).limit(1))


def switch(person: Person, *, on: bool) -> None:
    """Offer what means the same from now on, or no longer. Raises `NoGain`, `NotInstalled`."""
    require(person, "meaning.switch")
    shown = latest()
    if on and not installed():
        raise NotInstalled()
    if on and not (shown is not None and shown.shows_gain):
        raise NoGain()
    organisation = db.session.scalars(select(Organisation)).one()
    if organisation.uses_meaning != on:
        organisation.uses_meaning = on
        publish(MeaningSwitched(on=on), actor=person)


def measure(on_progress: Progress) -> SearchEvaluation:
    """Ask every merged question again, by words alone and, if the extra is there, by meaning too; and write it down.

    Opens transactions of its own. Raises `EmbedderUnavailable` for an extra that is broken.
    """
    asked = pairs()
    embedder = packaged() if installed() else None
    figures: dict[str, Any] = {}
    if asked:
        if embedder is not None:
            make_all(embedder, on_progress)
        with _without_merged_wordings(on_progress):
            words = _ranks(asked, meaning.Fixed(), "By words", on_progress)
            figures["words"] = _figures(words)
            if embedder is not None:
                matrix = vectors.load(embedder)
                titles = matrix.changed({row.key for row in matrix.rows if row.place == 0}, ())
                both = _ranks(asked, meaning.Fixed(embedder, titles), "By meaning too", on_progress)
                figures |= {"both": _figures(both), "gain": _gain(words, both)}
    with transaction():
        made = SearchEvaluation(
            at=now(), model=embedder.name if embedder and asked else "", pairs=len(asked), figures=figures
        )
        db.session.add(made)
    return made


def report(measured: SearchEvaluation) -> Iterator[str]:
    """What was measured, as lines of plain text."""
    yield f"{measured.pairs} merged questions were asked again; a hit is the question that stands for them now."
    if measured.figures:
        yield f"{'':22}{'MRR@10':>8}{'hit@5':>8}"
    for name, label in (("words", "words alone"), ("both", "words and meaning")):
        if figures := measured.figures.get(name):
            yield f"{label:22}{figures['mrr10']:8.3f}{figures['hit5']:8.3f}"
    gain = measured.figures.get("gain")
    if gain and measured.is_enough:
        between = f"in 95 of 100 cases between {gain['low']:+.3f} and {gain['high']:+.3f}"
        yield f"gain in MRR@10: {gain['mrr10']:+.3f}, {between}"
    yield verdict(measured)


def verdict(measured: SearchEvaluation) -> str:
    """What follows from it, in a sentence or two."""
    if not measured.is_enough:
        return f"Too few to say anything: it takes at least {FEWEST}. They come by themselves as moderators merge."
    if not measured.model:
        return "Only words were measured: install the extra with “pip install -r requirements-semantic.txt”."
    if measured.shows_gain:
        return "Meaning helps here. An administrator can switch it on under Administration → Search."
    return "No gain is shown here, so it stays off. Words alone do as well."


def pairs() -> list[tuple[str, str]]:
    """What was asked again: the title of each merged question, and the document that stands for it."""
    other = aliased(Question)
    query = (
        select(Question.title, Question.merged_into_id)
        .join(other, other.id == Question.merged_into_id)
        .where(Question.removed_at.is_(None), other.removed_at.is_(None))
        .order_by(Question.id)
    )
    rows: Any = db.session.execute(query)
    return [(title, document_id("question", id)) for title, id in rows]


@contextmanager
def _without_merged_wordings(on_progress: Progress) -> Iterator[None]:
    """Search an index of all questions and practices that knows each in its own words only."""
    usual, total = current_app.extensions["search"], count()
    with tempfile.TemporaryDirectory() as folder:
        fresh = WhooshEngine(Path(folder))
        documents = (each for each in all_documents(merged=False) if each.kind in KINDS)
        fresh.rebuild(documents, on_progress=lambda done: on_progress("Index", done, total))
        current_app.extensions["search"] = fresh
        try:
            yield
        finally:
            current_app.extensions["search"] = usual


def _ranks(
    asked: Sequence[tuple[str, str]], source: meaning.Source, what: str, on_progress: Progress
) -> list[int | None]:
    """On which place each one found what stands for it, from 1; None when not among the first ten."""
    ranks: list[int | None] = []
    with meaning.measured_with(source):
        for done, (title, right) in enumerate(asked, start=1):
            found = [match.id for match in similar(title, limit=LOOKED_AT)]
            ranks.append(found.index(right) + 1 if right in found else None)
            on_progress(what, done, len(asked))
    return ranks


def _figures(ranks: Sequence[int | None]) -> dict[str, float]:
    return {
        "mrr10": sum(_reciprocal(rank) for rank in ranks) / len(ranks),
        "hit5": sum(rank is not None and rank <= OFFERED for rank in ranks) / len(ranks),
    }


def _gain(before: Sequence[int | None], after: Sequence[int | None]) -> dict[str, float]:
    """By how much MRR@10 rose, and between which values 95 of 100 such measurements would lie (paired bootstrap)."""
    gains = [_reciprocal(here) - _reciprocal(there) for there, here in zip(before, after, strict=True)]
    draw = random.Random(1)  # noqa: S311  # The same rows give the same range.
    means = sorted(sum(draw.choices(gains, k=len(gains))) / len(gains) for _ in range(DRAWS))
    return {
        "mrr10": sum(gains) / len(gains),
        "low": means[DRAWS * 25 // 1_000],
        "high": means[DRAWS * 975 // 1_000 - 1],
    }


def _reciprocal(rank: int | None) -> float:
    return 1 / rank if rank else 0.0
