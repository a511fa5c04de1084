"""From posts to what the index knows of them: pages of every kind, and what stands on them, as documents."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from typing import Any

from sqlalchemy import BigInteger, and_, case, cast, func, select

from forum.answers.models import Answer
from forum.causes.models import STATES as CAUSE_STATES
from forum.causes.models import Cause
from forum.chats.models import Chat
from forum.core import text
from forum.core.db import db
from forum.departments.labelling import labels_of
from forum.departments.models import post_department, post_tag
from forum.people.models import Person
from forum.posts.models import Comment, Post
from forum.practices.models import SECTIONS, Practice
from forum.questions.models import Question, state_of
from forum.search.port import Document

PAGES = ("question", "practice", "cause", "chat")  # kinds of posts that have a page, with others on it
AT_ONCE = 200  # threads read from the database at a time
OUTCOMES = (Answer.worked, Answer.partly, Answer.failed)
# Under which state a question is found, by how far it got: each under one, so that their numbers add up.
# Whoever looks for what is solved wants what was accepted, too.
STATES = {
    "open": "open",
    "again": "open",
    "answered": "answered",
    "accepted": "solved",
    "solved": "solved",
    "withdrawn": "withdrawn",
}
FACTOR, LARGEST = 1_009, 2**31 - 1  # primes, by which several numbers become one that an engine can keep
ANSWERS_LENGTH = 4_000  # characters of answers that help to find their question; more would drown its own words


def document_id(kind: str, id: int) -> str:
    """What a post is called in the index: the first letter of its kind and its number."""
    return f"{kind[0]}{id}"


def all_documents(*, merged: bool = True) -> Iterator[Document]:
    """Everything that is shown; questions with the words of those `merged` into them, or with their own alone."""
    query = select(Post.id).where(Post.kind.in_(PAGES), Post.removed_at.is_(None)).order_by(Post.id)
    for chunk in chunks(list(db.session.scalars(query))):
        yield from documents_of(chunk, merged=merged)
        db.session.rollback()  # Ends the read, so that a long rebuild does not hold an old view of the database.


def documents_of(page_ids: list[int], *, merged: bool = True) -> Iterator[Document]:
    """The documents of whole pages, in a fixed number of statements for each chunk."""
    questions = _shown(
        Question,
        Question.id.in_(page_ids),
        Question.title,
        Question.answer_count,
        Question.accepted_answer_id,
        Question.confirmed,
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
        Practice.label,
        Practice.worked,
        Practice.tried,
        Practice.stale_since,
        is_due(Practice.__table__).label("is_due"),
        *(getattr(Practice, name) for name in SECTIONS),
    )
    causes = _shown(Cause, Cause.id.in_(page_ids), Cause.title)
    # What came of it, once the host has written it; of the turns nobody is found.
    summed_up = and_(Chat.id.in_(page_ids), Chat.summarised_at.is_not(None))
    chats = _shown(Chat, summed_up, Chat.title, Chat.about)
    titles = {page.id: page.title for page in (*questions, *practices, *causes, *chats)}
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
        post: Any, page_id: int, *, body: str = "", answers: str = "", state: tuple[str, ...] = (), found: Any = (0, 0)
    ) -> Document:
        also = wordings[post.id] if post.id == page_id else []
        worked, tried = found
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
            state=state,
            created=post.created_at,
            activity=getattr(post, "last_activity_at", None) or post.edited_at or post.created_at,
            votes=post.score,
            version=post.version,
            worked=worked,
            tried=tried,
        )

    answered: dict[int, list[Any]] = defaultdict(list)
    for answer in answers:
        answered[answer.question_id].append(answer)
    for question in questions:
        accepted = question.accepted_answer_id
        ordered = sorted(answered[question.id], key=lambda each: (each.id != accepted, -each.score, each.id))
        joined = "\n".join(text.plain(each.html) for each in ordered)[:ANSWERS_LENGTH]
        state: tuple[str, ...] = (STATES[state_of(question)],)
        best = next((each for each in ordered if each.id == accepted), None)
        yield document(question, question.id, answers=joined, state=state, found=_outcomes(best))
        for each in ordered:
            yield document(each, question.id, state=("accepted",) if each.id == accepted else (), found=_outcomes(each))
    for practice in practices:
        sections = "\n".join(getattr(practice, name) for name in SECTIONS)
        gone = "retired" if practice.retired_at else "stale" if practice.stale_since else ""
        good = [state for state, is_so in (("proven", practice.label == "proven"), ("due", practice.is_due)) if is_so]
        further = (gone,) if gone else tuple(good)
        found = (practice.worked, practice.tried)
        yield document(practice, practice.id, body=sections, state=("practice", *further), found=found)
    for each in (*causes, *chats, *comments):
        about = getattr(each, "about", "")  # A chat says why it took place.
        yield document(each, getattr(each, "page_id", each.id), body=about and f"{about}\n{text.plain(each.html)}")


def _outcomes(answer: Any) -> tuple[int, int]:
    """For how many an answer worked, and how many tried it."""
    return (answer.worked, answer.worked + answer.partly + answer.failed) if answer else (0, 0)


def _shown(kind: type[Post], condition: Any, *columns: Any) -> list[Any]:
    shared = (Post.html, Post.score, Post.created_at, Post.edited_at, Post.kind, Person.handle)
    query = (
        select(kind.id, fingerprint(kind).label("version"), *shared, *columns)
        .join(Person, Person.id == Post.author_id)
        .where(condition, Post.removed_at.is_(None))
        .order_by(kind.id)
    )
    return list(db.session.execute(query))


def pages_of(post_ids: Collection[int]) -> set[int]:
    """The pages on which these posts stand, the pages themselves, and the questions that those were merged into."""
    pages: set[int] = set()
    for chunk in chunks(sorted(post_ids)):
        pages |= set(db.session.scalars(select(Answer.question_id).where(Answer.id.in_(chunk))))
        pages |= set(db.session.scalars(select(Comment.page_id).where(Comment.id.in_(chunk))))
        pages |= set(db.session.scalars(select(Post.id).where(Post.id.in_(chunk), Post.kind.in_(PAGES))))
    for chunk in chunks(sorted(pages)):
        merged = (Question.id.in_(chunk), Question.merged_into_id.is_not(None))
        pages |= set(db.session.scalars(select(Question.merged_into_id).where(*merged)))
    return pages


def names_on(page_ids: list[int]) -> set[str]:
    """What all posts of these pages are called in the index, whether they are shown or not."""
    pages = db.session.execute(select(Post.id, Post.kind).where(Post.id.in_(page_ids)))
    answers = db.session.execute(select(Answer.id, Answer.kind).where(Answer.question_id.in_(page_ids)))
    comments = db.session.execute(select(Comment.id, Comment.kind).where(Comment.page_id.in_(page_ids)))
    return {document_id(kind, id) for rows in (pages, answers, comments) for id, kind in rows}


def fingerprint(kind: type[Post]) -> Any:
    """The version of a post's text and, drawn into the same number, what else its document says and may be missed: its
    score, how far a question got, what became of an answer or a practice, and which departments and tags a page has. By
    it a comparison finds what is out of date."""
    table: Any = kind.__table__
    said: list[Any] = [Post.__table__.c.score]
    if kind is Question:
        waits = case((table.c.waits, 1), else_=0)
        said += [table.c.answer_count, func.coalesce(table.c.accepted_answer_id, 0), waits, table.c.times_asked]
    elif kind is Answer:
        said += [table.c[column.key] for column in OUTCOMES]
    elif kind is Practice:
        said += [case((table.c.retired_at.is_not(None), 1), (table.c.stale_since.is_not(None), 2), else_=0)]
        said += [case((table.c.label == "proven", 1), else_=0), table.c.worked, table.c.tried, is_due(table)]
    elif kind is Cause:
        said += [case({state: number for number, state in enumerate(CAUSE_STATES)}, value=table.c.state)]
    if kind in (Question, Practice, Cause, Chat):
        said += [_labels(post_department.c.department_id, post_department), _labels(post_tag.c.tag_id, post_tag)]
    drawn: Any = cast(Post.__table__.c.version, BigInteger)
    for part in said:
        drawn = (drawn * FACTOR + part) % LARGEST  # Each time: no number of edits may be too many.
    return func.abs(drawn)


def is_due(practice: Any) -> Any:
    """1 for a practice whose owner was asked about the date that stands now, as long as nobody has looked at it."""
    return case((func.date(practice.c.asked_at) >= practice.c.due_on, 1), else_=0)


def _labels(label: Any, table: Any) -> Any:
    """Which labels a post has, as a number: the sum alone would be the same for 1 and 4 as for 2 and 3."""
    drawn = func.sum(label * (label + FACTOR))
    return (
        select(cast(func.coalesce(drawn, 0), BigInteger) % LARGEST)
        .where(table.c.post_id == Post.__table__.c.id)
        .scalar_subquery()
    )


def chunks(ids: list[int]) -> Iterator[list[int]]:
    """The ids in parts, each small enough to be read at a time."""
    for start in range(0, len(ids), AT_ONCE):
        yield ids[start : start + AT_ONCE]
