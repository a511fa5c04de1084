"""From posts to documents of the index: kept up to date in the background, rebuilt when it is missing or damaged.

The index is derived data. A job says only which post changed; what is indexed is read from the database at that
moment, so that the order of jobs and their repetition do not matter.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import Any

from flask import Flask
from sqlalchemy import BigInteger, case, cast, func, select, union_all
from sqlalchemy.exc import OperationalError

from forum.answers.models import Answer
from forum.core import jobs, text
from forum.core.clock import now
from forum.core.db import db, transaction
from forum.core.events import Event, PostEvent, publish
from forum.core.jobs import enqueue, listener
from forum.departments.labelling import DepartmentRenamed, labels_of
from forum.departments.models import post_department
from forum.exchange.events import PostsImported
from forum.needs.check_ins import OutcomeGiven
from forum.needs.ledger import NeedMoved
from forum.needs.models import WAITING
from forum.people.models import Person
from forum.posts.models import Comment, Post
from forum.practices.models import SECTIONS, Practice
from forum.questions.merging import MergeEvent
from forum.questions.models import Question, state_of
from forum.search import meaning, progress
from forum.search.current import engine
from forum.search.engines.fts5 import Fts5Engine
from forum.search.engines.postgresql import PostgresqlEngine
from forum.search.engines.whoosh import WhooshEngine
from forum.search.port import Building, Document, NotNow, SearchEngine, SearchUnavailable
from forum.search.ranking import proven

log = logging.getLogger(__name__)

AT_ONCE = 200  # threads read from the database at a time
OUTCOMES = (Answer.worked, Answer.partly, Answer.failed)
# Under which states a question is found, by how far it got; a solved one that is open again is solved no more.
STATES: dict[str, tuple[str, ...]] = {
    "open": ("open",),
    "again": ("open", "answered"),
    "answered": ("answered",),
    "solved": ("solved", "answered"),
    "withdrawn": (),
}
FACTOR, LARGEST = 1_009, 2**31 - 1  # primes, by which several numbers become one that an engine can keep
LATE = timedelta(seconds=60)  # No post may be missing from the index for longer.
COMPARE_EVERY = timedelta(minutes=10)  # A third of a second of the worker's at 20,000 posts.
ANSWERS_LENGTH = 4_000  # characters of answers that help to find their question; more would drown its own words


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


def ask_for_rebuild() -> None:
    """Have the index built anew in the background; asking twice is asking once."""
    publish(IndexFellBehind())


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
    _bring_in(_pages_of({event.post_id for event in events}))


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
    _bring_in(_pages_of({*event.question_ids, event.into_id}))


@listener(once_per="answer_id")
def index_outcome(event: OutcomeGiven) -> None:
    """Bring into the index that an answer worked, or did not: it stands higher or lower from now on, and so does what
    was made of it."""
    if event.answer_id is not None:
        made_of_it = db.session.scalars(select(Practice.id).where(Practice.source_id == event.answer_id))
        _bring_in({*_pages_of({event.answer_id}), *made_of_it})


@listener(once_per="department_id")
def index_department(event: DepartmentRenamed) -> None:
    """Bring a department's new name into the index, with everything that concerns it."""
    concerned = select(post_department.c.post_id).where(post_department.c.department_id == event.department_id)
    _bring_in(db.session.scalars(concerned).all())


@listener(once_per="index")
def build_index(event: IndexFellBehind) -> None:
    """Build the index anew."""
    _rebuild_or_leave_it()


INDEXERS = (index_post, index_imported, index_merge, index_outcome, index_department, build_index)


def rebuild(on_progress: Callable[[int], None]) -> int:
    """Build the index anew beside the old one, which serves until the new one is whole. Returns its documents.

    What changed meanwhile is added afterwards, so nothing that was written during the rebuild is missing. How far it
    is can be seen everywhere (`progress.build`). Raises `Building` when another process builds one already.
    """
    with progress.told(count()) as tell:

        def done(documents: int) -> None:
            tell(documents)
            on_progress(documents)

        engine().rebuild(all_documents(), on_progress=done)
        changed = drift()
        if changed:
            _index_pages(_pages_of(changed))
    return engine().health().documents


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
    late = _late(changed)
    if changed:
        _index_pages(_pages_of(changed))
        log.warning("%d posts differed from the index and were indexed again", len(changed))
    return len(late)


def drift() -> set[int]:
    """Ids of posts that the index lacks, has in another version, or has although they are gone."""
    indexed = {int(id[1:]): version for id, version in engine().versions().items()}
    shown: dict[int, int] = dict(db.session.execute(select(_indexed().c.id, _indexed().c.version)).all())
    differing = {id for id, version in shown.items() if indexed.get(id) != version}
    return differing | (indexed.keys() - shown.keys())


def count() -> int:
    """How many posts there are to index: merged questions and what stands on removed pages are not among them."""
    return db.session.scalar(select(func.count()).select_from(_indexed())) or 0


def document_id(kind: str, id: int) -> str:
    """What a post is called in the index: the first letter of its kind and its number."""
    return f"{kind[0]}{id}"


def _index_pages(page_ids: Iterable[int]) -> None:
    """Index every post of these pages (questions and practices), and drop what is no longer shown."""
    for chunk in _chunks(sorted(set(page_ids))):
        documents = list(_documents(chunk))
        kept = {document.id for document in documents}
        gone = {name for name in _names_on(chunk) if name not in kept}
        meaning.current().index(documents, gone)  # First: an index that is away is built anew without it.
        if gone:
            engine().delete(gone)
        if documents:
            engine().index(documents)


def _pages_of(post_ids: Collection[int]) -> set[int]:
    """The pages on which these posts stand, the pages themselves, and the questions that those were merged into."""
    pages: set[int] = set()
    for chunk in _chunks(sorted(post_ids)):
        pages |= set(db.session.scalars(select(Answer.question_id).where(Answer.id.in_(chunk))))
        pages |= set(db.session.scalars(select(Comment.page_id).where(Comment.id.in_(chunk))))
        kinds = ("question", "practice")
        pages |= set(db.session.scalars(select(Post.id).where(Post.id.in_(chunk), Post.kind.in_(kinds))))
    for chunk in _chunks(sorted(pages)):
        merged = (Question.id.in_(chunk), Question.merged_into_id.is_not(None))
        pages |= set(db.session.scalars(select(Question.merged_into_id).where(*merged)))
    return pages


def _names_on(page_ids: list[int]) -> set[str]:
    pages = db.session.execute(select(Post.id, Post.kind).where(Post.id.in_(page_ids)))
    answers = db.session.execute(select(Answer.id, Answer.kind).where(Answer.question_id.in_(page_ids)))
    comments = db.session.execute(select(Comment.id, Comment.kind).where(Comment.page_id.in_(page_ids)))
    return {document_id(kind, id) for rows in (pages, answers, comments) for id, kind in rows}


def _late(post_ids: Collection[int]) -> set[int]:
    """Of these posts, those that changed longer ago than any post may take into the index."""
    late: set[int] = set()
    changed = func.coalesce(Post.removed_at, Post.edited_at, Post.created_at)
    for chunk in _chunks(sorted(post_ids)):
        late |= set(db.session.scalars(select(Post.id).where(Post.id.in_(chunk), changed < now() - LATE)))
    return late


@cache  # Putting the statement together takes longer than reading a few rows.
def _indexed() -> Any:
    """Number and version of every post that belongs into the index."""
    question, answer, comment = Question.__table__, Answer.__table__, Comment.__table__
    questions = _standing(Question).where(question.c.merged_into_id.is_(None))
    practices = _standing(Practice)
    on_page = union_all(*(select(pages.subquery().c.id) for pages in (questions, practices))).scalar_subquery()
    answers = _standing(Answer).where(answer.c.question_id.in_(on_page))
    on_answer = select(answers.subquery().c.id)
    comments = _standing(Comment).where(
        comment.c.page_id.in_(on_page), comment.c.on_id.in_(on_page) | comment.c.on_id.in_(on_answer)
    )
    return union_all(questions, practices, answers, comments).subquery()


def _standing(kind: type[Post]) -> Any:
    post, table = Post.__table__, kind.__table__
    join = select(post.c.id, _version(kind).label("version")).join(table, table.c.id == post.c.id)
    return join.where(post.c.removed_at.is_(None))


def _version(kind: type[Post]) -> Any:
    """The version of a post's text and, drawn into the same number, what else its document says and may be missed: its
    score, how far a question got, what became of an answer. By it a comparison finds a document out of date."""
    table: Any = kind.__table__
    said: list[Any] = [Post.__table__.c.score]
    if kind is Question:
        waits = case((table.c.waits, 1), else_=0)
        said += [table.c.answer_count, func.coalesce(table.c.accepted_answer_id, 0), waits, table.c.times_asked]
    elif kind is Answer:
        said += [table.c[column.key] for column in OUTCOMES]
    elif kind is Practice:
        said += [case((table.c.retired_at.is_(None), 0), else_=1)]
    drawn: Any = cast(Post.__table__.c.version, BigInteger)
    for part in said:
        drawn = (drawn * FACTOR + part) % LARGEST  # Each time: no number of edits may be too many.
    return func.abs(drawn)


def all_documents(*, merged: bool = True) -> Iterator[Document]:
    """Everything that is shown; questions with the words of those `merged` into them, or with their own alone."""
    query = select(Post.id).where(Post.kind.in_(("question", "practice")), Post.removed_at.is_(None)).order_by(Post.id)
    for chunk in _chunks(list(db.session.scalars(query))):
        yield from _documents(chunk, merged=merged)
        db.session.rollback()  # Ends the read, so that a long rebuild does not hold an old view of the database.


def _documents(page_ids: list[int], *, merged: bool = True) -> Iterator[Document]:
    """The documents of whole pages, in a fixed number of statements for each chunk."""
    questions = _shown(
        Question,
        Question.id.in_(page_ids),
        Question.title,
        Question.answer_count,
        Question.accepted_answer_id,
        Question.waits,
        Question.last_activity_at,
        Question.merged_into_id,
    )
    questions = [question for question in questions if question.merged_into_id is None]
    practices = _shown(
        Practice,
        Practice.id.in_(page_ids),
        Practice.title,
        Practice.retired_at,
        Practice.source_id,
        *(getattr(Practice, name) for name in SECTIONS),
    )
    titles = {page.id: page.title for page in (*questions, *practices)}
    sources = {
        row.id: row
        for row in db.session.execute(
            select(Answer.id, *OUTCOMES).where(Answer.id.in_([practice.source_id for practice in practices]))
        )
    }
    answers = _shown(Answer, Answer.question_id.in_(list(titles)), Answer.question_id, *OUTCOMES)
    commentable = {*titles, *(answer.id for answer in answers)}
    comments = [
        comment
        for comment in _shown(Comment, Comment.page_id.in_(list(titles)), Comment.page_id, Comment.on_id)
        if comment.on_id in commentable
    ]
    departments, tags = labels_of(list(titles))
    wordings: dict[int, list[Any]] = defaultdict(list)
    others = page_ids if merged else []
    for wording in _shown(Question, Question.merged_into_id.in_(others), Question.title, Question.merged_into_id):
        wordings[wording.merged_into_id].append(wording)

    def document(
        post: Any, page_id: int, *, body: str = "", answers: str = "", state: tuple[str, ...] = (), tried: Any = None
    ) -> Document:
        also = wordings[post.id] if post.id == page_id else []
        worked = tried.worked if tried else 0
        outcomes = tried.worked + tried.partly + tried.failed if tried else 0
        return Document(
            id=document_id(post.kind, post.id),
            kind=post.kind,
            thread=page_id,
            # A thread's title finds the thread; under every remark in it, it would only repeat that.
            title="\n".join((titles.get(post.id, ""), *(each.title for each in also))),
            body="\n".join((body or text.plain(post.html), *(text.plain(each.html) for each in also))),
            answers=answers,
            departments=tuple(slug for slug, _ in departments[page_id]),
            tags=tuple(tags[page_id]),
            author=post.handle,
            state=(*state, "proven") if proven(worked, outcomes) and "retired" not in state else state,
            created=post.created_at,
            activity=getattr(post, "last_activity_at", None) or post.edited_at or post.created_at,
            votes=post.score,
            version=post.version,
            worked=worked,
            tried=outcomes,
        )

    answered: dict[int, list[Any]] = defaultdict(list)
    for answer in answers:
        answered[answer.question_id].append(answer)
    for question in questions:
        accepted = question.accepted_answer_id
        ordered = sorted(answered[question.id], key=lambda each: (each.id != accepted, -each.score, each.id))
        joined = "\n".join(text.plain(each.html) for each in ordered)[:ANSWERS_LENGTH]
        state = STATES[state_of(question)]
        best = next((each for each in ordered if each.id == accepted), None)
        yield document(question, question.id, answers=joined, state=state, tried=best)
        for each in ordered:
            yield document(each, question.id, state=("accepted",) if each.id == accepted else (), tried=each)
    for practice in practices:
        sections = "\n".join(getattr(practice, name) for name in SECTIONS)
        state = ("practice", "retired") if practice.retired_at else ("practice",)
        yield document(practice, practice.id, body=sections, state=state, tried=sources.get(practice.source_id))
    for comment in comments:
        yield document(comment, comment.page_id)


def _shown(kind: type[Post], condition: Any, *columns: Any) -> list[Any]:
    shared = (Post.html, Post.score, Post.created_at, Post.edited_at, Post.kind, Person.handle)
    query = (
        select(kind.id, _version(kind).label("version"), *shared, *columns)
        .join(Person, Person.id == Post.author_id)
        .where(condition, Post.removed_at.is_(None))
        .order_by(kind.id)
    )
    return list(db.session.execute(query))


def _chunks(ids: list[int]) -> Iterator[list[int]]:
    for start in range(0, len(ids), AT_ONCE):
        yield ids[start : start + AT_ONCE]
