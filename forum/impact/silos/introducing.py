"""Where one person is the only way from one department to another, a second one is introduced: proposed with the
reason, asked with one click, or refused, which is remembered."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from sqlalchemy import and_, or_, select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from forum.core.clock import now
from forum.core.db import db
from forum.core.errors import Invalid, Refused
from forum.core.events import PostEvent, publish
from forum.core.languages import messages, retold
from forum.core.permissions import require
from forum.departments.models import Tag, post_tag
from forum.impact.models import REPLIES, Introduction
from forum.impact.silos.counting import Quarter
from forum.impact.silos.mixing import Pair, Thread
from forum.people.hours import is_away
from forum.people.models import Person, Skill

SAID = 3  # topics named in a reason: more would not be read
# Why somebody is proposed: it is kept in English, and retold.
WHY = messages(
    [
        "has helped %(department)s before",
        "knows about %(topics)s, which %(department)s asks about",
        "works in %(department)s too, and is asked less often than others there",
    ]
)
LATEST = 100  # questions between two departments, of which the topics are looked at


@dataclass(frozen=True, kw_only=True)
class SecondPersonAsked(PostEvent):
    """Somebody is asked to be the second one whom a department can turn to; the post is the latest question of that
    department which a colleague of theirs answered."""

    introduction_id: int
    person_id: int
    asking: str
    why: str


@dataclass(frozen=True, kw_only=True)
class SecondPersonRefused(PostEvent):
    """Whoever was proposed as the second one is not to be asked; the post is as with one who is."""

    introduction_id: int
    person_id: int


@dataclass(frozen=True, kw_only=True)
class SecondPersonReplied(PostEvent):
    """Whoever was asked to be the second one said whether they will."""

    introduction_id: int
    person_id: int
    state: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """Who could be the second person beside the one of a thread, and why: `asking` and `answering` are departments."""

    person: Person
    why: str


class NoLongerProposed(Refused):
    """Somebody else has looked after it meanwhile, or a second person answered by themselves."""

    message = "This has changed since you opened the page. Look again: somebody else may be proposed now."


def proposals(
    person: Person, quarter: Quarter, threads: Sequence[Thread], names: Mapping[int, str]
) -> tuple[dict[Pair, Proposal], dict[Pair, list[Introduction]]]:
    """By pair of departments: who is proposed now, and what came of earlier proposals, the latest first.

    Never `person`, who decides: nobody asks themselves.
    """
    pairs = [(thread.asking_id, thread.answering_id) for thread in threads]
    made = _made(pairs)
    colleagues = _colleagues({thread.answering_id for thread in threads})
    knows = _known(quarter, pairs)
    found = {}
    for thread in threads:
        pair = thread.asking_id, thread.answering_id
        taken = {person.id, thread.person_id, *(each.person_id for each in made[pair])}
        free = [each for each in colleagues[thread.answering_id] if each.id not in taken and not is_away(each)]
        # While somebody who was asked has not said no, nobody else needs to be.
        if free and not any(each.state in ("asked", "agreed") for each in made[pair]):
            found[pair] = _best(free, pair, quarter, knows[pair], names)
    return found, made


def introduce(
    person: Person, thread: Thread, second_id: int, quarter: Quarter, names: Mapping[int, str]
) -> Introduction:
    """Ask the proposed person to be the second one, by a note that says why.

    Raises `NoLongerProposed` for anybody else, and when somebody was quicker.
    """
    require(person, "introduction.make", thread)
    made = _keep(person, thread, _still_proposed(person, thread, second_id, quarter, names), "asked", quarter)
    asked = SecondPersonAsked(
        post_id=made.question_id,
        introduction_id=made.id,
        person_id=made.person_id,
        asking=names[thread.asking_id],
        why=made.why,
    )
    publish(asked, actor=person)
    return made


def refuse(person: Person, thread: Thread, second_id: int, quarter: Quarter, names: Mapping[int, str]) -> Introduction:
    """Not this person: they are not proposed again for these two departments, and the next one is.

    Raises `NoLongerProposed` as `introduce` does.
    """
    require(person, "introduction.make", thread)
    made = _keep(person, thread, _still_proposed(person, thread, second_id, quarter, names), "refused", quarter)
    refused = SecondPersonRefused(post_id=made.question_id, introduction_id=made.id, person_id=made.person_id)
    publish(refused, actor=person)
    return made


def reply(person: Person, introduction: Introduction, state: str) -> None:
    """Whoever was asked says yes ("agreed") or no ("declined"), once, without giving a reason."""
    require(person, "introduction.reply", introduction)
    if state not in REPLIES:
        raise Invalid("Say whether you would like to.", "state")
    waiting = update(Introduction).where(Introduction.id == introduction.id, Introduction.state == "asked")
    changed: Any = db.session.execute(waiting.values(state=state, replied_at=now()))
    if not changed.rowcount:
        raise Refused("You have said so already.")
    db.session.refresh(introduction)
    said = SecondPersonReplied(
        post_id=introduction.question_id, introduction_id=introduction.id, person_id=introduction.person_id, state=state
    )
    publish(said, actor=person)


def people(ids: Iterable[int]) -> dict[int, Person]:
    """The people with these ids; no statement for nobody."""
    wanted = list(ids)
    found = db.session.scalars(select(Person).where(Person.id.in_(wanted))).all() if wanted else []
    return {person.id: person for person in found}


def find(id: int) -> Introduction | None:
    """The introduction with that id."""
    return db.session.get(Introduction, id)


def _still_proposed(
    person: Person, thread: Thread, second_id: int, quarter: Quarter, names: Mapping[int, str]
) -> Proposal:
    found, _ = proposals(person, quarter, [thread], names)
    second = found.get((thread.asking_id, thread.answering_id))
    if second is None or second.person.id != second_id:
        raise NoLongerProposed()
    return second


def _keep(person: Person, thread: Thread, second: Proposal, state: str, quarter: Quarter) -> Introduction:
    """Write a proposal down with what became of it. Raises `NoLongerProposed` when somebody else was quicker."""
    pair = thread.asking_id, thread.answering_id
    insert = sqlite_insert if db.session.get_bind().dialect.name == "sqlite" else postgresql_insert
    row = insert(Introduction).values(
        asking_id=thread.asking_id,
        answering_id=thread.answering_id,
        person_id=second.person.id,
        question_id=max(each.question_id for each in quarter.given if each.pair == pair),
        why=second.why,
        state=state,
        by_id=person.id,
        at=now(),
    )
    made = db.session.scalar(row.on_conflict_do_nothing().returning(Introduction.id))
    if made is None:
        raise NoLongerProposed()
    return db.session.get_one(Introduction, made)


def _made(pairs: Collection[Pair]) -> defaultdict[Pair, list[Introduction]]:
    made: defaultdict[Pair, list[Introduction]] = defaultdict(list)
    if pairs:
        among = or_(*(and_(Introduction.asking_id == a, Introduction.answering_id == b) for a, b in pairs))
        for each in db.session.scalars(select(Introduction).where(among).order_by(Introduction.id.desc())):
            made[each.asking_id, each.answering_id].append(each)
    return made


def _colleagues(department_ids: Collection[int]) -> defaultdict[int, list[Person]]:
    found: defaultdict[int, list[Person]] = defaultdict(list)
    if department_ids:
        here = (Person.department_id.in_(department_ids), Person.left_at.is_(None))
        for person in db.session.scalars(select(Person).where(*here).order_by(Person.name, Person.id)):
            found[person.department_id].append(person)
    return found


def _known(quarter: Quarter, pairs: Collection[Pair]) -> defaultdict[Pair, dict[int, list[str]]]:
    """Of each pair: who said that they know about a topic of its latest questions, and which."""
    asked = {
        pair: sorted(each.question_id for each in quarter.given if each.pair == pair)[-LATEST:] for pair in set(pairs)
    }
    known: defaultdict[Pair, dict[int, list[str]]] = defaultdict(dict)
    if pairs:
        answering = {answering for _, answering in pairs}
        query = (
            select(post_tag.c.post_id, Tag.slug, Skill.person_id, Person.department_id)
            .join(Tag, Tag.id == post_tag.c.tag_id)
            .join(Skill, Skill.tag_id == post_tag.c.tag_id)
            .join(Person, Person.id == Skill.person_id)
            .where(post_tag.c.post_id.in_(chain.from_iterable(asked.values())), Person.department_id.in_(answering))
        )
        found = db.session.execute(query.order_by(Tag.slug)).all()
        for pair, questions in asked.items():
            of_pair = set(questions)
            for question_id, slug, person_id, department_id in found:
                topics = known[pair].setdefault(person_id, []) if department_id == pair[1] else []
                if question_id in of_pair and slug not in topics:
                    topics.append(slug)
    return known


def reason(why: str) -> str:
    """Why somebody is proposed, as it is kept, in the reader's language."""
    return retold(why, WHY)


def _best(
    free: Sequence[Person], pair: Pair, quarter: Quarter, knows: Mapping[int, Sequence[str]], names: Mapping[int, str]
) -> Proposal:
    """Who has helped there already comes first, then who knows about it, then whoever is asked least."""
    there: Counter[int] = Counter()
    anywhere: Counter[int] = Counter()
    for each in quarter.helps:
        anywhere[each.answerer_id] += each.times
        if (each.asking, each.answering) == pair:
            there[each.answerer_id] += each.times
    person = min(free, key=lambda each: (-there[each.id], -len(knows.get(each.id, ())), anywhere[each.id], each.name))
    topics = ", ".join(knows.get(person.id, ())[:SAID])
    if there[person.id]:
        why = WHY[0] % {"department": names[pair[0]]}
    elif topics:
        why = WHY[1] % {"topics": topics, "department": names[pair[0]]}
    else:
        why = WHY[2] % {"department": names[pair[1]]}
    return Proposal(person, why)
