"""From posts to documents of the index: kept up to date in the background, rebuilt when it is missing or damaged.

The index is derived data. A job says only which post changed; what is indexed is read from the database at that
moment, so that the order of jobs and their repetition do not matter.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from forum.core import jobs
from forum.core.clock import now
from forum.core.db import db, transaction
from forum.core.events import Event, PostEvent, publish
from forum.core.jobs import enqueue, listener
from forum.departments.labelling import DepartmentRenamed
from forum.departments.models import Department, post_department
from forum.exchange.events import PostsImported
from forum.needs.check_ins import OutcomeGiven
from forum.needs.ledger import NeedMoved
from forum.needs.models import WAITING
from forum.practices.models import Practice
from forum.privacy.erasing import PersonErased
from forum.questions.merging import MergeEvent
from forum.search import meaning, progress
from forum.search.comparing import count, drift, late_ones
from forum.search.current import engine
from forum.search.documents import all_documents, chunks, documents_of, names_on, pages_of
from forum.search.engines.fts5 import Fts5Engine
from forum.search.engines.postgresql import PostgresqlEngine
from forum.search.engines.whoosh import WhooshEngine
from forum.search.port import Building, NotNow, SearchEngine, SearchUnavailable

log = logging.getLogger(__name__)

SWEEP_AFTER = timedelta(minutes=11)  # A minute more than an outdated index is left to its readers.
COMPARE_EVERY = timedelta(minutes=10)  # A third of a second of the worker's at 20,000 posts.


@dataclass(frozen=True, kw_only=True)
class IndexFellBehind(Event):
    """The index is missing, damaged or lacks posts: it is built anew."""

    index: str = "search"


ENGINES: dict[str, Callable[[Flask], SearchEngine]] = {
    "whoosh": lambda app: WhooshEngine(app.config["PROVEN_DATA"] / "index"),
    "fts5": lambda app: Fts5Engine(app.config["PROVEN_DATA"] / "index"),
    "postgresql": lambda app: PostgresqlEngine(app.config["SQLALCHEMY_DATABASE_URI"]),
}


def attach(app: Flask) -> None:
    """Give the application its search engine."""
    app.extensions["search"] = ENGINES[app.config["PROVEN_SEARCH"]](app)
    meaning.attach(app)


def ask_for_rebuild(actor: Any = None) -> None:
    """Have the index built anew in the background; asking twice is asking once."""
    publish(IndexFellBehind(), actor=actor)


def ask_for_repair() -> None:
    """Have an index built anew that a search has found away: once, however many people search meanwhile."""
    if jobs.is_to_do(build_index):
        return
    try:
        with transaction():
            ask_for_rebuild()
    except OperationalError:  # Titles can be searched all the same; the next comparison builds it.
        log.warning("the index could not be asked for: the database is busy or away")


@listener(once_per="post_id", batched=True)
def index_post(events: list[PostEvent]) -> None:
    """Bring what changed into the index. A question takes its whole thread along: it lends it title and labels."""
    _bring_in(pages_of({event.post_id for event in events}))


@listener(at_once=True)
def index_waiting(event: NeedMoved) -> None:
    """A question that waits no more, or waits again, is found under another state."""
    if event.seeks and (event.before in WAITING) != (event.after in WAITING):
        enqueue(index_post, PostEvent(post_id=event.post_id))


@listener()
def index_imported(event: PostsImported) -> None:
    """Bring imported questions into the index."""
    _bring_in(event.question_ids)


@listener()
def index_merge(event: MergeEvent) -> None:
    """Bring two questions into the index that were merged or taken apart: the words of one belong to the other."""
    _bring_in(pages_of({*event.question_ids, event.into_id}))


@listener(once_per="check_in_id", batched=True)
def index_outcome(events: list[OutcomeGiven]) -> None:
    """Bring into the index that answers or practices worked, or did not: they stand higher or lower from now on, and
    so does what was made of an answer."""
    answers = {event.answer_id for event in events if event.answer_id is not None}
    practices = {event.practice_id for event in events if event.practice_id is not None}
    made_of_them = select(Practice.id).where(Practice.source_id.in_(answers))
    _bring_in({*pages_of(answers | practices), *db.session.scalars(made_of_them)})


@listener(once_per="department_id")
def index_department(event: DepartmentRenamed) -> None:
    """Bring a department's new name into the index, with everything that concerns it."""
    _bring_in(_concerned(event.department_id))


@listener(once_per="index")
def build_index(event: IndexFellBehind) -> None:
    """Build the index anew."""
    _rebuild_or_leave_it()


@listener(once_per="person_id")
def index_erased(event: PersonErased) -> None:
    """Build the index anew without somebody's name: what is only replaced stays in the files for a while.

    One that is being built may have read the name before: then `Building` has it tried again.
    """
    rebuild(lambda _done: None)
    with transaction():
        enqueue(sweep_index, event, due=now() + SWEEP_AFTER)


@listener(once_per="person_id")
def sweep_index(event: PersonErased) -> None:
    """Delete the index that still had the name, which readers needed for a while."""
    engine().sweep()


INDEXERS = (index_post, index_imported, index_merge, index_outcome, index_department, index_erased, build_index)


def rebuild(on_progress: Callable[[int], None]) -> int:
    """Build the index anew beside the old one, which serves until the new one is whole. Returns its documents.

    What changed meanwhile is added afterwards, so nothing that was written during the rebuild is missing. How far it
    is can be seen everywhere (`progress.build`). Raises `Building` when another process builds one already.
    """
    names = _department_names()
    with progress.told(count()) as tell:

        def done(documents: int) -> None:
            tell(documents)
            on_progress(documents)

        engine().rebuild(all_documents(), on_progress=done)
        renamed = [id for id, slug in _department_names().items() if names.get(id, slug) != slug]
        changed = pages_of(drift()).union(*map(_concerned, renamed))
        if changed:
            _index_pages(changed)
    return engine().health().documents


def _department_names() -> dict[int, str]:
    return dict(db.session.execute(select(Department.id, Department.slug)).all())


def _concerned(department_id: int) -> Sequence[int]:
    concerned = select(post_department.c.post_id).where(post_department.c.department_id == department_id)
    return db.session.scalars(concerned).all()


def _bring_in(page_ids: Iterable[int]) -> None:
    """Index these pages. One job that finds the index gone builds it; while it cannot be written, the job waits."""
    try:
        _index_pages(page_ids)
    except NotNow:
        raise
    except SearchUnavailable:
        _rebuild_or_leave_it()


def _rebuild_or_leave_it() -> None:
    try:
        rebuild(lambda _done: None)
    except Building as busy:  # Who builds it adds what changed meanwhile, so this job has nothing left to do.
        log.info("%s", busy)


def catch_up() -> None:
    """Compare the index with the database and index what differs; build it anew when it is missing or damaged.

    What came of it is told everywhere (`progress.comparison`). Work that was given up while the index could not be
    written is taken up again once it can.
    """
    try:
        if not engine().health().ok:
            _rebuild_or_leave_it()
            return
        late = _mend()
    except NotNow as away:  # The page of the system shows it too; where it was raised tells nobody anything.
        log.error("%s", away)
        return
    progress.compared(late, count())
    jobs.revive([indexer.name for indexer in INDEXERS])


def _mend() -> int:
    """Index what differs from the database. Returns how many had done so for too long."""
    changed = drift()
    late = late_ones(changed)
    if changed:
        _index_pages(pages_of(changed))
        log.warning("%d posts differed from the index and were indexed again", len(changed))
    return len(late)


def _index_pages(page_ids: Iterable[int]) -> None:
    """Index every post of these pages (questions and practices), and drop what is no longer shown."""
    for chunk in chunks(sorted(set(page_ids))):
        documents = list(documents_of(chunk))
        kept = {document.id for document in documents}
        gone = {name for name in names_on(chunk) if name not in kept}
        meaning.current().index(documents, gone)  # First: an index that is away is built anew without it.
        if gone:
            engine().delete(gone)
        if documents:
            engine().index(documents)
