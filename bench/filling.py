"""Writes threads into a database by the handful, as rows: what asking, answering and voting leave behind, only faster.

The verbs that people use need some milliseconds each, a million of them hours. What is written here is held to the
same: `flask reconcile` finds nothing wrong, and every text is rendered by the forum's own renderer.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import chain, count, islice
from typing import Any

from sqlalchemy import Table, bindparam, func, insert, select, text, update

from bench.texts import DEPARTMENTS, PARAGRAPHS, PEOPLE, Remark, Reply, Topic
from forum.answers.answering import AnswerAccepted, AnswerGiven
from forum.answers.models import Acceptance, Answer
from forum.core.clock import now
from forum.core.db import db, transaction
from forum.core.events import Event, EventRow
from forum.core.text import RENDERER, clean_line, clean_source
from forum.departments.labelling import slug_of
from forum.departments.models import Department, Follow, Tag, post_department, post_tag
from forum.people import joining
from forum.people.models import Membership, Person, Role
from forum.people.passwords import hash_password
from forum.posts.comments import CommentWritten
from forum.posts.models import Comment, Post, Revision, Vote
from forum.posts.votes import PostVoted
from forum.posts.writing import rendered
from forum.practices.models import REVIEW_PACES, SECTIONS, Practice
from forum.practices.promoting import PracticePromoted
from forum.questions.asking import QuestionAsked
from forum.questions.models import Question

PASSWORD = "benchpass"  # of everybody here
AT_ONCE = 200  # topics in one transaction: about a thousand posts, some megabytes
SPAN = timedelta(days=730)  # from the first question to the last
SETTLED = timedelta(days=3)  # ago: when the last question was asked, so that all its answers are in the past too
BETWEEN = timedelta(minutes=20)  # from one answer of a question to the next
MODERATOR, ADMINISTRATOR = PEOPLE - 1, PEOPLE - 2  # numbers of people; the first ones are plain employees

# In this order a row finds what it refers to.
IN_ORDER: tuple[Any, ...] = (
    Post,
    Question,
    Answer,
    Comment,
    Practice,
    post_department,
    post_tag,
    Acceptance,
    Follow,
    Revision,
    Vote,
    EventRow,
)


@dataclass(frozen=True)
class Organisation:
    """Whom and what the rows refer to: keys of people by their number, of departments by their place, of tags."""

    people: Sequence[int]
    departments: Sequence[tuple[int, str]]
    tags: dict[str, int]

    def department_of(self, person: int) -> int:
        """The key of the department a person belongs to."""
        return self.departments[person % len(self.departments)][0]


@dataclass
class Batch:
    """The rows of some topics, by table."""

    organisation: Organisation
    ids: Iterator[int]
    rows: dict[Table, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    accepted: list[dict[str, int]] = field(default_factory=list)

    def add(self, to: Any, **values: Any) -> None:
        """Add a row to the table of a model, or to a plain table."""
        self.rows[_table(to)].append(values)

    def happened(self, event: Event, at: datetime, actor: int | None = None) -> None:
        """Write down an event, as `publish` does."""
        data = asdict(event)
        self.add(
            EventRow,
            at=at,
            name=type(event).__name__,
            actor_id=None if actor is None else self.organisation.people[actor],
            actor_department_id=None if actor is None else self.organisation.department_of(actor),
            post_id=data.pop("post_id", None),
            data=data,
        )

    def write(self) -> None:
        """Insert everything, one statement a table."""
        for table in map(_table, IN_ORDER):
            if self.rows[table]:
                db.session.execute(insert(table), self.rows[table])
        if self.accepted:
            question: Any = Question.__table__
            marked = update(question).where(question.c.id == bindparam("question"))
            db.session.connection().execute(marked.values(accepted_answer_id=bindparam("answer")), self.accepted)


def fill(
    topics: Iterable[Topic],
    posts: int,
    on_progress: Callable[[int], None],
    departments: Sequence[str] = DEPARTMENTS,
) -> None:
    """Write `topics`, `posts` posts in all, into a database without posts, with an organisation to write them.

    `on_progress` is told how many posts are done.
    """
    with transaction():
        organisation = found(departments)
    begin, done = now() - SETTLED - SPAN, 0
    remaining, ids = iter(topics), count(_next_id())
    while some := list(islice(remaining, AT_ONCE)):
        with transaction():
            _add_tags(organisation, some)
            batch = Batch(organisation, ids)
            for topic in some:
                _ask(batch, topic, begin + SPAN * (done / posts))
                done += topic.size
            batch.write()
        on_progress(done)
    with transaction():
        _restart_sequences()


def email(person: int) -> str:
    """The address with which a person signs in."""
    return f"{handle(person)}@example.org"


def handle(person: int) -> str:
    """A person's handle and name."""
    return f"user{person:03d}"


@lru_cache(maxsize=2 * PARAGRAPHS)
def _block(source: str) -> str:
    return rendered(clean_source(source)).html


def html_of(source: str) -> str:
    """What the forum's renderer makes of a text of paragraphs and lists: for them, block by block is the same."""
    return "\n".join(map(_block, source.split("\n\n")))


def _table(of: Any) -> Table:
    """The table of a model; a plain table is its own."""
    return getattr(of, "__table__", of)


def found(names: Sequence[str]) -> Organisation:
    """An organisation with its departments and people."""
    moment = now() - SETTLED - SPAN
    if joining.organisation() is None:
        joining.found("Bench")
    departments = [Department(slug=slug_of(name), name=name, description="", calendar={}) for name in names]
    db.session.add_all(departments)
    db.session.flush()
    password = hash_password(PASSWORD)  # Hashed once: two hundred times would take a minute for the same password.
    people = [
        Person(
            handle=handle(number),
            name=handle(number),
            email=email(number),
            password_hash=password,
            department_id=departments[number % len(departments)].id,
            joined_at=moment,
        )
        for number in range(PEOPLE)
    ]
    db.session.add_all(people)
    db.session.flush()
    db.session.add_all(Membership(person_id=each.id, department_id=each.department_id, since=moment) for each in people)
    db.session.add_all(
        Follow(person_id=each.id, kind="department", followed_id=each.department_id, level="first_posts", since=moment)
        for each in people
    )
    for number, role in ((MODERATOR, "moderator"), (ADMINISTRATOR, "administrator")):
        db.session.add(Role(person_id=people[number].id, name=role, since=moment))
    return Organisation([each.id for each in people], [(each.id, each.name) for each in departments], {})


def _next_id() -> int:
    return (db.session.scalar(select(func.max(Post.id))) or 0) + 1


def _add_tags(organisation: Organisation, topics: Sequence[Topic]) -> None:
    named = dict.fromkeys(chain.from_iterable(topic.tags for topic in topics))
    new = [Tag(slug=slug, description="") for slug in named if slug not in organisation.tags]
    db.session.add_all(new)
    db.session.flush()
    organisation.tags.update({tag.slug: tag.id for tag in new})


def _ask(batch: Batch, topic: Topic, at: datetime) -> None:
    title = clean_line(topic.title, 150)
    last = at + BETWEEN * len(topic.replies)
    solved = last + BETWEEN if topic.accepted is not None else None
    id = _post(batch, "question", topic.author, topic.body, at, score=len(topic.voters))
    batch.add(
        Question,
        id=id,
        title=title,
        answer_count=len(topic.replies),
        accepted_answer_id=None,
        waits=not topic.replies,
        confirmed=solved is not None,
        last_activity_at=solved or last,
    )
    department, name = batch.organisation.departments[topic.department]
    _label(batch, id, department, topic.tags)
    _keep(batch, id, topic.author, at, title=title, body=topic.body, departments=name, tags=", ".join(topic.tags))
    person = batch.organisation.people[topic.author]
    batch.add(Follow, person_id=person, kind="question", followed_id=id, level="watching", since=at)
    batch.happened(QuestionAsked(post_id=id), at, topic.author)
    _vote(batch, id, topic.voters, (), at)
    _remark(batch, id, id, topic.remarks, at)
    for place, reply in enumerate(topic.replies):
        answer = _answer(batch, id, reply, at + BETWEEN * (place + 1))
        if place == topic.accepted and solved is not None:
            _accept(batch, id, answer, topic, solved)


def _answer(batch: Batch, question: int, reply: Reply, at: datetime) -> int:
    id = _post(batch, "answer", reply.author, reply.body, at, score=len(reply.voters) - len(reply.opponents))
    batch.add(Answer, id=id, question_id=question)
    _keep(batch, id, reply.author, at, body=reply.body)
    batch.happened(AnswerGiven(post_id=id, question_id=question), at, reply.author)
    _vote(batch, id, reply.voters, reply.opponents, at)
    _remark(batch, id, question, reply.remarks, at)
    return id


def _accept(batch: Batch, question: int, answer: int, topic: Topic, at: datetime) -> None:
    person = batch.organisation.people[topic.author]
    batch.add(Acceptance, question_id=question, answer_id=answer, by_id=person, at=at, in_askers_place=False)
    batch.accepted.append({"question": question, "answer": answer})
    batch.happened(AnswerAccepted(post_id=answer, question_id=question, in_askers_place=False), at, topic.author)
    if topic.promoted:
        _promote(batch, question, answer, topic, at)


def _promote(batch: Batch, question: int, source: int, topic: Topic, at: datetime) -> None:
    reply = topic.replies[topic.accepted or 0]
    texts = dict.fromkeys(SECTIONS, topic.body.split("\n\n")[0]) | {"body": reply.body}
    people = batch.organisation.people
    id = _post(batch, "practice", reply.author, reply.body, at)
    batch.add(
        Practice,
        id=id,
        title=topic.title,
        **{name: source for name, source in texts.items() if name != "body"},
        sections_html={name: html_of(source) for name, source in texts.items()},
        source_id=source,
        question_id=question,
        owner_id=people[reply.author],
        promoted_by_id=people[MODERATOR],
        review_pace="normal",
        review_on=(now() + timedelta(days=REVIEW_PACES["normal"])).date(),
        retired_because="",
        due_on=(now() + timedelta(days=REVIEW_PACES["normal"])).date(),
    )
    _label(batch, id, batch.organisation.departments[topic.department][0], topic.tags)
    _keep(batch, id, MODERATOR, at, title=topic.title, **texts)
    batch.happened(PracticePromoted(post_id=id, source_id=source, question_id=question), at, MODERATOR)


def _remark(batch: Batch, on: int, page: int, remarks: Sequence[Remark], at: datetime) -> None:
    for remark in remarks:
        id = _post(batch, "comment", remark.author, remark.body, at)
        batch.add(Comment, id=id, on_id=on, page_id=page, reply_to_id=None)
        _keep(batch, id, remark.author, at, body=remark.body)
        batch.happened(CommentWritten(post_id=id, on_id=on, page_id=page), at, remark.author)


def _post(batch: Batch, kind: str, author: int, body: str, at: datetime, score: int = 0) -> int:
    id = next(batch.ids)
    batch.add(
        Post,
        id=id,
        kind=kind,
        author_id=batch.organisation.people[author],
        author_department_id=batch.organisation.department_of(author),
        body=body,
        html=html_of(body),
        renderer=RENDERER,
        score=score,
        imported_score=0,
        created_at=at,
        version=1,
    )
    return id


def _label(batch: Batch, id: int, department: int, tags: Sequence[str]) -> None:
    batch.add(post_department, post_id=id, department_id=department)
    for slug in tags:
        batch.add(post_tag, post_id=id, tag_id=batch.organisation.tags[slug])


def _keep(batch: Batch, id: int, by: int, at: datetime, **texts: str) -> None:
    person = batch.organisation.people[by]
    batch.add(Revision, post_id=id, number=1, texts=texts, by_id=person, at=at, reason="")


def _vote(batch: Batch, id: int, voters: Sequence[int], opponents: Sequence[int], at: datetime) -> None:
    for value, people in ((1, voters), (-1, opponents)):
        for person in people:
            batch.add(Vote, post_id=id, person_id=batch.organisation.people[person], value=value, cast_at=at)
            batch.happened(PostVoted(post_id=id), at)


def _restart_sequences() -> None:
    """Let PostgreSQL go on counting behind the keys that were given here; SQLite does so by itself."""
    if db.session.get_bind().dialect.name == "postgresql":
        restart = "SELECT setval(pg_get_serial_sequence('post', 'id'), (SELECT max(id) FROM post))"
        db.session.execute(text(restart))
