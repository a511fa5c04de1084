"""Fills an empty database with Northwick Instruments, by replaying its half year through the verbs people use.

What is told is data (`northwick/`, described in its README); nothing here knows a name or a text of it.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from forum.answers.answering import accept, answer, edit_answer
from forum.answers.models import Answer
from forum.core.clock import as_of, now
from forum.core.db import db, transaction
from forum.departments.following import follow
from forum.departments.models import Department, Tag
from forum.needs.check_ins import latest_of, reply
from forum.needs.opening import asked_need
from forum.people import demo, joining
from forum.people.models import Person, Role
from forum.people.passwords import hash_password
from forum.posts.comments import comment
from forum.posts.models import Comment, Post
from forum.posts.thanks import thank
from forum.posts.votes import cast
from forum.posts.writing import Written, write
from forum.practices.models import Practice
from forum.practices.promoting import Texts, promote, retire, revise, texts_of
from forum.questions.asking import ask, edit_question
from forum.questions.models import Question

FOLDER = Path(__file__).parent / "northwick"
LENGTH = timedelta(days=182)  # of the story: half a year, ending today
TRIED_AFTER = timedelta(days=4)  # when whoever accepted an answer says how it went
REFERENCE = re.compile(r"#\{question:(\d+)\}")


@dataclass
class World:
    """What has happened so far, by the names the files use."""

    begin: datetime
    departments: dict[str, Department] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    questions: dict[int, Question] = field(default_factory=dict)
    answers: dict[tuple[int, int], Answer] = field(default_factory=dict)
    practices: dict[int, Practice] = field(default_factory=dict)

    def at(self, told: dict[str, Any]) -> datetime:
        """The moment of something told with `day` and `hour`."""
        return self.begin + timedelta(days=told["day"], hours=told.get("hour", 10))

    def text(self, source: str) -> Written:
        """A text with its references to other questions filled in."""
        return write(REFERENCE.sub(lambda found: f"#{self.questions[int(found[1])].id}", source))


Deed = tuple[datetime, Callable[[], Any]]


def steps() -> int:
    """How many files there are to replay."""
    return sum(1 for _ in FOLDER.rglob("*.toml"))


def fill(on_progress: Callable[[], None]) -> None:
    """Make the organisation and replay its story up to today, all in one transaction."""
    begin = (now() - LENGTH).replace(hour=0, minute=0, second=0, microsecond=0)
    world = World(begin)
    with transaction():
        with as_of(begin - timedelta(days=30)):
            _found(world)
            for _ in range(3):
                on_progress()
        for moment, deed in sorted(_story(world, on_progress), key=lambda told: told[0]):
            with as_of(min(moment, now())):
                deed()
        _follow(world)
        on_progress()


def _found(world: World) -> None:
    told = _read("organisation.toml")
    joining.found(told["name"], is_demo=True)
    for each in told["department"]:
        made = Department(
            slug=each["slug"], name=each["name"], description=each["description"], calendar=each["calendar"]
        )
        db.session.add(made)
        world.departments[each["slug"]] = made
    for each in _read("tags.toml")["tag"]:
        db.session.add(Tag(slug=each["slug"], description=each["description"]))
    db.session.flush()
    shared_hash = hash_password(demo.PASSWORD)  # Hashed once: forty times would take ten seconds for the same password.
    for each in _read("people.toml")["person"]:
        world.people[each["handle"]] = _join(world, each, shared_hash)


def _join(world: World, told: dict[str, Any], password_hash: str) -> Person:
    person = joining.join(
        name=told["name"],
        handle=told["handle"],
        email=f"{told['handle']}@northwick.example",
        department=world.departments[told["department"]],
        password=None,
    )
    person.password_hash = password_hash
    person.job_title, person.about = told["job_title"], told["about"]
    for role in told.get("roles", []):
        of = world.departments[role["department"]].id if "department" in role else None
        db.session.add(Role(person_id=person.id, name=role["role"], department_id=of, since=now()))
    db.session.flush()
    db.session.expire(person, ["roles"])
    return person


def _story(world: World, on_progress: Callable[[], None]) -> Iterator[Deed]:
    for file in sorted((FOLDER / "questions").glob("*.toml")):
        number = int(file.name.split("-")[0])
        yield from _question_story(world, number, _read(file))
        on_progress()
    for file in sorted((FOLDER / "practices").glob("*.toml")):
        number = int(file.name.split("-")[0].removeprefix("P"))
        yield from _practice_story(world, number, _read(file))
        on_progress()


def _question_story(world: World, number: int, told: dict[str, Any]) -> Iterator[Deed]:
    asked = world.at(told)

    def later(each: dict[str, Any], name: str = "hours_later") -> datetime:
        return asked + timedelta(hours=each[name])

    def put() -> None:
        world.questions[number] = ask(
            world.people[told["asked_by"]],
            title=told["title"],
            body=world.text(told["body"]),
            departments=[world.departments[slug].id for slug in told["departments"]],
            tags=" ".join(told["tags"]),
        )

    def question() -> Question:
        return world.questions[number]

    yield asked, put
    for edit in told.get("edit", []):
        yield later(edit), _question_edit(world, question, edit)
    for handle in told.get("votes", []):
        yield asked + timedelta(hours=1), _vote(world, question, handle, 1)
    for place, each in enumerate(told.get("answer", [])):
        yield from _answer_story(world, (number, place), question, each, later)
    yield from _comments(world, question, question, told.get("comment", []), later)


def _answer_story(
    world: World, key: tuple[int, int], question: Callable[[], Question], told: dict[str, Any], later: Any
) -> Iterator[Deed]:
    def put() -> None:
        world.answers[key] = answer(world.people[told["by"]], question(), world.text(told["body"]))

    def given() -> Answer:
        return world.answers[key]

    given_at = later(told)
    yield given_at, put
    for edit in told.get("edit", []):
        yield later(edit), _answer_edit(world, given, edit)
    for value, name in ((1, "votes"), (-1, "votes_down")):
        for handle in told.get(name, []):
            yield given_at + timedelta(hours=2), _vote(world, given, handle, value)
    yield from _acceptance_story(world, given, told, later)
    for each in told.get("thanks", []):
        yield given_at + timedelta(hours=5), _thanks(world, given, each)
    yield from _comments(world, question, given, told.get("comment", []), later)


def _acceptance_story(world: World, given: Callable[[], Answer], told: dict[str, Any], later: Any) -> Iterator[Deed]:
    if "accepted_hours_later" not in told:
        return
    accepted_at = later(told, "accepted_hours_later")
    yield accepted_at, _acceptance(world, given, told.get("accepted_by"))
    if "accepted_by" not in told and accepted_at + TRIED_AFTER <= now():
        yield accepted_at + TRIED_AFTER, _outcome(world, given, told.get("outcome", "resolved"))


def _comments(
    world: World,
    page: Callable[[], Post],
    on: Callable[[], Post],
    told: list[dict[str, Any]],
    later: Any,
    above: list[Comment] | None = None,
) -> Iterator[Deed]:
    for each in told:
        made: list[Comment] = []  # Filled when the comment is written; its replies come later and find it there.

        def put(each: dict[str, Any] = each, made: list[Comment] = made) -> None:
            reply_to = above[0] if above else None
            body = world.text(each["body"])
            made.append(comment(world.people[each["by"]], on(), body, page_id=page().id, reply_to=reply_to))

        yield later(each), put
        yield from _comments(world, page, on, each.get("replies", []), later, made)


def _practice_story(world: World, number: int, told: dict[str, Any]) -> Iterator[Deed]:
    def put() -> None:
        world.practices[number] = promote(
            world.people[told["promoted_by"]],
            world.answers[told["question"], told["answer"]],
            texts=texts_of(told),
            owner=world.people[told["owner"]],
            departments=[world.departments[slug].id for slug in told["departments"]],
            tags=" ".join(told["tags"]),
            review_pace=told["review_pace"],
        )

    def rewrite(change: dict[str, Any]) -> None:
        practice = world.practices[number]
        revise(
            world.people[change["by"]], practice, _changed(practice, change), seen=practice.version, note=change["note"]
        )

    def end(ending: dict[str, Any]) -> None:
        successor = world.practices[ending["successor"]] if "successor" in ending else None
        retire(world.people[ending["by"]], world.practices[number], because=ending["reason"], successor=successor)

    yield world.at(told), put
    for change in told.get("revision", []):
        yield world.at(change), partial(rewrite, change)
    if "retired" in told:
        yield world.at(told["retired"]), partial(end, told["retired"])


def _changed(practice: Practice, change: dict[str, Any]) -> Texts:
    return texts_of({**practice.texts, **{name: change[name] for name in practice.texts if name in change}})


def _question_edit(world: World, question: Callable[[], Question], told: dict[str, Any]) -> Callable[[], Any]:
    def put() -> None:
        edited = question()
        edit_question(
            world.people[told["by"]],
            edited,
            title=told.get("title", edited.title),
            body=world.text(told["body"]),
            departments=[each.id for each in edited.departments],
            tags=" ".join(each.slug for each in edited.tags),
            seen=edited.version,
            reason=told["reason"],
        )

    return put


def _answer_edit(world: World, given: Callable[[], Answer], told: dict[str, Any]) -> Callable[[], Any]:
    return lambda: edit_answer(
        world.people[told["by"]], given(), world.text(told["body"]), seen=given().version, reason=told["reason"]
    )


def _vote(world: World, post: Callable[[], Post], handle: str, value: int) -> Callable[[], Any]:
    return lambda: cast(world.people[handle], post(), value)


def _acceptance(world: World, given: Callable[[], Answer], by: str | None) -> Callable[[], Any]:
    return lambda: accept(world.people[by] if by else _asker(world, given()), given())


def _outcome(world: World, given: Callable[[], Answer], outcome: str) -> Callable[[], Any]:
    """The asker says how it went, if the answer is still the accepted one."""

    def put() -> None:
        need = asked_need(given().question)
        check_in = latest_of(need) if need else None
        if check_in is not None and check_in.closed_at is None and check_in.answer_id == given().id:
            reply(_asker(world, given()), check_in, outcome)

    return put


def _asker(world: World, given: Answer) -> Person:
    return next(person for person in world.people.values() if person.id == given.question.author_id)


def _thanks(world: World, given: Callable[[], Answer], told: dict[str, Any]) -> Callable[[], Any]:
    return lambda: thank(world.people[told["by"]], given(), told.get("line", ""))


def _follow(world: World) -> None:
    tags = {tag.slug: tag.id for tag in db.session.scalars(db.select(Tag))}
    for told in _read("follows.toml")["follow"]:
        ids: dict[str, Callable[[Any], int]] = {
            "department": lambda what: world.departments[what].id,
            "tag": lambda what: tags[what],
            "person": lambda what: world.people[what].id,
            "question": lambda what: world.questions[what].id,
        }
        follow(world.people[told["by"]], told["kind"], ids[told["kind"]](told["what"]))


def _read(name: str | Path) -> dict[str, Any]:
    return tomllib.loads((FOLDER / name).read_text(encoding="utf-8"))
