"""The rows behind a figure, for whoever opened it: those they may read, and how many they may not."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from forum.causes.measuring import Known
from forum.causes.models import STATES as CAUSE_STATES
from forum.commitments.models import Commitment
from forum.core.db import db
from forum.core.languages import Message, gettext, inside, messages
from forum.core.paging import PER_PAGE
from forum.core.templating import day
from forum.impact.facts.facts import Facts, Need
from forum.impact.measures.figures import hours
from forum.impact.measures.used import CLOSED
from forum.needs.models import Need as NeedRow
from forum.objectives.models import WENT
from forum.people.models import Person
from forum.practices import evidence
from forum.practices.models import Practice
from forum.questions.models import Question

OUTCOMES = messages(
    {"resolved": "it worked", "partly": "it worked in part", "not": "it did not work", "no_reply": "no reply"}
)
NOT_DUE = Message("not due")
FRESHNESS = messages({"in date": "in date", "due": "due", "stale": "out of date", "retired": "retired"})


@dataclass(frozen=True)
class Row:
    """One line of the list."""

    id: int
    title: str
    url: str
    words: Sequence[str]


@dataclass(frozen=True)
class Listed:
    """A page of the rows that the reader may open; `closed` more belong to the figure."""

    rows: Sequence[Row]
    count: int
    closed: int
    next_key: str | None


def listed(person: Person, facts: Facts, kind: str, ids: Sequence[int], key: str | None) -> Listed:
    """The rows with these ids, the latest first, from behind `key` on."""
    open_ids = sorted((id for id in ids if MAY_OPEN[kind](person, facts, id)), reverse=True)
    last = int(key) if key is not None and key.isdecimal() and len(key) < 12 else None
    left = [id for id in open_ids if last is None or id < last]
    shown = left[:PER_PAGE]
    rows = READ[kind](facts, shown) if shown else {}
    return Listed(
        rows=[rows[id] for id in shown if id in rows],
        count=len(ids),
        closed=len(ids) - len(open_ids),
        next_key=str(shown[-1]) if len(left) > PER_PAGE else None,
    )


def _may_open_need(person: Person, facts: Facts, id: int) -> bool:
    """As its own page has it: what was asked is everybody's to read, everything else its owner's alone."""
    need = facts.needs[id]
    return not need.is_hidden and (need.origin == "asked" or need.person_id in person.selves)


def _may_open_commitment(person: Person, facts: Facts, id: int) -> bool:
    found = facts.commitment(id)
    return not found.is_private or person.id in (found.person_id, found.with_id)


def _needs(facts: Facts, ids: Sequence[int]) -> Mapping[int, Row]:
    question: Any = Question.__table__  # Not the classes: those bring along every column of a post.
    practice: Any = Practice.__table__
    query = select(NeedRow.id, func.coalesce(question.c.title, practice.c.title)).where(NeedRow.id.in_(ids))
    query = query.outerjoin(question, question.c.id == NeedRow.question_id)
    query = query.outerjoin(practice, practice.c.id == NeedRow.practice_id)
    return {
        id: Row(id, name, f"/needs/{id}", _said_of(facts, facts.needs[id])) for id, name in db.session.execute(query)
    }


def _said_of(facts: Facts, need: Need) -> list[str]:
    words = [day(need.opened_at.date()), facts.departments[need.department_id]]
    if need.answered_at:
        words.append(
            gettext("first answer after %(answered_at)s", answered_at=hours(facts.waited(need, need.answered_at)))
        )
    if need.first:
        words.append(gettext(OUTCOMES[need.first.outcome]))
        if need.first.fits is not None:
            words.append(gettext("fitted as it was") if need.first.fits else gettext("had to be changed"))
        words += [gettext("changed how they work")] if need.first.changed_work else []
    return words


def _practices(facts: Facts, ids: Sequence[int]) -> Mapping[int, Row]:
    wanted = set(ids)
    found = {each.id: each for each in facts.practices if each.id in wanted}
    return {
        id: Row(
            id,
            each.title,
            f"/practices/{id}",
            [
                gettext(evidence.LABELS[each.label]),
                gettext("worked for %(worked)s of %(tried)s", worked=each.worked, tried=each.tried),
                gettext(FRESHNESS[each.freshness]),
            ],
        )
        for id, each in found.items()
    }


def _commitments(facts: Facts, ids: Sequence[int]) -> Mapping[int, Row]:
    query = select(Commitment.id, Commitment.occasion, Commitment.deed).where(Commitment.id.in_(ids))
    return {
        id: Row(
            id,
            f"{occasion}: {deed}",
            f"/commitments/{id}",
            [day(facts.commitment(id).due_on), gettext(CLOSED.get(facts.commitment(id).state, NOT_DUE))],
        )
        for id, occasion, deed in db.session.execute(query)
    }


def _causes(facts: Facts, ids: Sequence[int]) -> Mapping[int, Row]:
    wanted = set(ids)
    found = {each.id: each for each in facts.causes if each.id in wanted}
    return {id: Row(id, each.title, each.url, _said_of_cause(facts, each)) for id, each in found.items()}


def _said_of_cause(facts: Facts, cause: Known) -> list[str]:
    words = [facts.departments[cause.department_id], gettext(CAUSE_STATES[cause.state])]
    if cause.signalled_at:
        words.append(
            gettext(
                "seen after %(days)s working days" if cause.seen_at else "waits for %(days)s working days",
                days=f"{cause.days:.1f}",
            )
        )
    if cause.weighed:
        weighed = cause.weighed
        words.append(
            gettext(
                "%(before)s in %(days)s days, then %(after)s in %(later)s",
                before=weighed.before,
                days=weighed.days_before,
                after=weighed.after,
                later=weighed.days_after,
            )
        )
    return words


def _tellings(facts: Facts, ids: Sequence[int]) -> Mapping[int, Row]:
    """Never who was told: only of what, and whether in time."""
    causes = {each.id: each for each in facts.causes}
    return {
        each.id: Row(
            each.id,
            causes[each.cause_id].title,
            causes[each.cause_id].url,
            [
                gettext("a step of %(day)s", day=day(each.at.date())),
                gettext("told in time") if each.in_time else gettext("not told in time"),
            ],
        )
        for each in facts.tellings
        if each.id in set(ids)
    }


def _objectives(facts: Facts, ids: Sequence[int]) -> Mapping[int, Row]:
    return {
        each.objective_id: Row(each.objective_id, each.title, f"/objectives/{each.objective_id}", [each.words])
        for each in facts.movements
        if each.objective_id in set(ids)
    }


def _stories(facts: Facts, ids: Sequence[int]) -> Mapping[int, Row]:
    return {
        each.id: Row(
            each.id,
            each.title,
            f"/stories/{each.id}",
            [
                day(each.told_at.date()),
                inside(WENT[each.went]),
                gettext("confirmed") if each.is_true else gettext("not confirmed yet"),
            ],
        )
        for each in facts.stories
        if each.id in set(ids)
    }


def _rounds(facts: Facts, ids: Sequence[int]) -> Mapping[int, Row]:
    return {
        each.number: Row(
            each.number,
            gettext("Quarter %(number)s of the pulse", number=each.number),
            f"/pulse/results#round-{each.number}",
            [
                gettext("%(first)s to %(last)s", first=day(each.begins_on), last=day(each.ends_on)),
                gettext("%(those)s of %(all)s replied", those=each.replied, all=each.invited),
            ],
        )
        for each in facts.rounds
        if each.number in set(ids)
    }


def _is_open(_person: Person, _facts: Facts, _id: int) -> bool:
    return True  # Everybody may read it; facts leave out what was removed.


MAY_OPEN: Mapping[str, Callable[[Person, Facts, int], bool]] = {
    "need": _may_open_need,
    "commitment": _may_open_commitment,
    **dict.fromkeys(("practice", "cause", "telling", "objective", "story", "round"), _is_open),
}
READ: Mapping[str, Callable[[Facts, Sequence[int]], Mapping[int, Any]]] = {
    "need": _needs,
    "practice": _practices,
    "commitment": _commitments,
    "cause": _causes,
    "telling": _tellings,
    "objective": _objectives,
    "story": _stories,
    "round": _rounds,
}
