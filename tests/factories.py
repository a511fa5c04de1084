"""Makes what a test needs, through the same verbs that people use; only what matters has to be named."""

from __future__ import annotations

from itertools import count
from typing import Any

from forum.answers import answering
from forum.answers.models import Answer
from forum.causes import linking
from forum.causes.models import Cause
from forum.core.clock import now
from forum.core.db import db
from forum.departments.labelling import slug_of
from forum.departments.models import Department
from forum.needs.models import CheckIn
from forum.people.joining import join
from forum.people.models import Person, Role
from forum.posts import comments
from forum.posts.models import Comment, Post
from forum.posts.writing import write
from forum.practices import promoting, using
from forum.practices.models import Practice
from forum.questions.asking import ask
from forum.questions.models import Question

_number = count(1)


def department(name: str | None = None) -> Department:
    """A department."""
    name = name or f"Department {next(_number)}"
    made = Department(slug=slug_of(name), name=name, description="", calendar={})
    db.session.add(made)
    db.session.flush()
    return made


def person(name: str | None = None, of: Department | None = None, *roles: str, password: str | None = None) -> Person:
    """A person of a department, with roles; a role of a department is one of their own."""
    name = name or f"Person {next(_number)}"
    made = join(name=name, email=f"{slug_of(name)}@northwick.example", department=of or department(), password=password)
    for role in roles:
        of_department = made.department_id if role in ("champion", "stakeholder") else None
        db.session.add(Role(person_id=made.id, name=role, department_id=of_department, since=now()))
    made.arrived_at = now()  # Whoever has not been here before sees the welcome first.
    db.session.flush()
    db.session.expire(made, ["roles"])
    return made


def question(by: Person, title: str | None = None, **given: Any) -> Question:
    """A question by somebody, concerning their own department unless told otherwise."""
    body = given.pop("body", "I looked in the handbook and found nothing about it.")
    departments = given.pop("departments", None) or [by.department]
    return ask(
        by,
        title=title or f"How do I do thing number {next(_number)}?",
        body=write(body),
        departments=[each.id for each in departments],
        tags=given.pop("tags", ""),
        **given,
    )


def answer(by: Person, to: Question, body: str = "Ask the person who did it last time.") -> Answer:
    """An answer."""
    return answering.answer(by, to, write(body))


def comment(by: Person, on: Post, body: str = "Is that still so?", reply_to: Comment | None = None) -> Comment:
    """A comment on a question, an answer or a practice."""
    page_id = on.question_id if isinstance(on, Answer) else on.id
    return comments.comment(by, on, write(body), page_id=page_id, reply_to=reply_to)


def practice(by: Person, source: Post, **given: Any) -> Practice:
    """A practice that `by`, a moderator, makes of a post."""
    sources = {
        "title": given.pop("title", f"Do it this way, number {next(_number)}"),
        "problem": "It went wrong again.",
        "body": "1. Look first.\n2. Then leap.",
        "why_it_works": "Looking costs a minute, leaping back an hour.",
        "when_not": "In the dark.",
        "what_it_takes": "Five minutes, no money, nobody's permission.",
        **given.pop("texts", {}),
    }
    return promoting.promote(
        by,
        source,
        texts=promoting.texts_of(sources),
        owner=given.pop("owner", None) or db.session.get_one(Person, source.author_id),
        departments=[each.id for each in given.pop("departments", None) or [by.department]],
        tags=given.pop("tags", ""),
        review_pace=given.pop("review_pace", "normal"),
        facts=given.pop("facts", promoting.Facts()),
    )


def outcome(by: Person, practice: Practice, said: str = "resolved", **given: Any) -> CheckIn:
    """Somebody used a practice and says how it went."""
    return using.used(by, practice, said, **given)


def cause(by: Person, first: Post | None, of: Department | None = None, **given: Any) -> Cause:
    """A cause that somebody suspects behind a question, for a department to remove."""
    return linking.suspect(
        by,
        first,
        title=given.pop("title", f"Thing number {next(_number)} comes back every night"),
        body=write(given.pop("body", "It was right in the evening and wrong in the morning.")),
        department=of or department(),
        **given,
    )
