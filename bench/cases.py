"""What people do, as requests to be repeated: made of what the filled database holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from random import Random
from typing import Any

from sqlalchemy import func, select

from bench.filling import email
from bench.texts import SEED, invented
from bench.visitors import Request
from forum.core.db import db
from forum.core.paging import PER_PAGE, next_key
from forum.people.models import Person
from forum.posts.models import Post
from forum.questions.asking import address
from forum.questions.models import Question

VISITORS = 8  # people who use the site at the same time; whose posts they are matters for votes
ANSWERS = 9  # of the threads that are read: with the question ten posts
MANY = 500  # different requests where each changes something
SOME = 60  # different requests where nothing changes
BY_SCRIPT = {"HX-Request": "true"}  # What the page's own script sends.


@dataclass(frozen=True)
class Case:
    """Requests of one kind, to be sent in turn, and the status that each must be answered with.

    `follow`: the case ends with the page that the answer leads to. `writes`: the worker has work from it.
    """

    name: str
    requests: Sequence[Request]
    status: int = 200
    follow: bool = False
    writes: bool = False


def all_cases(queries: Sequence[str]) -> list[Case]:
    """Every case, reading ones first, for a filled database and the searches that belong to it."""
    random = Random(SEED)
    titles = [title for _, title in _questions(SOME, random)]
    threads = _questions(SOME, random, answers=ANSWERS)
    unhurried = _questions(MANY, random, answers=3)
    bodies = [topic.body for topic in islice(invented(MANY, SEED + 1), 50)]
    answers = [
        Request(f"/questions/{id}/answers", {"body": bodies[place % len(bodies)]})
        for place, (id, _) in enumerate(unhurried)
    ]
    return [
        Case("home", [Request("/")]),
        Case("needs", [Request("/questions")]),
        Case("for me", [Request("/questions?tab=needs&among=me")]),
        Case("list", [Request("/questions?tab=active")]),
        Case("deep list", [Request(f"/questions?tab=active&after={key}") for key in _keys()]),
        Case("thread", [Request(address(id, title)) for id, title in threads]),
        Case("thread side", [Request(f"/questions/{id}/similar", headers=BY_SCRIPT) for id, _ in threads]),
        Case("search", [Request(f"/search?q={query.replace(' ', '+')}") for query in queries]),
        Case("suggest", [Request(f"/suggest?q={start.replace(' ', '+')}") for start in _starts(titles)]),
        Case(
            "similar", [Request(f"/ask/similar?title={title.replace(' ', '+')}", headers=BY_SCRIPT) for title in titles]
        ),
        Case("answer", answers, status=303, writes=True),
        Case("answer shown", answers, follow=True, writes=True),
        Case("vote", _votes(random), writes=True),
    ]


def _questions(count: int, random: Random, *, answers: int | None = None) -> list[tuple[int, str]]:
    """Id and title of questions: some of all, or some of those whose number of answers is nearest to `answers`."""
    if answers is None:
        last = db.session.scalar(select(func.max(Post.id))) or 0
        ids = random.sample(range(1, last + 1), min(last, 20 * count))
        query = select(Question.id, Question.title).where(Question.id.in_(ids)).order_by(Question.id).limit(count)
    else:
        distance = func.abs(Question.answer_count - answers)
        query = select(Question.id, Question.title).order_by(distance, Question.id).limit(count)
    return [(id, title) for id, title in db.session.execute(query)]


def _keys() -> list[str]:
    """Keys of pages that lie behind half and more of the list."""
    total = db.session.scalar(select(func.count()).select_from(Question.__table__)) or 0
    places = select(Question.last_activity_at, Question.id).order_by(
        Question.last_activity_at.desc(), Question.id.desc()
    )
    keys = []
    for share in (0.5, 0.6, 0.7, 0.8):
        before = max(int(total * share) - PER_PAGE, 0)
        rows: Any = db.session.execute(places.offset(before).limit(PER_PAGE + 1)).all()
        keys.append(next_key(rows, lambda row: (row.last_activity_at, row.id)))
    return [key for key in keys if key]


def _starts(titles: Sequence[str]) -> list[str]:
    """What somebody has typed so far who looks for one of these titles: a word and a half."""
    starts = []
    for title in titles:
        words = sorted(title.lower().split()[-3:], key=len)
        starts += [words[-1][:3], f"{words[-1]} {words[-2][:3]}"]
    return starts


def _votes(random: Random) -> list[Request]:
    """Votes for answers of others, each taken back later, so that every request changes something."""
    own = select(Person.id).where(Person.email.in_([email(number) for number in range(VISITORS)]))
    query = select(Post.id).where(Post.kind == "answer", Post.author_id.not_in(own)).order_by(Post.id)
    ids = list(db.session.scalars(query.limit(20 * MANY)))
    chosen = random.sample(ids, min(MANY, len(ids)))
    return [
        Request(f"/posts/{id}/vote", {"value": value}, BY_SCRIPT) for value in ("-1", "0", "1", "0") for id in chosen
    ]
